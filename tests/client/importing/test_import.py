"""The command against a registry: what goes in, what is told, and how it ends."""

from datetime import datetime
from pathlib import Path

from openpyxl import Workbook

from tests.support.importer import Importer

GOOD = ("Acme,Door forced,2024-03-01,3,Theft", "Borealis,False invoice,2024-03-02,,Scam")


async def test_rows_become_incidents_of_companies_found_or_created(importer: Importer) -> None:
    importer.registry.companies_by_name["Acme"] = "id-acme"

    ran = await importer.run(importer.table(*GOOD))

    assert ran.code == 0, ran.err
    assert "2 rows: 2 registered, 0 already there, 0 bad. 1 companies created." in ran.out
    door = next(row for row in importer.registry.incidents.values() if row["title"] == "Door forced")
    assert door.pop("idempotencyKey").startswith("sample:")
    assert door == {
        "title": "Door forced",
        "company": {"id": "id-acme"},
        "timestamps": [{"timestamp": "REPORTED", "at": "2024-03-01T00:00:00+05:00", "precision": "DAY"}],
        "source": {"channel": "IMPORT"},
        "dataSubjectsAffected": 3,
        "classification": {"code": "intrusions"},
    }


async def test_a_second_run_changes_nothing(importer: Importer) -> None:
    file = importer.table(*GOOD)
    await importer.run(file)
    before = dict(importer.registry.incidents)

    ran = await importer.run(file)

    assert ran.code == 0
    assert "0 registered, 2 already there" in ran.out
    assert importer.registry.incidents == before
    assert len(importer.registry.companies_by_name) == 2


async def test_equal_rows_are_as_many_incidents(importer: Importer) -> None:
    file = importer.table(GOOD[0], GOOD[1], GOOD[0], GOOD[0])

    for _ in range(2):
        await importer.run(file)

    assert importer.registry.titles == ["Door forced"] * 3 + ["False invoice"]


async def test_bad_rows_are_told_with_row_and_column_while_the_good_ones_go_in(importer: Importer) -> None:
    file = importer.table(
        GOOD[0], "Acme,Late,31.02.2024,many,Theft", "Acme,,2024-01-01,1,Theft", "=Evil,X,2024-01-01,-1,?", GOOD[1]
    )

    ran = await importer.run(file)

    assert ran.code == 1
    assert "5 rows: 2 registered, 0 already there, 3 bad" in ran.out
    assert importer.registry.titles == ["Door forced", "False invoice"]
    assert [(line["row"], line["column"], line["value"]) for line in importer.reported(file)] == [
        ("3", "day", "31.02.2024"),
        ("3", "people", "many"),
        ("4", "title", ""),
        ("5", "people", "'-1"),
        ("5", "kind", "?"),
    ]
    assert "=Evil" not in importer.registry.companies_by_name


async def test_what_the_server_refuses_is_told_in_the_words_of_the_table(importer: Importer) -> None:
    importer.registry.refused_titles = {
        "Door forced": {"code": "INVALID", "message": "Too old.", "field": ["input", "incidents", "0", "reportedAt"]}
    }
    file = importer.table(*GOOD)

    ran = await importer.run(file)

    assert ran.code == 1
    assert importer.reported(file) == [{"row": "2", "column": "day", "value": "2024-03-01", "reason": "Too old."}]
    assert importer.registry.titles == ["False invoice"]


async def test_one_row_that_breaks_the_server_does_not_keep_out_its_batch(importer: Importer) -> None:
    importer.registry.poison_titles = {"Row 17"}
    file = importer.table(*(f"Acme,Row {number},,,Theft" for number in range(40)))

    ran = await importer.run(file)

    assert ran.code == 1
    assert len(importer.registry.incidents) == 39
    assert [line["row"] for line in importer.reported(file)] == ["19"]


async def test_batches_hold_at_most_fifty_rows(importer: Importer) -> None:
    file = importer.table(*(f"Acme,Row {number},,,Theft" for number in range(120)))

    await importer.run(file)

    assert sorted(importer.registry.batches) == [20, 50, 50]
    assert len(importer.registry.incidents) == 120


async def test_long_narratives_make_smaller_batches(importer: Importer) -> None:
    importer.mapping.write_text(importer.mapping.read_text().replace('classification = "kind"', 'comment = "kind"'))
    narrative = "ұзақ " * 19_000

    ran = await importer.run(importer.table(*(f"Acme,Row {number},,,{narrative}" for number in range(20))))

    assert ran.code == 0, ran.err
    assert sorted(importer.registry.batches) == [5, 5, 5, 5]


async def test_a_dry_run_tells_what_would_happen_and_changes_nothing(importer: Importer) -> None:
    importer.registry.companies_by_name["Acme"] = "id-acme"
    file = importer.table(*GOOD, "Acme,Bad,never,,Theft")

    ran = await importer.run(file, "--dry-run")

    assert ran.code == 1
    assert "2 rows would be sent" in ran.out
    assert "1 bad" in ran.out
    assert "1 companies would be created" in ran.out
    assert importer.registry.incidents == {}
    assert list(importer.registry.companies_by_name) == ["Acme"]
    assert [line["row"] for line in importer.reported(file)] == ["4"]


async def test_a_report_of_an_earlier_run_goes_away_when_nothing_is_bad_any_more(importer: Importer) -> None:
    file = importer.table("Acme,Bad,never,,Theft")
    await importer.run(file)
    assert len(importer.reported(file)) == 1

    ran = await importer.run(importer.table(GOOD[0]))

    assert ran.code == 0
    assert not Path(f"{file}.errors.csv").exists()


async def test_companies_that_the_caller_may_not_create_make_their_rows_bad(importer: Importer) -> None:
    importer.registry.companies_by_name["Acme"] = "id-acme"
    importer.registry.may_create = False
    file = importer.table(*GOOD)

    ran = await importer.run(file)

    assert ran.code == 1
    assert importer.registry.titles == ["Door forced"]
    (line,) = importer.reported(file)
    assert (line["row"], line["column"], line["value"]) == ("3", "company", "Borealis")
    assert "you may not create companies" in line["reason"]


async def test_a_dry_run_knows_who_may_not_create_companies(importer: Importer) -> None:
    importer.registry.companies_by_name["Acme"] = "id-acme"
    importer.registry.may_create = False
    file = importer.table(*GOOD)

    ran = await importer.run(file, "--dry-run")

    assert ran.code == 1
    assert "1 rows would be sent" in ran.out
    assert "0 companies would be created" in ran.out
    assert [(line["row"], line["column"]) for line in importer.reported(file)] == [("3", "company")]


async def test_names_are_compared_as_the_server_keeps_them(importer: Importer) -> None:
    importer.registry.companies_by_name["Café Acme"] = "id-acme"

    ran = await importer.run(importer.table("Cafe\u0301  Acme ,Door forced,,,", f"{'x' * 201},Window forced,,,"))

    assert ran.code == 1
    assert list(importer.registry.companies_by_name) == ["Café Acme"]
    assert importer.registry.titles == ["Door forced"]


async def test_without_create_missing_companies_are_told_in_a_dry_run_too(importer: Importer) -> None:
    importer.mapping.write_text(importer.mapping.read_text().replace("create = true", ""))
    file = importer.table(*GOOD)

    ran = await importer.run(file, "--dry-run")

    assert ran.code == 1
    assert "0 rows would be sent" in ran.out
    assert [line["column"] for line in importer.reported(file)] == ["company", "company"]


async def test_a_workbook_gives_the_same_incidents_as_its_csv(importer: Importer) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["company", "title", "day", "people", "kind"],
        ["Acme", "Door forced", datetime(2024, 3, 1), 3.0, "Theft"],  # noqa: DTZ001 - as Excel keeps it.
        [None, None, None, None, None],
        ["Acme", 4711, datetime(2024, 3, 1, 14, 5), None, None],  # noqa: DTZ001 - as Excel keeps it.
    ):
        sheet.append(row)
    file = importer.directory / "rows.xlsx"
    book.save(file)

    for expected in ("2 registered, 0 already", "0 registered, 2 already"):
        ran = await importer.run(file)
        assert ran.code == 0, ran.err
        assert expected in ran.out

    by_title = {row["title"]: row for row in importer.registry.incidents.values()}
    assert by_title["Door forced"]["timestamps"] == [
        {"timestamp": "REPORTED", "at": "2024-03-01T00:00:00+05:00", "precision": "DAY"}
    ]
    assert by_title["Door forced"]["dataSubjectsAffected"] == 3
    assert by_title["4711"]["timestamps"] == [
        {"timestamp": "REPORTED", "at": "2024-03-01T14:05:00+05:00", "precision": "MINUTE"}
    ]
    assert by_title["4711"]["classification"] == {"code": "other"}
