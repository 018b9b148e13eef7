"""Texts of mails that are kept for using them again: one for each language, with places to be filled."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from chassis.access import EVERY_COMPANY, Actor, Companies, union, within
from chassis.errors import Denied, Invalid, NotFound
from chassis.locales import canonical, choose
from services.notifications.domain import permissions
from services.notifications.domain.letters import one_line
from services.notifications.domain.mails import check_text
from services.notifications.domain.wording import FALLBACK, Text

TEMPLATE: Final = "The template was"
MOST_LANGUAGES: Final = 50
_LONGEST_NAME: Final = 200


class NeedsEveryCompany(Denied):
    """A template of everybody's is changed by who manages the lists of every company."""

    def __init__(self) -> None:
        super().__init__(permissions.MANAGE)
        self.message = f"It is every company's: this needs the permission {permissions.MANAGE} in every company."


def sees_templates(actor: Actor) -> Companies:
    """Who sends mails uses them, who manages lists looks after them."""
    return union(actor.companies(permissions.SEND_MAIL), actor.companies(permissions.MANAGE))


def require_manager(actor: Actor, company: Any, *, field: tuple[str, ...], what: str) -> None:
    """Of everybody's templates where `company` is None. Raises NeedsEveryCompany, Denied or NotFound."""
    if company is None:
        if actor.companies(permissions.MANAGE) is not EVERY_COMPANY:
            raise NeedsEveryCompany
    elif not actor.may(permissions.MANAGE, company):
        raise Denied(permissions.MANAGE) if within(sees_templates(actor), company) else NotFound(what, field=field)


def check_name(name: str) -> str:
    """Raises Invalid."""
    plain = one_line(name)
    if not plain or len(plain) > _LONGEST_NAME:
        raise Invalid(f"A name has from one to {_LONGEST_NAME} characters.", field=("name",))
    return plain


def check_texts(given: Sequence[tuple[str, str, str]]) -> dict[str, dict[str, str]]:
    """By BCP 47 tag, from locales, subjects and bodies. Raises Invalid."""
    if not given or len(given) > MOST_LANGUAGES:
        raise Invalid(f"A template has texts in from one to {MOST_LANGUAGES} languages.", field=("texts",))
    found: dict[str, dict[str, str]] = {}
    for number, (locale, subject, body) in enumerate(given):
        place = ("texts", str(number))
        tag = _tag(locale, (*place, "locale"))
        if tag in found:
            raise Invalid(f"There are two texts in {tag}.", field=(*place, "locale"))
        plain, whole = check_text(subject, body, within=place)
        found[tag] = {"subject": plain, "body": whole}
    return found


def text_for(texts: Mapping[str, Mapping[str, str]], locale: str) -> Text:
    """In the reader's language or its parents, else in English, else in the first there is."""
    chosen = choose((locale, FALLBACK), tuple(texts)) or next(iter(texts))
    return Text(**texts[chosen])


def _tag(locale: str, field: tuple[str, ...]) -> str:
    try:
        return canonical(locale)
    except ValueError as error:
        raise Invalid(str(error), field=field) from None
