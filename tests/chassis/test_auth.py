"""Tokens that must not be believed, and those that must."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from chassis.auth import LIFETIME_SECONDS, SUBGRAPHS, InvalidToken, Keyring, Signer, Verifier
from tests.support.forgeries import CLAIMS, FORGERIES, Forger, now

MakeSigner = Callable[[str], Signer]


@pytest.fixture
def verifier(keyring: Keyring) -> Verifier:
    """As a subgraph checks the gateway's context."""
    return Verifier(keyring, SUBGRAPHS, frozenset({"gateway"}))


@pytest.fixture
def forger(keys: Path) -> Forger:
    return Forger(keys)


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_or_confused_token_is_refused(name: str, forger: Forger, verifier: Verifier) -> None:
    with pytest.raises(InvalidToken):
        verifier.verify(FORGERIES[name](forger))


def test_the_forger_can_make_a_true_one(forger: Forger, verifier: Verifier) -> None:
    """Were it not so, the forgeries above might be refused for another reason than theirs."""
    assert verifier.verify(forger.sign(forger.header(), forger.body())) == forger.body()
    assert verifier.verify(forger.sign({"kid": forger.kid, "alg": "EdDSA"}, forger.body(more=1)))["more"] == 1


def test_what_the_signer_signs_the_verifier_believes(signer: MakeSigner, verifier: Verifier) -> None:
    claims = verifier.verify(signer("gateway").sign(SUBGRAPHS, CLAIMS))
    assert (claims["sub"], claims["iss"], claims["aud"]) == (CLAIMS["sub"], "gateway", SUBGRAPHS)


def test_claims_cannot_overrule_what_the_signer_says(signer: MakeSigner, verifier: Verifier) -> None:
    token = signer("gateway").sign(SUBGRAPHS, {"iss": "access", "aud": "access", "exp": 1})
    assert verifier.verify(token)["iss"] == "gateway"


def test_an_issuers_clock_may_be_a_little_ahead(forger: Forger, verifier: Verifier) -> None:
    assert verifier.verify(forger.sign(forger.header(), forger.body(iat=now() + 3, exp=now() + 60)))


def test_a_service_identity_is_no_context_and_a_context_no_identity(
    signer: MakeSigner, keyring: Keyring, verifier: Verifier
) -> None:
    identity = signer("files").sign("incidents", {})
    context = signer("gateway").sign(SUBGRAPHS, CLAIMS)
    incidents = Verifier(keyring, "incidents")
    assert incidents.verify(identity)["iss"] == "files"
    with pytest.raises(InvalidToken):
        verifier.verify(identity)
    with pytest.raises(InvalidToken):
        incidents.verify(context)


def test_an_identity_for_one_service_is_none_for_another(signer: MakeSigner, keyring: Keyring) -> None:
    with pytest.raises(InvalidToken):
        Verifier(keyring, "access").verify(signer("files").sign("incidents", {}))


def test_a_remembered_token_expires(signer: MakeSigner, verifier: Verifier, monkeypatch: pytest.MonkeyPatch) -> None:
    token = signer("gateway").sign(SUBGRAPHS, CLAIMS)
    assert verifier.verify(token) is verifier.verify(token)
    later = time.time() + LIFETIME_SECONDS + 1
    monkeypatch.setattr("chassis.auth.time.time", lambda: later)
    with pytest.raises(InvalidToken):
        verifier.verify(token)
    assert verifier._verified == {}


def test_a_refused_token_is_not_remembered(forger: Forger, verifier: Verifier) -> None:
    with pytest.raises(InvalidToken):
        verifier.verify(forger.tampered())
    assert verifier._verified == {}


def test_the_memory_of_tokens_has_an_end(
    signer: MakeSigner, verifier: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.auth._REMEMBERED", 3)
    for number in range(5):
        verifier.verify(signer("gateway").sign(SUBGRAPHS, {"n": number}))
    assert [claims["n"] for claims in verifier._verified.values()] == [2, 3, 4]


def test_while_keys_are_exchanged_both_are_trusted(keys: Path, tmp_path: Path, signer: MakeSigner) -> None:
    (tmp_path / "gateway.old.pem").write_bytes((keys / "public" / "gateway.pem").read_bytes())
    new = Ed25519PrivateKey.generate()
    public = new.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "gateway.pem").write_bytes(public)
    private = new.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    verifier = Verifier(Keyring.read(tmp_path), SUBGRAPHS, frozenset({"gateway"}))
    assert verifier.verify(signer("gateway").sign(SUBGRAPHS, CLAIMS))
    assert verifier.verify(Signer("gateway", private).sign(SUBGRAPHS, CLAIMS))


def test_a_folder_without_keys_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=str(tmp_path)):
        Keyring.read(tmp_path)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"])
def test_a_file_that_is_no_key_is_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "access.pem").write_bytes(content)
    with pytest.raises(ValueError, match=r"access\.pem"):
        Keyring.read(tmp_path)


def test_a_key_of_another_kind_is_named(tmp_path: Path) -> None:
    key = generate_private_key(65537, 2048)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    (tmp_path / "access.pem").write_bytes(public)
    with pytest.raises(ValueError, match=r"access\.pem is no Ed25519"):
        Keyring.read(tmp_path)
    with pytest.raises(ValueError, match="Ed25519"):
        Signer("access", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
