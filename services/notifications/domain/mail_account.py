"""The account that mail is sent by, as its address tells: where, how it is secured, and who we are there.

    smtps://user:password@mail.example.org:465                  TLS from the first byte
    smtp://user:password@mail.example.org:587                   TLS by STARTTLS, or nothing is sent
    smtp://127.0.0.1:2525?starttls=never                        in plain text; with a password on this machine only

`ca=/path` names the certificates that are trusted in place of the system's.
"""

import ipaddress
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import parse_qsl, unquote, urlsplit

_PORTS: Final = {"smtps": 465, "smtp": 587}
_OPTIONS: Final = frozenset({"starttls", "ca"})


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAccount:
    """`tls` from the first byte, or by `starttls`; `user` and `password` are both there or neither is."""

    host: str
    port: int
    tls: bool
    starttls: bool
    user: str | None
    password: str | None
    ca: str | None

    @classmethod
    def of(cls, url: str) -> Self:
        """Raises ValueError, without the address: there is a password in it."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise ValueError(_EXAMPLE) from None
        options = dict(parse_qsl(parts.query, keep_blank_values=True))
        if parts.scheme not in _PORTS or not parts.hostname or port == 0 or parts.path not in {"", "/"}:
            raise ValueError(_EXAMPLE)
        if set(options) - _OPTIONS or options.get("starttls", "required") not in {"required", "never"}:
            raise ValueError(f"{_EXAMPLE}; its options are starttls=required, starttls=never and ca=/path")
        made = cls(
            host=parts.hostname,
            port=port or _PORTS[parts.scheme],
            tls=parts.scheme == "smtps",
            starttls=parts.scheme == "smtp" and options.get("starttls") != "never",
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            ca=options.get("ca"),
        )
        made._check()
        return made

    def _check(self) -> None:
        if (self.user is None) != (self.password is None):
            raise ValueError("an account has a user and a password, or neither")
        if self.user is not None and not (self.tls or self.starttls or _is_here(self.host)):
            raise ValueError("a password is not sent in plain text: leave starttls=never out, or use smtps://")


_EXAMPLE: Final = "the address of a mail server is like smtps://user:password@mail.example.org:465"


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
