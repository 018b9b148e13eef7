"""Questions between services: nobody with a forged identity is answered, and all of them are told the same."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import BaseModel
from starlette.routing import Mount, Router

from chassis.auth import IDENTITY_HEADER, SUBGRAPHS, Keyring, Signer, Verifier
from chassis.internal import InternalRoutes
from chassis.transport import InProcessTransport, Response
from tests.support.forgeries import FORGED_IDENTITIES, FORGERIES, Forger


class Nothing(BaseModel):
    """A question without content."""


class Service:
    """The service `incidents`, which answers the gateway alone; `asked` counts how often."""

    def __init__(self, keyring: Keyring) -> None:
        self.asked = 0
        routes = InternalRoutes(Verifier(keyring, "incidents"))
        routes.on("ready", callers=["gateway"], reads=Nothing, answer=self._answer)
        self._transport = InProcessTransport({"incidents": Router([Mount("/internal", routes.router)])})

    async def ask(self, identity: str | None) -> Response:
        headers = {} if identity is None else {IDENTITY_HEADER: identity}
        return await self._transport.post("http://incidents/internal/ready", b"{}", headers, timeout=20)

    async def _answer(self, _: Nothing) -> bool:
        self.asked += 1
        return True


@pytest.fixture
def service(keyring: Keyring) -> Service:
    return Service(keyring)


async def test_a_true_identity_of_a_caller_who_may_is_answered(service: Service, keys: Path) -> None:
    forger = Forger(keys, "incidents")
    answer = await service.ask(forger.sign(forger.header(), forger.body()))

    assert (answer.status, answer.body, service.asked) == (200, b"true", 1)


@pytest.mark.parametrize("name", sorted(FORGED_IDENTITIES))
async def test_a_forged_identity_is_answered_like_none(name: str, service: Service, keys: Path) -> None:
    token = FORGERIES[name](Forger(keys, "incidents"))

    assert await service.ask(token) == await service.ask(None) == (403, {"content-length": "0"}, b"")
    assert service.asked == 0


async def test_a_context_is_no_identity_and_another_caller_is_told_the_same(
    service: Service, signer: Callable[[str], Signer]
) -> None:
    context = signer("gateway").sign(SUBGRAPHS, {"sub": "ada"})
    elsewhere, not_allowed = signer("gateway").sign("files", {}), signer("files").sign("incidents", {})

    for token in (context, elsewhere, not_allowed):
        assert (await service.ask(token)).status == 403
    assert service.asked == 0


def test_there_are_at_least_forty_of_them() -> None:
    assert len(FORGED_IDENTITIES) >= 40
