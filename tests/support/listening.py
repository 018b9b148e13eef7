"""Where a process waits for connections, as the kernel tells it."""

from pathlib import Path

LOOPBACK = "0100007F"  # 127.0.0.1, lowest byte first.
_LISTEN = "0A"


def listening(pid: int) -> list[tuple[str, int]]:
    """Addresses, as the kernel writes them, and ports on which a process waits for TCP connections."""
    sockets = {_target(link) for link in Path(f"/proc/{pid}/fd").iterdir()}
    rows = [line.split() for kind in ("tcp", "tcp6") for line in Path(f"/proc/net/{kind}").read_text().splitlines()[1:]]
    places = [row[1].split(":") for row in rows if row[3] == _LISTEN and f"socket:[{row[9]}]" in sockets]
    return [(address, int(port, 16)) for address, port in places]


def _target(link: Path) -> str:
    """Empty for a file that has been closed since it was listed."""
    try:
        return str(link.readlink())
    except FileNotFoundError:
        return ""
