"""Ordering the translation of what is missing in one language, and calling it off."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Conflict, Invalid, NotFound
from services.directories.domain import permissions, rules
from services.directories.domain.translation_jobs import UNDER_WAY, JobState
from services.directories.persistence.entries import claim
from services.directories.persistence.locales import Locales
from services.directories.persistence.translation_jobs import TranslationJobs, finish
from services.directories.persistence.translation_source import read_source_locale
from services.directories.persistence.translations import Translations


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslateMissing:
    """`kinds` of None are all there are. `engine` is the model that will translate; `lacking` the settings it needs."""

    locale: str
    kinds: Collection[str] | None
    engine: str | None
    lacking: Collection[str]


async def translate_missing(command: TranslateMissing, work: UnitOfWork) -> UUID:
    """The id of the job. Raises NeedsEveryCompany, Invalid, or Conflict while another one is under way."""
    permissions.require_manager(work.actor)
    if command.engine is None or command.lacking:
        needed = " and ".join(command.lacking)
        raise Invalid(f"Translation by machine is off: set {needed} to switch it on (docs/translation.md).")
    locale = rules.locale(command.locale, "locale")
    await claim(work.session)
    if locale not in await Locales(work.session).listed():
        raise Invalid(f"The locale {locale} is not used here: switch it on first.", field=("locale",))
    jobs, translations = TranslationJobs(work.session), Translations(work.session)
    if await jobs.under_way(locale) is not None:
        raise Conflict(f"A job is translating into {locale} already: wait for it, or cancel it.", field=("locale",))
    kinds = translations.kinds if command.kinds is None else sorted(set(command.kinds))
    items = await translations.untranslated(kinds, locale)
    if not items and locale == await read_source_locale(work.session):  # pages of the guide may be written in others
        raise Invalid("This is the language that is translated from.", field=("locale",))
    job = await jobs.add(locale, kinds, command.engine, work.actor.id, items)
    return job.id


async def cancel_translation(job_id: UUID, work: UnitOfWork) -> UUID:
    """What is translated stays; an answer that is under way is thrown away. Raises NeedsEveryCompany or NotFound."""
    permissions.require_manager(work.actor)
    job = await TranslationJobs(work.session).get(job_id, hold=True)
    if job is None:
        raise NotFound("The job was", field=("id",))
    if job.state in UNDER_WAY:
        finish(job, JobState.CANCELLED)
    return job.id
