"""Bearer tokens of trusted issuers: who is meant, and until when."""

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import structlog

from gateway.identity.oidc.discovery import Publisher
from gateway.identity.oidc.options import IssuerOptions
from gateway.identity.oidc.people import is_verified
from gateway.identity.oidc.tokens import LEEWAY_SECONDS, Demands, Refused, issuer_of, verified

_TYPES: Final = {"at+jwt": ("at+jwt", "application/at+jwt"), "JWT": ("", "jwt", "at+jwt", "application/at+jwt")}
_OF_ID_TOKENS: Final = ("nonce", "at_hash", "c_hash", "events")
_log = structlog.get_logger(__name__)


class Bearer(NamedTuple):
    """`question` is what access is asked, `seconds` how long the token holds yet."""

    question: Mapping[str, Any]
    seconds: float


class BearerTokens:
    """An issuer may be there several times, for several audiences: the first that takes a token counts."""

    def __init__(self, issuers: Sequence[IssuerOptions]) -> None:
        self._issuers = [(each, Publisher(each.issuer, each.jwks_uri, each.jwks_file)) for each in issuers]

    async def check(self, token: str) -> Bearer:
        """Raises Refused, and Fault while no keys of the issuer are known."""
        reason = Refused("its issuer")
        issuer = issuer_of(token)
        for options, publisher in self._issuers:
            if options.issuer == issuer:
                try:
                    return await _checked(token, options, publisher)
                except Refused as refused:
                    reason = refused
        _log.info("oidc.token_refused", reason=str(reason))
        raise reason


async def _checked(token: str, options: IssuerOptions, publisher: Publisher) -> Bearer:
    demands = Demands(
        issuer=options.issuer, audience=options.audience, algorithms=options.algorithms, types=_TYPES[options.typ]
    )
    claims = await verified(token, demands, publisher.find_key)
    now = time.time()
    if now - claims["iat"] > options.max_age_minutes * 60 + LEEWAY_SECONDS:
        raise Refused("its age")
    if any(name in claims for name in _OF_ID_TOKENS):
        raise Refused("it is no access token")
    party = claims.get("azp", claims.get("client_id"))
    if options.authorized_parties is not None and party not in options.authorized_parties:
        raise Refused("its authorized party")
    return Bearer(_question(claims, options), claims["exp"] - now)


def _question(claims: Mapping[str, Any], options: IssuerOptions) -> dict[str, Any]:
    """`email` finds the user where nobody is linked to the subject; `named` whether the settings say so themselves."""
    named = options.subjects.get(claims["sub"])
    told = claims.get("email") if options.by_mail and is_verified(claims) else None
    return {
        "issuer": options.issuer,
        "subject": claims["sub"],
        "email": named or (told if isinstance(told, str) else None),
        "named": named is not None,
        "permissions": _permissions(claims, options),
    }


def _permissions(claims: Mapping[str, Any], options: IssuerOptions) -> list[str] | None:
    """Those that the token is limited to; None where it is not."""
    if options.scope_claim is None:
        return None
    told = claims.get(options.scope_claim, "")
    listed = told.split() if isinstance(told, str) else told if isinstance(told, list) else []
    return [each for each in listed if isinstance(each, str)]
