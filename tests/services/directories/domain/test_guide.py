"""The tree of the guide, and what translations are worth."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from chassis.errors import Invalid
from services.directories.domain.guide import Page, Tree, check_place
from services.directories.domain.guide_texts import Author, PageText, digest, merge
from services.directories.domain.translation import State

NOW = datetime(2026, 1, 2, tzinfo=UTC)
ONE, TWO = (Author(UUID(int=number), NOW) for number in (1, 2))


def page(number: int, parent: int | None = None, **more: Any) -> Page:
    given: dict[str, Any] = {
        "version": 1, "slug": f"page-{number}", "is_addition": False, "sort_order": number, "active": True,
        "company_id": None, "source_locale": "en", "number": 1, "published_at": None, "draft_changed": False,
        "stands": {}, **more,
    }  # fmt: skip
    return Page(id=UUID(int=number), parent_id=None if parent is None else UUID(int=parent), **given)


def test_a_page_whose_parent_is_not_seen_is_not_there() -> None:
    tree = Tree.of([page(1), page(2, 1), page(4, 3), page(5, 4)])

    assert [each.slug for each in tree.pages] == ["page-1", "page-2"]
    assert [tree.depths[each.id] for each in tree.pages] == [1, 2]


def test_everybody_s_page_comes_before_one_of_a_company_with_its_slug() -> None:
    own = page(1, slug="same", company_id=UUID(int=9))

    assert Tree.of([own]).find("same") == own
    assert Tree.of([own, page(2, slug="same")]).find("same") == page(2, slug="same")


def test_a_page_may_move_anywhere_but_below_itself_or_too_deep() -> None:
    pages = [page(1), page(2, 1), page(3, 2), page(4, 3), page(5, 4), page(6)]

    check_place(pages, pages[5], UUID(int=4))
    check_place(pages, pages[1], None)
    for moved, below in ((pages[1], 3), (pages[1], 2), (pages[0], 6), (pages[5], 5)):
        with pytest.raises(Invalid):
            check_place(pages, moved, UUID(int=below))


def written(**texts: str) -> dict[str, PageText]:
    changes = [{"locale": locale, "title": locale, "text": text} for locale, text in texts.items()]
    return merge({}, changes, "en", ONE)


def test_what_a_person_writes_is_reviewed_and_knows_its_source() -> None:
    texts = written(en="a", de="b")

    assert {text.source_hash for text in texts.values()} == {digest("en", "a")}
    assert {(text.state, text.reviewed_by, text.reviewed_at) for text in texts.values()} == {
        (State.REVIEWED, ONE.id, NOW)
    }


def test_a_changed_source_makes_the_others_stale_but_those_written_with_it() -> None:
    after = merge(
        written(en="a", de="b", fr="c"), [{"locale": "en", "text": "z"}, {"locale": "fr", "text": "y"}], "en", TWO
    )

    assert {locale: text.state for locale, text in after.items()} == {
        "en": State.REVIEWED, "de": State.STALE, "fr": State.REVIEWED,
    }  # fmt: skip
    assert after["de"].reviewed_by == ONE.id
    assert after["fr"].source_hash == digest("en", "z") != after["de"].source_hash


def test_writing_what_stands_there_changes_nothing_not_even_the_reviewer() -> None:
    before = written(en="a", de="b")

    assert merge(before, [{"locale": "de", "title": "de"}, {"locale": "en"}], "en", TWO) == before


def test_a_translation_by_machine_is_reviewed_by_handing_it_in() -> None:
    before = written(en="a")
    machine = PageText(title="de", text="b", state=State.MACHINE, source_hash=digest("en", "a"), engine="some")

    after = merge({**before, "de": machine}, [{"locale": "de"}], "en", TWO)["de"]

    assert (after.state, after.engine, after.reviewed_by) == (State.REVIEWED, None, TWO.id)
