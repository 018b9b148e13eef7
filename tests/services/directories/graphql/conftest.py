"""Exporting, previewing and importing directories as files."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from chassis.access import Actor
from tests.support.services import RunningService
from tests.support.sheets import EXPORT, IMPORT, PREVIEW, Rows, read

Run = Callable[..., Awaitable[Any]]


@pytest.fixture
def export(directories: RunningService, manager: Actor) -> Run:
    async def exported(actor: Actor = manager, **given: Any) -> Any:
        return (await directories.data(EXPORT, actor, **given))["exportDirectories"]

    return exported


@pytest.fixture
def preview(directories: RunningService, manager: Actor) -> Run:
    async def previewed(actor: Actor = manager, **given: Any) -> Any:
        return (await directories.data(PREVIEW, actor, input=given))["previewDirectoryImport"]

    return previewed


@pytest.fixture
def bring(directories: RunningService, manager: Actor, preview: Run) -> Run:
    """Previews and then imports."""

    async def brought(actor: Actor = manager, **given: Any) -> Any:
        plan = await preview(actor, **given)
        assert plan["errors"] == [], plan["errors"]
        agreed = given | {"digest": plan["plan"]["digest"]}
        made = (await directories.data(IMPORT, actor, input=agreed))["importDirectories"]
        assert made == plan
        return made

    return brought


@pytest.fixture
async def severities(export: Run) -> Rows:
    """The sheet of the severities in English and German."""
    found = read((await export(kinds=["SEVERITY"], locales=["en", "de"]))["content"])
    return found["severity"]
