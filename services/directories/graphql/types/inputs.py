"""What callers write into an entry, and its translation to what the use-cases take."""

from datetime import date
from typing import Any

import strawberry

from chassis.graphql.inputs import Reference, given, to_key
from services.directories.domain.texts import TextChange

_ELSEWHERE = frozenset({"id", "expected_version", "kind", "code", "company", "translations"})
_REFERENCES = ("classification", "parent", "inverse")


@strawberry.input(description="What an entry shall be called in one language; what is left out stays.")
class EntryTranslationInput:
    locale: str = strawberry.field(description="BCP 47 tag, for example de or de-AT.")
    name: str | None = strawberry.field(
        default=strawberry.UNSET, description="Up to 200 characters; null takes the whole translation away."
    )
    description: str | None = strawberry.field(
        default=strawberry.UNSET, description="When to choose it, up to 5000 characters; null empties it."
    )


@strawberry.input
class EntryDetails:
    """The fields that creating and editing share; what is left out is not touched."""

    icon: str | None = strawberry.field(default=strawberry.UNSET, description="The name of its icon.")
    order: int | None = strawberry.field(default=strawberry.UNSET, description="Its place in the list; from 0.")
    active: bool | None = strawberry.field(default=strawberry.UNSET, description="Whether it may be chosen.")
    valid_from: date | None = strawberry.field(
        default=strawberry.UNSET, description="The first day on which it may be chosen, in UTC; null for always."
    )
    valid_to: date | None = strawberry.field(
        default=strawberry.UNSET, description="The last day on which it may be chosen, in UTC; null for none."
    )
    parent: Reference | None = strawberry.field(
        default=strawberry.UNSET,
        description="The entry of the same directory it is below of, where there are trees: CLASSIFICATION, OUTCOME, "
        "DETECTION_SOURCE, INDICATOR_TYPE, DEPARTMENT_KIND. Null puts it at the top.",
    )
    classification: Reference | None = strawberry.field(
        default=strawberry.UNSET, description="Of a type: the class it belongs to."
    )
    visible: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Of a status: whether it is offered for choice at once."
    )
    is_initial: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Of a status: whether new incidents take it; the one before loses it."
    )
    rank: int | None = strawberry.field(
        default=strawberry.UNSET, description="Of a severity or an impact level: its rank from least to most."
    )
    pattern: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="Of an indicator type: the regular expression (RE2) that whole values match; null takes it away.",
    )
    single: bool | None = strawberry.field(
        default=strawberry.UNSET, description="Of a role: whether only one person at a time has it in an incident."
    )
    inverse: Reference | None = strawberry.field(
        default=strawberry.UNSET,
        description="Of a link type: what the other incident sees; the two become each other's. Null for the same.",
    )
    translations: list[EntryTranslationInput] | None = strawberry.field(
        default=strawberry.UNSET, description="Names and descriptions; languages that are left out stay as they are."
    )


def to_fields(source: object) -> dict[str, Any]:
    """By the names of domain/rules.py. Raises Invalid for a reference that has neither or both of id and code."""
    fields = {name: value for name, value in given(source).items() if name not in _ELSEWHERE}
    for name in _REFERENCES:
        if isinstance(fields.get(name), Reference):
            fields[name] = to_key(fields[name], name)
    if "category" in fields:
        fields["category"] = fields["category"].value
    return fields


def to_texts(source: EntryDetails) -> list[TextChange]:
    return [given(each) for each in source.translations or ()]
