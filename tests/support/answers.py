"""The same questions to two registries with the same content, and every difference between their answers.

`python -m tests.support.answers DIRECTORY DIRECTORY` compares two that run, by their data directories. Cursors and the
registry's own times are not compared. Ids and company codes (of similar names, the company that was made first has the
shorter one) may differ, but have to stand for the same thing in all answers.
"""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, Final

import aiohttp

from tests.support.questions import LANGUAGES, LISTS, OTHERS, PAGE, WHOLE

Asked = tuple[str, str, str]  # who, in which language, what
_AT_ONCE: Final = 10  # incidents that are asked for by their references
_STAMPED: Final = ("acknowledgedAt", "respondedAt", "firstResolvedAt", "resolvedAt", "closedAt")
_OWN_TIMES: Final = (*_STAMPED, "registeredAt", "updatedAt", "createdAt", "at")
_OWN_WORDS: Final = ("endCursor", "requestId", "traceId")
_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


class Answers:
    """All that one registry answers, made comparable. `users` are those of its demo.json."""

    def __init__(self, graph: str, users: list[dict[str, Any]]) -> None:
        self.found: dict[Asked, Any] = {}
        self._graph = graph
        self._users = users
        self._ids: dict[str, str] = {}

    async def collect(self) -> "Answers":
        async with aiohttp.ClientSession() as session:
            for user in self._users:
                for language in LANGUAGES:
                    headers = {"authorization": f"Bearer {user['apiKey']}", "accept-language": language}
                    async for question, answer in self._conversation(session, headers, whole=language == LANGUAGES[0]):
                        self.found[user["email"], language, question] = self._comparable(answer)
        return self

    async def _conversation(
        self, session: aiohttp.ClientSession, headers: dict[str, str], *, whole: bool
    ) -> AsyncIterator[tuple[str, Any]]:
        """`whole`: each incident alone, too, of which nothing is in any language."""
        references: list[str] = []
        for chosen in LISTS:
            async for number, answer in self._pages(session, headers, chosen):
                yield f"page {number} of {chosen}", answer
                nodes = ((answer.get("data") or {}).get("incidents") or {"nodes": []})["nodes"]
                references += [node["reference"] for node in nodes] if whole and not chosen else []
        for begin in range(0, len(references), _AT_ONCE):
            wanted = references[begin : begin + _AT_ONCE]
            parts = [WHOLE % (f"i{number}", reference) for number, reference in enumerate(wanted)]
            yield f"whole incidents from {begin} on", await self._ask(session, headers, f"{{ {''.join(parts)} }}", {})
        for question in OTHERS:
            yield question, await self._ask(session, headers, question, {})

    async def _pages(
        self, session: aiohttp.ClientSession, headers: dict[str, str], chosen: Mapping[str, Any]
    ) -> AsyncIterator[tuple[int, Any]]:
        """Numbered from 1, to the last; only one where the list is refused."""
        after, number = None, 0
        while number == 0 or after is not None:
            number += 1
            answer = await self._ask(session, headers, PAGE, {**chosen, "after": after})
            yield number, answer
            page = ((answer.get("data") or {}).get("incidents") or {}).get("pageInfo", {})
            after = page["endCursor"] if page.get("hasNextPage") else None

    async def _ask(
        self, session: aiohttp.ClientSession, headers: dict[str, str], query: str, variables: dict[str, Any]
    ) -> Any:
        async with session.post(self._graph, json={"query": query, "variables": variables}, headers=headers) as answer:
            return await answer.json()

    def _comparable(self, value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            changed = value.get("field")  # of an entry of a history, which has values before and after
            names = dict.fromkeys(("before", "after"), changed) if changed else {}
            return {key: self._comparable(inner, str(names.get(key, key))) for key, inner in value.items()}
        if isinstance(value, list):
            return [self._comparable(inner) for inner in value]
        if not isinstance(value, str):
            return value
        if name in _OWN_TIMES or name in _OWN_WORDS:
            return f"<{name}>"
        if name == "reference" or (name == "code" and value.isupper()):
            code, dash, number = value.partition("-")
            return f"{self._stand_in(code)}{dash}{number}"
        return _ID.sub(lambda found: self._stand_in(found[0]), value)

    def _stand_in(self, word: str) -> str:
        return self._ids.setdefault(word, f"<{len(self._ids)}>")


def differences(one: Answers, other: Answers) -> list[str]:
    """Each question, with both answers, that was not answered the same, or asked of one only."""
    return [
        f"{' | '.join(asked)}\n  {json.dumps(one.found.get(asked))}\n  {json.dumps(other.found.get(asked))}"
        for asked in one.found | other.found
        if one.found.get(asked) != other.found.get(asked)
    ]


async def of_directory(data: Path) -> Answers:
    demo = json.loads((data / "demo.json").read_text(encoding="utf-8"))
    return await Answers(demo["graphql"], demo["users"]).collect()


async def _main(directories: list[str]) -> int:
    one, other = [await of_directory(Path(each)) for each in directories]
    differing = differences(one, other)
    incidents = max(_counts(one))
    sys.stdout.write(
        "\n".join([*differing, f"{len(one.found)} answers, {len(differing)} differ; {incidents} incidents\n"])
    )
    return 1 if differing else 0


def _counts(answers: Answers) -> list[int]:
    """How many incidents each of the users sees; none where the list is refused."""
    pages = [answer.get("data") for asked, answer in answers.found.items() if asked[2] == "page 1 of {}"]
    return [page["incidents"]["totalCount"] for page in pages if page and page["incidents"]]


if __name__ == "__main__":
    sys.exit(asyncio.run(_main(sys.argv[1:])))
