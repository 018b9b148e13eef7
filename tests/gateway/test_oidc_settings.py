"""What the settings of providers and issuers must say, told in one line that shows no value."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest
from cryptography.fernet import Fernet

from chassis.settings import SettingsError, load
from gateway.identity.oidc.options import IssuerOptions, ProviderOptions
from gateway.settings import GatewaySettings

SEALING = Fernet.generate_key().decode()
PROVIDER = {"name": "corp", "title": "Corp", "issuer": "https://id.example.org", "client_id": "registry"}
ISSUER = {"name": "corp", "issuer": "https://id.example.org", "audience": "https://registry.example.org"}
DOCS = Path(__file__).parents[2] / "docs" / "sign-in.md"


def read(providers: Any = (), issuers: Any = (), keys: str | None = SEALING) -> GatewaySettings:
    given = {"GATEWAY_OIDC_PROVIDERS": providers, "GATEWAY_TRUSTED_ISSUERS": issuers}
    texts = {name: each if isinstance(each, str) else orjson.dumps(each).decode() for name, each in given.items()}
    key = {} if keys is None else {"GATEWAY_SEALING_KEYS": keys}
    return load(GatewaySettings, "GATEWAY", {"GATEWAY_SIGNING_KEY": "x"} | key | texts)


def test_a_few_words_are_enough() -> None:
    settings = read([PROVIDER], [ISSUER])

    assert (settings.oidc_providers[0].scopes, settings.oidc_providers[0].secret) == (
        ("openid", "profile", "email"),
        None,
    )
    assert settings.trusted_issuers[0].typ == "at+jwt"
    assert "HS256" not in settings.trusted_issuers[0].algorithms


def test_a_secret_may_be_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("shh\n")

    assert read([PROVIDER | {"client_secret_file": str(tmp_path / "secret")}]).oidc_providers[0].secret == "shh"


def test_providers_need_a_key() -> None:
    with pytest.raises(SettingsError, match="GATEWAY_OIDC_PROVIDERS: needs GATEWAY_SEALING_KEYS"):
        read([PROVIDER], keys=None)
    assert read(issuers=[ISSUER], keys=None).trusted_issuers


@pytest.mark.parametrize("keys", ["", "short", f"{SEALING},short"])
def test_what_is_no_key_is_told_without_it(keys: str) -> None:
    with pytest.raises(SettingsError, match=r"^GATEWAY_SEALING_KEYS: keys are 32 random bytes each") as told:
        read(keys=keys)
    assert "short" not in str(told.value)


def test_keys_may_be_exchanged() -> None:
    assert read([PROVIDER], keys=f"{Fernet.generate_key().decode()}, {SEALING}").oidc_providers


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"issuer": "http://id.example.org"}, "entry 0.issuer .*https"),
        ({"issuer": "https://id.example.org?x=1"}, "neither query nor fragment"),
        ({"issuer": "https://user@id.example.org"}, "https"),
        ({"issuer": ""}, "https"),
        ({"client_id": ""}, "entry 0.client_id"),
        ({"name": "Corp"}, "entry 0.name"),
        ({"name": "../corp"}, "entry 0.name"),
        ({"algorithms": ["HS256"]}, "algorithms are some of"),
        ({"algorithms": ["none"]}, "algorithms are some of"),
        ({"algorithms": []}, "algorithms are some of"),
        ({"scopes": ["email"]}, "scopes must have openid"),
        ({"parameters": {"redirect_uri": "https://evil.example.org"}}, "must not name"),
        ({"groups": {"a": "A"}}, "groups_claim and groups go together"),
        ({"groups_claim": "groups"}, "groups_claim and groups go together"),
        ({"client_secret_file": "/nonexistent"}, "names no file"),
        ({"recheck_minutes": 0}, "entry 0.recheck_minutes"),
        ({"clientid": "typing slip"}, "entry 0.clientid"),
    ],
)
def test_a_provider_that_could_not_work_stops_the_start(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingsError, match=rf"^GATEWAY_OIDC_PROVIDERS: .*{says}") as told:
        read([PROVIDER | {"client_secret": "swordfish"} | changed])
    assert "swordfish" not in str(told.value)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    "changed",
    [{"audience": ""}, {"typ": "any"}, {"algorithms": ["HS512"]}, {"jwks_file": "/nonexistent"},
     {"jwks_uri": "http://id.example.org/jwks"}, {"max_age_minutes": 0}],
)  # fmt: skip
def test_an_issuer_that_could_not_work_stops_the_start(changed: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=r"^GATEWAY_TRUSTED_ISSUERS: entry 0"):
        read(issuers=[ISSUER | changed])


def test_an_audience_that_is_a_client_would_let_id_tokens_in() -> None:
    issuer = ISSUER | {"audience": "registry"}
    assert read([PROVIDER], [issuer]).trusted_issuers
    with pytest.raises(SettingsError, match="GATEWAY_TRUSTED_ISSUERS: an audience that is a client_id"):
        read([PROVIDER], [issuer | {"typ": "JWT"}])


@pytest.mark.parametrize("text", ["{", "{}", "7", '"https://id.example.org"'])
def test_what_is_no_list_stops_the_start(text: str) -> None:
    with pytest.raises(SettingsError, match=r"^GATEWAY_OIDC_PROVIDERS: "):
        read(text)


def test_a_name_is_given_once() -> None:
    with pytest.raises(SettingsError, match="each name may be given once"):
        read([PROVIDER, PROVIDER])


@pytest.mark.parametrize(("head", "options"), [("of a provider", ProviderOptions), ("of an issuer", IssuerOptions)])
def test_the_manual_names_all_there_is_to_be_said(head: str, options: type[Any]) -> None:
    table = re.search(rf"\| {head} \|.*?\n\n", DOCS.read_text(), re.DOTALL)
    assert table is not None
    first_cells = [line.split("|")[1] for line in table[0].splitlines()[2:] if line]

    assert {name for cell in first_cells for name in re.findall(r"`([a-z_]+)`", cell)} == options.model_fields.keys()
