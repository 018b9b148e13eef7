"""Who knows one service knows all: the same names in every folder, and nothing beside them."""

from enum import Enum
from pathlib import Path

import pytest

from chassis.commandline import Service
from deploy.local.services import SERVICES
from services.directories.domain import entries
from services.directories.graphql.types import enums as directories
from services.files.domain import files
from services.files.graphql.types.enums import FileKind
from services.incidents.domain import action_items, assets, comments, lifecycle, parts, reviews, tasks, visibility
from services.incidents.domain.indicators import vocabulary as indicators
from services.incidents.graphql.types import enums as incidents
from services.incidents.graphql.types.action_item import (
    ActionItemKindType,
    ActionItemPriorityType,
    ActionItemStatusType,
)
from services.incidents.graphql.types.assets import AssetKindType, CompromiseType
from services.incidents.graphql.types.change import IncidentPartType
from services.incidents.graphql.types.comment import CommentAudienceType
from services.incidents.graphql.types.indicators import IndicatorRoleType
from services.incidents.graphql.types.review import ReviewStatusType, RootCauseCategory
from services.incidents.graphql.types.task import TaskStatusType
from services.incidents.persistence.orders import Order
from services.notifications.domain import messages
from services.notifications.graphql.types import mail_message

ROOT = Path(__file__).parents[2] / "services"
EACH = {
    "__init__.py",
    "__main__.py",
    "app.py",
    "domain/__init__.py",
    "domain/events.py",
    "domain/permissions.py",
    "events/__init__.py",
    "graphql/__init__.py",
    "graphql/context.py",
    "graphql/loaders/__init__.py",
    "graphql/queries.py",
    "graphql/schema.graphql",
    "graphql/schema.py",
    "graphql/types/__init__.py",
    "persistence/__init__.py",
    "persistence/migrations/__init__.py",
    "persistence/rows.py",
    "settings.py",
    "usecases/__init__.py",
    "worker.py",
}
FOLDERS = {"adapters", "content", "domain", "events", "graphql", "persistence", "usecases"}
TWICE: list[tuple[type[Enum], type[Enum]]] = [
    (directories.CategoryType, entries.StatusCategory),
    (directories.KindType, entries.Kind),
    (incidents.Category, lifecycle.StatusCategory),
    (incidents.Category, entries.StatusCategory),
    (incidents.IncidentOrder, Order),
    (incidents.Audience, visibility.Visibility),
    (CommentAudienceType, comments.CommentAudience),
    (IndicatorRoleType, indicators.IndicatorRole),
    (AssetKindType, assets.AssetKind),
    (CompromiseType, assets.Compromise),
    (IncidentPartType, parts.PartType),
    (TaskStatusType, tasks.TaskStatus),
    (ReviewStatusType, reviews.ReviewStatus),
    (RootCauseCategory, reviews.RootCauseCategory),
    (ActionItemStatusType, action_items.ActionItemStatus),
    (ActionItemKindType, action_items.ActionItemKind),
    (ActionItemPriorityType, action_items.ActionItemPriority),
    (FileKind, files.FileKind),
    (mail_message.MailMessageKind, messages.MessageKind),
    (mail_message.MailMessageState, messages.MessageState),
]


def _is_there(module: Path) -> bool:
    """As a file, or as a package of the same name where there is too much for one."""
    return module.is_file() or (module.with_suffix("") / "__init__.py").is_file()


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_service_has_the_same_skeleton(service: Service) -> None:
    folder = ROOT / service.name
    assert {name for name in EACH if not _is_there(folder / name)} == set()
    assert {path.name for path in folder.iterdir() if path.is_dir() and path.name != "__pycache__"} <= FOLDERS
    assert {path.name for path in folder.glob("*.py")} == {name for name in EACH if "/" not in name}


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_a_use_case_is_named_as_its_file(service: Service) -> None:
    """Files without such a function are rooms that several use-cases share: their names are no commands."""
    verbs = ("bootstrap", "change", "create", "delete", "edit", "load", "look_up", "register", "request", "revoke")
    for file in (ROOT / service.name / "usecases").glob("*.py"):
        if file.stem.startswith(tuple(f"{verb}_" for verb in verbs)):
            text = file.read_text(encoding="utf-8")
            assert f"async def {file.stem}(" in text, file


@pytest.mark.parametrize(("shown", "meant"), TWICE, ids=lambda enum: f"{enum.__module__}.{enum.__name__}")
def test_words_that_callers_see_are_those_of_the_domain(shown: type[Enum], meant: type[Enum]) -> None:
    assert [word.name for word in shown] == [word.name for word in meant]
