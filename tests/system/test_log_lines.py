"""The log tells what happens, and nothing of what people wrote and no secret, also when everything goes wrong."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
import structlog

from chassis.telemetry import configure_logs
from deploy.local.all_in_one import AllInOne
from services.incidents.usecases import creation

NARRATIVE = "canary-of-the-log"
PASSWORD, OWN = "violet tram sings at noon", "brown kettle hums at dusk"
REGISTER = """
mutation ($input: RegisterIncidentInput!) {
  registerIncident(input: $input) { incident { id version } errors { code } }
}
"""


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged, down to the smallest; afterwards it is logged as before."""
    before, processors = logging.getLogger().handlers[:], structlog.get_config()
    level = logging.getLogger().level
    output = io.StringIO()
    configure_logs(level="info", output=output)
    yield output
    logging.getLogger().handlers[:] = before
    logging.getLogger().setLevel(level)
    structlog.configure(**processors)


def incident(**more: Any) -> dict[str, Any]:
    words = ("title", "description", "impact", "actionsTaken", "preventiveMeasures", "comment", "idempotencyKey")
    return {
        **{word: f"{NARRATIVE} {word}" for word in words},
        "company": {"code": "NORTH"},
        "tags": [NARRATIVE],
        "reportedBy": {"name": NARRATIVE, "email": f"{NARRATIVE}@example.org"},
        **more,
    }


async def sign_in(system: AllInOne, way: str, **given: str) -> tuple[int, dict[str, str]]:
    body = orjson.dumps({"email": "canary-mail@example.org", **given})
    headers = {"content-type": "application/json"}
    answer = await system.transport.post(f"http://gateway/auth/{way}", body, headers, timeout=30)
    return answer.status, dict(answer.headers)


async def test_no_narrative_password_key_or_token_is_logged(
    system: AllInOne, admin: Any, officer: Any, demo: dict[str, str], log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = {"email": "canary-mail@example.org", "name": NARRATIVE, "password": PASSWORD}
    made = await admin.ask(
        "mutation ($input: CreateUserInput!) { createUser(input: $input) { user { id } errors { code } } }", input=new
    )
    key = await admin.ask(
        "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret } }",
        input={"name": NARRATIVE, "userId": made["createUser"]["user"]["id"]},
    )
    assert (await sign_in(system, "sign-in", password=PASSWORD + "!"))[0] == 401
    assert (await sign_in(system, "sign-in", password=PASSWORD))[0] == 403
    assert (await sign_in(system, "change-password", password=PASSWORD, newPassword=OWN))[0] == 200
    status, headers = await sign_in(system, "sign-in", password=OWN)
    assert status == 200
    await officer.ask(REGISTER, input=incident())
    await officer.answer(REGISTER, input=incident(severity={"code": NARRATIVE}))
    monkeypatch.setattr(creation, "reference", lambda *_: None)  # the database refuses the row, and tells it whole
    refused = await officer.answer(REGISTER, input=incident(idempotencyKey="another"))

    assert refused["errors"][0]["extensions"]["code"] == "INTERNAL"
    told = log.getvalue()
    assert "IntegrityError" in told
    token = headers["set-cookie"].partition("=")[2].partition(";")[0]
    secrets = [NARRATIVE, PASSWORD, OWN, key["createApiKey"]["secret"], token, demo["admin"], demo["officer"]]
    assert [secret for secret in secrets if secret in told] == []
