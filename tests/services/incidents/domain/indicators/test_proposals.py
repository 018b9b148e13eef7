"""What is found in texts, where it stands there, and what reading hostile ones costs."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.incidents.domain.indicators.kinds import normalized
from services.incidents.domain.indicators.proposals import MOST_PROPOSALS, propose

TEXT = r"""Mail from bad(at)evil[.]example (see hxxps://evil[.]example/a(b)), then 198.51.100.7:443.
Dropped invoice.pdf.exe, sha256:%s; key HKLM\Software\Microsoft\Windows NT\Run was set.
ip=203.0.113.5, [2001:db8::1], CVE-2021-44228, host evil[.]org/path; paid to DE89 3704 0044 0532 0130 00.
From bücher.example!
Not: e.g. this.And 12:30:45 std::string 1.2 (nor [that])""" % ("ab" * 32)


def test_all_forms_are_found_where_they_stand() -> None:
    found = propose(TEXT)

    assert [(each.code, each.value) for each in found] == [
        ("email-addr", "bad(at)evil[.]example"),
        ("url", "hxxps://evil[.]example/a(b)"),
        ("ipv4-addr", "198.51.100.7"),
        ("file", "invoice.pdf.exe"),
        ("file", "sha256:" + "ab" * 32),
        ("windows-registry-key", r"HKLM\Software\Microsoft\Windows NT\Run"),
        ("ipv4-addr", "203.0.113.5"),
        ("ipv6-addr", "2001:db8::1"),
        ("x-cve", "CVE-2021-44228"),
        ("domain-name", "evil[.]org"),
        ("x-iban", "DE89 3704 0044 0532 0130 00"),
        ("domain-name", "bücher.example"),
    ]
    assert [TEXT[each.start : each.end] for each in found] == [each.value for each in found]


def test_each_is_proposed_once_where_it_stands_first() -> None:
    (found,) = propose("EVIL[.]example evil.example hxxp")

    assert (found.form, found.start) == ("evil.example", 0)


PIECES = [
    "evil[.]example", "hxxps://evil[.]example/a(b)", "198.51.100.7", "[2001:db8::1]", "CVE-2021-44228", "AS64496",
    r"HKLM\Software\Microsoft\Run key", "ada(at)evil[.]example", "invoice.pdf.exe", "ab" * 16, "bücher.example",
    "DE89 3704 0044 0532 0130 00", "00:00:5e:00:53:01", "ip=", "url:", "é",
]  # fmt: skip
BETWEEN = [" ", "\n", ", ", ". ", "(", ")", "[", "]", ":443", "/path", "?", "@", "; ", " and ", '"', "\\"]


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.lists(st.sampled_from(BETWEEN), max_size=3)), max_size=8))
def test_what_is_proposed_stands_in_the_text(pieces: list[tuple[str, list[str]]]) -> None:
    text = "".join(piece + "".join(signs) for piece, signs in pieces)

    found = propose(text)

    assert len({(each.code, each.form) for each in found}) == len(found)
    for each in found:
        assert text[each.start : each.end] == each.value
        assert normalized(each.code, each.value) == each.form


@pytest.mark.parametrize("piece", PIECES[:-3])
def test_each_of_these_pieces_is_found_among_others(piece: str) -> None:
    text = f"é {piece}, and (198.51.100.99)"

    assert len(propose(text)) == 2


def test_proposals_are_bounded() -> None:
    text = " ".join(f"host{number}.example" for number in range(MOST_PROPOSALS + 1))

    assert len(propose(text)) == MOST_PROPOSALS


def test_only_so_many_characters_are_looked_at() -> None:
    dull = " ".join(["word-with-hyphens"] * 2_000)

    assert propose(f"{dull[:20_000]} evil.example") != []
    assert propose(f"{dull} evil.example") == []


HOSTILE = [
    "[", "(", ".", "a.b ", "http://", "a[.]" * 900 + " ", "HKLM\\", "HKLM\\a b c d e f g ", "é.é ", "é." * 100 + "x ",
    "AA00 ", "a)", "1:1:", "a@", "x" * 3_990 + ".é ", "[.]" * 1_300 + " ", "1.1.1.1 ", "a:" * 1_000 + " ", "hxxp[:]//",
    "]" * 3_990 + "a. ", "DE89 3704 ", "a" * 32, "\\", "*" * 10, "mailto:",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
def test_ten_times_the_text_costs_at_most_about_ten_times_as_much(piece: str) -> None:
    """Of processor time, and against another length of the same text: no clock of a busy machine decides."""

    def cost(length: int) -> float:
        text = (piece * (length // len(piece) + 1))[:length]
        return min(_spent(text) for _ in range(3))

    assert cost(100_000) < 40 * cost(10_000) + 0.05


def _spent(text: str) -> float:
    begun = time.process_time()
    propose(text)
    return time.process_time() - begun
