"""Histories for people: sentences in the reader's language, and what they name."""

import re
from importlib.resources import files
from typing import Any

import pytest

from services.incidents.domain.details import RULES
from services.incidents.domain.parts import PartType
from services.incidents.domain.timestamps import COLUMNS
from services.incidents.domain.wording import LANGUAGES, sentence_of, wording
from services.incidents.graphql.types.sentence import _KINDS
from services.incidents.persistence.part_rows import PartRow
from tests.support.casebook import ADD_COMMENT, EDIT, SHOW, Casebook
from tests.support.restricted import ada, bob
from tests.support.services import Json, user

HISTORY = """
query ($id: ID!) { incident(id: $id) { history(first: 50) { nodes { operation
    sentence { language template placeholders { name text reference { user { id } status { id } } } }
    changes { field label before after beforeReference { severity { id } } afterReference { severity { id } } }
    link { incident { id } type { id } } } } } }
"""
_KEPT = {
    "id", "incident_id", "company_id", "created_at", "created_by_id", "version", "edited_at", "awaited_at", "digest",
    "indicator_id", "other_id", "pair_id", "set_by_id", "utc_offset",
}  # fmt: skip
LINK = "mutation ($input: AddIncidentLinkInput!) { addIncidentLink(input: $input) { errors { message } } }"


async def history(casebook: Casebook, incident: Json, actor: Any) -> list[Json]:
    found = await casebook.service.data(HISTORY, actor, id=incident["id"])
    nodes: list[Json] = found["incident"]["history"]["nodes"]
    return nodes


def speaking(casebook: Casebook, *locales: str) -> Any:
    return user({"incident.view": [casebook.acme]}, locales=locales)


async def test_a_change_is_told_in_the_language_of_its_reader(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    await casebook.move(bob(casebook), incident, "triage")

    for locales, language, template in (
        (("de-AT", "en"), "de", "{actor} hat den Status von {before} auf {after} geändert"),
        (("pt", "fr-CA"), "fr", "{actor} a fait passer l’incident de {before} à {after}"),
        (("kk",), "kk", "{actor}: күйі {before} дегеннен {after} дегенге өзгерді"),
        (("kk-Latn", "ru-KZ"), "ru", "{actor}: статус изменён с {before} на {after}"),
        (("ar-EG", "en"), "ar", "نقل {actor} الحادث من {before} إلى {after}"),
        ((), "en", "{actor} moved the incident from {before} to {after}"),
    ):
        told = (await history(casebook, incident, speaking(casebook, *locales)))[0]["sentence"]
        assert (told["language"], told["template"]) == (language, template)
        assert told["placeholders"] == [
            {"name": "actor", "text": None, "reference": {"user": {"id": str(casebook.bob)}, "status": None}},
            {
                "name": "before",
                "text": None,
                "reference": {"user": None, "status": {"id": str(casebook.id_of("open"))}},
            },
            {
                "name": "after",
                "text": None,
                "reference": {"user": None, "status": {"id": str(casebook.id_of("triage"))}},
            },
        ]


async def test_fields_have_names_in_the_language_of_the_reader_and_values_lead_to_what_they_name(
    casebook: Casebook,
) -> None:
    incident = await casebook.register(ada(casebook), severity={"code": "low"})
    change = {"id": incident["id"], "expectedVersion": 1, "severity": {"code": "high"}, "title": "Worse"}
    await casebook.change(EDIT, ada(casebook), **change)

    told = (await history(casebook, incident, speaking(casebook, "de")))[0]

    changes = {each["field"]: each for each in told["changes"]}
    assert (changes["severity"]["label"], changes["title"]["label"]) == ("Schweregrad", "Titel")
    assert changes["severity"]["beforeReference"] == {"severity": {"id": str(casebook.id_of("low"))}}
    assert changes["severity"]["afterReference"] == {"severity": {"id": str(casebook.id_of("high"))}}
    assert changes["title"]["afterReference"] is None
    (fields,) = [each["text"] for each in told["sentence"]["placeholders"] if each["name"] == "fields"]
    assert sorted(fields.split(", ")) == ["Schweregrad", "Titel"]


async def test_what_hangs_on_an_incident_is_told_by_its_name(casebook: Casebook) -> None:
    incident = await casebook.register(ada(casebook))
    await casebook.try_to(ADD_COMMENT, ada(casebook), incidentId=incident["id"], body="Seen")

    told = (await history(casebook, incident, speaking(casebook, "es")))[0]["sentence"]

    assert told["template"] == "{actor} añadió: {part}"
    assert told["placeholders"][1] == {"name": "part", "text": "comentario", "reference": None}


async def test_a_link_is_told_to_who_sees_where_it_leads(casebook: Casebook) -> None:
    one, other = await casebook.register(ada(casebook)), await casebook.register(ada(casebook))
    new = {"incidentId": one["id"], "otherId": other["id"], "linkType": {"code": "related"}}
    await casebook.try_to(LINK, ada(casebook), **new)
    related = {"incident": {"id": other["id"]}, "type": {"id": str(casebook.id_of("related"))}}
    assert (await history(casebook, one, bob(casebook)))[0]["link"] == related

    await casebook.change(SHOW, ada(casebook), id=other["id"], visibility="RESTRICTED")

    assert (await history(casebook, one, bob(casebook)))[0]["link"] is None
    assert (await history(casebook, one, ada(casebook)))[0]["link"] == related


async def test_a_history_of_many_changes_costs_as_many_statements_as_one_of_few(casebook: Casebook) -> None:
    few, many = await casebook.register(ada(casebook)), await casebook.register(ada(casebook))
    for _ in range(5):
        await casebook.say(ada(casebook), many)
    counted = []
    for incident in (few, many):
        with casebook.service.statements() as statements:
            await history(casebook, incident, ada(casebook))
        counted.append(len(statements))
    assert counted == [2, 2]  # the incident and its history


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_all_words_and_places(language: str) -> None:
    told, english = wording([language]), wording(["en"])

    assert told.language == language
    for mine, theirs in (
        (told.sentences, english.sentences), (told.words, english.words), (told.parts, english.parts),
        (told.fields, english.fields),
    ):  # fmt: skip
        assert mine.keys() == theirs.keys()
        assert all(text.strip() for text in mine.values())
    for name, text in english.sentences.items():
        assert set(_places(told.sentences[name])) == set(_places(text))
    assert {*RULES, *COLUMNS, *_KINDS, "type_id"} <= told.fields.keys()


def test_every_language_of_the_installation_has_a_file_and_no_other_has_one() -> None:
    content = files("services.incidents") / "content"

    assert {each.name for each in content.iterdir()} == {f"history.{language}.json" for language in LANGUAGES}


def test_arabic_is_written_in_its_own_letters() -> None:
    told = wording(["ar"])

    for texts in (told.sentences, told.words, told.parts, told.fields):
        latin = {name for name, text in texts.items() if not re.search("[\u0621-\u064a]", text)}
        assert latin <= {"OTHER"}


def test_every_field_of_what_hangs_on_an_incident_has_a_name() -> None:
    """But for what no change tells: how its row is found and kept."""
    named = wording(["en"]).fields
    for table in PartRow.__subclasses__():
        columns = {column.name for column in table.__table__.columns} - _KEPT
        assert columns <= named.keys(), table.__tablename__


@pytest.mark.parametrize("part", PartType)
@pytest.mark.parametrize("operation", ["ADDED", "EDITED", "REMOVED", "OVERDUE", "RESTORED", "DOWNLOADED"])
def test_every_change_of_a_part_has_a_sentence(part: PartType, operation: str) -> None:
    for language in LANGUAGES:
        told = wording([language])
        assert told.sentences[sentence_of(operation, part.value, {})]
        assert told.part(part.value)


def test_what_has_no_sentence_of_its_own_is_told_by_its_name() -> None:
    assert sentence_of("SOMETHING_NEW", None, {}) == "OTHER"
    assert wording(["de"]).part("SOMETHING_NEW") == "something new"


def _places(text: str) -> list[str]:
    return [each.partition("}")[0] for each in text.split("{")[1:]]
