"""Settings that would put callers in danger, or are no settings, stop the start with one line."""

import re
from pathlib import Path

import pytest

from chassis.settings import SettingsError, load
from gateway.settings import GatewaySettings

KEY = {"GATEWAY_SIGNING_KEY": "x"}


def read(**variables: str) -> GatewaySettings:
    return load(GatewaySettings, "GATEWAY", KEY | {f"GATEWAY_{name.upper()}": text for name, text in variables.items()})


@pytest.mark.parametrize(
    "address",
    ["https://registry.example.org", "HTTPS://registry.example.org/x", "http://127.0.0.1:8000", "http://localhost",
     "http://[::1]:8000"],
)  # fmt: skip
def test_https_and_this_machine_take_secure_cookies(address: str) -> None:
    assert read(public_url=address).secure_cookies


@pytest.mark.parametrize(
    "address",
    ["http://registry.example.org", "http://10.0.0.1:8000", "http://127.0.0.1.example.org", "http://localhost.x"],
)
def test_another_address_must_be_https(address: str) -> None:
    with pytest.raises(SettingsError) as told:
        read(public_url=address)

    assert str(told.value) == (
        "GATEWAY_PUBLIC_URL: must be https, because browsers send session cookies there; "
        "on a network you trust set GATEWAY_ALLOW_INSECURE_COOKIES to true"
    )


def test_override_labels_are_a_list() -> None:
    assert read().override_labels == frozenset()
    assert read(override_labels='["team/new-prices", "percent(5)"]').override_labels == {
        "team/new-prices",
        "percent(5)",
    }


def test_insecure_cookies_may_be_allowed_in_so_many_words() -> None:
    assert not read(public_url="http://10.0.0.1", allow_insecure_cookies="true").secure_cookies
    assert read(public_url="https://10.0.0.1", allow_insecure_cookies="true").secure_cookies


@pytest.mark.parametrize("address", ["", "registry.example.org", "ftp://localhost", "https://"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(SettingsError, match="GATEWAY_PUBLIC_URL: must be an address such as https://"):
        read(public_url=address, allow_insecure_cookies="true")


@pytest.mark.parametrize("port", ["0", "65536", "http", ""])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(SettingsError, match=r"^GATEWAY_PORT: "):
        read(port=port)


def test_an_unknown_variable_is_refused() -> None:
    with pytest.raises(SettingsError, match="GATEWAY_PUBLIC_ULR is no setting"):
        read(public_ulr="https://registry.example.org")


def test_without_its_key_the_gateway_does_not_start() -> None:
    with pytest.raises(SettingsError, match="GATEWAY_SIGNING_KEY is not set"):
        load(GatewaySettings, "GATEWAY", {})


def test_a_service_is_found_by_its_name_or_where_the_peers_say() -> None:
    settings = read(peers='{"access": "http://10.0.0.2:8001"}')

    assert (settings.address("access"), settings.address("files")) == ("http://10.0.0.2:8001", "http://files")


@pytest.mark.parametrize("name", ["supergraph_poll_seconds", "drain_seconds"])
def test_a_time_is_not_negative(name: str) -> None:
    with pytest.raises(SettingsError, match=rf"^GATEWAY_{name.upper()}: "):
        read(**{name: "-1"})


def test_the_supergraph_file_is_followed_only_where_it_is_asked_for() -> None:
    assert (read().supergraph_poll_seconds, read(supergraph_poll_seconds="2.5").supergraph_poll_seconds) == (0, 2.5)


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "soon"])
@pytest.mark.parametrize("setting", ["request_seconds", "fetch_seconds"])
def test_a_time_that_nothing_could_be_done_in_is_refused(setting: str, text: str) -> None:
    with pytest.raises(SettingsError, match=f"^GATEWAY_{setting.upper()}: "):
        read(**{setting: text})


@pytest.mark.parametrize(
    ("setting", "text"),
    [("log_style", "xml"), ("log_level", "loud"), ("host", ""), ("peers", '{"access": "10.0.0.5:8000"}'),
     ("peers", '{"access": "http://10.0.0.5:port"}'), ("peers", '{"access": ""}'), ("drain_seconds", "inf")],
)  # fmt: skip
def test_what_would_only_show_later_stops_the_start(setting: str, text: str) -> None:
    with pytest.raises(SettingsError, match=f"^GATEWAY_{setting.upper()}: "):
        read(**{setting: text})


def test_the_address_of_a_peer_may_end_with_a_slash() -> None:
    assert read(peers='{"access": "http://10.0.0.5:8000/"}').address("access") == "http://10.0.0.5:8000"


DOCS = Path(__file__).parents[2] / "docs"


def test_the_manual_names_every_setting_and_no_other() -> None:
    text = (DOCS / "operating.md").read_text()
    table = re.search(r"\| setting of the gateway \|.*?\n\n", text, re.DOTALL)
    assert table is not None
    first_cells = [line.split("|")[1] for line in table[0].splitlines()[2:] if line]

    assert {name for cell in first_cells for name in re.findall(r"`([A-Z_]+)`", cell)} == {
        name.upper() for name in GatewaySettings.model_fields
    }


def test_the_manual_tells_the_limits_that_hold() -> None:
    text = (DOCS / "gateway.md").read_text()
    rows = [line.split("|")[1:3] for line in text.splitlines() if re.match(r"\|[^|]*\| `LIMIT_", line)]
    told = {name: limits for limits, names in rows for name in re.findall(r"`(LIMIT_[A-Z_]+)`", names)}
    limits = {name for name in GatewaySettings.model_fields if name.startswith("limit_") and "listeners" not in name}

    assert {name.lower() for name in told} == limits
    for name in limits:
        assert f"{GatewaySettings.model_fields[name].default:,}" in told[name.upper()], name
