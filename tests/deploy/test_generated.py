"""Committed files that are generated: written, or checked."""

import textwrap
from pathlib import Path

import pytest

from deploy.generated import write_or_check
from deploy.schemas import SchemaError, schemas

FILE = Path("file.graphql")


def test_a_written_file_is_current(tmp_path: Path) -> None:
    assert write_or_check({FILE: "type A\n"}, check=False, root=tmp_path) == 0
    assert write_or_check({FILE: "type A\n"}, check=True, root=tmp_path) == 0


def test_a_stale_file_fails_with_the_difference_and_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / FILE).write_text("type A\n")

    assert write_or_check({FILE: "type B\n"}, check=True, root=tmp_path) == 1

    told = capsys.readouterr().err
    assert "-type A\n+type B\n" in told
    assert "file.graphql is not current: run `make schema`" in told
    assert (tmp_path / FILE).read_text() == "type A\n"


def test_a_missing_file_is_not_current(tmp_path: Path) -> None:
    assert write_or_check({FILE: "type A\n"}, check=True, root=tmp_path) == 1


def service(root: Path, name: str, code: str) -> None:
    folder = root / "services" / name
    folder.mkdir(parents=True)
    (root / "services" / "__init__.py").touch()
    (folder / "__main__.py").write_text(textwrap.dedent(code))


def test_each_service_says_its_own_schema(tmp_path: Path) -> None:
    service(tmp_path, "one", "import sys; print('type One', sys.argv[1:])")
    service(tmp_path, "two", "import sys; print('type Two', sys.argv[1:])")

    assert schemas(tmp_path) == {
        Path("services/one/graphql/schema.graphql"): "type One ['schema']\n",
        Path("services/two/graphql/schema.graphql"): "type Two ['schema']\n",
    }


def test_a_service_that_cannot_say_its_schema_is_named(tmp_path: Path) -> None:
    service(tmp_path, "broken", "raise SystemExit('no such type')")

    with pytest.raises(SchemaError, match=r"services\.broken schema failed:\nno such type"):
        schemas(tmp_path)
