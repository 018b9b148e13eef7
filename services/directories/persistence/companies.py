"""Which company is meant: asked of access, because entries are given to companies seldom."""

from uuid import UUID

from chassis.access import Actor, within
from chassis.errors import NotFound
from chassis.identifiers import Key
from chassis.peers import Peer


async def find_company(key: Key, actor: Actor, access: Peer, *, field: str) -> UUID:
    """The id of the active company with this id or code. Raises NotFound, also out of the actor's sight, or Fault."""
    by = {"ids": [str(key)]} if isinstance(key, UUID) else {"codes": [key]}
    found = await access.ask("lookups/company", by)
    for row in found:
        if row["active"] and within(actor.anywhere(), UUID(row["id"])):
            return UUID(row["id"])
    raise NotFound("The company was", field=(field,))
