from typing import Any

import pytest

from chassis.errors import Fault, NotFound
from services.access.app import ensure_administrator
from services.access.domain.permissions import NAMES
from services.access.domain.secrets import digest
from tests.support.services import RunningService

EMAIL, PASSWORD = "ada@example.org", "a long enough password"


@pytest.fixture
async def ada(access: RunningService) -> None:
    assert await ensure_administrator(access.runtime, name="Ada", email=EMAIL, password=PASSWORD)


async def sign_in(access: RunningService, email: str = EMAIL, password: str = PASSWORD, address: str = "::1") -> Any:
    asked = {"email": email, "password": password, "client": {"address": address}}
    return await access.ask("sign-in", asked, caller="gateway")


async def grants(access: RunningService, token: str) -> Any:
    return await access.ask("grants", {"kind": "session", "digest": digest(token)}, caller="gateway")


async def test_a_session_carries_the_rights_of_its_user(access: RunningService, ada: None) -> None:
    signed_in = await sign_in(access, email=" ADA@example.org")
    found = await grants(access, signed_in["token"])
    assert found["actor"] == {"id": signed_in["user"]["id"], "kind": "user", "name": "Ada", "locale": "en"}
    assert found["scope"] == {"sets": [], "permissions": dict.fromkeys(sorted(NAMES), "all")}
    assert found["expires_at"] == signed_in["expires_at"]
