"""Cells that fit and cells that do not."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from client.importing.cells import BadValue, Cell
from client.importing.codes import Code, CodeTable
from client.importing.decimals import Decimals
from client.importing.keys import Keys
from client.importing.moments import Moment
from client.importing.report import safe
from client.importing.templates import Template, cut
from client.importing.values import Country, Integer, Tags, Text
from client.importing.words import Flag, Word, Words


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2024-03-31", ("2024-03-31T00:00:00+01:00", "DAY")),
        ("20240331", ("2024-03-31T00:00:00+01:00", "DAY")),
        ("2024-03-31T14:05", ("2024-03-31T14:05:00+02:00", "MINUTE")),
        ("2024-03-31T02:30", ("2024-03-31T03:30:00+02:00", "MINUTE")),  # skipped by the clock
        ("2024-10-27T02:30", ("2024-10-27T02:30:00+02:00", "MINUTE")),  # there twice; the first is meant
        ("2024-03-31T14:05:00Z", ("2024-03-31T14:05:00+00:00", "MINUTE")),
        (date(2024, 7, 1), ("2024-07-01T00:00:00+02:00", "DAY")),
        (datetime(2024, 7, 1), ("2024-07-01T00:00:00+02:00", "DAY")),  # noqa: DTZ001 - likewise.
        (datetime(2024, 7, 1, 9), ("2024-07-01T09:00:00+02:00", "MINUTE")),  # noqa: DTZ001 - as a workbook gives it.
        ("", None),
        (None, None),
    ],
)
def test_moments_have_an_offset_and_tell_how_exact_they_are(cell: Cell, moment: tuple[str, str] | None) -> None:
    assert Moment("day", (), ZoneInfo("Europe/Berlin")).read({"day": cell}) == moment


def test_a_day_begins_when_its_midnight_was_skipped() -> None:
    form = Moment("day", ("%d/%m/%Y",), ZoneInfo("America/Sao_Paulo"))

    assert form.read({"day": "04/11/2018"}) == ("2018-11-04T01:00:00-02:00", "DAY")


@pytest.mark.parametrize(
    ("form", "cell", "said", "precision"),
    [
        ("%d.%m.%Y %H:%M", "31.03.2024 14:05", None, "MINUTE"),
        ("%d.%m.%Y %H", "31.03.2024 14", None, "HOUR"),
        ("%d.%m.%Y", "31.03.2024", None, "DAY"),
        ("%d.%m.%Y %H:%M", "31.03.2024 00:00", "DAY", "DAY"),
    ],
)
def test_how_exact_a_moment_is_follows_its_form_unless_the_mapping_says_it(
    form: str, cell: str, said: str | None, precision: str
) -> None:
    told = Moment("day", (form,), ZoneInfo("Asia/Almaty"), said).read({"day": cell})

    assert told is not None
    assert told.precision == precision


@pytest.mark.parametrize("cell", ["31.02.2024", "yesterday", 45000, True, "0001-01-01"])
def test_what_is_no_date_is_bad(cell: Cell) -> None:
    with pytest.raises(BadValue, match="is not a date written as ISO 8601"):
        Moment("day", (), ZoneInfo("Asia/Almaty")).read({"day": cell})


@pytest.mark.parametrize(
    ("cell", "number"), [("1000", 1000), (" 7 ", 7), (3.0, 3), (0, 0), ("2,147,483,647", 2147483647), ("", None)]
)
def test_counts(cell: Cell, number: int | None) -> None:
    assert Integer("n", ",").read({"n": cell}) == number


@pytest.mark.parametrize("cell", ["-1", "1.5", 1.5, "many", "²", True, 2**31, "9" * 5000])
def test_what_is_no_count_is_bad(cell: Cell) -> None:
    with pytest.raises(BadValue):
        Integer("n").read({"n": cell})


def test_texts_tags_and_countries_keep_to_the_limits_of_the_server() -> None:
    assert Text("t", 5).read({"t": " abc "}) == " abc "
    assert Text("t", 5).read({"t": " \n "}) is None
    assert Tags(("t",), ",", 3).read({"t": "b, a,,b"}) == ["b", "a"]
    assert Country("t").read({"t": "kz"}) == "KZ"
    for form, cell in (
        (Text("t", 3), "abcd"),
        (Text("t", 9), "a\0"),
        (Tags(("t",), ",", 3), "abcd"),
        (Country("t"), "KAZ"),
    ):
        with pytest.raises(BadValue):
            form.read({"t": cell})


@pytest.mark.parametrize(
    ("cell", "read", "amount"),
    [
        ("1.234,5", 1234.5, "1234.5"), ("7", 7.0, "7"), (12.25, 12.25, "12.25"), (3, 3.0, "3"), ("", None, None),
        (None, None, None), ("1.000.000,0001", 1000000.0001, "1000000.0001"),
    ],
)  # fmt: skip
def test_numbers_with_a_fraction(cell: Cell, read: float | None, amount: str | None) -> None:
    assert Decimals("n", ".", ",").read({"n": cell}) == read
    assert Decimals("n", ".", ",", amount=True).read({"n": cell}) == amount


def test_what_is_no_number_is_bad() -> None:
    assert Decimals("n").read({"n": "-71.4"}) == -71.4
    for cell in ("many", "1e5", "1,5", "1.5.5", "NaN", True):
        with pytest.raises(BadValue, match=r"is not a number such as 12\.5"):
            Decimals("n").read({"n": cell})
    with pytest.raises(BadValue, match="from 0 on"):
        Decimals("n", amount=True).read({"n": "-1"})


def test_words_are_written_as_people_do_and_translated() -> None:
    word = Word(Code("w", "kind"), ("NEAR_MISS", "EVENT"))
    table = CodeTable({"Übung": "EVENT"}, separator=None, default="refuse", empty="NEAR_MISS")

    assert [word.read({"w": cell}) for cell in ("near miss", "Near-Miss", "EVENT", "")] == [
        *["NEAR_MISS"] * 2,
        "EVENT",
        None,
    ]
    assert Word(Code("w", "kind", table), word.words).read({"w": "Übung"}) == "EVENT"
    assert Word(Code("w", "kind", table), word.words).read({"w": ""}) == "NEAR_MISS"
    with pytest.raises(BadValue, match=r"is none of NEAR_MISS, EVENT; correct it, or say in \[values\.kind\.codes\]"):
        word.read({"w": "Accident"})


def test_several_words_are_each_one_that_the_graph_knows() -> None:
    words = Words(Tags(("w",), ",", 64), ("LEGAL", "SAFETY"))

    assert words.read({"w": "safety, Legal,SAFETY,"}) == ["SAFETY", "LEGAL"]
    assert words.read({"w": " "}) is None
    with pytest.raises(BadValue, match="is none of LEGAL, SAFETY"):
        words.read({"w": "safety, fun"})


def test_yes_and_no_are_told_by_the_words_of_the_table() -> None:
    assert [Flag("f").read({"f": cell}) for cell in (True, "YES", 1, False, "no", 0, "", None)] == [
        *[True] * 3, *[False] * 3, None, None,
    ]  # fmt: skip
    assert Flag("f", ("ja",), ("nein",)).read({"f": "Ja"}) is True
    with pytest.raises(BadValue, match=r"is neither yes \(ja\) nor no \(nein\)"):
        Flag("f", ("ja",), ("nein",)).read({"f": "yes"})


def test_a_cell_with_several_values_takes_the_first_line_of_the_table() -> None:
    table = CodeTable({"Theft": "t", "Other": "o"}, separator=",", default="refuse", empty=None)

    assert table.find("Other, Theft") == "t"
    assert table.find("Other, Unheard of") == "o"
    assert table.find("Unheard of") is None
    assert CodeTable({}, separator=None, default="d", empty=None).find("Unheard of") == "d"


@pytest.mark.parametrize("length", [199, 200, 201, 260])
def test_titles_are_cut_at_the_end_of_a_word(length: int) -> None:
    text = ("seven77 " * 40)[:length]

    title = Template("{t}", 200).read({"t": text})

    assert title is not None
    assert len(title) <= 200
    assert title.removesuffix("…").endswith("seven77") or length < 201


def test_one_long_word_is_cut_anywhere() -> None:
    assert cut("x" * 300, 200) == "x" * 199 + "…"


def test_keys_tell_rows_apart_and_know_them_again() -> None:
    rows: list[tuple[Cell, ...]] = [("a", "b,c"), ("a,b", "c"), ("a", "b,c"), ("a", "b,c", None)]

    first, second = ([keys.next(row, None) for row in rows] for keys in (Keys("n", None), Keys("n", None)))

    assert first == second
    assert len(set(first)) == 4
    assert all(key.startswith("n:") and len(key) <= 64 for key in first)
    assert len(Keys("a" * 20, None).next(("a",), None)) == 64
    assert Keys("other", None).next(rows[0], None) != first[0]


def test_a_key_column_outlives_changes_of_the_row_but_not_repetition() -> None:
    keys = Keys("n", "no")

    key = keys.next(("7", "old text"), "7")

    assert key == Keys("n", "no").next(("7", "new text"), 7.0)
    with pytest.raises(BadValue, match="earlier row"):
        keys.next(("7", "other"), "7")
    with pytest.raises(BadValue, match="is empty"):
        keys.next(("", "other"), None)


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_report_cells_are_no_formulas(begin: str) -> None:
    assert safe(f"{begin}1+1") == f"'{begin}1+1"
    assert safe("1+1=2") == "1+1=2"
