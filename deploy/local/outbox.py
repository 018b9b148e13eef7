"""The mails that the sink has kept, to be looked at on this machine: a list, and each of them as its reader sees it.

What is in a mail was written by others. It is shown in a frame of its own that may load and run nothing.
"""

import email.policy
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from html import escape
from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from chassis.management import served_beside
from deploy.local.ports import HOST, RememberedPorts

_PARSER: Final = BytesParser(policy=email.policy.default)
_SHOWN: Final = ("Date", "From", "To", "Subject", "Message-ID")
_STYLE: Final = (
    "body{font-family:sans-serif;margin:2rem}td,th{text-align:left;padding:.2rem 1rem .2rem 0}"
    "iframe{width:100%;height:60vh;border:1px solid #999}"
)
_COMMON: Final = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer", "cache-control": "no-store"}
_PAGE_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'none'"
_MAIL_POLICY: Final = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"


class Outbox:
    """`directory` is where the sink keeps mails."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        routes = [
            Route("/", self._list),
            Route("/mails/{name}", self._show),
            Route("/mails/{name}/content", self._content),
        ]
        # A page of somebody else whose name leads here would otherwise read the mails.
        hosts = Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])
        self.application = Starlette(routes=routes, middleware=[hosts])

    def _list(self, _: Request) -> HTMLResponse:
        rows = "".join(
            f"<tr><td>{_header(mail, 'Date')}</td><td>{_header(mail, 'To')}</td>"
            f'<td><a href="/mails/{escape(name)}">{_header(mail, "Subject") or "(no subject)"}</a></td></tr>'
            for name, mail in self._mails()
        )
        table = f"<table><tr><th>Date</th><th>To</th><th>Subject</th></tr>{rows}</table>"
        return _page("Outbox", table if rows else "<p>No mail yet.</p>")

    def _show(self, request: Request) -> HTMLResponse:
        name, mail = self._found(request)
        rows = "".join(f"<tr><th>{each}</th><td>{_header(mail, each)}</td></tr>" for each in _SHOWN)
        frame = f'<iframe sandbox="" title="The mail" src="/mails/{escape(name)}/content"></iframe>'
        text = escape(_part(mail, "plain") or "")
        back = '<p><a href="/">Outbox</a></p>'
        return _page("Mail", f"{back}<table>{rows}</table>{frame}<h2>As text</h2><pre>{text}</pre>")

    def _content(self, request: Request) -> HTMLResponse:
        _, mail = self._found(request)
        shown = _part(mail, "html")
        plain = f"<pre>{escape(_part(mail, 'plain') or '')}</pre>"
        return HTMLResponse(shown or plain, headers=_COMMON | {"content-security-policy": _MAIL_POLICY})

    def _found(self, request: Request) -> tuple[str, EmailMessage]:
        wanted = request.path_params["name"]
        found = next(((name, mail) for name, mail in self._mails() if name == wanted), None)
        if found is None:
            raise HTTPException(404)
        return found

    def _mails(self) -> Iterator[tuple[str, EmailMessage]]:
        """The newest first; one that makes room meanwhile is passed over."""
        for file in sorted(self._directory.glob("*.eml"), reverse=True):
            try:
                mail = _PARSER.parsebytes(file.read_bytes())
            except OSError:
                continue
            if isinstance(mail, EmailMessage):
                yield file.stem, mail


@asynccontextmanager
async def shown_outbox(directory: Path) -> AsyncIterator[str]:
    """Serves it while the block runs; gives its address."""
    port = RememberedPorts(directory / "outbox.json").choose("outbox")["outbox"]
    async with served_beside(Outbox(directory).application, host=HOST, port=port):
        yield f"http://{HOST}:{port}/"


def _page(title: str, body: str) -> HTMLResponse:
    head = f'<meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
    content = f'<!DOCTYPE html><html lang="en"><head>{head}</head><body><h1>{title}</h1>{body}</body></html>'
    return HTMLResponse(content, headers=_COMMON | {"content-security-policy": _PAGE_POLICY})


def _header(mail: EmailMessage, name: str) -> str:
    return escape(str(mail[name] or ""))


def _part(mail: EmailMessage, kind: str) -> str | None:
    part = mail.get_body((kind,))
    if part is None:
        return None
    try:
        return str(part.get_content())
    except (LookupError, ValueError):  # an encoding that nobody knows
        return None
