"""What a translation by machine must have kept."""

import pytest

from services.directories.domain.translation_checks import problem

MARKDOWN = "# Report\n\n1. Call **us**\n2. See [the page](https://a.example/x)\n\n> `run --now`\n\n```\nkeep me\n```"


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        ("Fraud", "Betrug"),
        ("Hello {name}, %s of %(count)d", "%(count)d / %s: bonjour {name}"),
        ("See https://a.example/x.", "Voir https://a.example/x !"),
        ("50% done and 5 %done", "50 % fertig"),
        (MARKDOWN, MARKDOWN.replace("Report", "Bericht").replace("Call **us**", "**Uns** anrufen")),
        ("Read [this](/a) and [that](/b)", "Das [da](/b) und [dies](/a) lesen"),
    ],
)
def test_other_words_in_another_order_are_a_translation(source: str, translation: str) -> None:
    assert problem(source, translation) is None


@pytest.mark.parametrize(
    ("source", "translation", "wrong"),
    [
        ("Fraud", "  ", "empty"),
        ("Fraud", "Betrug\x07", "control characters"),
        ("Fraud", "Betrug \u202e", "control characters"),
        ("Fraud", "Betrug " * 100, "out of proportion"),
        ("Fraud", "Betrug\nund mehr", "several lines"),
        ("Hello {name}", "Hallo {Name}", "{Name}, {name}"),
        ("Hello {name}", "Hallo", "{name}"),
        ("Hello {{name}}", "Hallo {name}", "{name}"),
        ("%s of %s", "%s", "%s"),
        ("Fraud", "Betrug, siehe https://evil.example/", "https://evil.example/"),
        ("See https://a.example/x", "Siehe https://a.example/y", "https://a.example/x"),
        ("# Report", "Bericht", "structure"),
        ("# Report", "## Bericht", "structure"),
        ("- a\n- b", "- a", "structure"),
        ("1. a\n2. b", "- a\n- b", "structure"),
        ("[a](/x)", "[a](/y)", "links or code"),
        ("Fraud", "[Betrug](/evil)", "links or code"),
        ("Fraud", "Betrug <b>x</b>", "links or code"),
        ("run `ls`", "führe `rm` aus", "links or code"),
        ("a\n\n```\nx\n```", "a\n\n```\ny\n```", "links or code"),
    ],
)
def test_what_is_lost_or_added_is_named(source: str, translation: str, wrong: str) -> None:
    assert wrong in (problem(source, translation) or "")
