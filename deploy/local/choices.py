"""What whoever starts the registry has set, looked through before anything starts."""

from collections.abc import Mapping
from typing import Final

from chassis.settings import Settings, check, nearest, variables
from deploy.local.environment import chosen
from deploy.local.errors import CannotStart
from deploy.local.services import SERVICES
from gateway.settings import GatewaySettings

SETTINGS: Final[Mapping[str, type[Settings]]] = {
    "GATEWAY": GatewaySettings,
    **{service.name.upper(): service.settings for service in SERVICES},
}
_OWN: Final = "REGISTRY"  # other programs use this prefix too
_OWN_NAMES: Final = tuple(f"{_OWN}_{name}" for name in ("PORT", "DATA", "URL", "API_KEY", "FAULTS"))


def check_choices(environment: Mapping[str, str]) -> None:
    """Raises SettingsError for a wrong value, and CannotStart for a name that is a slip of the pen.

    Other names with our prefixes may be anybody's, and are left alone.
    """
    for prefix, settings in SETTINGS.items():
        check(settings, prefix, chosen(prefix, settings, environment))
        _require_no_slip(prefix, tuple(variables(settings, prefix)), environment)
    _require_no_slip(_OWN, _OWN_NAMES, environment)


def _require_no_slip(prefix: str, known: tuple[str, ...], environment: Mapping[str, str]) -> None:
    for name in environment:
        meant = nearest(name, prefix, known) if name.startswith(f"{prefix}_") and name not in known else None
        if meant is not None:
            raise CannotStart(f"{name} is no setting: is {meant} meant? (docs/operating.md lists all)")
