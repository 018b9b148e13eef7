"""Keeping the glossary."""

from typing import Annotated

import strawberry

from chassis.errors import Refusal
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.directories.graphql.context import Info
from services.directories.graphql.translation_job_queries import JOB_RIGHTS, MANAGED
from services.directories.graphql.types.translation_jobs import GlossaryTerm
from services.directories.persistence.glossary import GlossaryTerms
from services.directories.usecases.glossary_terms import remove_glossary_term, set_glossary_term


@strawberry.input(description="What a term is called in one language.")
class TermTranslationInput:
    locale: str = strawberry.field(description="BCP 47 tag.")
    term: str = strawberry.field(description="Up to 100 characters.")


@strawberry.input(description="A term and all that it is called.")
class SetGlossaryTermInput:
    term: str = strawberry.field(description="In the installation's language, up to 100 characters.")
    translations: list[TermTranslationInput] = strawberry.field(description="In others; these replace all there were.")


@strawberry.input(description="The term that is taken out.")
class RemoveGlossaryTermInput:
    term: str = strawberry.field(description="As the glossary has it.")


@strawberry.type(description="What came of a change to the glossary.")
class GlossaryPayload:
    term: GlossaryTerm | None = strawberry.field(description="The term after it; null when it is not there.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


Kept = Annotated[SetGlossaryTermInput, strawberry.argument(description="The term.")]
Removed = Annotated[RemoveGlossaryTermInput, strawberry.argument(description="The term.")]


@strawberry.type
class EditGlossaryMutation:
    @strawberry.mutation(
        directives=MANAGED,
        description=described("Adds a term to the glossary, or changes what it is called.", rights=JOB_RIGHTS),
    )
    async def set_glossary_term(self, info: Info, input: Kept) -> GlossaryPayload | None:
        called = [(each.locale, each.term) for each in input.translations]
        try:
            async with info.context.work() as work:
                term = await set_glossary_term(input.term, called, work)
        except Refusal as refusal:
            return GlossaryPayload(term=None, errors=[user_error(refusal)])
        async with info.context.read_review() as session:
            row = await GlossaryTerms(session).find(term)
        return GlossaryPayload(term=None if row is None else GlossaryTerm.of(row), errors=[])

    @strawberry.mutation(
        directives=MANAGED, description=described("Takes a term out of the glossary.", rights=JOB_RIGHTS)
    )
    async def remove_glossary_term(self, info: Info, input: Removed) -> GlossaryPayload | None:
        try:
            async with info.context.work() as work:
                await remove_glossary_term(input.term, work)
        except Refusal as refusal:
            return GlossaryPayload(term=None, errors=[user_error(refusal)])
        return GlossaryPayload(term=None, errors=[])
