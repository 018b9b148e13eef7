"""How a language sorts: by the rules of CLDR, which ICU knows.

The wheel of icu4py carries ICU and shows of it only what formats messages; the collation is in the same library, and
its C interface is stable but for the number of the version in each name.
"""

import ctypes
import weakref
from collections.abc import Callable
from functools import cache, lru_cache
from importlib.metadata import files
from typing import Any, Final, NamedTuple, TypeAlias

from icu4py import icu_version_info

from chassis.locales import fallbacks

SortKey: TypeAlias = Callable[[str], bytes]
_KEY_BYTES: Final = 8  # for each UTF-16 unit; a longer key is asked for again


def collation(wanted: tuple[str, ...]) -> SortKey:
    """The sort key of texts for a reader of these BCP 47 tags, best first; the root's where none is a tag."""
    return _collation(next((tag for tag in wanted if _is_tag(tag)), "root"))


def _is_tag(tag: str) -> bool:
    try:
        return bool(fallbacks(tag))
    except ValueError:
        return False


@lru_cache(maxsize=256)
def _collation(tag: str) -> SortKey:
    """Raises OSError when ICU refuses, which it does for no tag: what it does not know sorts as its parents do."""
    icu, status = _icu(), ctypes.c_int(0)
    collator = icu.open(tag.encode(), ctypes.byref(status))
    if status.value > 0 or not collator:
        raise OSError(f"ICU has no collation for {tag}: error {status.value}")

    def key(text: str) -> bytes:
        units = text.encode("utf-16-le", "surrogatepass")
        size = _KEY_BYTES * len(text) + 64
        while True:
            room = ctypes.create_string_buffer(size)
            needed: int = icu.sort_key(collator, units, len(units) // 2, room, size)
            if needed <= size:
                return room.raw[:needed]
            size = needed

    weakref.finalize(key, icu.close, collator)
    return key


class _Icu(NamedTuple):
    open: Any
    close: Any
    sort_key: Any


@cache
def _icu() -> _Icu:
    """Its functions `ucol_open`, `ucol_close` and `ucol_getSortKey`."""
    found = [file for file in files("icu4py") or () if "libicui18n" in file.name]
    if not found:
        raise ImportError("icu4py came without its ICU: install its wheel and not its source.")
    library, version = ctypes.CDLL(str(found[0].locate())), icu_version_info[0]
    opening, closing, making = (getattr(library, f"ucol_{name}_{version}") for name in ("open", "close", "getSortKey"))
    opening.restype, opening.argtypes = ctypes.c_void_p, [ctypes.c_char_p, ctypes.POINTER(ctypes.c_int)]
    closing.restype, closing.argtypes = None, [ctypes.c_void_p]
    making.restype = ctypes.c_int32
    making.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int32, ctypes.c_char_p, ctypes.c_int32]
    return _Icu(opening, closing, making)
