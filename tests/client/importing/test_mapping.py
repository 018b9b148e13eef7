"""What a mapping can get wrong: one line with file, place and the way out, and nothing is sent."""

import pytest

from tests.support.importer import MAPPING, Importer

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
        "occurredAt": "2024-03-31T14:05:00+02:00",
        "recordsAffected": 1234,
        "status": {"code": "open"},
        "type": {"code": "intrusions.burglary"},
        "location": {"text": "Ulm, ground floor", "country": "DE"},
        "reportedBy": {"name": "Ada"},
        "tags": ["Break-in", "night", "door"],
    }
    assert second == {
        "title": "Incident A-2",
        "occurredAt": "2024-10-27T00:00:00+02:00",
        "status": {"code": "open"},
        "location": {"text": "Ulm, ground floor", "country": "XX"},
    }
