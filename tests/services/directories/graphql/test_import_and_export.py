"""Directories as files: what goes out comes back in, what would change is told first, and mistakes are named."""

import base64
import csv
import io
import zipfile
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from chassis.access import Actor
from services.directories.domain.entries import Kind
from tests.support.defaults import DEFAULTS
from tests.support.services import RunningService, user
from tests.support.sheets import EXPORT, IMPORT, Rows, put, read, table, workbook

Run = Callable[..., Awaitable[Any]]


async def test_a_workbook_has_a_sheet_for_each_directory_and_columns_for_each_locale(export: Run) -> None:
    made = await export()

    found = read(made["content"])
    assert list(found) == [kind.value for kind in Kind]
    assert found["severity"][0][:8] == ["code", "color", "icon", "order", "active", "validFrom", "validTo", "rank"]
    assert found["severity"][0][8:12] == ["name.ar", "description.ar", "name.de", "description.de"]
    assert found["incident_type"][1][:8][0] == "abusive-content.spam"
    assert "classification" in found["incident_type"][0]
    assert sum(len(rows) - 1 for rows in found.values()) == DEFAULTS
    assert (made["name"], made["mediaType"].endswith("spreadsheetml.sheet")) == ("directories.xlsx", True)


async def test_exports_in_three_languages_agree_cell_by_cell_on_all_but_the_texts(export: Run) -> None:
    found = [read((await export(locales=[tag]))["content"]) for tag in ("en", "de", "kk")]

    plain = [{name: [row[:-2] for row in rows] for name, rows in book.items()} for book in found]
    assert plain[0] == plain[1] == plain[2]
    assert found[0]["status"][1][-2:] != found[1]["status"][1][-2:]


async def test_the_same_list_in_three_languages_agrees_on_the_codes(
    directories: RunningService, speaking: Callable[..., Actor]
) -> None:
    query = "{ incidentTypes { code color } directoryEntries(kind: INDICATOR_TYPE) { code } }"

    english, german, kazakh = [await directories.data(query, speaking(tag)) for tag in ("en", "de", "kk")]

    assert english == german == kazakh


async def test_what_goes_out_comes_back_in_without_a_change(
    directories: RunningService, export: Run, bring: Run
) -> None:
    workbook_plan = (await bring(content=(await export())["content"]))["plan"]

    assert (workbook_plan["rows"], workbook_plan["changes"]) == (DEFAULTS, [])
    for kind in ("STATUS", "LINK_TYPE", "INDICATOR_TYPE"):
        content = (await export(kinds=[kind], format="CSV"))["content"]
        assert (await bring(content=content, format="CSV", kind=kind))["plan"]["changes"] == []
    assert len(await directories.events()) == DEFAULTS


async def test_what_would_change_is_told_first_and_changes_nothing(
    directories: RunningService, preview: Run, severities: Rows
) -> None:
    put(severities, "low", "name.de", "Gering")
    put(severities, "low", "color", "#000000")
    severities.append(["worst", "#111111", "", "50", "true", "2027-01-01", "", "9", "Worst", "", "", ""])

    told = (await preview(content=workbook(severity=severities)))["plan"]

    assert told["rows"] == 5
    assert told["changes"] == [
        {
            "kind": "SEVERITY",
            "code": "low",
            "isNew": False,
            "changes": [
                {"field": "color", "before": "#9EE6A0", "after": "#000000"},
                {"field": "name.de", "before": "Niedrig", "after": "Gering"},
            ],
        },
        {
            "kind": "SEVERITY",
            "code": "worst",
            "isNew": True,
            "changes": [
                {"field": "active", "before": None, "after": "true"},
                {"field": "color", "before": None, "after": "#111111"},
                {"field": "name.en", "before": None, "after": "Worst"},
                {"field": "order", "before": None, "after": "50"},
                {"field": "rank", "before": None, "after": "9"},
                {"field": "validFrom", "before": None, "after": "2027-01-01"},
            ],
        },
    ]
    assert len(await directories.events()) == DEFAULTS
    assert len(await directories.ask("snapshots/directory_entry", {}, caller="incidents")) == DEFAULTS


async def test_what_was_agreed_is_done_and_told(
    directories: RunningService, bring: Run, severities: Rows, reader: Actor
) -> None:
    put(severities, "low", "name.de", "Gering")
    put(severities, "high", "description.en", "")
    severities.append(["worst", "#111111", "", "50", "true", "", "", "9", "Worst", "", "", ""])

    await bring(content=workbook(severity=severities))

    query = '{ severities { code name description german: name(locale: "de") } }'
    found = {each["code"]: each for each in (await directories.data(query, reader))["severities"]}
    assert (found["low"]["german"], found["worst"]["name"], found["high"]["description"]) == ("Gering", "Worst", None)
    assert len(await directories.events()) == DEFAULTS + 3


async def test_an_import_that_is_not_as_agreed_changes_nothing(
    directories: RunningService, preview: Run, manager: Actor, severities: Rows, ids: dict[str, UUID]
) -> None:
    put(severities, "low", "color", "#000000")
    content = workbook(severity=severities)
    agreed = (await preview(content=content))["plan"]["digest"]
    edit = "mutation ($input: EditDirectoryEntryInput!) { editDirectoryEntry(input: $input) { errors { code } } }"
    await directories.data(edit, manager, input={"id": str(ids["low"]), "expectedVersion": 1, "icon": "star"})
    events = len(await directories.events())

    for digest in (agreed, "0" * 64):
        refused = await directories.data(IMPORT, manager, input={"content": content, "digest": digest})
        errors = refused["importDirectories"]["errors"]
        assert [(error["code"], error["field"]) for error in errors] == [("CONFLICT", ["digest"])]
    assert len(await directories.events()) == events


async def test_rows_that_need_one_another_may_come_in_any_order(bring: Run, export: Run) -> None:
    outcomes = read((await export(kinds=["OUTCOME"], locales=["en"]))["content"])["outcome"]
    links = read((await export(kinds=["LINK_TYPE"], locales=["en"]))["content"])["link_type"]
    statuses = read((await export(kinds=["STATUS"], locales=["en"]))["content"])["status"]
    below = outcomes[0].index("parent")
    for code, parent in (("c", "b"), ("b", "a"), ("a", "")):
        row = [code, "#000000", "", "0", "true", "", "", "", "", ""]
        row[below] = parent
        outcomes.append(row)
    width = len(links[0])
    for code, inverse in (("blocks", "blocked-by"), ("blocked-by", "blocks")):
        row = [code, "#000000", "", "0", "true", *[""] * (width - 5)]
        row[links[0].index("inverse")] = inverse
        links.append(row)
    put(statuses, "open", "isInitial", "false")
    put(statuses, "triage", "isInitial", "true")

    made = await bring(content=workbook(outcome=outcomes, link_type=links, status=statuses))

    assert sorted(each["code"] for each in made["plan"]["changes"]) == [
        "a", "b", "blocked-by", "blocks", "c", "open", "triage",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda rows: [row.pop(7) for row in rows], "Sheet severity, column rank: The column rank is missing."),
        (lambda rows: rows[0].append("size"), "Sheet severity, column size: There is no column 'size'"),
        (lambda rows: rows[0].append("name.xx"), "column name.xx: 'xx' is no known locale"),
        (lambda rows: rows[0].append("name.it"), "column name.it: The locale it is not used here"),
        (lambda rows: rows[0].append("name.EN"), "column name.EN: The locale of the column name.EN is written en."),
        (lambda rows: rows[0].append("name.en"), "column name.en: The column name.en is there twice."),
        (lambda rows: rows[0].append("description.fr"), "column name.fr: The column name.fr is missing."),
        (lambda rows: put(rows, "low", "color", "green"), "row 2, column color: A colour is written as #RRGGBB"),
        (lambda rows: put(rows, "low", "order", "first"), "row 2, column order: 'first' is no number."),
        (lambda rows: put(rows, "low", "active", "yes"), "row 2, column active: 'yes' is neither true nor false."),
        (lambda rows: put(rows, "low", "validTo", "31.12.2026"), "row 2, column validTo: '31.12.2026' is no day"),
        (lambda rows: put(rows, "low", "code", "LOW"), "row 2, column code: A code has up to 100 small letters"),
        (lambda rows: put(rows, "high", "code", "low"), "row 4, column code: The code low is in row 2 already."),
        (lambda rows: put(rows, "low", "rank", ""), "row 2, column rank: This must be a number from 0 up."),
        (lambda rows: put(rows, "low", "name.de", "x" * 201), "row 2, column name.de: A name has 1 to 200"),
        (lambda rows: rows[1].extend(["more"]), "row 2: There is text beyond the last column."),
    ],
)
async def test_a_mistake_in_a_sheet_is_named_by_its_place_and_nothing_is_stored(
    directories: RunningService, preview: Run, severities: Rows, change: Callable[[Rows], Any], message: str
) -> None:
    put(severities, "critical", "color", "#000000")
    change(severities)

    refused = await preview(content=workbook(severity=severities))

    assert refused["plan"] is None
    assert [message in error["message"] for error in refused["errors"]] == [True], refused["errors"]
    assert refused["errors"][0]["field"][:2] == ["content", "severity"]
    assert len(await directories.events()) == DEFAULTS


async def test_all_mistakes_are_told_at_once(preview: Run, severities: Rows) -> None:
    for code in ("low", "medium", "high"):
        put(severities, code, "color", "none")

    refused = await preview(content=workbook(severity=severities, colours=[["code"]]))

    assert [error["field"] for error in refused["errors"]] == [
        *(["content", "severity", str(row), "color"] for row in (2, 3, 4)),
        ["content", "colours"],
    ]


async def test_a_cycle_of_parents_is_named(preview: Run, export: Run) -> None:
    rows = read((await export(kinds=["DEPARTMENT_KIND"], locales=["en"]))["content"])["department_kind"]
    for code, parent in (("it", "legal"), ("legal", "security"), ("security", "it")):
        put(rows, code, "parent", parent)

    refused = await preview(content=workbook(department_kind=rows))

    assert len(refused["errors"]) == 1
    assert "These are above one another: it, legal, security." in refused["errors"][0]["message"]
    assert refused["errors"][0]["field"] == ["content", "department_kind", "3", "parent"]


async def test_an_unknown_class_and_another_category_are_named(preview: Run, export: Run) -> None:
    types = read((await export(kinds=["INCIDENT_TYPE"], locales=["en"]))["content"])["incident_type"]
    statuses = read((await export(kinds=["STATUS"], locales=["en"]))["content"])["status"]
    put(types, "fraud.phishing", "classification", "weather")
    put(statuses, "open", "category", "TRIAGE")

    refused = await preview(content=workbook(incident_type=types, status=statuses))

    assert [error["field"][1::2] for error in refused["errors"]] == [
        ["incident_type", "classification"],
        ["status", "category"],
    ]


def bomb() -> str:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 50_000_000)
    return base64.b64encode(buffer.getvalue()).decode()


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"content": "no base64!"}, "content", "in Base64"),
        ({"content": base64.b64encode(b"x" * 1_000_001).decode()}, "content", "at most 1000000 bytes"),
        ({"content": base64.b64encode(b"hello").decode()}, "content", "no XLSX"),
        ({"content": bomb()}, "content", "unpacks to more"),
        ({"content": workbook(severity=[["code"], ["=1+1"]])}, "content", "Cell A2 of sheet1.xml holds a formula"),
        ({"content": workbook(severity=[["code"], *[["x"]] * 1_001])}, "content", "at most 1000 rows"),
        ({"content": table([["code"]]), "format": "CSV"}, "kind", "name it"),
        ({"content": base64.b64encode(b"\xff").decode(), "format": "CSV", "kind": "ROLE"}, "content", "UTF-8"),
    ],
)
async def test_a_file_that_is_none_is_refused(
    directories: RunningService, preview: Run, given: dict[str, str], field: str, message: str
) -> None:
    refused = await preview(**given)

    assert [(error["code"], error["field"]) for error in refused["errors"]] == [("INVALID", [field])]
    assert message in refused["errors"][0]["message"]
    assert len(await directories.events()) == DEFAULTS


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@cmd", "'=x", "'quoted'"])
async def test_text_that_looks_like_a_formula_stays_text_and_comes_back_the_same(
    directories: RunningService, manager: Actor, export: Run, bring: Run, ids: dict[str, UUID], name: str
) -> None:
    edit = "mutation ($input: EditDirectoryEntryInput!) { editDirectoryEntry(input: $input) { errors { code } } }"
    text = [{"locale": "en", "name": name}]
    await directories.data(edit, manager, input={"id": str(ids["low"]), "expectedVersion": 1, "translations": text})

    book = (await export(kinds=["SEVERITY"]))["content"]
    plain = (await export(kinds=["SEVERITY"], format="CSV"))["content"]

    with zipfile.ZipFile(io.BytesIO(base64.b64decode(book))) as archive:
        assert not any(b"<f>" in archive.read(part) for part in archive.namelist())
    cells = next(csv.reader(io.StringIO(base64.b64decode(plain).decode("utf-8-sig").splitlines()[1])))
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
    assert (await bring(content=book))["plan"]["changes"] == []
    assert (await bring(content=plain, format="CSV", kind="SEVERITY"))["plan"]["changes"] == []


async def test_who_manages_one_company_imports_and_exports_its_entries_and_no_others(
    directories: RunningService, bring: Run, preview: Run, export: Run, local_manager: Actor, outsider: Actor,
    severities: Rows, acme: UUID,
) -> None:  # fmt: skip
    own = [severities[0], ["kanarien", "#111111", "", "50", "true", "", "", "9", "Ours", "", "", ""]]
    content = workbook(severity=own)

    refused = await preview(local_manager, content=content)
    foreign = await preview(outsider, content=content, company={"code": "ACME"})
    made = await bring(local_manager, content=content, company={"code": "ACME"})

    assert [error["code"] for error in refused["errors"]] == ["DENIED"]
    assert [error["code"] for error in foreign["errors"]] == ["NOT_FOUND"]
    assert [each["code"] for each in made["plan"]["changes"]] == ["kanarien"]
    for actor, seen in ((local_manager, ["kanarien"]), (outsider, [])):
        rows = read((await export(actor, kinds=["SEVERITY"], locales=["en"], company=str(acme)))["content"])["severity"]
        assert [row[0] for row in rows[1:]] == seen
    assert "kanarien" not in str(read((await export(kinds=["SEVERITY"]))["content"]))


@pytest.mark.parametrize("given", [{"format": "CSV"}, {"locales": ["xx"]}, {"locales": ["it"]}])
async def test_an_export_that_cannot_be_is_refused(
    directories: RunningService, manager: Actor, given: dict[str, Any]
) -> None:
    answer = await directories.graph(EXPORT, manager, **given)

    assert answer["data"] == {"exportDirectories": None}
    assert answer["errors"][0]["extensions"]["code"] == "INVALID"


async def test_who_manages_nothing_exports_nothing(directories: RunningService) -> None:
    answer = await directories.graph(EXPORT, user())

    assert answer["data"] == {"exportDirectories": None}
