"""What a mapping can get wrong: one line with file, place and the way out, and nothing is sent."""

import pytest

from tests.support.importer import MAPPING, Importer

EVERYTHING = """
name = "all"
[fields]
title = "what"
kind = "kind"
tlp = "tlp"
impactAreas = { column = "areas", separator = "," }
priority = "prio"
outcome = { constant = "x" }
personalData = { column = "data", yes = ["ja"], no = ["nein"] }
criticalService = { constant = false }
location.latitude = "lat"
location.longitude = "lon"
cost.amount = { column = "paid", thousands = ".", decimal = "," }
cost.currency = { constant = "KZT" }
occurredAt = { column = "when", time_zone = "Asia/Almaty" }
firstResolvedAt = { column = "done", time_zone = "Asia/Almaty", precision = "HOUR" }
customTimestamps.authority-informed = { column = "done", time_zone = "UTC" }
source.system = { constant = "old register" }
source.externalId = "no"
[values.kind.codes]
Beinahe = "near miss"
"""
ROW = "Acme,Door forced,2024-03-01,3,Theft"
TITLE = 'title = "title"'


@pytest.mark.parametrize(
    ("wrong", "place", "way_out"),
    [
        ((TITLE, 'titel = "title"'), "fields.titel:", "did you mean 'title'?"),
        ((TITLE, 'title = "titel"'), "fields.title:", "did you mean 'title'?"),
        ((TITLE, ""), "fields.title:", "every incident needs one"),
        ((TITLE, "title = 7"), "fields.title:", "must be a column in quotes"),
        ((TITLE, 'title = { colum = "title" }'), "fields.title.column:", "is missing"),
        ((TITLE, 'title = { column = "title", cut = 5 }'), "fields.title.cut:", "is not known here"),
        ((TITLE, 'title = { template = "{company at {title}" }'), "fields.title.template:", "brace"),
        ((TITLE, 'title = { template = "{firm}" }'), "fields.title:", "'firm'"),
        ((', time_zone = "Asia/Almaty"', ""), "fields.reportedAt.time_zone:", "is missing"),
        (("Asia/Almaty", "Asia/Alma-Ata2"), "fields.reportedAt.time_zone:", "is not a time zone"),
        (('"day",', '"day", formats = "%d",'), "fields.reportedAt.formats:", "must be a list"),
        (
            ('{ column = "day", time_zone = "Asia/Almaty" }', '{ constant = "2024-01-01" }'),
            "fields.reportedAt:",
            "column",
        ),
        (("create = true", 'create = "yes"'), "company.create:", "must be true or false"),
        (('column = "company"', ""), "company:", 'needs column = "..."'),
        (('name = "sample"', ""), "name:", 'write name = "..."'),
        (('name = "sample"', 'name = "A sample"'), "name:", "a-z, 0-9 and hyphens"),
        (("[company]", "[source]\nheader_row = true\n[company]"), "source.header_row:", "must be a whole number"),
        (("[company]", '[source]\ndelimiter = ";;"\n[company]'), "source.delimiter:", "must be one character"),
        (("[company]", '[source]\nencoding = "rot13"\n[company]'), "source.encoding:", "is not a text encoding"),
        (("[company]", '[key]\ncolumn = "number"\n[company]'), "key.column:", "names the column 'number'"),
        (("[company]", '[sauce]\nsheet = "A"\n[company]'), "sauce:", "did you mean 'source'?"),
        (("[values.classification]", "[values.title]\n[values.classification]"), "values.title:", "has no codes"),
        (('Scam = "fraud"', 'Scam = "froud"'), "values.classification:", "did you mean 'fraud'?"),
        (('Scam = "fraud"', 'Scam = "retired"'), "values.classification:", "is no active classification"),
        (('Scam = "fraud"', "Scam = 1"), "values.classification.codes.Scam:", "must be text in quotes"),
        (("[fields]", "[fields"), "", "is not a TOML file"),
        (
            (TITLE, f'{TITLE}\nkind = {{ constant = "accident" }}'),
            "fields.kind.constant:",
            "is none of INCIDENT, EVENT",
        ),
        (
            (TITLE, f'{TITLE}\ncustomTimestamps.authority-told = {{ column = "day", time_zone = "UTC" }}'),
            "fields.customTimestamps.authority-told:",
            "did you mean 'authority-informed'?",
        ),
        ((TITLE, f'{TITLE}\nimpactAreas = {{ constant = ["fun"] }}'), "fields.impactAreas.constant:", "is none of"),
        ((TITLE, f'{TITLE}\npersonalData = {{ constant = "yes" }}'), "fields.personalData.constant:", "true or false"),
        ((TITLE, f'{TITLE}\ncost.amount = "people"'), "fields.cost.amount:", "nothing without cost.currency"),
        ((TITLE, f'{TITLE}\nlocation.latitude = "people"'), "fields.location.latitude:", "without location.longitude"),
        ((TITLE, f'{TITLE}\nsource.externalId = "people"'), "fields.source.externalId:", "without source.system"),
        (('"day",', '"day", precision = "YEAR",'), "fields.reportedAt.precision:", "is none of MINUTE, HOUR, DAY"),
        (
            (TITLE, f'{TITLE}\nkind = "kind"\n[values.kind]\ndefault = "accident"\n[fields.x]'),
            "fields.kind.[values.kind]:",
            "is none of",
        ),
    ],
)
async def test_a_wrong_mapping_is_told_in_one_line_before_anything_is_sent(
    importer: Importer, wrong: tuple[str, str], place: str, way_out: str
) -> None:
    assert wrong[0] in MAPPING
    importer.mapping.write_text(MAPPING.replace(*wrong, 1))

    ran = await importer.run(importer.table(ROW))

    assert ran.code == 2
    (line,) = ran.err.splitlines()
    assert "mapping.toml" in line
    assert place in line
    assert way_out in line
    assert importer.registry.companies_by_name == {}
    assert importer.registry.incidents == {}


async def test_a_mapping_that_is_not_there_is_told(importer: Importer) -> None:
    importer.mapping.unlink()

    ran = await importer.run(importer.table(ROW))

    assert ran.code == 2
    assert "mapping.toml cannot be read: No such file" in ran.err


async def test_every_form_of_a_field_reaches_the_registry(importer: Importer) -> None:
    importer.mapping.write_text(
        """
        name = "forms"
        [source]
        delimiter = ";"
        header_row = 2
        [key]
        column = "no"
        [fields]
        title = { template = "{what} in {town}", if_empty = "Incident {no}" }
        occurredAt = { column = "when", formats = ["%d.%m.%Y %H:%M", "%d.%m.%Y"], time_zone = "Europe/Berlin" }
        recordsAffected = { column = "records", thousands = "." }
        status = { constant = "open" }
        type = "type"
        location.text = { template = "{town}, ground floor" }
        location.country = "country"
        reportedBy.name = "who"
        tags = { columns = ["what", "more"], separator = "," }
        [values."location.country"]
        default = "XX"
        codes = { Deutschland = "DE" }
        """
    )
    table = importer.file(
        "rows.csv",
        "a list of ours;;;;;;;;\n"
        "no;what;town;when;records;type;country;who;more\n"
        "A-1;Break-in;Ulm;31.03.2024 14:05;1.234;intrusions.burglary;Deutschland;Ada;night, door,\n"
        "A-2;;Ulm;27.10.2024;;;Elsewhere;;\n",
    )

    ran = await importer.run(table)

    assert ran.code == 0, ran.err
    first, second = (
        {name: value for name, value in row.items() if name != "idempotencyKey"}
        for row in sorted(importer.registry.incidents.values(), key=lambda row: row["title"])
    )
    assert first == {
        "title": "Break-in in Ulm",
        "timestamps": [{"timestamp": "OCCURRED", "at": "2024-03-31T14:05:00+02:00", "precision": "MINUTE"}],
        "source": {"channel": "IMPORT"},
        "recordsAffected": 1234,
        "status": {"code": "open"},
        "type": {"code": "intrusions.burglary"},
        "location": {"text": "Ulm, ground floor", "country": "DE"},
        "reportedBy": {"name": "Ada"},
        "tags": ["Break-in", "night", "door"],
    }
    assert second == {
        "title": "Incident A-2",
        "timestamps": [{"timestamp": "OCCURRED", "at": "2024-10-27T00:00:00+02:00", "precision": "DAY"}],
        "source": {"channel": "IMPORT"},
        "status": {"code": "open"},
        "location": {"text": "Ulm, ground floor", "country": "XX"},
    }


async def test_all_that_an_incident_tells_may_stand_in_a_table(importer: Importer) -> None:
    importer.mapping.write_text(EVERYTHING)
    table = importer.file(
        "rows.csv",
        "what,kind,tlp,areas,prio,data,lat,lon,paid,when,done,no\n"
        'Lost laptop,Beinahe,amber+strict,"safety, legal",p1,ja,51.2,-71.4,"1.200,50",2024-03-31,2024-04-01T10:00,7\n'
        "Nothing else,,,,,,,,,,,\n",
    )

    ran = await importer.run(table)

    assert ran.code == 0, (ran.err, importer.reported(table))
    first, second = (
        {name: value for name, value in row.items() if name != "idempotencyKey"}
        for row in sorted(importer.registry.incidents.values(), key=lambda row: row["title"])
    )
    assert first == {
        "title": "Lost laptop", "kind": "NEAR_MISS", "tlp": "AMBER_STRICT", "impactAreas": ["SAFETY", "LEGAL"],
        "priority": {"code": "p1"}, "outcome": {"code": "x"}, "personalData": True, "criticalService": False,
        "location": {"coordinates": {"latitude": 51.2, "longitude": -71.4}},
        "cost": {"amount": "1200.50", "currency": "KZT"},
        "timestamps": [
            {"timestamp": "OCCURRED", "at": "2024-03-31T00:00:00+05:00", "precision": "DAY"},
            {"timestamp": "FIRST_RESOLVED", "at": "2024-04-01T10:00:00+05:00", "precision": "HOUR"},
        ],
        "customTimestamps": [
            {"definition": {"code": "authority-informed"}, "at": "2024-04-01T10:00:00+00:00", "precision": "MINUTE"}
        ],
        "source": {"channel": "IMPORT", "system": "old register", "externalId": "7"},
    }  # fmt: skip
    assert second == {
        "title": "Nothing else", "outcome": {"code": "x"}, "criticalService": False,
        "source": {"channel": "IMPORT", "system": "old register"},
    }  # fmt: skip


async def test_cells_that_do_not_fit_are_named_with_row_column_and_the_way_out(importer: Importer) -> None:
    importer.mapping.write_text(EVERYTHING)
    table = importer.file(
        "rows.csv",
        "what,kind,tlp,areas,prio,data,lat,lon,paid,when,done,no\n"
        "One,Unfall,pink,fun,P7,perhaps,north,,free,soon,,\n"
        "Two,,,,p-4,,51.2,,,,,\n",
    )

    ran = await importer.run(table)

    assert ran.code == 1
    assert importer.registry.incidents == {}
    told = [(row["row"], row["column"], row["value"]) for row in importer.reported(table)]
    assert told == [
        ("2", "kind", "Unfall"), ("2", "tlp", "pink"), ("2", "areas", "fun"), ("2", "data", "perhaps"),
        ("2", "lat", "north"), ("2", "paid", "free"), ("2", "when", "soon"), ("2", "prio", "P7"),
        ("3", "lon", ""), ("3", "prio", "p-4"),
    ]  # fmt: skip
    reasons = [row["reason"] for row in importer.reported(table)]
    assert "add it to [values.kind.codes]" in reasons[0]
    assert "is none of CLEAR, GREEN" in reasons[1]
    assert reasons[-2:] == [
        "gives no location.longitude, and location.latitude says nothing without it",
        "'p-4' is no active priority of the server; did you mean 'p4'?",
    ]
