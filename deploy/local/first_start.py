"""What the very first start puts in; the sign-ins it makes are kept in `demo.json`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from chassis.runtime import Runtime
from chassis.transport import Transport
from deploy.local.demo import NOTE, Demo, SignIn
from deploy.local.first_administrator import EMAIL, ensure_administrator
from deploy.local.graph import Graph, choose_password
from deploy.local.private_files import Secrets
from deploy.local.sample import PEOPLE, put_in_sample


class System(Protocol):
    """A registry that runs: parts found by name through `transport`, runtimes of services on their databases."""

    @property
    def transport(self) -> Transport: ...
    @property
    def runtimes(self) -> Mapping[str, Runtime]: ...


async def ensure_sample(system: System, directory: Path, url: str) -> Demo:
    """Puts the sample in unless an earlier start has done so. Raises GraphError, and CannotStart for a damaged note."""
    note = directory / NOTE
    demo = Demo.read(note) if note.exists() else await _put_in(system, Secrets(directory / "secrets.json"))
    demo.write(note, url)
    return demo


async def _put_in(system: System, secrets: Secrets) -> Demo:
    password = secrets.get(f"sign-in of {EMAIL}")
    key = await ensure_administrator(system.runtimes["access"], password)
    graph = Graph(system.transport, key)
    passwords = {person.email: secrets.get(f"sign-in of {person.email}") for person in PEOPLE}
    firsts = {email: f"{password} at first" for email, password in passwords.items()}
    users = await put_in_sample(graph, firsts)
    for email, own in passwords.items():
        await choose_password(system.transport, email, firsts[email], own)
    keys = {email: await _new_key(graph, user) for email, user in users.items()}
    others = (SignIn(email, passwords[email], keys[email]) for email in users)
    return Demo((SignIn(EMAIL, password, key), *others))


async def _new_key(graph: Graph, user: str) -> str:
    made = await graph.ask(_CREATE_KEY, input={"name": "First key", "userId": user})
    return str(made["createApiKey"]["secret"])


_CREATE_KEY = (
    "mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret errors { message field } } }"
)
