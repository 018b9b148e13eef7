"""Accept-Language as browsers, programs and mischief send it."""

import pytest

from gateway.identity.languages import accepted_languages


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (None, ()),
        ("", ()),
        ("de", ("de",)),
        ("de-AT, de;q=0.9, en;q=0.8", ("de-AT", "de", "en")),
        ("en;q=0.1, kk;q=0.7, de", ("de", "kk", "en")),
        ("en;q=0.5, de;q=0.5", ("en", "de")),
        ("de, de;q=0.3", ("de",)),
        ("en;q=0, de", ("de",)),
        ("en;q=0.000, de", ("de",)),
        ("*", ()),
        ("de, *;q=0.5", ("de",)),
        ("en ; Q = 0.2 , de", ("de", "en")),
        ("zh-Hant-TW", ("zh-Hant-TW",)),
    ],
)
def test_languages_come_in_the_order_they_are_wanted(header: str | None, wanted: tuple[str, ...]) -> None:
    assert accepted_languages(header) == wanted


@pytest.mark.parametrize(
    "garbage",
    [";", ",,,", "q=1", "<script>", "de'; drop table", "e", "deutschland", "de_AT", "de\r\nx: y", "ä", "de-", "1de"],
)
def test_what_is_no_language_tag_is_left_out(garbage: str) -> None:
    assert accepted_languages(f"{garbage}, en") == ("en",)


@pytest.mark.parametrize("weight", ["nan", "inf", "-1", "2", "1.5", "1e9", "x", "", "0.1234"])
def test_a_weight_that_is_none_refuses_its_language(weight: str) -> None:
    assert accepted_languages(f"de;q={weight}, en;q=0.1") == ("en",)


def test_ten_languages_are_read_at_most() -> None:
    tags = [f"de-{number:02}" for number in range(20)]

    assert accepted_languages(",".join(tags)) == tuple(tags[:10])
