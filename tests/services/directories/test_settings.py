"""The settings of the service."""

from pathlib import Path
from typing import Any

import pytest

from chassis.settings import SettingsError
from services.directories.__main__ import SERVICE
from tests.support.services import RunningService, running, user


@pytest.fixture
def required(signing_keys: Path) -> dict[str, str]:
    return {
        "DIRECTORIES_DATABASE_URL": "postgresql+asyncpg://nowhere/none",
        "DIRECTORIES_SIGNING_KEY_FILE": str(signing_keys / "directories.pem"),
        "DIRECTORIES_TRUSTED_KEYS": str(signing_keys / "public"),
    }


@pytest.mark.parametrize(("given", "read"), [({}, "en"), ({"DIRECTORIES_DEFAULT_LOCALE": "de-at"}, "de-AT")])
def test_the_language_of_the_installation_is_english_unless_set(
    required: dict[str, str], given: dict[str, str], read: str
) -> None:
    assert SERVICE.read_settings(required | given).model_dump()["default_locale"] == read


def test_an_unknown_language_stops_the_start_with_one_line(required: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match=r"DIRECTORIES_DEFAULT_LOCALE: .*'xx' is no known locale") as stopped:
        SERVICE.read_settings(required | {"DIRECTORIES_DEFAULT_LOCALE": "xx"})

    assert "\n" not in str(stopped.value)


async def test_the_language_of_the_installation_serves_whom_no_other_serves(
    directories: RunningService, service_databases: dict[str, Any], signing_keys: Any
) -> None:
    async with running(SERVICE, service_databases["directories"], signing_keys, default_locale="de-AT") as german:
        data = await german.data('{ severities { name english: name(locale: "en") } }', user(locales=("fr",)))

    assert data["severities"][0] == {"name": "Niedrig", "english": "Low"}
