"""Reading whole directories."""

from collections.abc import Callable
from uuid import UUID

from chassis.access import Actor
from tests.support.services import RunningService


async def test_everyone_who_is_signed_in_reads_every_directory(directories: RunningService, reader: Actor) -> None:
    data = await directories.data(
        "{ classifications { code } incidentTypes { code } incidentStatuses { code } severities { code rank } }", reader
    )

    assert {name: len(found) for name, found in data.items()} == {
        "classifications": 11,
        "incidentTypes": 39,
        "incidentStatuses": 8,
        "severities": 4,
    }
    assert [(each["code"], each["rank"]) for each in data["severities"]] == [
        ("low", 1),
        ("medium", 2),
        ("high", 3),
        ("critical", 4),
    ]


async def test_every_field_of_an_entry_is_told(
    directories: RunningService, reader: Actor, ids: dict[str, UUID]
) -> None:
    data = await directories.data(
        "{ incidentStatuses { id code name nameLocale color textColor icon order active visible version "
        "category isInitial isFinal translations { locale name } } }",
        reader,
    )

    assert data["incidentStatuses"][0] == {
        "id": str(ids["open"]),
        "code": "open",
        "name": "Open",
        "nameLocale": "en",
        "color": "#0353A3",
        "textColor": "#FFFFFF",
        "icon": "inbox",
        "order": 10,
        "active": True,
        "visible": True,
        "version": 1,
        "category": "NEW",
        "isInitial": True,
        "isFinal": False,
        "translations": [
            {"locale": "ar", "name": "مفتوح"},
            {"locale": "de", "name": "Offen"},
            {"locale": "en", "name": "Open"},
            {"locale": "es", "name": "Abierto"},
            {"locale": "fr", "name": "Ouvert"},
            {"locale": "kk", "name": "Ашық"},
            {"locale": "ru", "name": "Открыт"},
        ],
    }


async def test_a_class_knows_its_types_and_a_type_its_class(directories: RunningService, reader: Actor) -> None:
    data = await directories.data(
        '{ incidentTypes(classification: {code: "fraud"}) { code classification { code types { code } } } }', reader
    )

    codes = [each["code"] for each in data["incidentTypes"]]
    assert len(codes) == 4
    for each in data["incidentTypes"]:
        assert each["classification"] == {"code": "fraud", "types": [{"code": code} for code in codes]}


async def test_an_unknown_class_has_no_types(directories: RunningService, reader: Actor) -> None:
    data = await directories.data('{ incidentTypes(classification: {code: "weather"}) { code } }', reader)

    assert data == {"incidentTypes": []}


async def test_a_reference_that_names_nothing_is_refused(directories: RunningService, reader: Actor) -> None:
    answer = await directories.graph("{ incidentTypes(classification: {}) { code } }", reader)

    assert answer["data"] == {"incidentTypes": None}
    assert answer["errors"][0]["extensions"] == {"code": "INVALID", "field": ["classification"]}


async def test_the_reader_s_languages_choose_the_names(
    directories: RunningService, speaking: Callable[..., Actor]
) -> None:
    query = '{ severities { name nameLocale kazakh: name(locale: "kk-KZ") } }'

    austrian = (await directories.data(query, speaking("de-AT", "kk")))["severities"][0]
    italian = (await directories.data(query, speaking("it")))["severities"][0]

    assert austrian == {"name": "Niedrig", "nameLocale": "de", "kazakh": "Төмен"}
    assert italian == {"name": "Low", "nameLocale": "en", "kazakh": "Төмен"}


async def test_a_locale_that_is_none_is_refused_by_name(directories: RunningService, reader: Actor) -> None:
    answer = await directories.graph('{ severities { name(locale: "de_AT") } }', reader)

    assert answer["data"] == {"severities": None}
    assert answer["errors"][0]["message"] == "'de_AT' is no locale: write a BCP 47 tag such as de-AT."
    assert answer["errors"][0]["extensions"] == {"code": "INVALID", "field": ["locale"]}
