"""Rows that depend on one another or on what is there: trees that turn over, opposites, codes that are taken."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from chassis.access import Actor
from tests.support.defaults import DEFAULTS
from tests.support.services import RunningService, user
from tests.support.sheets import EXPORT, Rows, put, read, workbook

Run = Callable[..., Awaitable[Any]]
EDIT = "mutation ($input: EditDirectoryEntryInput!) { editDirectoryEntry(input: $input) { errors { code message } } }"
MERGE = "mutation ($input: MergeDirectoryEntriesInput!) { mergeDirectoryEntries(input: $input) { errors { code } } }"


async def sheet(export: Run, kind: str) -> Rows:
    found = read((await export(kinds=[kind.upper()], locales=["en"]))["content"])
    return found[kind]


def told(refused: Any) -> list[str]:
    assert refused["plan"] is None
    return [error["message"] for error in refused["errors"]]


async def test_a_tree_may_be_turned_over_in_one_import(bring: Run, export: Run) -> None:
    first = await sheet(export, "outcome")
    width = len(first[0])
    below = first[0].index("parent")
    chain = [["c", "b"], ["b", "a"], ["a", ""]]
    rows = [[code, "#000000", "", "0", "true", *[""] * (width - 5)] for code, _ in chain]
    for row, (_, parent) in zip(rows, chain, strict=True):
        row[below] = parent
    await bring(content=workbook(outcome=[first[0], *rows]))
    for row, parent in zip(rows, ["", "c", "b"], strict=True):
        row[below] = parent

    await bring(content=workbook(outcome=[first[0], *reversed(rows)]))

    found = {row[0]: row[below] for row in await sheet(export, "outcome")}
    assert (found["a"], found["b"], found["c"]) == ("b", "c", "")


@pytest.mark.parametrize(("one", "other"), [("blocks", ""), ("blocks", "causes"), ("blocks", "blocks")])
async def test_opposites_that_do_not_name_each_other_are_refused(
    directories: RunningService, preview: Run, export: Run, one: str, other: str
) -> None:
    """The second row names the third one as its opposite, which names `other`; in the last case two name one."""
    links = await sheet(export, "link_type")
    column = links[0].index("inverse")
    added = {"blocked-by": one, "blocks": other} if other != one else {"blocked-by": "causes", "blocks": "causes"}
    for code, opposite in added.items():
        row = [code, "#000000", "", "0", "true", *[""] * (len(links[0]) - 5)]
        row[column] = opposite
        links.append(row)

    refused = await preview(content=workbook(link_type=links))

    assert refused["plan"] is None
    assert {tuple(error["field"][::3]) for error in refused["errors"]} == {("content", "inverse")}
    assert len(await directories.events()) == DEFAULTS


async def test_an_entry_that_was_merged_is_not_brought_back(
    directories: RunningService, manager: Actor, preview: Run, ids: dict[str, UUID], severities: Rows
) -> None:
    into = {"id": str(ids["low"]), "intoId": str(ids["medium"]), "expectedVersion": 1}
    await directories.data(MERGE, manager, input=into)

    refused = await preview(content=workbook(severity=severities))

    assert told(refused) == ["Sheet severity, row 2, column code: The entry was merged into another one: leave it out."]


async def test_a_code_that_everybody_has_is_refused_in_the_sheet_of_a_company(
    directories: RunningService, preview: Run, local_manager: Actor, severities: Rows
) -> None:
    refused = await preview(local_manager, content=workbook(severity=severities[:2]), company={"code": "ACME"})

    assert told(refused) == [
        "Sheet severity, row 2, column code: The directory SEVERITY has an entry with this code already."
    ]
    assert len(await directories.events()) == DEFAULTS


async def test_a_description_without_a_name_is_refused(preview: Run, severities: Rows) -> None:
    put(severities, "low", "name.de", "")

    refused = await preview(content=workbook(severity=severities))

    assert told(refused) == [
        "Sheet severity, row 2, column description.de: A description needs a name beside it, in the column name.de."
    ]


async def test_no_more_mistakes_are_told_than_anybody_reads(preview: Run, severities: Rows) -> None:
    severities += [[f"new-{number}", "none", "", "none", *severities[1][4:]] for number in range(100)]

    refused = await preview(content=workbook(severity=severities))

    assert len(refused["errors"]) == 50


async def test_a_translation_whose_name_is_emptied_goes_and_one_without_a_column_stays(
    directories: RunningService, bring: Run, severities: Rows, reader: Actor
) -> None:
    put(severities, "low", "name.de", "")
    put(severities, "low", "description.de", "")

    await bring(content=workbook(severity=severities))

    query = "{ severities { code translations { locale } } }"
    low = next(each for each in (await directories.data(query, reader))["severities"] if each["code"] == "low")
    assert [each["locale"] for each in low["translations"]] == ["en", "es", "fr", "kk", "ru"]


async def test_space_and_line_ends_come_back_as_they_were(
    directories: RunningService, manager: Actor, bring: Run, export: Run, ids: dict[str, UUID]
) -> None:
    lines = [{"locale": "en", "name": "Low", "description": "one\r\ntwo\rthree\n\n=four"}]
    for code, change in (("low", {"translations": lines}), ("ipv4-addr", {"pattern": " [a-z] ?"})):
        given = {"id": str(ids[code]), "expectedVersion": 1} | change
        assert (await directories.data(EDIT, manager, input=given))["editDirectoryEntry"]["errors"] == []

    for kind in ("SEVERITY", "INDICATOR_TYPE"):
        book = (await export(kinds=[kind]))["content"]
        plain = (await export(kinds=[kind], format="CSV"))["content"]
        assert (await bring(content=book))["plan"]["changes"] == []
        assert (await bring(content=plain, format="CSV", kind=kind))["plan"]["changes"] == []


async def test_who_reads_a_company_without_managing_it_exports_none_of_its_entries(
    directories: RunningService, bring: Run, local_manager: Actor, severities: Rows, acme: UUID, north: UUID
) -> None:
    own = [severities[0], ["kanarien", "#111111", "", "50", "true", "", "", "9", "Ours", "", "", ""]]
    await bring(local_manager, content=workbook(severity=own), company={"code": "ACME"})
    actor = user({"incident.view": [acme], "directory.manage": [north]})

    for file in ("XLSX", "CSV"):
        made = await directories.data(EXPORT, actor, kinds=["SEVERITY"], company=str(acme), format=file)
        assert "kanarien" not in made["exportDirectories"]["content"]
    assert len(read((await directories.data(EXPORT, actor, company=str(acme)))["exportDirectories"]["content"])) == 14


async def test_new_rows_cost_one_statement_each_and_are_stored_together(
    directories: RunningService, preview: Run, severities: Rows
) -> None:
    def of(number: int) -> str:
        new = [[f"new-{each}", *severities[1][1:]] for each in range(number)]
        return workbook(severity=[*severities, *new])

    with directories.statements() as of_few:
        await preview(content=of(2))
    with directories.statements() as of_many:
        await preview(content=of(102))

    assert len(of_many) - len(of_few) == 100  # each asks whether its code is taken


async def test_two_initial_statuses_are_refused(preview: Run, export: Run) -> None:
    statuses = await sheet(export, "status")
    put(statuses, "triage", "isInitial", "true")

    refused = await preview(content=workbook(status=statuses))

    assert told(refused) == [
        "Sheet status, row 3, column isInitial: One status is the initial one, and open is it in row 2."
    ]


async def test_an_import_of_what_is_there_costs_the_same_however_many_rows_it_has(
    directories: RunningService, preview: Run, export: Run
) -> None:
    content = (await export())["content"]
    few = (await export(kinds=["SEVERITY"]))["content"]

    with directories.statements() as of_few:
        await preview(content=few)
    with directories.statements() as of_all:
        await preview(content=content)

    per_directory = (len(of_all) - len(of_few)) / 12
    assert per_directory <= 3  # rows of 13 directories are read one directory after another, before and after
