"""A mail as it is put together: plain text, the same as HTML, and headers that no text can add to."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape
from typing import Final, Self
from uuid import UUID

import idna

_POLICY: Final = SMTP.clone(cte_type="7bit")  # for servers that take no more
_LONGEST_SUBJECT: Final = 250
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")
_SIGNS: Final = re.compile(r"[^\w .'&+-]+")  # of names: what means something in headers is read in many ways
_LINK: Final = re.compile(r"https?://[^\s<>\"]+")
_PAGE: Final = (
    '<!DOCTYPE html>\n<html lang="{language}" dir="auto"><head><meta charset="utf-8"></head>'
    '<body style="font-family: sans-serif; line-height: 1.5">\n{body}\n</body></html>\n'
)


class UnusableAddress(ValueError):
    """No server would know where to bring a mail with it."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where mail goes to or comes from: `address` in ASCII."""

    name: str
    address: str

    @classmethod
    def of(cls, name: str, address: str) -> Self:
        """Raises UnusableAddress."""
        local, _, domain = address.rpartition("@")
        try:
            known = Address(display_name=_plain(name), addr_spec=f"{local}@{idna.encode(domain, uts46=True).decode()}")
        except (ValueError, LookupError, MessageError) as error:  # the parser of the library stumbles over some texts
            raise UnusableAddress(address) from error
        if not known.addr_spec.isascii() or _CONTROLS.search(known.addr_spec) or not known.username:
            raise UnusableAddress(address)
        return cls(known.display_name, known.addr_spec)

    @classmethod
    def parsed(cls, text: str) -> Self:
        """From `Registry <registry@example.org>` or the address alone. Raises UnusableAddress."""
        return cls.of(*parseaddr(text))

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail to one person. `id` makes its Message-ID, the same however often it is sent; `thread` groups mails."""

    id: UUID
    thread: UUID
    sender: Mailbox
    recipient: Mailbox
    subject: str
    text: str
    language: str
    written_at: datetime
    automatic: bool = field(default=True)

    def as_bytes(self) -> bytes:
        mail = EmailMessage(policy=_POLICY)
        mail["Subject"] = subject_line(self.subject)
        mail["From"] = _header(self.sender)
        mail["To"] = _header(self.recipient)
        mail["Date"] = format_datetime(self.written_at)
        mail["Message-ID"] = f"<{self.id}@{self.sender.domain}>"
        mail["References"] = f"<{self.thread}@{self.sender.domain}>"
        if self.automatic:
            mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(self.text)
        mail.add_alternative(as_html(self.text, self.language), subtype="html")
        mail.set_boundary(f"=_{self.id.hex}")  # the same bytes each time: otherwise it is made by chance
        mail["Content-Language"] = self.language
        return mail.as_bytes()


def one_line(text: str) -> str:
    """Without line breaks, other controls and what turns the direction of writing round."""
    return " ".join(_CONTROLS.sub(" ", text).split())


def subject_line(text: str) -> str:
    plain = one_line(text)
    return plain if len(plain) <= _LONGEST_SUBJECT else plain[: _LONGEST_SUBJECT - 1] + "…"


def as_html(text: str, language: str) -> str:
    """Every sign stands for itself; only addresses become links."""
    blocks = [block for block in re.split(r"\n{2,}", text.strip("\n")) if block]
    body = "\n".join('<p dir="auto">' + "<br>\n".join(map(_linked, block.split("\n"))) + "</p>" for block in blocks)
    return _PAGE.format(language=escape(language), body=body)


def _plain(name: str) -> str:
    return " ".join(_SIGNS.sub(" ", one_line(name)).split())


def _linked(line: str) -> str:
    made, end = "", 0
    for found in _LINK.finditer(line):
        address = escape(found[0])
        made += f'{escape(line[end : found.start()])}<a href="{address}">{address}</a>'
        end = found.end()
    return made + escape(line[end:])


def _header(box: Mailbox) -> Address:
    return Address(display_name=box.name, addr_spec=box.address)
