"""Bearer tokens of trusted issuers: the true ones are believed, and the forged ones all answered alike."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from chassis.auth import SUBGRAPHS, Signer
from tests.support.gateway_world import MINE, Reply, World, new_actor, open_world
from tests.support.oidc.issuer import AUDIENCE, ISSUER, SUBJECT, Issuer, encoded, now

QUERY = "{ size }"


@pytest.fixture(scope="module")
def issuer() -> Issuer:
    return Issuer()


@pytest.fixture(scope="module")
def stranger() -> Issuer:
    """With keys of its own, under the same ids."""
    return Issuer(rsa_key=rsa.generate_private_key(65537, 2048))


@pytest.fixture
def trusting(signing_keys: Path, issuer: Issuer, tmp_path: Path) -> Callable[..., World]:
    """A gateway that trusts the issuer, with `given` beside or in place of the usual settings."""

    def make(**given: Any) -> World:
        usual = {"name": "corp", "issuer": ISSUER, "audience": AUDIENCE, "jwks_file": str(issuer.write(tmp_path))}
        return _with_ada(open_world(signing_keys, trusted_issuers=[usual | given]))

    return make


def _with_ada(world: World) -> World:
    """Also for subjects that are almost hers: only the token decides."""
    for subject in (SUBJECT, "", " ", "ada\n", "gateway"):
        world.access.lets_in(subject, new_actor(incident_view=[MINE]))
    return world


async def ask(world: World, token: str) -> Reply:
    return await world.ask(QUERY, authorization=f"Bearer {token}")


Forge = Callable[[Issuer, Issuer, Signer], str]
FORGERIES: dict[str, Forge] = {
    "nothing": lambda *_: "",
    "no token": lambda *_: "me",
    "three dots": lambda *_: "...",
    "two parts": lambda i, *_: i.token().rpartition(".")[0],
    "signature cut off": lambda i, *_: i.token().rpartition(".")[0] + ".",
    "signature cut short": lambda i, *_: i.token()[:-20],
    "signature of zeros": lambda i, *_: i.token().rpartition(".")[0] + "." + encoded(bytes(256)),
    "ECDSA signature of zeros": lambda i, *_: (
        i.token(i.header(alg="ES256", kid="ec"), key="ec").rpartition(".")[0] + "." + encoded(bytes(64))
    ),
    "a bit of the signature changed": lambda i, *_: _flipped(i.token()),
    "another body under a true signature": lambda i, *_: _with_body(i.token(), i.body(sub="root")),
    "another header under a true signature": lambda i, *_: _with_header(i.token(), i.header(kid="other")),
    "alg none, unsigned": lambda i, *_: f"{encoded(i.header(alg='none'))}.{encoded(i.body())}.",
    "alg none, signed": lambda i, *_: i.token(i.header(alg="none")),
    "alg nOnE": lambda i, *_: i.token(i.header(alg="nOnE")),
    "alg missing": lambda i, *_: i.token(i.header(alg=None)),
    "alg is a list": lambda i, *_: i.token(i.header(alg=["RS256"])),
    "alg empty": lambda i, *_: i.token(i.header(alg="")),
    "HS256 with the public key (PEM)": lambda i, *_: i.with_hmac(i.public()),
    "HS256 with the public key (PKCS 1)": lambda i, *_: i.with_hmac(i.public(form="PKCS1")),
    "HS256 with the public key (DER)": lambda i, *_: i.with_hmac(i.public(form="DER")),
    "HS256 with the public key as JWK": lambda i, *_: i.with_hmac(json.dumps(i.jwk("rsa")).encode()),
    "HS256 said to be RS256": lambda i, *_: i.with_hmac(i.public(), alg="RS256"),
    "HS256 with nothing": lambda i, *_: i.with_hmac(b""),
    "RSA key said to be ECDSA": lambda i, *_: i.token(i.header(alg="ES256")),
    "RSA signature for the EC key": lambda i, *_: i.token(i.header(alg="ES256", kid="ec")),
    "EC signature for the RSA key": lambda i, *_: i.token(i.header(), key="ec"),
    "EC key named, RSA algorithm": lambda i, *_: i.token(i.header(kid="ec")),
    "Ed25519 key named, ECDSA": lambda i, *_: i.token(i.header(alg="ES256", kid="ed"), key="ec"),
    "RS256 said to be PS256": lambda i, *_: i.token(i.header(alg="PS256")),
    "an algorithm that is not allowed": lambda i, *_: i.token(i.header(alg="RS512")),
    "a stranger's key under the same id": lambda _, s, __: s.token(),
    "a key in the header (jwk)": lambda i, s, _: s.token(i.header(jwk=s.jwk("rsa"))),
    "a key in the header, its own kid": lambda i, s, _: s.token(i.header(jwk=s.jwk("rsa"), kid="mine")),
    "a true token with a key in the header": lambda i, *_: i.token(i.header(jwk=i.jwk("rsa"))),
    "an address of keys (jku)": lambda i, s, _: s.token(i.header(jku="https://evil.example.org/jwks")),
    "a certificate (x5c)": lambda i, s, _: s.token(i.header(x5c=["MIIB"])),
    "an address of certificates (x5u)": lambda i, s, _: s.token(i.header(x5u="https://evil.example.org/c")),
    "a critical extension": lambda i, *_: i.token(i.header(crit=["exp"])),
    "a critical extension, unencoded": lambda i, *_: i.token(i.header(crit=["b64"], b64=False)),
    "kid missing": lambda i, *_: i.token(i.header(kid=None)),
    "kid unknown": lambda i, *_: i.token(i.header(kid="other")),
    "kid empty": lambda i, *_: i.token(i.header(kid="")),
    "kid leaves the folder": lambda i, *_: i.token(i.header(kid="../../../../dev/null")),
    "kid as a query": lambda i, *_: i.token(i.header(kid="rsa' OR 1=1 --")),
    "kid with a null byte": lambda i, *_: i.token(i.header(kid="rsa\0")),
    "kid is a list": lambda i, *_: i.token(i.header(kid=["rsa"])),
    "kid is a number": lambda i, *_: i.token(i.header(kid=0)),
    "typ missing": lambda i, *_: i.token(i.header(typ=None)),
    "typ of any token": lambda i, *_: i.token(i.header(typ="JWT")),
    "typ of a logout": lambda i, *_: i.token(i.header(typ="logout+jwt")),
    "typ is a list": lambda i, *_: i.token(i.header(typ=["at+jwt"])),
    "a nested token": lambda i, *_: i.token(i.header(cty="JWT"), i.token().encode()),
    "an encrypted token": lambda *_: _encrypted(),
    "compressed": lambda i, *_: i.token(i.header(zip="DEF")),
    "expired": lambda i, *_: i.token(body=i.body(iat=now() - 100, exp=now() - 11)),
    "not valid yet": lambda i, *_: i.token(body=i.body(nbf=now() + 60)),
    "issued in the future": lambda i, *_: i.token(body=i.body(iat=now() + 60, exp=now() + 120)),
    "too old": lambda i, *_: i.token(body=i.body(iat=now() - 24 * 3600 - 60)),
    "no expiry": lambda i, *_: i.token(body=i.body(exp=None)),
    "no time of issue": lambda i, *_: i.token(body=i.body(iat=None)),
    "expiry as text": lambda i, *_: i.token(body=i.body(exp=str(now() + 60))),
    "expiry is true": lambda i, *_: i.token(body=i.body(exp=True)),
    "expiry without end": lambda i, *_: i.token(body=i.body(exp=float("inf"))),
    "expiry is no number": lambda i, *_: i.token(body=i.body(exp=float("nan"))),
    "expiry beyond all numbers": lambda i, *_: i.token(
        body=json.dumps(i.body()).encode().replace(b'"exp": ', b'"exp": 1e999, "was": ')
    ),
    "another issuer": lambda i, *_: i.token(body=i.body(iss="https://evil.example.org")),
    "an issuer beginning alike": lambda i, *_: i.token(body=i.body(iss=ISSUER + ".evil.example.org")),
    "an issuer with a slash more": lambda i, *_: i.token(body=i.body(iss=ISSUER + "/")),
    "several issuers": lambda i, *_: i.token(body=i.body(iss=[ISSUER])),
    "no issuer": lambda i, *_: i.token(body=i.body(iss=None)),
    "another audience": lambda i, *_: i.token(body=i.body(aud="https://other.example.org")),
    "other audiences": lambda i, *_: i.token(body=i.body(aud=["https://other.example.org", "x"])),
    "an audience beginning alike": lambda i, *_: i.token(body=i.body(aud=AUDIENCE + "/more")),
    "an audience that is an object": lambda i, *_: i.token(body=i.body(aud={AUDIENCE: 1})),
    "no audience": lambda i, *_: i.token(body=i.body(aud=None)),
    "no subject": lambda i, *_: i.token(body=i.body(sub=None)),
    "subject empty": lambda i, *_: i.token(body=i.body(sub="")),
    "subject with a line break": lambda i, *_: i.token(body=i.body(sub="ada\n")),
    "subject is a list": lambda i, *_: i.token(body=i.body(sub=["ada"])),
    "subject without end": lambda i, *_: i.token(body=i.body(sub="a" * 300)),
    "a claim twice": lambda i, *_: i.token(
        body=json.dumps(i.body()).encode().replace(b'"sub"', b'"sub": "root", "sub"')
    ),
    "a header twice": lambda i, *_: i.token(json.dumps(i.header()).encode().replace(b'"alg"', b'"alg": "none", "alg"')),
    "an ID token": lambda i, *_: i.id_token(),
    "an ID token for our audience": lambda i, *_: i.id_token(AUDIENCE),
    "an ID token with the type of an access token": lambda i, *_: i.token(body=i.body(nonce="n")),
    "a logout token": lambda i, *_: i.token(body=i.body(events={"logout": {}})),
    "our own context for subgraphs": lambda _, __, g: g.sign(SUBGRAPHS, {"sub": "ada"}),
    "our own context for another's subgraph": lambda _, __, g: g.sign("subgraph:hr", {"sub": "ada"}),
    "a service identity": lambda _, __, g: g.sign("access", {"sub": "ada"}),
    "our own key, in the issuer's name": lambda i, _, g: g.sign(AUDIENCE, i.body()),
    "too large": lambda i, *_: i.token(body=i.body(more="x" * 20_000)),
    "a blank in the middle": lambda i, *_: i.token().replace(".", ". ", 1),
    "a line break at the end": lambda i, *_: i.token() + "\\n",
    "filled up with =": lambda i, *_: i.token().replace(".", "=.", 1),
    "in the other alphabet": lambda i, *_: _other_alphabet(i),
    "letters that only look alike": lambda i, *_: "\u00e9" + i.token()[1:],
    "bits that nobody reads": lambda i, *_: _loose_bits(i),
    "two tokens": lambda i, *_: f"{i.token()}, Bearer {i.token()}",
    "a part more": lambda i, *_: i.token() + ".x",
    "header is a list": lambda i, *_: i.token([i.header()]),
    "body is a list": lambda i, *_: i.token(body=[i.body()]),
    "body is no JSON": lambda i, *_: i.token(body=b"{"),
    "body is no text": lambda i, *_: i.token(body=b"\xff\xfe"),
    "body in UTF-16": lambda i, *_: i.token(body=json.dumps(i.body()).encode("utf-16")),
    "header without end": lambda i, *_: i.token(b"[" * 5_000),
    "body without end": lambda i, *_: i.token(body=b"[" * 5_000),
}


def _encrypted() -> str:
    return ".".join([encoded({"alg": "RSA-OAEP", "enc": "A256GCM"}), *[encoded(b"x" * 40)] * 4])


def _flipped(token: str) -> str:
    place = len(token) - 40
    return token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]


def _with_body(token: str, body: Any) -> str:
    head, _, signature = token.split(".")
    return f"{head}.{encoded(body)}.{signature}"


def _with_header(token: str, header: Any) -> str:
    _, body, signature = token.split(".")
    return f"{encoded(header)}.{body}.{signature}"


def _other_alphabet(issuer: Issuer) -> str:
    """A token whose signature has + or /, as base64 has them outside of addresses."""
    tokens = (issuer.token(body=issuer.body(jti=str(number))) for number in range(50))
    found = next(token for token in tokens if {"-", "_"} & set(token.rpartition(".")[2]))
    return found.replace("-", "+").replace("_", "/")


def _loose_bits(issuer: Issuer) -> str:
    """The last letter of a header whose length leaves bits over, changed in just those."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    headers = (json.dumps(issuer.header()).encode() + b" " * number for number in range(3))
    head = next(encoded(header) for header in headers if len(header) % 3)
    loose = head[:-1] + letters[letters.index(head[-1]) + 1]
    signed = f"{loose}.{encoded(issuer.body())}"
    return f"{signed}.{encoded(issuer.signature(signed.encode(), 'rsa'))}"


@pytest.fixture
def gateway_signer(signing_keys: Path) -> Signer:
    return Signer("gateway", (signing_keys / "gateway.pem").read_text())


def shown(reply: Reply) -> tuple[Any, ...]:
    """All that tells answers apart, without what is different for every request."""
    body = reply.json()
    for error in body["errors"]:
        del error["extensions"]["requestId"]
    headers = {name: value for name, value in reply.headers.items() if name != "x-request-id"}
    return reply.status, headers, body


@pytest.mark.parametrize("name", FORGERIES)
async def test_a_forged_or_confused_token_is_answered_like_any_other(
    name: str, trusting: Callable[..., World], issuer: Issuer, stranger: Issuer, gateway_signer: Signer
) -> None:
    world = trusting()
    reply = await ask(world, FORGERIES[name](issuer, stranger, gateway_signer))
    unknown_key = await world.ask(QUERY, key="ir_abc123_" + "0f" * 32)

    assert reply.status == 401
    assert shown(reply) == shown(unknown_key)
    assert (world.access.questions("identity-grants"), world.sent) == ([], 0)


def test_there_are_at_least_forty_of_them() -> None:
    assert len(FORGERIES) >= 40


async def test_without_a_trusted_issuer_no_token_counts(world: World, issuer: Issuer) -> None:
    assert (await ask(_with_ada(world), issuer.token())).status == 401


@pytest.mark.parametrize(("key", "alg"), [("rsa", "RS256"), ("ec", "ES256"), ("ed", "EdDSA")])
async def test_a_true_token_is_its_users(key: str, alg: str, trusting: Callable[..., World], issuer: Issuer) -> None:
    world = trusting()
    reply = await ask(world, issuer.token(issuer.header(alg=alg, kid=key), key=key))

    assert (reply.status, reply.json()) == (200, {"data": {"size": 2}})
    assert world.access.questions("identity-grants") == [
        {"issuer": ISSUER, "subject": SUBJECT, "email": None, "named": False, "permissions": None}
    ]


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ({"typ": "application/at+jwt"}, {}),
        ({"typ": "AT+JWT"}, {}),
        ({"x5t": "abc", "x5t#S256": "def"}, {}),
        ({}, {"aud": ["https://other.example.org", AUDIENCE]}),
        ({}, {"nbf": -5}),
        ({}, {"iat": 5, "exp": 65}),
        ({}, {"iat": -60.5, "exp": 60.5}),
    ],
)
async def test_what_the_standards_allow_is_taken(
    header: dict[str, Any], body: dict[str, Any], trusting: Callable[..., World], issuer: Issuer
) -> None:
    """Times are seconds from now."""
    claims = {name: value if isinstance(value, list) else now() + value for name, value in body.items()}

    assert (await ask(trusting(), issuer.token(issuer.header(**header), issuer.body(**claims)))).status == 200


async def test_somebody_nobody_knows_is_answered_like_a_forger(trusting: Callable[..., World], issuer: Issuer) -> None:
    world = trusting()
    reply = await ask(world, issuer.token(body=issuer.body(sub="nobody")))

    assert shown(reply) == shown(await ask(world, "forged"))


async def test_an_issuer_that_marks_its_tokens_no_better_may_say_so(
    trusting: Callable[..., World], issuer: Issuer
) -> None:
    world = trusting(typ="JWT")

    assert (await ask(world, issuer.token(issuer.header(typ="JWT")))).status == 200
    assert (await ask(world, issuer.token(issuer.header(typ=None)))).status == 200
    assert (await ask(world, issuer.id_token(AUDIENCE))).status == 401


async def test_only_named_parties_may_come(trusting: Callable[..., World], issuer: Issuer) -> None:
    world = trusting(authorized_parties=["spa"])

    assert (await ask(world, issuer.token(body=issuer.body(azp="spa")))).status == 200
    assert (await ask(world, issuer.token(body=issuer.body(client_id="spa")))).status == 200
    assert (await ask(world, issuer.token(body=issuer.body(azp="other", client_id="spa")))).status == 401
    assert (await ask(world, issuer.token())).status == 401


async def test_access_is_told_the_verified_mail_where_it_counts(trusting: Callable[..., World], issuer: Issuer) -> None:
    world = trusting(by_mail=True)
    for verified in (True, False, "true", None):
        await ask(world, issuer.token(body=issuer.body(email="ada@example.org", email_verified=verified)))

    assert [asked["email"] for asked in world.access.questions("identity-grants")] == ["ada@example.org", *[None] * 3]


async def test_a_subject_may_be_named_in_the_settings(trusting: Callable[..., World], issuer: Issuer) -> None:
    world = trusting(subjects={SUBJECT: "importer@example.org"})
    await ask(world, issuer.token())

    [asked] = world.access.questions("identity-grants")
    assert (asked["email"], asked["named"]) == ("importer@example.org", True)


@pytest.mark.parametrize(
    ("scope", "permissions"),
    [("openid incident.view", ["openid", "incident.view"]), (["incident.view"], ["incident.view"]), ("", []), (7, [])],
)
async def test_a_token_may_be_limited_to_permissions(
    scope: Any, permissions: list[str], trusting: Callable[..., World], issuer: Issuer
) -> None:
    world = trusting(scope_claim="scope")
    await ask(world, issuer.token(body=issuer.body(scope=scope)))
    await ask(world, issuer.token())

    told = [asked["permissions"] for asked in world.access.questions("identity-grants")]
    assert told == [permissions, []]


async def test_rights_are_kept_no_longer_than_the_token_holds(
    trusting: Callable[..., World], issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, long, short = trusting(), issuer.token(), issuer.token(body=issuer.body(exp=now() - 5))
    for token, questions in ((long, 1), (short, 2)):
        world.access.asked.clear()
        assert (await ask(world, token)).status == (await ask(world, token)).status == 200
        assert len(world.access.questions("identity-grants")) == questions


async def test_a_change_of_rights_is_felt_at_once(trusting: Callable[..., World], issuer: Issuer) -> None:
    world, token = trusting(), issuer.token()
    actor = new_actor(incident_view=[MINE])
    world.access.lets_in(SUBJECT, actor)
    await ask(world, token)
    world.access.grants.clear()
    assert (await ask(world, token)).status == 200

    world.gateway.grants.drop([actor.id])
    assert (await ask(world, token)).status == 401
