"""What other services of the registry tell of people, incidents and names at the moment when something is sent."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from typing import Any, Final, TypeVar
from uuid import UUID

from chassis.errors import Fault, NotFound
from chassis.locales import choose
from chassis.peers import Peer
from services.notifications.domain.incident_facts import IncidentFacts
from services.notifications.domain.people import Person

T = TypeVar("T")
_MISSHAPEN: Final = (LookupError, TypeError, ValueError, AttributeError)
_FALLBACK: Final = "en"


class Registry:
    """Raises Fault when one of them does not answer."""

    def __init__(self, peer: Callable[[str], Peer]) -> None:
        self._access = peer("access")
        self._incidents = peer("incidents")
        self._directories = peer("directories")
        self._files = peer("files")

    async def people(self, ids: Collection[UUID]) -> dict[UUID, Person]:
        told = await self._access.ask("people", {"ids": sorted(map(str, ids))})
        return {person.actor.id: person for person in _read(told, Person.of, self._access)}

    async def incident(self, id: UUID) -> IncidentFacts | None:
        """None for one that is not there."""
        told = await self._incidents.ask("incident-facts", {"ids": [str(id)]})
        return next(iter(_read(told, IncidentFacts.of, self._incidents)), None)

    async def entries(self, incident: IncidentFacts) -> dict[str, Mapping[str, str]]:
        """What the directory entries of an incident are called, by the names of ENTRIES and then by BCP 47 tag."""
        wanted = {str(id): name for name, id in incident.entries.items()}
        if not wanted:
            return {}
        told = await self._directories.ask("lookups/directory_entry", {"ids": sorted(wanted)})
        found = _read(told, lambda row: (wanted[row["id"]], {"": row["code"], **row["names"]}), self._directories)
        return dict(found)

    async def has_company(self, id: UUID) -> bool:
        told = await self._access.ask("lookups/company", {"ids": [str(id)]})
        return any(_read(told, lambda row: row["active"] is True, self._access))

    async def files(self, incident: UUID, ids: Collection[UUID]) -> dict[UUID, str]:
        """The names of those that are files of the incident and may be had."""
        if not ids:
            return {}
        told = await self._files.ask("incident-files", {"incident_id": str(incident), "ids": sorted(map(str, ids))})
        return dict(_read(told, lambda row: (UUID(row["id"]), str(row["name"])), self._files))

    async def disclose(self, told: Mapping[str, Any]) -> None:
        """That something was taken out of an incident, into its history. One that is gone has none."""
        with suppress(NotFound):
            await self._incidents.ask("disclosure", told)


def called(names: Mapping[str, str], locale: str) -> str:
    """In the language of a BCP 47 tag or its parents, else in English, else by its code, which stands under ''."""
    chosen = choose((locale, _FALLBACK), tuple(tag for tag in names if tag))
    return names[chosen or ""]


def _read(told: Any, shape: Callable[[Any], T], peer: Peer) -> list[T]:
    try:
        return [shape(each) for each in told]
    except _MISSHAPEN as error:
        raise Fault(peer.name, "answered with something else than was asked for") from error
