"""A reader has the texts of an incident translated: read within the reader's rights, sent, answered, never stored."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from chassis.access import Actor
from chassis.errors import Fault, Invalid
from chassis.peers import Peer
from services.incidents.domain.disclosure import NARRATIVE, may_leave, narrative
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.rows import IncidentRow

SWITCH: Final = "INCIDENTS_NARRATIVE_TRANSLATION"
_SECONDS: Final = 9.0  # the gateway waits for ten
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated:
    """`texts` by the names of fields; `engine` is the model that made them."""

    locale: str
    texts: dict[str, str]
    engine: str


class Off(Invalid):
    def __init__(self, needed: str) -> None:
        super().__init__(f"The texts of incidents are not translated here: {needed} (docs/translation.md).")


def check_switch(*, switched_on: bool) -> None:
    """Raises Off; asked before anything is looked at."""
    if not switched_on:
        raise Off(f"{SWITCH} is off")


async def readable(incident_id: UUID, session: AsyncSession, actor: Actor) -> tuple[IncidentRow, dict[str, str]]:
    """It, and what of it may be sent, by the names of fields. Raises NotFound, or Invalid for what never leaves."""
    incident = await Incidents(session, actor).get(incident_id)
    if not may_leave(incident.visibility, incident.tlp):
        raise Invalid("The texts of this incident are never sent out: it is restricted, or marked so.", field=("id",))
    return incident, narrative({name: getattr(incident, name) for name in NARRATIVE})


async def translate(
    incident_id: UUID, texts: dict[str, str], locale: str, actor: Actor, directories: Peer
) -> Translated | None:
    """None while it takes longer: then the same question, asked again, finds the answer. Raises Off, Invalid, Fault."""
    size = sum(map(len, texts.values()))
    _log.info("narrative.sent", incident=str(incident_id), locale=locale, actor=str(actor.id), characters=size)
    asked = {"locale": locale, "texts": texts}
    found = await directories.ask("translate-reading", asked, timeout=_SECONDS)
    return _read(found, locale)


def _read(found: Any, locale: str) -> Translated | None:
    match found:
        case {"state": "DONE", "texts": texts, "engine": engine}:
            return Translated(locale=locale, texts=texts, engine=engine)
        case {"state": "PENDING"}:
            return None
        case {"state": "OFF", "reason": reason}:
            raise Off(reason)
        case {"state": "FAILED", "reason": reason}:
            raise Invalid(f"It could not be translated: {reason}.")
    raise Fault("directories", "answered translate-reading with something else")
