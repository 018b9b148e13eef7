"""The name that a browser gives to a download is the file's own, in any script, and nothing but a name."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.files.adapters.disposition import content_disposition

FORM = re.compile(r"attachment; filename=\"([ -~]*)\"; filename\*=UTF-8''([A-Za-z0-9!#$&+.^_`|~%-]+)")


def names(header: str) -> tuple[str, str]:
    """In ASCII, and in full."""
    found = FORM.fullmatch(header)
    assert found, header
    return found[1], unquote(found[2])


@pytest.mark.parametrize(
    ("name", "plain", "full"),
    [
        ("report.pdf", "report.pdf", "report.pdf"),
        ("Résumé 2026.docx", "Resume 2026.docx", "Résumé 2026.docx"),
        ("отчёт.pdf", "_____.pdf", "отчёт.pdf"),
        ("報告書.xlsx", "___.xlsx", "報告書.xlsx"),
        ("تقرير.pdf", "_____.pdf", "تقرير.pdf"),
        ("😀.png", "_.png", "😀.png"),
        ('a"b\\c/d.txt', "a_b_c_d.txt", "a_b_c_d.txt"),
        ("100%41.txt", "100_41.txt", "100%41.txt"),
        ("a;b=c'd.txt", "a;b=c'd.txt", "a;b=c'd.txt"),
        ("two\r\nSet-Cookie: x=1.txt", "twoSet-Cookie_ x=1.txt", "twoSet-Cookie_ x=1.txt"),
        ("invoice\u202etxt.exe", "invoicetxt.exe", "invoicetxt.exe"),
        ("../../etc/passwd", ".._.._etc_passwd", ".._.._etc_passwd"),
        ("C:\\temp\\a.txt", "C__temp_a.txt", "C__temp_a.txt"),
        (".env", ".env", ".env"),
        ("ends with dots...", "ends with dots", "ends with dots"),
        ("..", "file", "file"),
        (" \u200f\n ", "file", "file"),
        ("half \ud83d.txt", "half .txt", "half .txt"),
    ],
)
def test_a_name_is_told_in_ascii_and_in_full(name: str, plain: str, full: str) -> None:
    assert names(content_disposition(name)) == (plain, full)


@given(st.text(max_size=300))
def test_no_name_breaks_out_or_grows_too_long(name: str) -> None:
    plain, full = names(content_disposition(name))

    assert len(full.encode()) <= 255
    assert not set('/\\:*?"<>|\r\n') & set(full)
    assert not set('"\\%\r\n') & set(plain)
    assert full.strip(" .") or full == "file"


@pytest.mark.parametrize(
    ("name", "length", "ends"),
    [
        ("語" * 200 + ".docx", 254, "語.docx"),
        ("a" * 300, 255, "a"),
        ("a" * 10 + "." + "b" * 300, 255, "b"),
        ("é" * 126 + ".txt", 254, "é.txt"),
    ],
)
def test_a_long_name_is_cut_between_letters_and_keeps_its_suffix(name: str, length: int, ends: str) -> None:
    _, full = names(content_disposition(name))

    assert (len(full.encode()), full.endswith(ends)) == (length, True)


def test_what_is_shown_in_place_has_a_name_too() -> None:
    assert content_disposition("a.png", "inline") == "inline; filename=\"a.png\"; filename*=UTF-8''a.png"
