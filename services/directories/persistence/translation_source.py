"""Which language the installation writes in first: the others are translated from it."""

from sqlalchemy import Boolean, CheckConstraint, ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from services.directories.persistence.rows import Base

UNLESS_TOLD = "en"


class TranslationSourceRow(Base):
    """The one row: kept here and not only in a setting, because every process has to mean the same language."""

    __tablename__ = "translation_source"
    __table_args__ = (CheckConstraint("single", name="single"),)

    single: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    locale: Mapped[str]


def source_locale() -> ColumnElement[str]:
    """For use within a statement."""
    return func.coalesce(select(TranslationSourceRow.locale).scalar_subquery(), UNLESS_TOLD)


async def read_source_locale(session: AsyncSession) -> str:
    return await session.scalar(select(TranslationSourceRow.locale)) or UNLESS_TOLD


async def keep_source_locale(session: AsyncSession, locale: str) -> None:
    statement = insert(TranslationSourceRow).values(single=True, locale=locale)
    changed = statement.on_conflict_do_update(index_elements=[TranslationSourceRow.single], set_={"locale": locale})
    await session.execute(changed)
