"""The guide as the page for people asks for it, through the whole system and its usual limits."""

import re
from typing import Any

from gateway.http.pages import FOLDER

OVER_STACK = True


def query() -> str:
    found = re.search(r"QUERY = `(.+?)`", (FOLDER / "guide.js").read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


async def test_a_reader_gets_the_tree_and_a_page_in_the_language_of_the_browser(reader: Any) -> None:
    found = await reader.speaking("kk-KZ").ask(query(), slug="glossary", one=True)

    assert {page["locale"] for page in found["guide"]} == {"kk"}
    assert found["guidePage"]["title"] == "Сөздік"
    assert found["guidePage"]["html"].startswith("<p>")


async def test_a_reader_finds_a_page_by_other_forms_of_its_words(reader: Any) -> None:
    search = "query ($text: String!) { searchGuide(text: $text) { page { slug } } }"

    found = await reader.speaking("ru").ask(search, text="зарегистрировать инциденты")

    assert {"page": {"slug": "register-an-incident"}} in found["searchGuide"]
