"""The sample's people sign in with what the first start shows of them."""

import json
from collections.abc import Mapping
from pathlib import Path

import orjson

from deploy.local.all_in_one import AllInOne


async def test_every_sign_in_that_is_shown_lets_its_person_in(
    system: AllInOne, demo: Mapping[str, str], system_directory: Path
) -> None:
    shown = json.loads((system_directory / "demo.json").read_text(encoding="utf-8"))["users"]
    found = {}
    for user in shown:
        body = orjson.dumps({"email": user["email"], "password": user["password"]})
        headers = {"content-type": "application/json"}
        found[user["email"]] = (
            await system.transport.post("http://gateway/auth/sign-in", body, headers, timeout=30)
        ).status

    assert found == dict.fromkeys((f"{name}@example.org" for name in demo), 200)
    assert len({user["password"] for user in shown}) == len(shown)
