"""The input of one incident, from the values of its fields."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from client.importing.cells import BadValue
from client.importing.moments import Told
from client.importing.targets import CODED, CUSTOM, NEEDS, TIMESTAMPS, custom_code, path_of, timestamp_of
from client.importing.values import Form

_CURRENCY, _AMOUNT = "cost.currency", "cost.amount"
_CHANNEL: Final = "IMPORT"


def lacking(values: Mapping[str, Any], forms: Mapping[str, Form]) -> Iterator[BadValue]:
    """What is empty in this row and may not be, because of what another cell says. A currency alone is no cost."""
    for name, other in NEEDS:
        if name in values and other not in values and name != _CURRENCY:
            yield BadValue(", ".join(forms[other].columns), "", f"gives no {other}, and {name} says nothing without it")


def content_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Directory entries are referred to by their codes; all moments go with how exact they are."""
    content: dict[str, Any] = {"source": {"channel": _CHANNEL}}
    for name, value in values.items():
        if isinstance(value, Told):
            code, told = custom_code(name), {"at": value.at, "precision": value.precision}
            which = {"definition": {"code": code}} if code else {"timestamp": timestamp_of(name)}
            content.setdefault(CUSTOM if code else TIMESTAMPS, []).append(which | told)
        elif name != _CURRENCY or _AMOUNT in values:
            _put(content, path_of(name), {"code": value} if name in CODED else value)
    return content


def _put(content: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    *outer, inner = path
    for group in outer:
        content = content.setdefault(group, {})
    content[inner] = value
