"""Become another program that ends when its parent ends, and that may run as a lesser user.

Run as a script by `processes`, with the interpreter's isolated mode, so it imports nothing of the project:

    launch.py PARENT SIGNAL UID GID PROGRAM ARGUMENT...

PARENT is the process whose death is answered with SIGNAL; UID and GID are `-` to stay who we are.
Without this, `kill -9` of the parent would leave a database server behind that nobody stops.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def drop(uid: str, gid: str) -> None:
    """Give up root for good; the order matters, because the last step forbids the first two."""
    os.setgroups([])
    os.setgid(int(gid))
    os.setuid(int(uid))


def follow(parent: int, signal: int) -> None:
    """Ask the kernel to end us with our parent, which may have died before we asked. Only Linux can."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal)
    if os.getppid() != parent:
        sys.exit(f"The process {parent} that wanted {sys.argv[5]} is gone.")


def main() -> None:
    parent, signal, uid, gid, program, *arguments = sys.argv[1:]
    if uid != "-":
        drop(uid, gid)
    # After the drop: changing the user clears the wish.
    follow(int(parent), int(signal))
    try:
        os.execv(program, [program, *arguments])  # noqa: S606 - becoming the given program is the purpose.
    except OSError as error:
        sys.exit(f"{program}: {error.strerror}")


if __name__ == "__main__":
    main()
