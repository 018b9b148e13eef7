"""The samples of this service's events, made by what really happens."""

from collections.abc import Awaitable, Callable
from typing import Any

from services.access.domain import events
from services.access.domain.secrets import digest
from tests.support.contracts import SAMPLES, stale_samples
from tests.support.services import RunningService

Make = Callable[..., Awaitable[Any]]
KINDS = {fact.type for fact in (events.CompanyChanged, events.UsersChanged, events.GrantsChanged, events.SessionEnded)}


async def test_the_samples_are_current(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make, password_hash: str
) -> None:
    ada = await make_user("Ada", "ada@example.org", password_hash)
    await make_group(["incident.view"], [await make_company()], [ada])
    asked = {"email": "ada@example.org", "password": "a long enough password"}
    signed_in = await access.ask("sign-in", asked, caller="gateway")
    await access.ask("sign-out", {"token_digest": digest(signed_in["token"])}, caller="gateway")

    told = {event.type: event for event in await access.events()}

    assert told.keys() == KINDS
    assert stale_samples("access", told.values()) == []


def test_every_event_of_access_has_its_sample() -> None:
    ours = ("company", "users", "grants", "session")
    assert {file.stem for kind in ours for file in SAMPLES.glob(f"{kind}.*.json")} == KINDS
