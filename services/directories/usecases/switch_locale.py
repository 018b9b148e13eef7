"""Listing a locale, and serving readers in it or no longer."""

from dataclasses import dataclass

from chassis.database import UnitOfWork
from chassis.errors import Invalid
from chassis.identifiers import uuid7
from services.directories.domain import permissions, rules
from services.directories.domain.events import DirectoryLocaleChanged
from services.directories.persistence.entries import claim
from services.directories.persistence.history import record_locale
from services.directories.persistence.locales import Locales
from services.directories.persistence.rows import LocaleRow


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchLocale:
    """Texts are kept while it is off, and may be written."""

    tag: str
    active: bool


async def switch_locale(command: SwitchLocale, work: UnitOfWork, default: str) -> LocaleRow:
    """`default` is the locale of the installation. Raises NeedsEveryCompany or Invalid."""
    permissions.require_manager(work.actor)
    tag = rules.locale(command.tag, "tag")
    if tag == default and not command.active:
        raise Invalid(f"{tag} is what readers get when nothing else serves: it stays.", field=("tag",))
    await claim(work.session)
    locale = await Locales(work.session).get(tag)
    if locale is not None and locale.active is command.active:
        return locale
    if locale is None:
        locale = LocaleRow(tag=tag, id=uuid7(), sequence=0)
        work.session.add(locale)
    locale.active = command.active
    locale.sequence += 1
    record_locale(locale, "SWITCHED_ON" if command.active else "SWITCHED_OFF", work)
    fact = DirectoryLocaleChanged(locale=tag, active=locale.active)
    work.emit(fact, subject=locale.id, company=None, sequence=locale.sequence)
    return locale
