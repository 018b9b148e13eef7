"""A registry's pages in a browser: where they are, who is signed in, and what is behind them."""

import json
import os
from pathlib import Path
from typing import Any

import aiohttp

from tests.support.chromium import Chromium
from tests.support.own_registry import Registry

SIGN_IN = """
fetch("/auth/sign-in", {
  method: "POST", headers: {"content-type": "application/json"}, body: JSON.stringify(%s)
}).then((answer) => answer.ok)
"""


def address(registry: Registry, path: str) -> str:
    return f"http://127.0.0.1:{registry.port}{path}"


async def sign_in(registry: Registry, browser: Chromium, who: str) -> None:
    """Somebody of the sample, by the part of the mail address before the @."""
    users = json.loads((registry.data / "demo.json").read_text())["users"]
    (given,) = [
        {"email": user["email"], "password": user["password"]} for user in users if user["email"].startswith(who)
    ]
    await browser.go(address(registry, "/"))
    await browser.until("document.readyState == 'complete' && location.pathname == '/'")
    assert await browser.value(SIGN_IN % json.dumps(given))


async def keep_picture(browser: Chromium, name: str) -> None:
    """Where PICTURES names a folder, for people to look at."""
    if "PICTURES" in os.environ:
        await browser.picture(Path(os.environ["PICTURES"]) / f"{name}.png")


async def ask(registry: Registry, query: str, **variables: Any) -> Any:
    """As the administrator: the data."""
    headers = {"authorization": f"Bearer {registry.environment['REGISTRY_API_KEY']}"}
    body = {"query": query, "variables": variables}
    address = registry.environment["REGISTRY_URL"]
    async with aiohttp.ClientSession() as session, session.post(address, json=body, headers=headers) as told:
        return (await told.json())["data"]


async def change(registry: Registry, mutation: str, **variables: Any) -> Any:
    """As the administrator: the payload of what was not refused."""
    (payload,) = (await ask(registry, mutation, **variables)).values()
    assert payload["errors"] == []
    return payload
