"""Nothing in the tree ties it to one machine or to one package registry: whoever installs uses their own.

The names looked for are put together at run time, so that this file does not contain them either.
"""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
REGISTRIES = (
    *(("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"), ("yarnpkg", "com")),
    *(("debian", "org"), ("crates", "io"), ("golang", "org")),
)
MACHINE_FOLDERS = ("work", "root", "home")


def tracked() -> dict[str, str]:
    """Text by path of every file in version control, whatever is not text left out."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("This is no clone, or git is not installed.")
    # The owner of the clone may be another user than the one who runs the tests.
    listed = [git, "-c", f"safe.directory={ROOT}", "ls-files", "-z"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return {name: (ROOT / name).read_text(errors="ignore") for name in names if (ROOT / name).is_file()}


def lines_with(pattern: str) -> list[str]:
    found = re.compile(pattern)
    return [
        f"{name}:{number}: {line.strip()[:120]}"
        for name, text in tracked().items()
        for number, line in enumerate(text.splitlines(), start=1)
        if found.search(line)
    ]


def test_no_tracked_file_names_a_package_registry() -> None:
    hosts = "|".join(re.escape(".".join(parts)) for parts in REGISTRIES)

    assert lines_with(rf"\b(?:{hosts})\b") == []


def test_no_tracked_file_names_a_folder_of_one_machine() -> None:
    folders = "|".join(MACHINE_FOLDERS)

    assert lines_with(rf"(?<![\w.)}}*-])/(?:{folders})/") == []


def test_lock_files_that_carry_registry_addresses_are_not_tracked() -> None:
    assert not {"uv.lock", "pylock.toml", "poetry.lock", "Pipfile.lock"} & {Path(name).name for name in tracked()}
