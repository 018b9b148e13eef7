"""The samples of this service's events, made by what really happens."""

from collections.abc import Awaitable, Callable
from typing import Any

from services.access.domain import events
from services.access.domain.secrets import digest
from tests.support.contracts import SAMPLES, stale_samples
from tests.support.services import RunningService

Make = Callable[..., Awaitable[Any]]
FACTS = (
    events.CompanyChanged,
    events.DepartmentChanged,
    events.SiteChanged,
    events.TeamChanged,
    events.UsersChanged,
    events.GrantsChanged,
    events.SessionEnded,
)
KINDS = {fact.type for fact in FACTS}


async def test_the_samples_are_current(
    access: RunningService, make_company: Make, make_user: Make, make_group: Make, password_hash: str,
    make_department: Make, make_site: Make, make_team: Make,
) -> None:  # fmt: skip
    ada = await make_user("Ada", "ada@example.org", password_hash)
    company = await make_company()
    await make_group(["incident.view"], [company], [ada])
    for make in (make_department, make_site, make_team):
        await make(company)
    asked = {"email": "ada@example.org", "password": "a long enough password"}
    signed_in = await access.ask("sign-in", asked, caller="gateway")
    await access.ask("sign-out", {"token_digest": digest(signed_in["token"])}, caller="gateway")

    told = {event.type: event for event in await access.events()}

    assert told.keys() == KINDS
    assert stale_samples("access", told.values()) == []


def test_every_event_of_access_has_its_sample() -> None:
    ours = ("company", "department", "site", "team", "users", "grants", "session")
    assert {file.stem for kind in ours for file in SAMPLES.glob(f"{kind}.*.json")} == KINDS
