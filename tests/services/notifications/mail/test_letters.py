"""Mails as they are put together: nothing that somebody wrote becomes a header, or anything but text in HTML."""

import email.policy
import random
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from html.parser import HTMLParser
from typing import Any
from uuid import UUID

import pytest

from services.notifications.domain.letters import Letter, Mailbox, UnusableAddress, as_html
from services.notifications.domain.placeholders import NAMES, filled, first_wrong
from services.notifications.domain.wording import LANGUAGES, wording

SENDER = Mailbox.of("Registry", "registry@example.org")
HEADERS = [
    "Subject", "From", "To", "Date", "Message-ID", "References", "Content-Language", "Auto-Submitted", "MIME-Version",
    "Content-Type",
]  # fmt: skip
BREAKS = ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x00"]


def parsed(**given: Any) -> EmailMessage:
    told: dict[str, Any] = {
        "id": UUID(int=1), "thread": UUID(int=2), "sender": SENDER, "recipient": Mailbox.of("Ada", "ada@example.org"),
        "subject": "Subject", "text": "Text\n", "language": "en", "written_at": datetime(2026, 1, 2, tzinfo=UTC),
    }  # fmt: skip
    message = BytesParser(policy=email.policy.default).parsebytes(Letter(**(told | given)).as_bytes())
    assert isinstance(message, EmailMessage)
    return message


@pytest.mark.parametrize("line_break", BREAKS)
def test_a_line_break_in_a_subject_or_a_name_makes_no_header(line_break: str) -> None:
    hostile = f"Hello{line_break}Bcc: eve@example.org{line_break}{line_break}<b>body</b>"

    message = parsed(subject=hostile, recipient=Mailbox.of(hostile, "ada@example.org"))

    assert sorted(message.keys()) == sorted(HEADERS)
    assert message["Subject"] == "Hello Bcc: eve@example.org <b>body</b>"
    (recipient,) = message["To"].addresses
    assert recipient.addr_spec == "ada@example.org"


def test_a_thousand_random_texts_make_no_header() -> None:
    dice = random.Random(7)  # noqa: S311  # the same texts each time
    signs = [
        *BREAKS,
        ":",
        "<",
        ">",
        ",",
        ";",
        '"',
        "\\",
        "=?utf-8?q?",
        "?=",
        " ",
        "\t",
        "é",
        "漢",
        "\u202e",
        "Bcc",
        "a@b.c",
    ]

    for _ in range(1000):
        hostile = "".join(dice.choices(signs, k=dice.randint(1, 40)))
        message = parsed(subject=hostile, recipient=Mailbox.of(hostile, "ada@example.org"))
        assert sorted(message.keys()) == sorted(HEADERS)
        assert [each.addr_spec for each in message["To"].addresses] == ["ada@example.org"]


@pytest.mark.parametrize(
    "address",
    [
        "", "ada", "@example.org", "ada@", "a b@example.org", "ada@example.org\r\nBcc: eve@example.org",
        "ada@example.org, eve@example.org", "<ada@example.org>", "ada@exa mple.org", "adä@example.org", "ada@-.org",
    ],
)  # fmt: skip
def test_what_is_no_single_address_is_refused(address: str) -> None:
    with pytest.raises(UnusableAddress):
        Mailbox.of("Ada", address)


def test_domains_in_other_scripts_are_written_in_ascii() -> None:
    assert Mailbox.of("Ada", "ada@bücher.example").address == "ada@xn--bcher-kva.example"


def test_the_same_letter_is_the_same_bytes() -> None:
    assert parsed().as_bytes() == parsed().as_bytes()


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</p></body><style>*{}</style>",
        '<a href="javascript:alert(1)">here</a>', "&lt;script&gt;", "<!-- -->", "<base href=//e.example>",
        'http://e.example/"onmouseover=alert(1)', "http://e.example/<script>", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_what_somebody_wrote_is_only_text_in_html(hostile: str) -> None:
    tags = _Tags()

    tags.feed(as_html(f"Title: {hostile}\n\nSecond {hostile}", "en"))

    assert {tag for tag, _ in tags.seen} <= {"html", "head", "meta", "body", "p", "br", "a"}
    links = [attributes for tag, attributes in tags.seen if tag == "a"]
    assert all(set(each) == {"href"} and str(each["href"]).startswith("http://e.example/") for each in links)
    assert all(not name.startswith("on") for _, attributes in tags.seen for name in attributes)


def test_places_are_filled_once_and_never_computed() -> None:
    values = {"incident.title": "{{ sender.name }}", "sender.name": "Bob"}

    assert filled("{{incident.title}} by {{ sender.name }}{{ incident.link }}", values) == "{{ sender.name }} by Bob"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("{{ incident.reference }} and {{recipient.name}}", None),
        ("a { b } c", None),
        ("{{ incident.description }}", "{{ incident.description }}"),
        ("{{ incident.title | upper }}", "{{ incident.title | upper }}"),
        ("{{ incident.title", "{{ incident.title"),
        ("incident.title }}", "}}"),
        ("{{{{ incident.title }}}}", "{{}}"),
    ],
)
def test_a_place_that_is_none_is_found(text: str, wrong: str | None) -> None:
    assert first_wrong(text) == wrong


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_text_with_the_same_places(language: str) -> None:
    own, english = wording(language), wording("en")

    assert own.language == language
    assert own.messages.keys() == english.messages.keys()
    assert own.words.keys() == english.words.keys()
    for kind, text in own.messages.items():
        assert first_wrong(text.subject + text.body) is None
        for name in NAMES:
            assert (name in text.subject, name in text.body) == (
                name in english.messages[kind].subject,
                name in english.messages[kind].body,
            )


@pytest.mark.parametrize(
    ("locale", "language"),
    [("de-AT", "de"), ("kk-Cyrl-KZ", "kk"), ("kk-Latn", "en"), ("ja", "en"), ("nonsense!", "en")],
)
def test_a_reader_gets_their_language_or_english(locale: str, language: str) -> None:
    assert wording(locale).language == language
