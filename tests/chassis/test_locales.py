"""Which translation a reader gets."""

import pytest
from babel.core import get_global
from hypothesis import given
from hypothesis import strategies as st

from chassis.locales import canonical, choose, fallbacks


@pytest.mark.parametrize(
    ("tag", "chain"),
    [
        ("de", ["de"]),
        ("de-AT", ["de-AT", "de"]),
        ("de-DE-1996", ["de-DE-1996", "de-DE", "de"]),
        ("ca-valencia", ["ca-valencia", "ca"]),
        # Relatives that CLDR names.
        ("pt-AO", ["pt-AO", "pt-PT", "pt"]),
        ("pt-BR", ["pt-BR", "pt"]),
        ("es-MX", ["es-MX", "es-419", "es"]),
        ("es-ES", ["es-ES", "es"]),
        ("en-GB", ["en-GB", "en-001", "en"]),
        ("en-DE", ["en-DE", "en-150", "en-001", "en"]),
        ("en-US", ["en-US", "en"]),
        ("nb-NO", ["nb-NO", "nb", "no"]),
        ("ht", ["ht", "fr-HT", "fr"]),
        ("hi-Latn", ["hi-Latn", "en-IN", "en-001", "en"]),
        ("zh-Hant-MO", ["zh-Hant-MO", "zh-Hant-HK", "zh-Hant"]),
        # Another script than the usual one of the language ends the chain, also one that the region implies.
        ("zh-Hant-TW", ["zh-Hant-TW", "zh-Hant"]),
        ("zh-TW", ["zh-TW", "zh-Hant-TW", "zh-Hant"]),
        ("zh-MO", ["zh-MO", "zh-Hant-MO", "zh-Hant-HK", "zh-Hant"]),
        ("sr-Latn-RS", ["sr-Latn-RS", "sr-Latn"]),
        ("sr-ME", ["sr-ME", "sr-Latn-ME", "sr-Latn"]),
        ("kk-CN", ["kk-CN", "kk-Arab-CN", "kk-Arab"]),
        ("uz-Cyrl", ["uz-Cyrl"]),
        # The usual script goes without saying.
        ("zh-Hans-SG", ["zh-Hans-SG", "zh-Hans", "zh"]),
        ("zh-CN", ["zh-CN", "zh"]),
        ("kk-Cyrl-KZ", ["kk-Cyrl-KZ", "kk-Cyrl", "kk"]),
        ("kk-KZ", ["kk-KZ", "kk"]),
        # As browsers and old systems write.
        ("DE-at", ["de-AT", "de"]),
        ("iw-IL", ["he-IL", "he"]),
        ("eng", ["en"]),
        ("de-AT-u-co-phonebk", ["de-AT", "de"]),
        ("en-x-klingon", ["en"]),
        ("xx-YY", ["xx-YY", "xx"]),
    ],
)
def test_a_tag_falls_back_to_its_closest_relatives(tag: str, chain: list[str]) -> None:
    assert list(fallbacks(tag)) == chain


@pytest.mark.parametrize("tag", ["", "*", "d", "de_AT", "de-", "-de", "german", "de-A", "de AT", "12", "de\n", "ж"])
def test_what_is_no_tag_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="is no locale: write a BCP 47 tag such as de-AT"):
        fallbacks(tag)


@pytest.mark.parametrize("name", sorted(get_global("parent_exceptions")))
def test_every_parent_that_cldr_names_is_followed(name: str) -> None:
    chain = fallbacks(name.replace("_", "-"))

    assert chain[1] == get_global("parent_exceptions")[name].replace("_", "-")
    assert len(set(chain)) == len(chain) < 6


@pytest.mark.parametrize(
    ("wanted", "available", "chosen"),
    [
        (("de",), ("de", "en"), "de"),
        (("de-AT",), ("de", "en"), "de"),
        (("de-AT",), ("de", "de-AT", "en"), "de-AT"),
        (("de",), ("de-AT", "en"), None),  # never to a narrower one: Austrian is not German for everybody
        (("fr", "kk-KZ", "en"), ("de", "en", "kk"), "kk"),  # the reader's order counts, not the installation's
        (("pt-AO",), ("pt", "pt-BR", "pt-PT"), "pt-PT"),
        (("pt-AO",), ("pt", "pt-BR"), "pt"),
        (("es-AR",), ("es", "es-419"), "es-419"),
        (("zh-Hant-TW",), ("zh", "zh-Hans"), None),
        (("zh-TW", "en"), ("en", "zh"), "en"),
        (("zh-TW",), ("zh", "zh-Hant"), "zh-Hant"),
        (("zh-Hant-TW",), ("zh-TW",), "zh-TW"),
        (("zh-CN",), ("zh-Hans",), "zh-Hans"),
        (("zh",), ("zh-Hans",), "zh-Hans"),
        (("zh-Hans",), ("zh", "zh-Hans"), "zh-Hans"),
        (("zh",), ("zh", "zh-Hans"), "zh"),
        (("kk",), ("kk-Cyrl",), "kk-Cyrl"),
        (("sr-Latn",), ("sr",), None),
        (("DE-de",), ("de",), "de"),
        (("iw",), ("he",), "he"),
        (("*", "de_AT", "", "en"), ("de", "en"), "en"),  # what is no tag is passed over
        (("fr", "ru"), ("de", "en"), None),
        (("de",), (), None),
        ((), ("de",), None),
    ],
)
def test_the_best_translation_is_chosen(
    wanted: tuple[str, ...], available: tuple[str, ...], chosen: str | None
) -> None:
    assert choose(wanted, available) == chosen


@given(st.lists(st.sampled_from(sorted(get_global("likely_subtags"))), max_size=4), st.permutations(["de", "en", "zh"]))
def test_the_order_of_the_translations_does_not_matter(names: list[str], available: list[str]) -> None:
    wanted = tuple(name.replace("_", "-") for name in names)

    assert choose(wanted, tuple(available)) == choose(wanted, ("de", "en", "zh"))


@given(st.text(max_size=12))
def test_any_text_is_a_tag_or_refused(text: str) -> None:
    try:
        chain = fallbacks(text)
    except ValueError:
        assert choose((text,), ("en",)) is None
    else:
        assert chain


@pytest.mark.parametrize(
    ("tag", "stored"),
    [("de", "de"), ("DE-at", "de-AT"), ("ZH-hANT-tw", "zh-Hant-TW"), ("es-419", "es-419"), ("iw", "he"), ("kaz", "kk"),
     ("ca-VALENCIA", "ca-valencia")],
)  # fmt: skip
def test_a_translation_is_stored_under_the_usual_form_of_its_tag(tag: str, stored: str) -> None:
    assert canonical(tag) == stored


@pytest.mark.parametrize(
    ("tag", "reason"),
    [
        ("xx", "'xx' is no known locale: there is no 'xx'"),
        ("und", "'und' is no known locale: there is no 'und'"),
        ("de-XX", "'de-XX' is no known locale: there is no 'XX'"),
        ("de-Abcd", "'de-Abcd' is no known locale: there is no 'Abcd'"),
        ("de-u-co-phonebk", "'de-u-co-phonebk' has extensions"),
        ("de_AT", "'de_AT' is no locale"),
    ],
)
def test_an_unknown_tag_cannot_be_translated_into(tag: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        canonical(tag)
