"""A mail server that does as it is told, and the services that are asked before a mail goes out.

async with mail_server() as post:
    post.answers["RCPT"] = "550 5.1.1 no such user"     # or DROP, or STALL, instead of what a server says otherwise
    post.mails                                          # what it took over, or was about to
"""

import asyncio
import email.policy
import ssl
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any, Final
from uuid import UUID

import orjson
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from chassis.access import Everywhere
from chassis.access import Scope as Rights
from deploy.local.ports import HOST

DROP: Final = "drop the connection"
STALL: Final = "say nothing any more"
USER, PASSWORD = "registry", "right"
_PARSER: Final = BytesParser(policy=email.policy.default)


@dataclass
class Post:
    """`answers` are by the command they are given to: EHLO, MAIL, RCPT, DATA."""

    answers: dict[str, str] = field(default_factory=dict)
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:{self.port}?starttls=never"

    async def handle_EHLO(self, server: SMTP, session: Session, _: Envelope, name: str, said: list[str]) -> list[str]:  # noqa: N802  # the library calls it so.
        session.host_name = name
        answer = await self._answer("EHLO", server, "")
        return [answer] if answer else said

    async def handle_MAIL(self, server: SMTP, _: Session, envelope: Envelope, address: str, __: list[str]) -> str:  # noqa: N802  # the library calls it so.
        envelope.mail_from = address
        return await self._answer("MAIL", server, "250 OK")

    async def handle_RCPT(self, server: SMTP, _: Session, envelope: Envelope, address: str, __: list[str]) -> str:  # noqa: N802  # the library calls it so.
        envelope.rcpt_tos.append(address)
        return await self._answer("RCPT", server, "250 OK")

    async def handle_DATA(self, server: SMTP, _: Session, envelope: Envelope) -> str:  # noqa: N802  # the library calls it so.
        content = bytes(envelope.original_content or b"")
        self.raw.append(content)
        parsed = _PARSER.parsebytes(content)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        self.recipients += envelope.rcpt_tos
        return await self._answer("DATA", server, "250 OK")

    async def _answer(self, command: str, server: SMTP, otherwise: str) -> str:
        answer = self.answers.get(command, otherwise)
        if answer == DROP:
            _abort(server)
        if answer == STALL:
            await asyncio.sleep(3600)
        return answer


@asynccontextmanager
async def mail_server(tls: ssl.SSLContext | None = None, *, wants_login: bool = False) -> AsyncIterator[Post]:
    """`tls` is offered by STARTTLS, and asked for."""
    post = Post()
    sessions: list[SMTP] = []

    def authenticate(*given: Any) -> AuthResult:
        login = given[-1]
        right = isinstance(login, LoginPassword) and login == LoginPassword(USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    def connect() -> SMTP:
        post.connections += 1
        more: dict[str, Any] = {"authenticator": authenticate, "auth_required": True} if wants_login else {}
        secured: dict[str, Any] = {"tls_context": tls, "require_starttls": True} if tls else {"auth_require_tls": False}
        sessions.append(SMTP(post, hostname="localhost", **secured, **more))
        return sessions[-1]

    server = await asyncio.get_running_loop().create_server(connect, HOST, 0)
    post.port = server.sockets[0].getsockname()[1]
    try:
        yield post
    finally:
        server.close()
        for each in sessions:
            _abort(each)
        await asyncio.sleep(0)


def _abort(server: SMTP) -> None:
    if isinstance(server.transport, asyncio.WriteTransport):
        server.transport.abort()


@dataclass
class Others:
    """Access, incidents and the others as they answer before a mail goes out; nobody answers for what is `silent`."""

    people: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    incidents: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    entries: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    disclosed: list[dict[str, Any]] = field(default_factory=list)
    companies: set[UUID] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)

    def person(
        self, id: UUID, held: Mapping[str, Iterable[UUID] | Everywhere], *, active: bool = True, **given: Any
    ) -> None:
        rights = Rights({name: at if isinstance(at, Everywhere) else frozenset(at) for name, at in held.items()})
        told = {"kind": "user", "name": "Ada", "email": "ada@example.org", "locale": "en", **given}
        self.people[id] = {"id": str(id), "active": active, "scope": rights.to_claims(), **told}

    def incident(self, id: UUID, company: UUID, **given: Any) -> None:
        told: dict[str, Any] = {
            "id": str(id), "company_id": str(company), "reference": "ACME-2026-000001", "title": "A lost laptop",
            "tlp": "AMBER", "restricted": False, "member_ids": [], "deleted": False,
            "registered_at": datetime(2026, 1, 2, 3, 4, tzinfo=UTC).isoformat(),
            "status_id": None, "severity_id": None, "type_id": None, "classification_id": None,
        }  # fmt: skip
        self.incidents[id] = told | given

    def application(self, name: str, beyond: ASGIApp | None = None) -> ASGIApp:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            request = Request(scope, receive)
            question = request.url.path.removeprefix("/internal/")
            if {name, question} & self.silent:
                return await Response(status_code=503)(scope, receive, send)
            if beyond is not None and question.startswith(("lookups/incident", "snapshots/")):
                return await beyond(scope, receive, send)
            told = self._told(question, await request.json())
            return await Response(orjson.dumps(told), media_type="application/json")(scope, receive, send)

        return answer

    def _told(self, question: str, asked: dict[str, Any]) -> Any:
        if question == "people":
            return [self.people[id] for id in map(UUID, asked["ids"]) if id in self.people]
        if question == "incident-facts":
            return [self.incidents[id] for id in map(UUID, asked["ids"]) if id in self.incidents]
        if question == "lookups/directory_entry":
            return [each for each in self.entries if each["id"] in asked["ids"]]
        if question == "lookups/company":
            return [{"id": each, "active": True} for each in asked["ids"] if UUID(each) in self.companies]
        if question == "incident-files":
            return [each for each in self.files if each["id"] in asked["ids"]]
        assert question == "disclosure", question
        self.disclosed.append(asked)
        return None
