"""Jobs of translation and the glossary as administrators see them."""

from datetime import datetime
from enum import Enum

import strawberry

from services.directories.domain.translation_jobs import ItemState, Progress
from services.directories.graphql.types.translations import TranslatableType
from services.directories.persistence.translation_rows import GlossaryTermRow, TranslationItemRow, TranslationJobRow


@strawberry.enum(name="TranslationJobState", description="Where a job of translation stands.")
class JobStateType(Enum):
    QUEUED = strawberry.enum_value("QUEUED", description="Waits for its turn.")
    RUNNING = strawberry.enum_value("RUNNING", description="Being worked on.")
    DONE = strawberry.enum_value("DONE", description="Nothing is left to do; single texts may have failed.")
    CANCELLED = strawberry.enum_value("CANCELLED", description="Called off; what was translated stays.")
    FAILED = strawberry.enum_value("FAILED", description="Ended early; `reason` tells why. What was translated stays.")


@strawberry.type(description="A text that could not be translated.")
class TranslationFailure:
    kind: TranslatableType = strawberry.field(description="Where it belongs.")
    owner_id: strawberry.ID = strawberry.field(description="The id of the entry or page.")
    reason: str = strawberry.field(description="What was wrong with the answers.")


@strawberry.type(description="The translation of what is missing in one language.")
class TranslationJob:
    row: strawberry.Private[TranslationJobRow]
    progress: strawberry.Private[Progress]
    failed_items: strawberry.Private[list[TranslationItemRow]]

    @strawberry.field(description="Its id.")
    def id(self) -> strawberry.ID:
        return strawberry.ID(str(self.row.id))

    @strawberry.field(description="The language that is translated into, a BCP 47 tag.")
    def locale(self) -> str:
        return self.row.locale

    @strawberry.field(description="What is translated.")
    def kinds(self) -> list[TranslatableType]:
        return [TranslatableType[kind.upper()] for kind in self.row.kinds]

    @strawberry.field(description="Where it stands.")
    def state(self) -> JobStateType:
        return JobStateType[self.row.state]

    @strawberry.field(description="Why it failed, or what it waits for; null when all is well.")
    def reason(self) -> str | None:
        return self.row.reason

    @strawberry.field(description="The model that translates.")
    def engine(self) -> str:
        return self.row.engine

    @strawberry.field(description="When it was ordered.")
    def created_at(self) -> datetime:
        return self.row.created_at

    @strawberry.field(description="When it ended; null while it is under way.")
    def finished_at(self) -> datetime | None:
        return self.row.finished_at

    @strawberry.field(description="When the endpoint is asked again, where it asked for patience or was away.")
    def waits_until(self) -> datetime | None:
        return self.row.waits_until

    @strawberry.field(description="How many texts there were to translate.")
    def total(self) -> int:
        return self.progress.total

    @strawberry.field(description="How many are still to be translated.")
    def pending(self) -> int:
        return self.progress.count(ItemState.PENDING)

    @strawberry.field(description="How many are translated.")
    def translated(self) -> int:
        return self.progress.count(ItemState.TRANSLATED)

    @strawberry.field(description="How many needed it no more, because somebody else had written them.")
    def skipped(self) -> int:
        return self.progress.count(ItemState.SKIPPED)

    @strawberry.field(description="How many could not be translated.")
    def failed(self) -> int:
        return self.progress.count(ItemState.FAILED)

    @strawberry.field(description="Up to a hundred of those.")
    def failures(self) -> list[TranslationFailure]:
        return [
            TranslationFailure(
                kind=TranslatableType[item.kind.upper()],
                owner_id=strawberry.ID(str(item.owner_id)),
                reason=item.reason or "",
            )
            for item in self.failed_items
        ]

    @strawberry.field(description="Requests to the endpoint so far, those that failed included.")
    def requests(self) -> int:
        return self.row.requests

    @strawberry.field(description="Tokens of what was sent so far, as the endpoint counts them.")
    def prompt_tokens(self) -> float:
        return self.row.prompt_tokens

    @strawberry.field(description="Tokens of what came back so far, as the endpoint counts them.")
    def completion_tokens(self) -> float:
        return self.row.completion_tokens


@strawberry.type(description="What a term is called in one language.")
class TermTranslation:
    locale: str = strawberry.field(description="BCP 47 tag.")
    term: str = strawberry.field(description="What it is called there.")


@strawberry.type(description="A term that every translation by machine calls the same.")
class GlossaryTerm:
    term: str = strawberry.field(description="In the installation's language.")
    translations: list[TermTranslation] = strawberry.field(description="In others.")

    @classmethod
    def of(cls, row: GlossaryTermRow) -> "GlossaryTerm":
        called = [TermTranslation(locale=locale, term=term) for locale, term in sorted(row.translations.items())]
        return cls(term=row.term, translations=called)
