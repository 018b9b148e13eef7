"""The locales of an installation, and which of them a reader is served."""

from collections.abc import Callable
from typing import Any

import pytest

from chassis.access import Actor
from tests.support.defaults import DEFAULTS
from tests.support.services import RunningService, user

SWITCH = """
mutation ($input: SwitchDirectoryLocaleInput!) { switchDirectoryLocale(input: $input) {
    locale { tag name direction active } errors { code message field } } }
"""
EDIT = """
mutation ($input: EditDirectoryEntryInput!) { editDirectoryEntry(input: $input) {
    entry { version } errors { code message field } } }
"""
NAME = "{ severities { name nameLocale } }"

Speaking = Callable[..., Actor]


async def switch(directories: RunningService, actor: Actor, tag: str, *, active: bool = True) -> Any:
    return (await directories.data(SWITCH, actor, input={"tag": tag, "active": active}))["switchDirectoryLocale"]


async def name_of_low(directories: RunningService, actor: Actor, ids: Any, tag: str, name: str) -> None:
    """Writes a name of the severity `low`."""
    now = (await directories.data("{ severities { code version } }", actor))["severities"][0]
    change = {"id": str(ids["low"]), "expectedVersion": now["version"], "translations": [{"locale": tag, "name": name}]}
    made = await directories.data(EDIT, actor, input=change)
    assert made["editDirectoryEntry"]["errors"] == []


async def test_each_locale_is_told_in_its_own_language_and_in_the_reader_s(
    directories: RunningService, speaking: Speaking
) -> None:
    query = "{ locales { tag name displayName direction active isDefault pluralForms } }"

    found = (await directories.data(query, speaking("de-AT")))["locales"]

    assert [each["displayName"] for each in found] == [
        "Arabisch", "Deutsch", "Englisch", "Französisch", "Kasachisch", "Russisch", "Spanisch",
    ]  # fmt: skip
    assert found[0] == {
        "tag": "ar",
        "name": "العربية",
        "displayName": "Arabisch",
        "direction": "RIGHT_TO_LEFT",
        "active": True,
        "isDefault": False,
        "pluralForms": ["zero", "one", "two", "few", "many", "other"],
    }
    kazakh = next(each for each in found if each["tag"] == "kk")
    assert (kazakh["name"], kazakh["direction"]) == ("қазақ тілі", "LEFT_TO_RIGHT")
    assert [each["tag"] for each in found if each["isDefault"]] == ["en"]


@pytest.mark.parametrize(
    ("written", "reads", "served"),
    [
        (("pt-PT",), "pt-BR", "en"),
        (("pt-BR", "pt-PT"), "pt-AO", "pt-PT"),
        (("zh-Hans",), "zh-Hant-TW", "en"),
        (("zh-Hans", "zh-Hant"), "zh-TW", "zh-Hant"),
        (("es-419",), "es-MX", "es-419"),
        (("es-419",), "es-ES", "es"),
        (("de-AT",), "de-CH", "de"),
        (("kk-KZ",), "kk", "kk"),
    ],
)
async def test_a_reader_is_served_along_the_parents_of_cldr(
    directories: RunningService, manager: Actor, speaking: Speaking, ids: Any,
    written: tuple[str, ...], reads: str, served: str,
) -> None:  # fmt: skip
    for tag in written:
        assert (await switch(directories, manager, tag))["errors"] == []
        await name_of_low(directories, manager, ids, tag, f"low in {tag}")

    assert (await directories.data(NAME, speaking(reads)))["severities"][0]["nameLocale"] == served


async def test_name_and_description_each_tell_the_locale_that_was_served(
    directories: RunningService, manager: Actor, speaking: Speaking, ids: Any
) -> None:
    await switch(directories, manager, "de-AT")
    await name_of_low(directories, manager, ids, "de-AT", "Gering")

    query = '{ severities { name nameLocale descriptionLocale(locale: "ar") other: descriptionLocale } }'
    found = (await directories.data(query, speaking("de-AT")))["severities"]

    assert found[0] == {"name": "Gering", "nameLocale": "de-AT", "descriptionLocale": "en", "other": "de"}


async def test_a_locale_that_is_switched_off_serves_nobody_and_keeps_its_texts(
    directories: RunningService, manager: Actor, speaking: Speaking
) -> None:
    german = speaking("de-AT")
    before = await directories.data(NAME, german)

    off = await switch(directories, manager, "de", active=False)
    without = await directories.data(NAME, german)
    on = await switch(directories, manager, "de")

    assert off["locale"] == {"tag": "de", "name": "Deutsch", "direction": "LEFT_TO_RIGHT", "active": False}
    assert without["severities"][0] == {"name": "Low", "nameLocale": "en"}
    assert on["locale"]["active"]
    assert await directories.data(NAME, german) == before
    told = [event for event in await directories.events() if event.type == "directory.locale_changed.v1"]
    assert [(event.sequence, event.data) for event in told] == [
        (1, {"locale": "de", "active": False}),
        (2, {"locale": "de", "active": True}),
    ]


async def test_switching_to_what_is_so_already_tells_nothing(directories: RunningService, manager: Actor) -> None:
    assert (await switch(directories, manager, "de"))["errors"] == []
    assert len(await directories.events()) == DEFAULTS


async def test_a_locale_that_readers_are_not_served_in_is_listed_on_request(
    directories: RunningService, manager: Actor, reader: Actor
) -> None:
    await switch(directories, manager, "ru-KZ", active=False)

    data = await directories.data("{ locales { tag } all: locales(includeInactive: true) { tag name } }", reader)

    assert {"tag": "ru-KZ"} not in data["locales"]
    assert {"tag": "ru-KZ", "name": "русский (Казахстан)"} in data["all"]


@pytest.mark.parametrize(
    ("tag", "active", "reason"),
    [
        ("xx", True, "no known locale"),
        ("de_AT", True, "is no locale"),
        ("und", True, "no known locale"),
        ("de-AT-u-co-phonebk", True, "extensions"),
        ("en", False, "it stays"),
    ],
)
async def test_a_tag_that_is_none_is_refused_by_name(
    directories: RunningService, manager: Actor, tag: str, active: bool, reason: str
) -> None:
    refused = await switch(directories, manager, tag, active=active)

    assert refused["locale"] is None
    assert [(error["code"], error["field"]) for error in refused["errors"]] == [("INVALID", ["tag"])]
    assert reason in refused["errors"][0]["message"]
    assert len(await directories.events()) == DEFAULTS


async def test_who_manages_one_company_switches_none(directories: RunningService, local_manager: Actor) -> None:
    refused = await switch(directories, local_manager, "it")

    assert [error["code"] for error in refused["errors"]] == ["DENIED"]
    assert len((await directories.data("{ locales(includeInactive: true) { tag } }", user()))["locales"]) == 7


async def test_a_text_in_a_locale_that_is_not_used_here_is_refused_and_named(
    directories: RunningService, manager: Actor, ids: Any
) -> None:
    change = {"id": str(ids["low"]), "expectedVersion": 1, "translations": [{"locale": "it", "name": "Bassa"}]}

    refused = (await directories.data(EDIT, manager, input=change))["editDirectoryEntry"]

    assert refused["errors"] == [
        {
            "code": "INVALID",
            "message": "The locale it is not used here: switch it on first.",
            "field": ["translations", "0", "locale"],
        }
    ]


@pytest.mark.parametrize(
    ("language", "names"),
    [
        ("sv", ["Apfel", "Zebra", "ångström", "Äpfel", "öl"]),
        ("de", ["ångström", "Apfel", "Äpfel", "öl", "Zebra"]),
        ("kk", ["ә", "ы", "і", "Äpfel", "öl"]),
    ],
)
async def test_a_list_by_name_comes_as_the_reader_s_language_sorts(
    directories: RunningService, manager: Actor, speaking: Speaking, language: str, names: list[str]
) -> None:
    await switch(directories, manager, language)
    create = "mutation ($input: CreateDirectoryEntryInput!) { createDirectoryEntry(input: $input) { errors { code } } }"
    for number, name in enumerate(sorted(names)):
        new = {"kind": "TIMESTAMP", "code": f"new-{number}", "color": "#000000"}
        text = {"translations": [{"locale": language, "name": name}]}
        assert (await directories.data(create, manager, input=new | text))["createDirectoryEntry"]["errors"] == []

    query = "{ directoryEntries(kind: TIMESTAMP, sortBy: NAME) { code name } }"
    found = (await directories.data(query, speaking(language)))["directoryEntries"]

    assert [each["name"] for each in found if each["code"].startswith("new-")] == names
