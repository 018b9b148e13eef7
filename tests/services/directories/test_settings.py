"""The settings of the service."""

from pathlib import Path
from typing import Any

import pytest

from chassis.runtime import ServiceSettings
from chassis.settings import SettingsError
from services.directories.__main__ import SERVICE
from services.directories.settings import DirectoriesSettings
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
        data = await german.data('{ severities { name english: name(locale: "en") } }', user(locales=("it",)))

    assert data["severities"][0] == {"name": "Niedrig", "english": "Low"}


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        ({}, ("DIRECTORIES_TRANSLATION_URL", "DIRECTORIES_TRANSLATION_MODEL")),
        ({"TRANSLATION_URL": "http://127.0.0.1:1/v1/"}, ("DIRECTORIES_TRANSLATION_MODEL",)),
        ({"TRANSLATION_URL": "http://127.0.0.1:1/v1", "TRANSLATION_MODEL": "m"}, ()),
    ],
)
def test_translation_by_machine_is_off_until_it_is_told_whom_to_ask(
    required: dict[str, str], given: dict[str, str], lacking: tuple[str, ...]
) -> None:
    settings = SERVICE.read_settings(required | {f"DIRECTORIES_{name}": value for name, value in given.items()})

    assert isinstance(settings, DirectoriesSettings)
    assert settings.translation_lacks == lacking
    assert settings.translation_url in {None, "http://127.0.0.1:1/v1"}


def test_the_key_of_the_machine_may_come_from_a_file_and_has_no_line_break(
    required: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "key").write_text("sk-1\n")
    read = SERVICE.read_settings(required | {"DIRECTORIES_TRANSLATION_KEY_FILE": str(tmp_path / "key")})
    assert read.model_dump()["translation_key"] == "sk-1"

    with pytest.raises(SettingsError, match="DIRECTORIES_TRANSLATION_KEY") as stopped:
        SERVICE.read_settings(required | {"DIRECTORIES_TRANSLATION_KEY": "sk-1\nx-admin: 1"})
    assert "sk-1" not in str(stopped.value)


MANUAL = Path(__file__).parents[3] / "docs" / "operating.md"


def test_every_setting_of_this_service_is_in_the_manual() -> None:
    table = MANUAL.read_text().partition("| setting of the directories service |")[2].partition("\n\n")[0]
    own = DirectoriesSettings.model_fields.keys() - ServiceSettings.model_fields.keys()

    assert {name for name in own if f"`{name.upper()}`" not in table} == set()
