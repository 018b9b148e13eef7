"""Telling machines what terms are called in other languages."""

from collections.abc import Sequence

from chassis.database import UnitOfWork
from chassis.errors import Invalid, NotFound
from services.directories.domain import glossary, permissions, rules
from services.directories.persistence.entries import claim
from services.directories.persistence.glossary import GlossaryTerms


async def set_glossary_term(term: str, translations: Sequence[tuple[str, str]], work: UnitOfWork) -> str:
    """`translations` are BCP 47 tags and terms, all there are. The term as it is kept.

    Raises NeedsEveryCompany or Invalid.
    """
    permissions.require_manager(work.actor)
    kept = str(rules.checked(glossary.term, term, "term"))
    called = glossary.translations(translations)
    if not called:
        raise Invalid("A term needs a translation; remove it when it has none.", field=("translations",))
    await claim(work.session)
    terms = GlossaryTerms(work.session)
    if await terms.find(kept) is None and await terms.count() >= glossary.MOST_TERMS:
        raise Invalid(f"A glossary has at most {glossary.MOST_TERMS} terms.", field=("term",))
    await terms.put(kept, called)
    return kept


async def remove_glossary_term(term: str, work: UnitOfWork) -> None:
    """Raises NeedsEveryCompany or NotFound."""
    permissions.require_manager(work.actor)
    terms = GlossaryTerms(work.session)
    if "\x00" in term or await terms.find(term) is None:  # PostgreSQL would refuse the whole statement
        raise NotFound("The term was", field=("term",))
    await terms.remove(term)
