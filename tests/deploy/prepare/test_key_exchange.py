"""A signing key is exchanged without a moment in which a good signature is refused."""

from pathlib import Path

import pytest

from chassis.auth import InvalidToken, Keyring, Signer, Verifier
from deploy.local.errors import CannotStart
from deploy.prepare.commands import main
from deploy.prepare.key_exchange import drop_old, make_next, use_next
from deploy.prepare.secret_files import Addresses, prepare_secrets


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    prepare_secrets(tmp_path, Addresses("db:1", "broker:2"))
    return tmp_path


def started_signer(folder: Path) -> Signer:
    """As the gateway starts: with the key that is there."""
    return Signer("gateway", (folder / "keys" / "gateway.pem").read_text())


def started_verifier(folder: Path) -> Verifier:
    """As a service starts: with the public keys that are there."""
    return Verifier(Keyring.read(folder / "keys" / "public"), "subgraphs")


def accepts(verifier: Verifier, signer: Signer) -> bool:
    try:
        verifier.verify(signer.sign("subgraphs", {}))
    except InvalidToken:
        return False
    return True


def test_at_every_step_those_who_run_understand_one_another(folder: Path) -> None:
    old_signer, old_verifier = started_signer(folder), started_verifier(folder)

    make_next(folder, "gateway")
    verifier = started_verifier(folder)
    assert accepts(old_verifier, started_signer(folder))
    assert accepts(verifier, old_signer)

    use_next(folder, "gateway")
    signer = started_signer(folder)
    assert accepts(verifier, old_signer)
    assert accepts(verifier, signer)
    assert accepts(started_verifier(folder), old_signer)
    assert not accepts(old_verifier, signer)

    drop_old(folder, "gateway")
    assert accepts(started_verifier(folder), signer)
    assert not accepts(started_verifier(folder), old_signer)


def test_making_secrets_meanwhile_disturbs_nothing(folder: Path) -> None:
    make_next(folder, "gateway")
    prepare_secrets(folder, Addresses("db:1", "broker:2"))
    verifier = started_verifier(folder)
    use_next(folder, "gateway")
    prepare_secrets(folder, Addresses("db:1", "broker:2"))

    assert accepts(verifier, started_signer(folder))
    assert accepts(started_verifier(folder), started_signer(folder))


def test_containers_can_read_the_new_files(folder: Path) -> None:
    for step in (make_next, use_next):
        step(folder, "access")
        assert {file.stat().st_mode & 0o777 for file in (folder / "keys").rglob("*.pem")} == {0o444}


def test_a_step_out_of_turn_is_refused(folder: Path) -> None:
    with pytest.raises(CannotStart, match="no next key of gateway"):
        use_next(folder, "gateway")
    with pytest.raises(CannotStart, match="no old key of gateway"):
        drop_old(folder, "gateway")
    make_next(folder, "gateway")
    with pytest.raises(CannotStart, match="under way"):
        make_next(folder, "gateway")
    use_next(folder, "gateway")
    with pytest.raises(CannotStart, match="under way"):
        make_next(folder, "gateway")


def test_who_has_no_key_is_told_who_has(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["key", "next", str(folder), "nobody"]) == 2

    assert "its names are access, directories," in capsys.readouterr().err
