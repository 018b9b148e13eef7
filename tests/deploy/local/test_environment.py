"""Settings made by whoever starts the one-process system."""

import pytest

from deploy.local.environment import chosen
from gateway.settings import GatewaySettings


def test_only_what_is_a_setting_is_taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_LIMIT_ALIASES", "7")
    monkeypatch.setenv("GATEWAY_INTERFACE", "cgi")

    assert chosen("GATEWAY", GatewaySettings) == {"GATEWAY_LIMIT_ALIASES": "7"}
