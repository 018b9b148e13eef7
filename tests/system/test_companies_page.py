"""The examples of docs/companies.md, asked of the sample in their order, by its administrator."""

import re
from pathlib import Path
from typing import Any, Final

import orjson

PAGE: Final = Path(__file__).parents[2] / "docs" / "companies.md"
_EXAMPLE: Final = re.compile(r"```graphql\n(.*?)```\n\n```json\n(.*?)```", re.DOTALL)
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SAMPLE: Final = """{
  companies(filter: {codes: ["NORTH"]}) { nodes { id } }
  users(filter: {search: "officer@example.org"}) { nodes { id } }
}"""


def with_plain_ids(answer: Any) -> Any:
    return orjson.loads(_ID.sub("01a2…", orjson.dumps(answer).decode()))


async def test_the_examples_are_answered_as_the_page_says(admin: Any) -> None:
    sample = await admin.ask(_SAMPLE)
    known = {"north": sample["companies"]["nodes"][0]["id"], "olga": sample["users"]["nodes"][0]["id"]}
    examples = _EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))
    assert len(examples) == 6

    for document, expected in examples:
        named = {name: id for name, id in known.items() if f"${name}" in document}
        answer = await admin.ask(document, **named)
        known.setdefault("operations", (answer.get("createDepartment") or {}).get("department", {}).get("id"))
        assert with_plain_ids(answer) == orjson.loads(expected)
