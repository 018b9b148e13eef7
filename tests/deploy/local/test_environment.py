"""Settings made by whoever starts the one-process system."""

from pathlib import Path

import pytest

from deploy.local.choices import check_choices
from deploy.local.environment import NoStore, Surroundings, chosen, surrounded
from gateway.settings import GatewaySettings


def test_only_what_is_a_setting_is_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_LIMIT_ALIASES", "7")
    monkeypatch.setenv("GATEWAY_INTERFACE", "cgi")

    assert chosen("GATEWAY", GatewaySettings) == {"GATEWAY_LIMIT_ALIASES": "7"}


def test_what_is_made_takes_the_place_of_what_was_chosen_in_either_form() -> None:
    given = {"FILES_SIGNING_KEY": "mine", "FILES_PORT_FILE": "/mine", "FILES_LOG_LEVEL": "debug"}
    made = {"FILES_SIGNING_KEY_FILE": "/made", "FILES_PORT": "1"}

    assert surrounded(given, made) == {**made, "FILES_LOG_LEVEL": "debug"}


@pytest.mark.parametrize("chosen", ["NOTIFICATIONS_SMTP_URL", "NOTIFICATIONS_SMTP_URL_FILE"])
def test_mail_goes_to_the_sink_unless_an_account_was_chosen(tmp_path: Path, chosen: str) -> None:
    around = Surroundings(databases={}, keys=tmp_path, store=NoStore(), port=1, mail="smtp://127.0.0.1:2")

    sink, own = around.completed("notifications", {}), around.completed("notifications", {chosen: "mine"})

    assert sink["NOTIFICATIONS_SMTP_URL"] == "smtp://127.0.0.1:2?starttls=never"
    assert own == {chosen: "mine", "NOTIFICATIONS_PUBLIC_URL": "http://127.0.0.1:1"}
    assert around.completed("files", {}) == {}


def test_settings_may_come_from_files() -> None:
    given = {"GATEWAY_LIMIT_ALIASES_FILE": "/a"}

    assert chosen("GATEWAY", GatewaySettings, given) == given


@pytest.mark.parametrize("name", ["REGISTRY_AUTH", "REGISTRY_USER", "ACCESS_TOKEN", "GATEWAY_URL", "GATEWAY_INTERFACE"])
def test_variables_of_other_programs_are_left_alone(name: str) -> None:
    check_choices({name: "theirs"})
