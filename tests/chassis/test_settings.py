"""Settings that are wrong are told in one line that names the variable and the way out, and never show a secret."""

import traceback
from pathlib import Path

import pytest
from pydantic import Field, Json, model_validator

from chassis.settings import Settings, SettingsError, check, load

SECRET = "hunter2-hunter2"


class Example(Settings):
    database_url: str
    port: int = 8000
    trusted_keys: Path = Path("keys")
    peers: Json[dict[str, str]] = Field(default_factory=dict)
    secret_file: str = ""


def refused(environment: dict[str, str], settings: type[Settings] = Example) -> str:
    with pytest.raises(SettingsError) as caught:
        load(settings, "THINGS", environment)
    line = str(caught.value)
    assert "\n" not in line
    assert SECRET not in line
    assert SECRET not in "".join(traceback.format_exception(caught.value))
    return line


def test_settings_are_read_from_their_prefix_alone() -> None:
    environment = {"THINGS_DATABASE_URL": "u", "THINGS_PORT": "9", "OTHERS_PORT": "x", "THINGSPORT": "x", "PATH": "/"}
    read = load(Example, "THINGS", environment)
    assert (read.database_url, read.port, read.trusted_keys, read.peers) == ("u", 9, Path("keys"), {})


def test_json_is_read() -> None:
    environment = {"THINGS_DATABASE_URL": "u", "THINGS_PEERS": '{"access": "http://127.0.0.1:1"}'}
    assert load(Example, "THINGS", environment).peers == {"access": "http://127.0.0.1:1"}


def test_a_value_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "url").write_text(f"{SECRET}\n")
    read = load(Example, "THINGS", {"THINGS_DATABASE_URL_FILE": str(tmp_path / "url")})
    assert read.database_url == SECRET


def test_a_setting_whose_own_name_ends_like_a_file_is_read_as_it_is() -> None:
    read = load(Example, "THINGS", {"THINGS_DATABASE_URL": "u", "THINGS_SECRET_FILE": "/nowhere"})
    assert read.secret_file == "/nowhere"


def test_a_missing_setting_is_named_with_both_ways_out() -> None:
    assert refused({}) == (
        "THINGS_DATABASE_URL is not set: set it, or THINGS_DATABASE_URL_FILE to a file that holds it"
    )


def test_an_unknown_setting_is_named() -> None:
    line = refused({"THINGS_DATABASE_URL": "u", "THINGS_COLOR": SECRET})
    assert line == "THINGS_COLOR is no setting: remove it, or correct its name (docs/operating.md lists all)"


@pytest.mark.parametrize("slip", ["THINGS_PROT", "THINGS_PORTS", "THINGS_port"])
def test_the_setting_that_was_meant_is_named(slip: str) -> None:
    line = refused({"THINGS_DATABASE_URL": "u", slip: SECRET})
    assert line == f"{slip} is no setting: is THINGS_PORT meant? (docs/operating.md lists all)"


def test_what_is_missing_may_be_told_later() -> None:
    check(Example, "THINGS", {"THINGS_PORT": "80"})
    with pytest.raises(SettingsError, match=r"^THINGS_PORT: Input should be a valid integer[^;]*$"):
        check(Example, "THINGS", {"THINGS_PORT": SECRET})


def test_an_unknown_setting_from_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text(SECRET)
    line = refused({"THINGS_DATABASE_URL": "u", "THINGS_PROT_FILE": str(tmp_path / "file")})
    assert line.startswith("THINGS_PROT_FILE is no setting: is THINGS_PORT_FILE meant?")


@pytest.mark.parametrize("value", [SECRET, "", "80.5", "8 0"])
def test_a_wrong_value_is_named_with_what_it_should_be_but_not_shown(value: str) -> None:
    line = refused({"THINGS_DATABASE_URL": "u", "THINGS_PORT": value})
    assert line.startswith("THINGS_PORT: Input should be a valid integer")


def test_wrong_json_is_named_but_not_shown() -> None:
    assert refused({"THINGS_DATABASE_URL": "u", "THINGS_PEERS": SECRET}).startswith("THINGS_PEERS: Invalid JSON")


def test_several_mistakes_share_one_line() -> None:
    line = refused({"THINGS_PORT": "x", "THINGS_PROT": "1"})
    assert line.count("; ") == 2
    assert [name in line for name in ("THINGS_DATABASE_URL ", "THINGS_PORT:", "THINGS_PROT ")] == [True] * 3


def test_a_file_that_cannot_be_read_is_named_by_its_variable(tmp_path: Path) -> None:
    for path in (tmp_path / "absent", tmp_path, Path(f"-----BEGIN PRIVATE KEY-----\n{SECRET}\n")):
        line = refused({"THINGS_DATABASE_URL_FILE": str(path)})
        assert line.startswith("THINGS_DATABASE_URL_FILE: cannot read the file that it names: ")


def test_a_file_that_is_no_text_is_named_by_its_variable(tmp_path: Path) -> None:
    (tmp_path / "url").write_bytes(SECRET.encode() + b"\xff\xfe")
    line = refused({"THINGS_DATABASE_URL_FILE": str(tmp_path / "url")})
    assert line == "THINGS_DATABASE_URL_FILE: cannot read the file that it names: it is no UTF-8 text"


def test_a_value_and_a_file_for_the_same_setting_are_one_too_many(tmp_path: Path) -> None:
    (tmp_path / "url").write_text(SECRET)
    line = refused({"THINGS_DATABASE_URL": SECRET, "THINGS_DATABASE_URL_FILE": str(tmp_path / "url")})
    assert line == "THINGS_DATABASE_URL is set twice: keep one of THINGS_DATABASE_URL and THINGS_DATABASE_URL_FILE"


def test_a_rule_about_several_settings_is_told_in_one_line() -> None:
    class Ruled(Example):
        @model_validator(mode="after")
        def rule(self) -> "Ruled":
            raise ValueError("either\nor")

    assert refused({"THINGS_DATABASE_URL": "u"}, Ruled) == "THINGS: either or"


def test_settings_show_no_values() -> None:
    read = load(Example, "THINGS", {"THINGS_DATABASE_URL": SECRET})
    assert SECRET not in repr(read) + str(read) + f"{read}"
