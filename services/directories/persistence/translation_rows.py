"""The tables of translation by machine: jobs, what each has to translate, and the glossary."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from services.directories.persistence.rows import Base


class TranslationJobRow(Base):
    """What is missing in one locale, being translated. `waits_until` is when the endpoint may be asked again."""

    __tablename__ = "translation_job"
    __table_args__ = (
        Index("uq_translation_job_locale", "locale", unique=True, postgresql_where="state IN ('QUEUED', 'RUNNING')"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    locale: Mapped[str]
    kinds: Mapped[list[str]]
    state: Mapped[str]
    reason: Mapped[str | None]
    engine: Mapped[str]
    requested_by: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    finished_at: Mapped[datetime | None]
    waits_until: Mapped[datetime | None]
    requests: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    prompt_tokens: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    completion_tokens: Mapped[int] = mapped_column(default=0, server_default=text("0"))


class TranslationItemRow(Base):
    """One text of a job: the owner whose texts are translated together."""

    __tablename__ = "translation_item"

    job_id: Mapped[UUID] = mapped_column(ForeignKey("translation_job.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    owner_id: Mapped[UUID]
    state: Mapped[str]
    attempts: Mapped[int]
    reason: Mapped[str | None]


class GlossaryTermRow(Base):
    """A term of the source's language, and what it is called in others, by BCP 47 tag."""

    __tablename__ = "glossary_term"

    term: Mapped[str] = mapped_column(primary_key=True)
    translations: Mapped[dict[str, Any]]
