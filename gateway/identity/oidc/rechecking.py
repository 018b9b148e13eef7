"""Asking the provider again, while a session lasts, whether its user still may.

Access tells with the grants of a session that it is due, to one gateway at a time. What the provider says goes back to
access: the session goes on with the groups of now, or ends. While the provider says nothing, access waits, not for
ever.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

import structlog

from chassis.errors import Fault
from chassis.peers import Peer
from gateway.identity.oidc.people import memberships, says_groups
from gateway.identity.oidc.provider import Lost
from gateway.identity.oidc.registered import Registered
from gateway.identity.oidc.tokens import Refused

TOKENS: Final = "tokens"  # the purpose of what is sealed
_log = structlog.get_logger(__name__)


class Rechecks:
    def __init__(self, access: Peer, registered: Registered) -> None:
        self._access = access
        self._providers = registered.providers
        self._seal = registered.seal
        self._running: set[asyncio.Task[None]] = set()

    def begin(self, due: Mapping[str, Any]) -> None:
        """Nobody waits for it: who asks meanwhile has what they had."""
        task = asyncio.create_task(self._recheck(due))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _recheck(self, due: Mapping[str, Any]) -> None:
        """`due` is `{"session_id", "provider", "issuer", "subject", "sealed"}`."""
        try:
            confirmed = await self._confirmed(due)
        except Lost:
            _log.info("oidc.session_ended", provider=due["provider"], reason="the provider took the right back")
            confirmed = {"session_id": due["session_id"], "ended": True}
        except (Fault, Refused) as error:
            _log.warning("oidc.not_rechecked", provider=due["provider"], reason=str(error))
            return
        try:
            await self._access.ask("session-rechecked", confirmed)
        except Fault as fault:
            _log.warning("oidc.not_rechecked", provider=due["provider"], reason=str(fault))

    async def _confirmed(self, due: Mapping[str, Any]) -> dict[str, Any]:
        """A provider that is not in the settings any more confirms nothing. Raises Lost, Refused and Fault."""
        provider, kept = self._providers.get(due["provider"]), self._seal.open(TOKENS, due["sealed"])
        if provider is None or provider.options.issuer != due["issuer"] or kept is None:
            raise Lost
        told = await provider.refresh(kept["refresh_token"], due["subject"])
        tokens = {
            "refresh_token": told.refresh_token or kept["refresh_token"],
            "id_token": told.id_token or kept["id_token"],
        }
        groups = memberships(told.claims, provider.options) if says_groups(told.claims, provider.options) else {}
        return {
            "session_id": due["session_id"],
            "sealed": self._seal.close(TOKENS, tokens),
            "minutes": provider.options.recheck_minutes,
            **groups,
        }
