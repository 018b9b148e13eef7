"""Many objects at once: reading the same keys of all of them, and making objects of what was read.

A dict display is several times as fast as any way to make a dict of names that are given, so the usual numbers of names
are spelt out.
"""

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

Object = dict[str, Any]
Row = tuple[Any, ...]
Take = Callable[[Iterable[Any]], list[Row]]
Make = Callable[[Iterable[Row]], list[Object]]


def compile_take(keys: Sequence[str]) -> Take:
    """A function from objects to the values of their keys. It raises KeyError, or TypeError for what is no object."""
    if len(keys) == 1:
        key = keys[0]
        return lambda items: [(item[key],) for item in items]
    values = itemgetter(*keys)
    return lambda items: list(map(values, items))


def compile_make(names: Sequence[str]) -> Make:
    """A function from rows, with a value for each name, to objects."""
    return _SPELT[len(names)](*names) if len(names) in _SPELT else _any_number(names)


def _any_number(names: Sequence[str]) -> Make:
    return lambda rows: [dict(zip(names, row, strict=True)) for row in rows]


_SPELT: dict[int, Callable[..., Make]] = {
    1: lambda a: lambda rows: [{a: r} for (r,) in rows],
    2: lambda a, b: lambda rows: [{a: r, b: s} for r, s in rows],
    3: lambda a, b, c: lambda rows: [{a: r, b: s, c: t} for r, s, t in rows],
    4: lambda a, b, c, d: lambda rows: [{a: r, b: s, c: t, d: u} for r, s, t, u in rows],
    5: lambda a, b, c, d, e: lambda rows: [{a: r, b: s, c: t, d: u, e: v} for r, s, t, u, v in rows],
    6: lambda a, b, c, d, e, f: lambda rows: [{a: r, b: s, c: t, d: u, e: v, f: w} for r, s, t, u, v, w in rows],
}
