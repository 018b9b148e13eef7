"""A change of an incident as a sentence for people, with what it names left to those who own it."""

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

import strawberry

from services.incidents.domain.parts import PartType
from services.incidents.domain.wording import Wording, sentence_of, wording
from services.incidents.graphql.types.others import (
    Classification,
    Department,
    DetectionSource,
    FileMention,
    ImpactLevel,
    IncidentRole,
    IncidentStatus,
    IncidentType,
    LinkType,
    Outcome,
    Priority,
    Severity,
    Site,
    Team,
    TimestampDefinition,
    User,
)
from services.incidents.persistence.rows import ChangeRow

_KINDS: Final[Mapping[str, tuple[str, Callable[..., Any]]]] = {
    "responsible_id": ("user", User),
    "reported_by_id": ("user", User),
    "user_id": ("user", User),
    "ended_by_id": ("user", User),
    "owner_id": ("user", User),
    "verified_by_id": ("user", User),
    "facilitator_id": ("user", User),
    "approved_by_id": ("user", User),
    "status_id": ("status", IncidentStatus),
    "severity_id": ("severity", Severity),
    "classification_id": ("classification", Classification),
    "detection_source_id": ("detection_source", DetectionSource),
    "outcome_id": ("outcome", Outcome),
    "impact_level_id": ("impact_level", ImpactLevel),
    "priority_id": ("priority", Priority),
    "department_id": ("department", Department),
    "department_at_registration_id": ("department", Department),
    "team_id": ("team", Team),
    "site_id": ("site", Site),
    "role_id": ("role", IncidentRole),
    "definition_id": ("timestamp", TimestampDefinition),
    "replaced_by_id": ("file", FileMention),
}
_PERSONS: Final = ("user", "service_account")


@strawberry.type(description="What a change names: one of these is not null. Its owner tells its name.")
class HistoryReference:
    user: User | None = strawberry.field(default=None, description="A person.")
    status: IncidentStatus | None = strawberry.field(default=None, description="A status.")
    severity: Severity | None = strawberry.field(default=None, description="A severity.")
    classification: Classification | None = strawberry.field(default=None, description="A class.")
    type: IncidentType | None = strawberry.field(default=None, description="A type.")
    detection_source: DetectionSource | None = strawberry.field(default=None, description="A detection source.")
    outcome: Outcome | None = strawberry.field(default=None, description="An outcome.")
    impact_level: ImpactLevel | None = strawberry.field(default=None, description="An impact level.")
    priority: Priority | None = strawberry.field(default=None, description="A priority.")
    department: Department | None = strawberry.field(default=None, description="A department.")
    team: Team | None = strawberry.field(default=None, description="A team.")
    site: Site | None = strawberry.field(default=None, description="A site.")
    role: IncidentRole | None = strawberry.field(default=None, description="A role.")
    link_type: LinkType | None = strawberry.field(default=None, description="A kind of link.")
    timestamp: TimestampDefinition | None = strawberry.field(default=None, description="What a moment is of.")
    file: FileMention | None = strawberry.field(default=None, description="A file, which may be gone since.")


@strawberry.type(description="What stands in a place of a sentence.")
class HistoryPlaceholder:
    name: str = strawberry.field(description="The place: it is written in braces in the sentence.")
    text: str | None = strawberry.field(
        description="What stands there; null where only `reference` names it, a general word for a file."
    )
    reference: HistoryReference | None = strawberry.field(description="Who or what stands there, by name.")


@strawberry.type(description="A change told in a sentence.")
class HistorySentence:
    language: str = strawberry.field(description="The language it is in.")
    template: str = strawberry.field(description="The sentence, with places in braces: `{actor} moved it to {after}`.")
    placeholders: list[HistoryPlaceholder] = strawberry.field(description="What stands in each of its places.")


def reference_of(column: str, value: Any, *, part: str | None) -> HistoryReference | None:
    """What a value of a column names; nothing where it is no name of anything."""
    named: tuple[str, Callable[..., Any]] | None = _KINDS.get(column)
    if column == "type_id":  # the type of an incident, or of a link
        named = ("type", IncidentType) if part is None else ("link_type", LinkType)
    if named is None or not isinstance(value, str):
        return None
    name, kind = named
    return HistoryReference(**{name: kind(id=strawberry.ID(value))})


def sentence(row: ChangeRow, tags: tuple[str, ...], shown: Callable[[str], str]) -> HistorySentence:
    """`shown` is how the schema writes a column."""
    words = wording(tags)
    template = words.sentences[sentence_of(row.operation, row.part_type, row.changes)]
    found = [HistoryPlaceholder(name="actor", **_actor(row, words))]
    found += [each for each in _others(row, words, shown) if f"{{{each.name}}}" in template]
    return HistorySentence(language=words.language, template=template, placeholders=found)


def _actor(row: ChangeRow, words: Wording) -> dict[str, Any]:
    if row.actor_kind not in _PERSONS:
        return {"text": words.words["registry"], "reference": None}
    return {"text": None, "reference": _user(row.actor_id)}


def _others(row: ChangeRow, words: Wording, shown: Callable[[str], str]) -> list[HistoryPlaceholder]:
    fields = ", ".join(words.field(column, shown(column)) for column in row.changes)
    texts = {"fields": fields, "operation": row.operation}
    before, after = row.changes.get("status_id", (None, None))
    named = {
        "before": reference_of("status_id", before, part=None),
        "after": reference_of("status_id", after, part=None),
        "person": reference_of("responsible_id", row.changes.get("responsible_id", (None, None))[1], part=None),
    }
    return [
        *(HistoryPlaceholder(name=name, text=text, reference=None) for name, text in texts.items()),
        HistoryPlaceholder(name="part", text=words.part(row.part_type or ""), reference=_part(row)),
        *(HistoryPlaceholder(name=name, text=None, reference=each) for name, each in named.items()),
    ]


def _part(row: ChangeRow) -> HistoryReference | None:
    """Only of what another service owns, or names; the rest is of the incident itself."""
    if row.part_type == PartType.FILE and row.part_id is not None:
        return HistoryReference(file=FileMention(id=strawberry.ID(str(row.part_id))))
    before, after = row.changes.get("definition_id", (None, None))
    return reference_of("definition_id", after or before, part=row.part_type)


def _user(id: UUID) -> HistoryReference:
    return HistoryReference(user=User(id=strawberry.ID(str(id))))
