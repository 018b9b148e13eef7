"""The names and descriptions of an entry, language by language."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, TypeAlias

from chassis.errors import Invalid
from services.directories.domain import rules
from services.directories.domain.entries import Text

TextChange: TypeAlias = Mapping[str, Any]  # `locale`, and of `name` and `description` what shall change
_FIELD: Final = "translations"


def merge(before: Mapping[str, Text], changes: Sequence[TextChange], listed: Collection[str]) -> dict[str, Text]:
    """All texts after the changes; a name of None takes the translation away. `listed` are the locales written here.

    Raises Invalid naming the place in `changes` of an unknown locale, one that is not listed or comes twice, or a text
    that breaks its rule.
    """
    after = dict(before)
    seen: set[str] = set()
    for place, change in enumerate(changes):
        path = (_FIELD, str(place))
        locale = rules.locale(change["locale"], *path, "locale")
        if locale in seen:
            raise Invalid(f"The locale {locale} is given twice.", field=(*path, "locale"))
        if locale not in listed:
            raise Invalid(f"The locale {locale} is not used here: switch it on first.", field=(*path, "locale"))
        seen.add(locale)
        _apply(after, locale, change, path)
    return after


def _apply(texts: dict[str, Text], locale: str, change: TextChange, path: tuple[str, ...]) -> None:
    present = texts.get(locale)
    if "name" in change and change["name"] is None:
        texts.pop(locale, None)
        return
    name = change.get("name", present and present.name)
    description = change.get("description", present and present.description)
    texts[locale] = Text(
        rules.checked(rules.name, name, *path, "name"),
        rules.checked(rules.description, description, *path, "description"),
    )


def differences(before: Mapping[str, Text], after: Mapping[str, Text]) -> dict[str, tuple[str | None, str | None]]:
    """What changed, as `{"name.de": (before, after)}`."""
    found: dict[str, tuple[str | None, str | None]] = {}
    for tag in sorted(before.keys() | after.keys()):
        old, new = before.get(tag), after.get(tag)
        for part in ("name", "description"):
            was: str | None = None if old is None else getattr(old, part)
            now: str | None = None if new is None else getattr(new, part)
            if was != now:
                found[f"{part}.{tag}"] = (was, now)
    return found
