"""`make real` hands the table over to the importing client, or says what is missing."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from deploy.local import real


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With the table in it."""
    (tmp_path / "breaches.csv").write_text("company\n")
    return tmp_path


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data directory of one that has been started."""
    data = tmp_path / "data"
    data.mkdir()
    demo = {"graphql": "http://127.0.0.1:9/graphql", "users": [{"apiKey": "ir_admin"}, {"apiKey": "ir_other"}]}
    (data / "demo.json").write_text(json.dumps(demo))
    monkeypatch.setenv("REGISTRY_DATA", str(data))
    return data


def test_it_becomes_the_import_as_the_administrator(
    folder: Path, registry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    became: list[Any] = []
    monkeypatch.setattr(os, "execve", lambda *given: became.extend(given))

    real.main([str(folder)])

    _, words, environment = became
    assert words[1:5] == ["-m", "client", "import", str(folder / "breaches.csv")]
    assert words[words.index("--url") + 1] == "http://127.0.0.1:9/graphql"
    assert Path(words[words.index("--mapping") + 1]).is_file()
    assert environment["REGISTRY_API_KEY"] == "ir_admin"


@pytest.mark.parametrize("arguments", [[], [""], ["/nowhere"]])
def test_a_folder_without_the_table_is_told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        real.main(arguments)

    assert end.value.code == 2
    assert capsys.readouterr().err == "No breaches.csv there: name the folder that has it: make real DATA=folder\n"


def test_a_registry_that_never_ran_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("REGISTRY_DATA", str(folder / "none"))

    with pytest.raises(SystemExit) as end:
        real.main([str(folder)])

    assert end.value.code == 2
    assert "start one with `make up`" in capsys.readouterr().err
