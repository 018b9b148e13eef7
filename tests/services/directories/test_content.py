"""The default content of the directories is complete, readable and in every language of the installation."""

import json
import re
from collections import Counter
from importlib.resources import files
from typing import Any

import pytest
import re2

Row = dict[str, Any]

LOCALES = ("en", "de", "fr", "es", "ru", "kk")
DIRECTORIES = (
    "classifications", "incident_types", "statuses", "severities", "outcomes", "impact_levels", "detection_sources",
    "indicator_types", "roles", "link_types", "department_kinds", "timestamps", "file_kinds", "priorities",
)  # fmt: skip
CODE = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")

# How many types the Reference Security Incident Taxonomy (version 1003) has in each of its classes, in its order.
TAXONOMY = {
    "abusive-content": 3,
    "malicious-code": 4,
    "information-gathering": 3,
    "intrusion-attempts": 3,
    "intrusions": 5,
    "availability": 5,
    "information-content-security": 4,
    "fraud": 4,
    "vulnerable": 5,
    "other": 2,
    "test": 1,
}


def source(directory: str) -> str:
    return (files("services.directories") / "content" / f"{directory}.json").read_text(encoding="utf-8")


def rows(directory: str) -> list[Row]:
    loaded: list[Row] = json.loads(source(directory))
    return loaded


def everything() -> list[Row]:
    return [row for directory in DIRECTORIES for row in rows(directory)]


def texts(locale: str, field: str) -> list[str]:
    return [row["translations"][locale][field] for row in everything()]


def test_the_classes_and_types_are_those_of_the_taxonomy() -> None:
    types = rows("incident_types")

    assert [row["code"] for row in rows("classifications")] == list(TAXONOMY)
    assert Counter(row["classification"] for row in types) == TAXONOMY
    assert (len(TAXONOMY), len(types)) == (11, 39)


def test_the_code_of_a_type_names_its_class_first() -> None:
    for row in rows("incident_types"):
        parent, _, own = row["code"].partition(".")
        assert parent == row["classification"]
        assert "." not in own


def test_one_status_is_seeded_for_every_category_and_three_are_shown() -> None:
    statuses = {row["category"]: row for row in rows("statuses")}

    assert list(statuses) == ["NEW", "TRIAGE", "ACTIVE", "RESOLVED", "REVIEW", "CLOSED", "DECLINED", "MERGED"]
    assert len(rows("statuses")) == len(statuses)
    assert [row["code"] for row in statuses.values() if row["visible"]] == ["open", "in-progress", "closed"]
    assert [row["code"] for row in statuses.values() if row["isInitial"]] == ["open"]
    assert [row["code"] for row in statuses.values() if row["isFinal"]] == ["closed", "declined", "merged"]


def test_severities_are_ranked_from_low_to_critical() -> None:
    assert [(row["code"], row["rank"]) for row in rows("severities")] == [
        ("low", 1),
        ("medium", 2),
        ("high", 3),
        ("critical", 4),
    ]


def test_priorities_are_ranked_from_what_comes_first_to_what_can_wait() -> None:
    assert [(row["code"], row["rank"]) for row in rows("priorities")] == [("p1", 4), ("p2", 3), ("p3", 2), ("p4", 1)]


@pytest.mark.parametrize("directory", DIRECTORIES)
def test_codes_are_unique_and_well_formed_and_the_order_is_that_of_the_file(directory: str) -> None:
    codes = [row["code"] for row in rows(directory)]
    orders = [row["order"] for row in rows(directory)]

    assert [code for code in codes if not CODE.fullmatch(code)] == []
    assert len(set(codes)) == len(codes)
    assert orders == sorted(set(orders))


@pytest.mark.parametrize("directory", DIRECTORIES)
def test_every_row_has_the_keys_of_its_directory_and_an_icon(directory: str) -> None:
    own = {
        "classifications": set(),
        "incident_types": {"classification"},
        "statuses": {"category", "isInitial", "isFinal", "visible"},
        "severities": {"rank"},
        "impact_levels": {"rank"},
        "priorities": {"rank"},
        "roles": {"single"},
    }.get(directory, set())
    optional = {"indicator_types": {"pattern"}, "link_types": {"inverse"}}.get(directory, set())

    for row in rows(directory):
        assert set(row) - optional == {"code", "color", "icon", "order", "translations"} | own
        assert CODE.fullmatch(row["icon"])


@pytest.mark.parametrize("directory", DIRECTORIES)
def test_every_name_and_description_is_there_in_every_language(directory: str) -> None:
    for row in rows(directory):
        assert tuple(row["translations"]) == ((*LOCALES, "ar") if directory == "statuses" else LOCALES)
        for text in row["translations"].values():
            assert set(text) == {"name", "description"}
            assert all(value == value.strip() and value for value in text.values())
            assert text["description"].endswith(".")


@pytest.mark.parametrize("directory", DIRECTORIES)
@pytest.mark.parametrize("locale", LOCALES)
def test_no_two_rows_of_a_directory_have_the_same_name(directory: str, locale: str) -> None:
    repeated = Counter(row["translations"][locale]["name"] for row in rows(directory)) - Counter(
        {row["translations"][locale]["name"] for row in rows(directory)}
    )

    assert repeated == Counter()


def test_no_description_equals_another() -> None:
    counted = Counter(text for locale in LOCALES for text in texts(locale, "description"))

    assert [text for text, times in counted.items() if times > 1] == []


def test_the_opposites_of_link_types_are_each_other_s() -> None:
    inverse = {row["code"]: row.get("inverse", row["code"]) for row in rows("link_types")}

    assert {code: inverse[other] for code, other in inverse.items()} == {code: code for code in inverse}


@pytest.mark.parametrize(
    ("code", "value", "fits"),
    [
        ("ipv4-addr", "192.0.2.10", True),
        ("ipv4-addr", "192.0.2.0/24", True),
        ("ipv4-addr", "192.0.2.256", False),
        ("ipv6-addr", "2001:db8::1", True),
        ("ipv6-addr", "example.org", False),
        ("domain-name", "mail.example.org", True),
        ("domain-name", "почта.рф", True),
        ("domain-name", "two words.org", False),
        ("x-hostname", "SRV-01", True),
        ("url", "https://example.org/?q=1", True),
        ("url", "example.org", False),
        ("x-uri-path", "/admin", True),
        ("email-addr", "ada@example.org", True),
        ("email-addr", "ada", False),
        ("file", "d41d8cd98f00b204e9800998ecf8427e", True),
        ("file", "a/b", False),
        ("windows-registry-key", "HKLM\\Software\\Run", True),
        ("mac-addr", "00:00:5e:00:53:01", True),
        ("mac-addr", "00:00:5e", False),
        ("autonomous-system", "AS64496", True),
        ("x509-certificate", "0f:1e:2d:3c", True),
        ("x-cve", "CVE-2021-44228", True),
        ("x-cve", "2021-44228", False),
        ("x-crypto-wallet", "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", True),
        ("x-iban", "DE89 3704 0044 0532 0130 00", True),
        ("x-phone", "+7 727 000 00 00", True),
    ],
)
def test_the_pattern_of_an_indicator_type_takes_what_is_one(code: str, value: str, fits: bool) -> None:
    pattern = next(row["pattern"] for row in rows("indicator_types") if row["code"] == code)

    assert (re2.fullmatch(pattern, value) is not None) is fits


def test_russian_and_arabic_are_written_in_their_own_letters() -> None:
    arabic = [text for row in rows("statuses") for text in row["translations"]["ar"].values()]

    assert [text for text in texts("ru", "description") if not re.search("[а-яё]", text.lower())] == []
    assert [text for text in arabic if not re.search("[\u0621-\u064a]", text)] == []


def test_kazakh_is_written_in_its_own_cyrillic() -> None:
    names, descriptions = texts("kk", "name"), texts("kk", "description")

    assert [text for text in names if not re.search("[а-яәғқңөұүһі]", text.lower())] == []
    assert [text for text in descriptions if not re.search("[әғқңөұүһі]", text.lower())] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_no_word_mixes_alphabets(locale: str) -> None:
    """A Latin letter that only looks Cyrillic would break search and sorting."""
    words = re.findall(r"\w+", " ".join(texts(locale, "name") + texts(locale, "description")))

    assert [word for word in words if re.search("[a-z]", word, re.IGNORECASE) and re.search("[Ѐ-ӿ]", word)] == []


@pytest.mark.parametrize(
    ("locale", "quoted"),
    [
        ("de", "„([^“]+)“"),
        ("fr", "«\N{NO-BREAK SPACE}([^»]+)\N{NO-BREAK SPACE}»"),
        ("es", "«([^»]+)»"),
        ("ru", "«([^»]+)»"),
        ("kk", "«([^»]+)»"),
    ],
)
def test_a_row_that_points_to_another_calls_it_by_its_name(locale: str, quoted: str) -> None:
    """The abbreviation in brackets, as in "(DDoS)", may be left out."""
    names = {name.partition(" (")[0] for name in texts(locale, "name")}
    pointers = re.findall(quoted, " ".join(texts(locale, "description")))

    assert len(pointers) == 5
    assert set(pointers) - names == set()


@pytest.mark.parametrize("directory", DIRECTORIES)
def test_the_files_stay_readable(directory: str) -> None:
    assert source(directory) == json.dumps(rows(directory), ensure_ascii=False, indent=2) + "\n"
