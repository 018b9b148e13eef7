"""What the very first start puts in, and the note of it that is kept: `demo.json`, readable by its owner only."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.local.all_in_one import AllInOne
from deploy.local.first_administrator import EMAIL, ensure_administrator
from deploy.local.graph import Graph
from deploy.local.private_files import Secrets, write_private
from deploy.local.sample import PEOPLE, put_in_sample

NOTE = "demo.json"
_EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Demo:
    """The sign-ins of the sample, as `demo.json` has them."""

    users: list[dict[str, Any]]


async def ensure_sample(system: AllInOne, directory: Path, url: str) -> Demo:
    """Puts the sample in unless an earlier start has done so. Raises GraphError."""
    note = directory / NOTE
    if note.exists():
        demo = Demo(json.loads(note.read_text(encoding="utf-8"))["users"])
    else:
        demo = Demo(await _put_in(system, Secrets(directory / "secrets.json")))
    write_private(note, json.dumps({"url": url, "graphql": f"{url}/graphql", "users": demo.users}, indent=2) + "\n")
    return demo


async def _put_in(system: AllInOne, secrets: Secrets) -> list[dict[str, Any]]:
    password = secrets.get(f"sign-in of {EMAIL}")
    key = await ensure_administrator(system.runtimes["access"], password)
    graph = Graph(system.transport, key)
    passwords = {person.email: secrets.get(f"sign-in of {person.email}") for person in PEOPLE}
    users = await put_in_sample(graph, passwords)
    told = [_user(EMAIL, password, key, _EVERYTHING, (_EVERYTHING,))]
    for person in PEOPLE:
        new = {"name": "First key", "userId": users[person.email]}
        made = await graph.ask(_CREATE_KEY, input=new)
        secret = made["createApiKey"]["secret"]
        told.append(_user(person.email, passwords[person.email], secret, person.companies, person.permissions))
    return told


def _user(email: str, password: str, api_key: str, companies: Any, permissions: Any) -> dict[str, Any]:
    return {
        "email": email,
        "password": password,
        "apiKey": api_key,
        "companies": companies,
        "permissions": permissions,
    }


_CREATE_KEY = (
    "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret errors { message field } } }"
)
