"""A provider as its client sees it: where a browser is sent, what a code is exchanged for, what a refresh tells."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote_plus, urlencode, urlsplit

import jwt

from chassis.errors import Fault
from gateway.identity.oidc.discovery import Metadata, Publisher
from gateway.identity.oidc.fetching import fetch
from gateway.identity.oidc.options import ProviderOptions
from gateway.identity.oidc.tokens import Demands, Refused, verified

_OK: Final = 200
_REFUSALS: Final = (400, 401, 403)
_LONGEST_TOKEN: Final = 16_000


class Lost(Exception):
    """The provider says that its refresh token does not hold any more."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in that has begun in one browser. `verifier` is that of PKCE, `return_to` a path of ours."""

    provider: str
    state: str
    nonce: str
    verifier: str
    return_to: str

    @classmethod
    def new(cls, provider: str, return_to: str) -> "Pending":
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(provider, state, nonce, verifier, return_to)

    @property
    def challenge(self) -> str:
        return _encoded(hashlib.sha256(self.verifier.encode()).digest())


@dataclass(frozen=True, slots=True)
class Told:
    """What the provider says of somebody: the claims, and the tokens for later."""

    claims: Mapping[str, Any]
    refresh_token: str | None
    id_token: str | None


class Provider:
    def __init__(self, options: ProviderOptions, redirect_uri: str) -> None:
        self.options = options
        self._publisher = Publisher(options.issuer)
        self._redirect_uri = redirect_uri
        self._secret = options.secret

    async def metadata(self) -> Metadata:
        """Raises Fault."""
        return await self._publisher.metadata()

    async def sign_in_address(self, pending: Pending) -> str:
        """Where to send the browser. Raises Fault."""
        wanted = {
            "response_type": "code",
            "client_id": self.options.client_id,
            "redirect_uri": self._redirect_uri,
            "scope": " ".join(self.options.scopes),
            "state": pending.state,
            "nonce": pending.nonce,
            "code_challenge": pending.challenge,
            "code_challenge_method": "S256",
            **({"prompt": "consent"} if "offline_access" in self.options.scopes else {}),
            **self.options.parameters,
        }
        return with_query(_there(self, (await self.metadata()).authorization_endpoint), wanted)

    async def sign_out_address(self, id_token: str | None, return_to: str) -> str | None:
        """Where to send the browser, if the provider has such a place. Raises Fault."""
        endpoint = (await self.metadata()).end_session_endpoint
        if endpoint is None:
            return None
        hint = {} if id_token is None else {"id_token_hint": id_token}
        said = {"client_id": self.options.client_id, "post_logout_redirect_uri": return_to}
        return with_query(endpoint, {**hint, **said})

    async def redeem(self, code: str, pending: Pending) -> Told:
        """Raises Refused when the provider or we do not take what came, and Fault."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self._redirect_uri}
        status, told = await self._ask_for_tokens({**form, "code_verifier": pending.verifier})
        if status != _OK:
            raise Refused(f"the provider answered {status} to the code")
        id_token, access_token = told.get("id_token"), told.get("access_token")
        if not isinstance(id_token, str):
            raise Refused("there is no ID token")
        claims = await self._identity(id_token, access_token)
        if claims.get("nonce") != pending.nonce:
            raise Refused("its nonce")
        return await self._told(claims, told)

    async def refresh(self, refresh_token: str, subject: str) -> Told:
        """What is said of `subject` now. Raises Lost when the provider takes the right back, Refused and Fault."""
        status, told = await self._ask_for_tokens({"grant_type": "refresh_token", "refresh_token": refresh_token})
        if status in _REFUSALS and told.get("error") == "invalid_grant":
            raise Lost
        if status != _OK:
            raise Fault(self.options.name, f"answered {status} to a refresh")
        id_token = told.get("id_token")
        claims: Mapping[str, Any] = {"sub": subject}
        if isinstance(id_token, str):
            claims = await self._identity(id_token, told.get("access_token"))
        if claims["sub"] != subject:
            raise Refused("its subject")
        return await self._told(claims, told)

    async def ended(self, logout_token: str) -> Mapping[str, Any]:
        """The claims of a back-channel logout. Raises Refused and Fault."""
        required = ("iss", "aud", "iat", "jti", "exp")
        claims = await self._verified(logout_token, ("", "jwt", "logout+jwt"), required)
        events = claims.get("events")
        is_logout = isinstance(events, dict) and "http://schemas.openid.net/event/backchannel-logout" in events
        if not is_logout or "nonce" in claims or not (claims.get("sub") or claims.get("sid")):
            raise Refused("it is no logout token")
        return claims

    async def _identity(self, id_token: str, access_token: Any) -> dict[str, Any]:
        """The claims of an ID token that goes with the access token."""
        claims = await self._verified(id_token, ("", "jwt"), ("iss", "sub", "aud", "exp", "iat"))
        if "events" in claims:
            raise Refused("it is a logout token")
        told = claims.get("at_hash")
        if told is not None and (not isinstance(access_token, str) or told != _hash(access_token, id_token)):
            raise Refused("its at_hash")
        return claims

    async def _verified(self, token: str, types: tuple[str, ...], required: tuple[str, ...]) -> dict[str, Any]:
        client = self.options.client_id
        published = (await self.metadata()).algorithms
        demands = Demands(
            issuer=self.options.issuer,
            audience=client,
            algorithms=published & self.options.algorithms,
            types=types,
            required=required,
        )
        claims = await verified(token, demands, self._publisher.find_key)
        audience = claims["aud"]
        shared = isinstance(audience, list) and len(audience) > 1
        if claims.get("azp", None if shared else client) != client:
            raise Refused("its authorized party")
        return claims

    async def _told(self, claims: Mapping[str, Any], tokens: Mapping[str, Any]) -> Told:
        """With what only the userinfo endpoint knows. Raises Refused when that speaks of somebody else."""
        wanted = {"email", "email_verified", *filter(None, [self.options.groups_claim])}
        endpoint, access_token = (await self.metadata()).userinfo_endpoint, tokens.get("access_token")
        if not wanted <= claims.keys() and endpoint is not None and isinstance(access_token, str):
            status, more = await fetch(endpoint, headers={"authorization": f"Bearer {_header(access_token)}"})
            if status != _OK:
                raise Fault(self.options.name, f"answered {status} to the question for userinfo")
            if more.get("sub") != claims["sub"]:
                raise Refused("userinfo speaks of somebody else")
            claims = _joined(claims, more)
        return Told(claims, _text(tokens.get("refresh_token")), _text(tokens.get("id_token")))

    async def _ask_for_tokens(self, form: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        metadata = await self.metadata()
        client, headers, more = self.options.client_id, {}, {}
        if self._secret is None:
            more = {"client_id": client}
        elif metadata.posts_secret:
            more = {"client_id": client, "client_secret": self._secret}
        else:
            pair = f"{quote_plus(client)}:{quote_plus(self._secret)}"
            headers = {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
        return await fetch(_there(self, metadata.token_endpoint), {**form, **more}, headers)


def with_query(address: str, added: Mapping[str, str]) -> str:
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(added)}"


def _there(provider: Provider, endpoint: str | None) -> str:
    """Raises Fault."""
    if endpoint is None:
        raise Fault(provider.options.name, "publishes no such endpoint")
    return endpoint


def _joined(claims: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """What was signed counts more; address and its verification come from one place, or they mean nothing together."""
    mail = claims if "email_verified" in claims and "email" in claims else more
    return {**more, **claims, "email": mail.get("email"), "email_verified": mail.get("email_verified")}


def _hash(access_token: str, id_token: str) -> str:
    """Half of the digest of the algorithm that signed the ID token, which is verified already."""
    algorithm = jwt.get_unverified_header(id_token)["alg"]
    bits = "512" if algorithm == "EdDSA" else algorithm[-3:]
    full = hashlib.new(f"sha{bits}", access_token.encode()).digest()
    return _encoded(full[: len(full) // 2])


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _text(given: Any) -> str | None:
    return given if isinstance(given, str) and 0 < len(given) <= _LONGEST_TOKEN else None


def _header(token: str) -> str:
    """Raises Refused for a token with which a line could be smuggled in."""
    if not token.isascii() or not token.isprintable():
        raise Refused("its access token")
    return token
