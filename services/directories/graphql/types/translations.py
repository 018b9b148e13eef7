"""Translations as reviewers see them, and how much of everything is translated."""

from collections.abc import Mapping
from enum import Enum
from typing import Final, Self

import strawberry

from services.directories.domain.translation import Coverage, State, Translation
from services.directories.graphql.types.guide_texts import TranslationState

RIGHTS: Final = "translation.review of the company's own entries in it; of everybody's in every company."


@strawberry.enum(name="TranslatableKind", description="What has texts in several languages.")
class TranslatableType(Enum):
    CLASSIFICATION = strawberry.enum_value("classification", description="Classes of incidents.")
    INCIDENT_TYPE = strawberry.enum_value("incident_type", description="Types of incidents.")
    STATUS = strawberry.enum_value("status", description="Statuses of incidents.")
    SEVERITY = strawberry.enum_value("severity", description="How bad an incident may be.")
    OUTCOME = strawberry.enum_value("outcome", description="What incidents may turn out to be.")
    IMPACT_LEVEL = strawberry.enum_value("impact_level", description="How much harm incidents may do.")
    PRIORITY = strawberry.enum_value("priority", description="How soon incidents may have to be dealt with.")
    DETECTION_SOURCE = strawberry.enum_value("detection_source", description="How incidents become known.")
    INDICATOR_TYPE = strawberry.enum_value("indicator_type", description="Types of indicators.")
    ROLE = strawberry.enum_value("role", description="What people do in the handling of an incident.")
    LINK_TYPE = strawberry.enum_value("link_type", description="How incidents may be linked.")
    DEPARTMENT_KIND = strawberry.enum_value("department_kind", description="What departments are for.")
    TIMESTAMP = strawberry.enum_value("timestamp", description="Moments that can be recorded of an incident.")
    FILE_KIND = strawberry.enum_value("file_kind", description="What files may be to their incident.")
    GUIDE_PAGE = strawberry.enum_value("guide_page", description="Pages of the guide, as their drafts are.")


@strawberry.type(description="How much of one directory, or of the guide, is translated into one language.")
class TranslationCoverage:
    kind: TranslatableType = strawberry.field(description="The directory, or the guide.")
    locale: str = strawberry.field(description="BCP 47 tag.")
    total: int = strawberry.field(description="Active entries or pages: each should have a text.")
    missing: int = strawberry.field(description="Those without one.")
    machine: int = strawberry.field(description="Those whose text was made by a machine and not reviewed.")
    reviewed: int = strawberry.field(description="Those whose text was written or approved by a person.")
    stale: int = strawberry.field(description="Those whose source has changed since.")

    @classmethod
    def of(cls, coverage: Coverage) -> Self:
        return cls(
            kind=TranslatableType(coverage.kind),
            locale=coverage.locale,
            total=coverage.total,
            missing=coverage.count(State.MISSING),
            machine=coverage.count(State.MACHINE),
            reviewed=coverage.count(State.REVIEWED),
            stale=coverage.count(State.STALE),
        )


@strawberry.type(description="A text: an entry has `name` and perhaps `description`, a page `title` and `text`.")
class TranslatedText:
    field: str = strawberry.field(description="What it is: name, description; of a page title, text.")
    text: str = strawberry.field(description="The text.")


@strawberry.type(description="What something is called in one language, beside the source it was made from.")
class TextTranslation:
    translation: strawberry.Private[Translation]

    @strawberry.field(description="Where it belongs.")
    def kind(self) -> TranslatableType:
        return TranslatableType(self.translation.kind)

    @strawberry.field(description="The id of the entry or page.")
    def owner_id(self) -> strawberry.ID:
        return strawberry.ID(str(self.translation.owner_id))

    @strawberry.field(description="The code of the entry, or the slug of the page.")
    def code(self) -> str:
        return self.translation.label

    @strawberry.field(description="BCP 47 tag.")
    def locale(self) -> str:
        return self.translation.locale

    @strawberry.field(description="How far it can be relied on.")
    def state(self) -> TranslationState:
        return TranslationState(self.translation.state.value)

    @strawberry.field(
        description="What it is translated from; null where there is none in the language it was first written in."
    )
    def source(self) -> list[TranslatedText] | None:
        return None if self.translation.source is None else _listed(self.translation.source)

    @strawberry.field(description="The translation.")
    def texts(self) -> list[TranslatedText]:
        return _listed(self.translation.texts)

    @strawberry.field(description="The model that made it; null when a person did.")
    def engine(self) -> str | None:
        return self.translation.engine

    @strawberry.field(description="Hand it to a review: another one then is a CONFLICT.")
    def revision(self) -> str:
        return self.translation.revision


def _listed(texts: Mapping[str, str]) -> list[TranslatedText]:
    return [TranslatedText(field=field, text=text) for field, text in texts.items()]
