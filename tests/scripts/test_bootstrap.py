"""Preparing the tree: what stops it, what it repeats, what it leaves alone."""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module that works on an empty tree with one pin."""
    spec = spec_from_file_location("bootstrap", ROOT / "scripts" / "bootstrap.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    for name, path in {"VENV": ".venv", "LOG": "log"}.items():
        monkeypatch.setattr(module, name, tmp_path / path)
    for name in ("requirements/local.txt", "requirements/dev.txt", "pyproject.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("one==1 \\\n    --hash=sha256:00\n")
    return module


def test_an_old_python_is_told_in_one_line(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST", (99, 1))

    with pytest.raises(
        SystemExit, match=r"^Cannot prepare the registry: Python 99\.1 or newer is needed.*PYTHON="
    ) as told:
        bootstrap.check_python()

    assert "\n" not in str(told.value)


def test_a_python_without_venv_is_told_what_to_install(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ensurepip", None)

    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        bootstrap.check_python()


def test_a_place_that_is_not_ours_is_told_in_one_line(bootstrap: ModuleType) -> None:
    bootstrap.VENV.write_text("a file in the way")

    with pytest.raises(SystemExit, match="Cannot write to"), bootstrap.one_at_a_time():
        pass


def test_changed_pins_ask_for_another_stamp(bootstrap: ModuleType, tmp_path: Path) -> None:
    before = bootstrap.stamp("dev")
    (tmp_path / "requirements" / "dev.txt").write_text("one==2 \\\n    --hash=sha256:00\n")

    assert bootstrap.stamp("dev") != before


def test_pins_are_counted_without_their_hashes(bootstrap: ModuleType) -> None:
    assert bootstrap.count("dev") == 1


def test_a_failed_command_shows_the_end_of_the_log_and_its_place(bootstrap: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as told:
        bootstrap.run([sys.executable, "-c", "raise SystemExit('no network')"])

    assert str(told.value).splitlines()[-1] == "no network"
    assert str(tmp_path / "log") in str(told.value)


def test_other_pythons_settings_do_not_reach_the_installers(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")

    assert "PYTHONPATH" not in bootstrap.environment()


def test_without_a_home_caches_stay_in_the_environment(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "missing"))

    assert bootstrap.environment()["HOME"] == str(bootstrap.VENV)
