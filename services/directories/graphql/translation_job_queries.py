"""Reading what is being translated, and the glossary."""

from collections.abc import Sequence
from typing import Annotated, Final
from uuid import UUID

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.graphql.connection import After, Before, Connection, First, Last, Page
from chassis.graphql.cursors import text_part
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuid
from chassis.graphql.rights import described
from services.directories.domain import permissions
from services.directories.graphql.context import Info
from services.directories.graphql.types.translation_jobs import GlossaryTerm, TranslationJob
from services.directories.persistence.glossary import GlossaryTerms
from services.directories.persistence.translation_jobs import TranslationJobs
from services.directories.persistence.translation_rows import TranslationJobRow

JOB_RIGHTS: Final = "directory.manage in every company."
MANAGED: Final = (CompanyScope(permission=permissions.MANAGE),)
_MOST_FAILURES: Final = 100
OfJob = Annotated[strawberry.ID, strawberry.argument(description="Its id.")]


@strawberry.type
class TranslationJobQuery:
    @strawberry.federation.field(
        directives=MANAGED, description=described("A job of translation; null when it is not there.", rights=JOB_RIGHTS)
    )
    async def translation_job(self, info: Info, id: OfJob) -> TranslationJob | None:
        job_id = to_uuid(id, "id")
        async with info.context.read_review() as session:
            row = await TranslationJobs(session).get(job_id)
            return None if row is None else (await shown_jobs([row], session))[0]

    @strawberry.federation.field(
        directives=MANAGED, description=described("Jobs of translation, newest first.", rights=JOB_RIGHTS)
    )
    async def translation_jobs(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[TranslationJob] | None:
        page = Page.of(first, after, last, before, order="jobs")
        behind = page.typed(UUID)
        async with info.context.read_review() as session:
            rows = await TranslationJobs(session).page(page.first, behind)
            jobs = await shown_jobs(rows, session)

        async def count() -> int:
            async with info.context.read_review() as session:
                return await TranslationJobs(session).count()

        nodes = [(job, (row.id,)) for job, row in zip(jobs, rows, strict=True)]
        return page.connection(Connection[TranslationJob], nodes, count)

    @strawberry.federation.field(
        directives=MANAGED,
        description=described("What terms are to be called in other languages, by the term.", rights=JOB_RIGHTS),
    )
    async def glossary(
        self, info: Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[GlossaryTerm] | None:
        page = Page.of(first, after, last, before, order="glossary")
        behind = page.typed(text_part)
        async with info.context.read_review() as session:
            rows = await GlossaryTerms(session).page(page.first, behind)

        async def count() -> int:
            async with info.context.read_review() as session:
                return await GlossaryTerms(session).count()

        nodes = [(GlossaryTerm.of(row), (row.term,)) for row in rows]
        return page.connection(Connection[GlossaryTerm], nodes, count)


async def shown_jobs(rows: Sequence[TranslationJobRow], session: AsyncSession) -> list[TranslationJob]:
    jobs = TranslationJobs(session)
    progress = await jobs.progress([row.id for row in rows])
    failures = await jobs.failures([row.id for row in rows], _MOST_FAILURES)
    return [TranslationJob(row=row, progress=progress[row.id], failed_items=failures[row.id]) for row in rows]
