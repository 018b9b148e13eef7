"""A real clamd that knows one signature: that of the harmless test file which all scanners know."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# In two halves, so that no scanner takes this file for what it makes.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR" + b"-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
UNPACKED = Path(sys.prefix, "clamav")
LARGEST = 2**20


def program() -> Path | None:
    """The machine's own, else the one that `scripts/clamav` unpacked."""
    found = shutil.which("clamd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    unpacked = UNPACKED / "usr/sbin/clamd"
    return Path(found) if found else unpacked if unpacked.exists() else None


@contextmanager
def running(clamd: Path, folder: Path) -> Iterator[Path]:
    """Its socket. `folder` has a short path and room for its signature."""
    (folder / "local.ndb").write_text(f"Test-File:0:*:{EICAR.hex()}\n")
    socket, settings = folder / "socket", folder / "clamd.conf"
    settings.write_text(
        f"DatabaseDirectory {folder}\nLocalSocket {socket}\nTemporaryDirectory {folder}\n"
        f"Foreground yes\nStreamMaxLength {LARGEST}\n"
    )
    libraries = ":".join(str(each) for each in UNPACKED.glob("usr/lib/*-linux-gnu"))
    process = subprocess.Popen(
        [clamd, "-c", settings],
        env={"LD_LIBRARY_PATH": libraries},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield socket
    finally:
        process.terminate()
        process.wait(10)
