"""What people type, read into terms: whatever it is, it is read or refused clearly, and within bounds."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chassis.errors import Invalid
from services.incidents.domain.languages import CONFIGURATIONS, configurations
from services.incidents.domain.search import LONGEST_SEARCH, MOST_TERMS, Search, Term, search_of


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("phishing", [Term("phishing", beginning=True)]),
        ("phishing ", [Term("phishing")]),
        ("phishing mail", [Term("phishing"), Term("mail", beginning=True)]),
        ('"stolen  notebook"', [Term("stolen notebook")]),
        ('"stolen notebook', [Term("stolen notebook")]),
        ('mail "one', [Term("mail"), Term("one", beginning=True)]),
        ("mail -drill", [Term("mail"), Term("drill", excluded=True)]),
        ('mail -"dry run"', [Term("mail"), Term("dry run", excluded=True)]),
        ("e-mail", [Term("e-mail", beginning=True)]),
        ("-- mail --", [Term("mail")]),
        ('a"b c"d', [Term("a"), Term("b c"), Term("d", beginning=True)]),
        ("a & b | !c:*", [Term("a"), Term("b"), Term("!c:*", beginning=True)]),
        ("'); DROP TABLE incident", [Term("DROP"), Term("TABLE"), Term("incident", beginning=True)]),
        ("a\x00b\nc", [Term("a"), Term("b"), Term("c", beginning=True)]),
        ("Фишинг", [Term("Фишинг", beginning=True)]),
        ("مرحبا", [Term("مرحبا", beginning=True)]),
    ],
)
def test_terms_are_what_was_meant(typed: str, terms: list[Term]) -> None:
    assert list(search_of(typed).terms) == terms


@pytest.mark.parametrize("typed", ["ACME-2026-000042", " acme-2026-000042 ", "A1-2026-1000000"])
def test_a_reference_is_known_by_its_form(typed: str) -> None:
    assert search_of(typed).reference == typed.strip().upper()


@pytest.mark.parametrize("typed", ["ACME-2026-42", "ACME-2026-000042 mail", "ACME", '"ACME-2026-000042"'])
def test_what_is_no_whole_reference_is_none(typed: str) -> None:
    assert search_of(typed).reference is None


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Say what is to be found"),
        ('  ""  ', "Say what is to be found"),
        ("!?&|", "Say what is to be found"),
        ("-mail", "Say what is to be found"),
        ("x" * 201, "At most 200 characters"),
        ("w " * 13, "At most 12 words"),
    ],
)
def test_what_cannot_be_searched_for_is_refused_with_the_way_out(typed: str, message: str) -> None:
    with pytest.raises(Invalid, match=message) as caught:
        search_of(typed)
    assert caught.value.field == ("search",)


@given(st.text(alphabet=st.one_of(st.sampled_from("\"-'&|!:*()<> \\\x00"), st.characters()), max_size=250))
@example('"' * 200)
@example('-"' * 100)
def test_whatever_is_typed_is_read_within_bounds_or_refused(typed: str) -> None:
    try:
        search = search_of(typed)
    except Invalid:
        return
    assert isinstance(search, Search)
    assert len(typed) <= LONGEST_SEARCH
    assert 0 < len(search.terms) <= MOST_TERMS
    assert not all(term.excluded for term in search.terms)
    for term in search.terms:
        assert term.words == " ".join(term.words.split()) != ""
        assert not any(sign in term.words for sign in '"\x00')
        assert not (term.beginning and (term.excluded or " " in term.words))
    assert [term.beginning for term in search.terms[:-1]] == [False] * (len(search.terms) - 1)


def test_a_search_is_read_in_the_reader_s_languages_first_and_without_stems_at_last() -> None:
    found = configurations(["tr-TR", "kk", "de"])

    assert found[:2] == ["turkish", "german"]
    assert found[-1] == "simple"
    assert len(found) == len(set(found))
    assert set(found) <= {*CONFIGURATIONS.values(), "simple"}
