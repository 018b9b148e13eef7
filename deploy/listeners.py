"""For each service a committed file of those who listen to its events, generated from the code of all.

python -m deploy.listeners            writes services/<service>/events/listeners.json
python -m deploy.listeners --check    fails with the differences when one is not current
"""

import sys
from importlib import import_module
from pathlib import Path

from chassis.broker import Subscription
from chassis.listeners import to_json
from deploy.generated import write_or_check
from deploy.local.services import SERVICES


def listeners() -> dict[Path, str]:
    """The files by their paths."""
    names = [service.name for service in SERVICES]
    known = [subscription for name in names for subscription in _subscriptions(name)]
    return {
        Path(f"services/{name}/events/listeners.json"): to_json([each for each in known if each.source == name])
        for name in names
    }


def _subscriptions(service: str) -> list[Subscription]:
    """What it wants of others. Its handlers are registered by the import of its worker, which SERVICES has done."""
    subscriptions: list[Subscription] = import_module(f"services.{service}.events").subscriptions.for_group(service)
    return subscriptions


if __name__ == "__main__":
    sys.exit(write_or_check(listeners(), check="--check" in sys.argv[1:]))
