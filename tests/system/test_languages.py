"""One list in three languages: the directories' names are translated, codes and narratives stay."""

from typing import Any

OVER_STACK = True
LIST = """
{
  incidents(first: 24, orderBy: [REGISTERED_AT_ASC]) {
    nodes {
      reference title
      status { code name nameLocale } type { code name nameLocale } classification { code name }
      severity { code name }
    }
  }
}
"""


def cells(found: Any, *path: str) -> list[Any]:
    values = found["incidents"]["nodes"]
    for step in path:
        values = [value[step] for value in values]
    return list(values)


async def test_the_same_list_in_english_german_and_kazakh_agrees_on_codes(admin: Any) -> None:
    english, german, kazakh = [await admin.speaking(tag).ask(LIST) for tag in ("en", "de-AT", "kk-KZ, ru;q=0.5")]

    for path in (("reference",), ("title",), ("status", "code"), ("type", "code"), ("severity", "code")):
        assert cells(english, *path) == cells(german, *path) == cells(kazakh, *path)
    assert set(cells(german, "status", "nameLocale")) == {"de"}
    assert set(cells(kazakh, "type", "nameLocale")) == {"kk"}
    for path in (("status", "name"), ("type", "name"), ("classification", "name"), ("severity", "name")):
        pairs = zip(cells(german, *path), cells(kazakh, *path), strict=True)
        assert all(in_german != in_kazakh for in_german, in_kazakh in pairs)


async def test_a_language_that_nobody_wrote_falls_back_to_the_readers_own(reader: Any) -> None:
    found = await reader.speaking("it-CH").ask(LIST)

    assert set(cells(found, "status", "nameLocale")) == {"kk"}
