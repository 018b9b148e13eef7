"""Settings made by whoever starts the one-process system."""

import pytest

from deploy.local.choices import check_choices
from deploy.local.environment import chosen, surrounded
from gateway.settings import GatewaySettings


def test_only_what_is_a_setting_is_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_LIMIT_ALIASES", "7")
    monkeypatch.setenv("GATEWAY_INTERFACE", "cgi")

    assert chosen("GATEWAY", GatewaySettings) == {"GATEWAY_LIMIT_ALIASES": "7"}


def test_what_is_made_takes_the_place_of_what_was_chosen_in_either_form() -> None:
    given = {"FILES_SIGNING_KEY": "mine", "FILES_PORT_FILE": "/mine", "FILES_LOG_LEVEL": "debug"}
    made = {"FILES_SIGNING_KEY_FILE": "/made", "FILES_PORT": "1"}

    assert surrounded(given, made) == {**made, "FILES_LOG_LEVEL": "debug"}


def test_settings_may_come_from_files() -> None:
    given = {"GATEWAY_LIMIT_ALIASES_FILE": "/a"}

    assert chosen("GATEWAY", GatewaySettings, given) == given


@pytest.mark.parametrize("name", ["REGISTRY_AUTH", "REGISTRY_USER", "ACCESS_TOKEN", "GATEWAY_URL", "GATEWAY_INTERFACE"])
def test_variables_of_other_programs_are_left_alone(name: str) -> None:
    check_choices({name: "theirs"})
