"""What a signed-in caller may have of one operation: decided when it is asked, and again for every event."""

from collections.abc import Awaitable, Callable

from chassis.access import Actor
from gateway.executor import EndCode, Ended, Terms
from gateway.identity.grants import SignedOut

_CHANGED = "What you may see has changed, so this subscription has ended: subscribe again."
_SIGNED_OUT = "You are not signed in any more, so this subscription has ended: sign in and subscribe again."


class CallersRights:
    """A subscription runs with the scope it began with: the subgraph that tells of events knows no other."""

    def __init__(self, actor: Actor, ask: Callable[[], Awaitable[Actor]], judge: Callable[[Actor], Terms]) -> None:
        """`ask` tells who it is now, and raises SignedOut and Fault; `judge` what that caller may have."""
        self._actor = actor
        self._ask = ask
        self._judge = judge
        self._begun = judge(actor)

    @property
    def caller(self) -> str:
        return str(self._actor.id)

    @property
    def begun(self) -> Terms:
        """Those at the beginning."""
        return self._begun

    async def terms(self) -> Terms:
        actor = await self._now()
        terms = self._judge(actor)
        if terms.removed != self._begun.removed:  # a policy thinks otherwise now
            raise Ended.because(EndCode.RIGHTS_CHANGED, _CHANGED)
        return terms

    async def check(self) -> None:
        await self._now()

    async def _now(self) -> Actor:
        try:
            actor = await self._ask()
        except SignedOut:
            raise Ended.because(EndCode.UNAUTHENTICATED, _SIGNED_OUT) from None
        if actor.scope != self._actor.scope:
            raise Ended.because(EndCode.RIGHTS_CHANGED, _CHANGED)
        return actor
