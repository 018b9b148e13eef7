"""What a reviewer does with a translation: approve it, put something better in its place, or take it away."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import Conflict, NotFound
from services.directories.domain import permissions, rules
from services.directories.domain.translation import State, Translation
from services.directories.persistence.translatable import Translatable
from services.directories.persistence.translations import Translations


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """The translation in `locale` of an owner; `revision` is that of what the reviewer has seen."""

    owner_id: UUID
    locale: str
    revision: str


class Changed(Conflict):
    def __init__(self) -> None:
        super().__init__("The source or the translation is another one now: look at it again.", field=("revision",))


async def approve_translation(command: Reviewed, work: UnitOfWork) -> Translation | None:
    """Raises NotFound or Changed."""
    seen, texts = await _hold(command, work)
    if seen.state is not State.REVIEWED:
        await texts.approve(seen.owner_id, seen.locale, work)
    return await _now(seen, work)


async def correct_translation(command: Reviewed, texts: Mapping[str, str], work: UnitOfWork) -> Translation | None:
    """`texts` replaces all there is. Raises NotFound, Changed, or Invalid for a text that breaks its rule."""
    seen, kept = await _hold(command, work)
    await kept.write(seen.owner_id, seen.locale, texts, None, work)
    return await _now(seen, work)


async def reject_translation(command: Reviewed, work: UnitOfWork) -> None:
    """Afterwards it is missing again. Raises NotFound or Changed."""
    seen, texts = await _hold(command, work)
    await texts.remove(seen.owner_id, seen.locale, work)


async def _hold(command: Reviewed, work: UnitOfWork) -> tuple[Translation, Translatable]:
    """What is there now, which nobody else changes until the end of `work`."""
    locale = rules.locale(command.locale, "locale")
    translations = Translations(work.session)
    await translations.claim()
    found = await translations.find(command.owner_id, locale, work.actor.companies(permissions.REVIEW))
    if found is None:
        raise NotFound("The translation was", field=("owner_id",))
    if found.revision != command.revision:
        raise Changed
    return found, translations.of_kind(found.kind)


async def _now(seen: Translation, work: UnitOfWork) -> Translation | None:
    companies = work.actor.companies(permissions.REVIEW)
    await work.session.flush()
    work.session.expire_all()  # the statements went past what the session remembers
    return await Translations(work.session).find(seen.owner_id, seen.locale, companies)
