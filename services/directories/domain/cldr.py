"""What CLDR tells of a locale: what it is called, which way it is written, and how it counts."""

from typing import Final

from babel import Locale, UnknownLocaleError

from chassis.locales import fallbacks

_COUNTS: Final = ("zero", "one", "two", "few", "many", "other")


def display_name(tag: str, reader: tuple[str, ...]) -> str:
    """The locale's name in the first of the reader's languages that CLDR knows, in its own where there is none."""
    known = next((each for each in map(_known, reader) if each is not None), None)
    return _named(tag, known)


def own_name(tag: str) -> str:
    """The locale's name in its own language."""
    return _named(tag, None)


def direction(tag: str) -> str:
    """`ltr` or `rtl`."""
    known = _known(tag)
    return "ltr" if known is None else known.text_direction


def plural_forms(tag: str) -> list[str]:
    """The forms that words for numbers of things take, by the names of CLDR."""
    known = _known(tag)
    forms = {"other"} if known is None else {"other", *known.plural_form.tags}
    return [form for form in _COUNTS if form in forms]


def _known(tag: str) -> Locale | None:
    """The closest locale that CLDR has data of: de for de-KZ."""
    try:
        steps = fallbacks(tag)
    except ValueError:
        return None
    for step in steps:
        try:
            return Locale.parse(step, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return None


def _named(tag: str, reader: Locale | None) -> str:
    """Of a locale that CLDR has not, its language with the rest of the tag: Deutsch (KZ)."""
    known = _known(tag)
    if known is None:
        return tag
    name = known.get_display_name(reader or known) or tag
    rest = tag.removeprefix(str(known).replace("_", "-")).strip("-")
    return f"{name} ({rest})" if rest else name
