"""Keys and passwords of a deployment: made once, kept, and found by those who need them."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import make_url

from chassis.auth import Keyring, Signer, key_id
from deploy.local.services import DEPLOYABLES, SERVICES
from deploy.prepare.commands import main
from deploy.prepare.secret_files import Addresses, prepare_secrets

ADDRESSES = Addresses("db:5432", "broker:5672")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    prepare_secrets(tmp_path / "secrets", ADDRESSES)
    return tmp_path / "secrets"


def content(folder: Path) -> Mapping[str, str]:
    return {str(file.relative_to(folder)): file.read_text() for file in folder.rglob("*") if file.is_file()}


def test_every_deployable_has_a_key_that_all_know(folder: Path) -> None:
    ring = Keyring.read(folder / "keys" / "public")

    for name in DEPLOYABLES:
        signer = Signer(name, (folder / "keys" / f"{name}.pem").read_text())
        trusted = ring.find(key_id(signer._key.public_key()))
        assert trusted is not None
        assert trusted.issuer == name


def test_every_service_has_two_addresses_of_its_database(folder: Path) -> None:
    for service in SERVICES:
        app, owner = (
            make_url((folder / f"{service.name}_{kind}").read_text()) for kind in ("database_url", "database_owner_url")
        )
        assert (app.host, app.port, app.database) == ("db", 5432, f"registry_{service.name}")
        assert (owner.host, owner.database) == (app.host, app.database)
        assert {app.username, owner.username} == {f"{service.name}_app", f"{service.name}_owner"}


def test_no_two_passwords_are_the_same(folder: Path) -> None:
    urls = [make_url(text).password for name, text in content(folder).items() if name.endswith("_url")]
    others = [(folder / name).read_text() for name in ("postgres_password", "s3_secret_key", "administrator_password")]

    assert len({*urls, *others}) == 2 * len(SERVICES) + 1 + 3


def test_the_broker_knows_the_user_of_its_address(folder: Path) -> None:
    url = make_url((folder / "amqp_url").read_text())

    assert (url.host, url.port) == ("broker", 5672)
    settings = (folder / "rabbitmq.conf").read_text()
    assert settings == f"default_user = registry\ndefault_pass = {url.password}\n"


def test_the_same_again_changes_nothing(folder: Path) -> None:
    before = content(folder)

    assert prepare_secrets(folder, Addresses("elsewhere:1", "elsewhere:2")) == "all files were there"

    assert content(folder) == before


def test_a_missing_file_is_made_and_the_others_stay(folder: Path) -> None:
    before = content(folder)
    (folder / "s3_secret_key").unlink()

    assert prepare_secrets(folder, ADDRESSES) == "made: s3_secret_key"

    after = content(folder)
    assert after.keys() == before.keys()
    assert {name for name in after if after[name] != before[name]} == {"s3_secret_key"}


def test_an_address_that_was_put_in_stays_and_the_broker_follows_it(folder: Path) -> None:
    (folder / "amqp_url").unlink()
    (folder / "amqp_url").write_text("amqp://me:p%40ss@mq.example.org:5672/\n")

    prepare_secrets(folder, ADDRESSES)

    assert (folder / "amqp_url").read_text() == "amqp://me:p%40ss@mq.example.org:5672/\n"
    assert (folder / "rabbitmq.conf").read_text() == "default_user = me\ndefault_pass = p@ss\n"


def test_containers_read_the_files_and_others_of_the_machine_do_not_reach_them(folder: Path) -> None:
    modes = {file: file.stat().st_mode & 0o777 for file in folder.rglob("*")}

    assert folder.stat().st_mode & 0o777 == 0o700
    assert {mode for file, mode in modes.items() if file.is_file()} == {0o444}
    assert modes[folder / "keys" / "public"] == 0o755


def test_a_folder_of_another_user_is_told_with_the_way_out(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refused)

    assert main(["secrets", str(folder)]) == 2

    told = f"cannot write to {folder}: run as the user who owns it (REGISTRY_USER=uid:gid)"
    assert capsys.readouterr().err == f"prepare secrets: {told}\n"
