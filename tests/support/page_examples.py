"""The requests on a page of the documentation, with the answers that it promises.

    ```http            a request as it goes over the wire: method and path, headers, an empty line, the body; a path may
                       be a whole address
    ```graphql         a document; a block ```json variables may follow
    ```json            what is answered; "…" stands for anything, "NORTH-…" for what begins so; the last of a list for
                       whatever else there is

Words such as "$incident" are replaced by what earlier answers told, see `Names`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

_BLOCK: Final = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_NAME: Final = re.compile(r'"\$(\w+)"')
_ANYTHING: Final = "…"


@dataclass(slots=True)
class Example:
    """`asked` is a whole request (`is_http`) or a document; `answer` is None where the page shows none."""

    asked: str
    is_http: bool
    variables: str = "{}"
    answer: Any = None


def examples_of(page: str) -> list[Example]:
    """In their order. Raises ValueError for an answer to nothing."""
    found: list[Example] = []
    for language, more, text in _BLOCK.findall(page):
        if language in ("http", "graphql"):
            found.append(Example(text, language == "http"))
        elif language == "json" and more.strip() == "variables":
            found[-1].variables = text
        elif language == "json":
            if not found or found[-1].answer is not None:
                raise ValueError(f"this answers nothing: {text}")
            found[-1].answer = orjson.loads(text)
    return found


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: str


def request_of(text: str) -> Request:
    head, _, body = text.partition("\n\n")
    first, *headers = head.strip().splitlines()
    method, path = first.replace('"', "").split()
    return Request(method, path, dict(line.split(": ", 1) for line in headers), body.strip())


@dataclass(slots=True)
class Names:
    """What has an id in an answer, by the name of its field and by its code in small letters; `me` is oneself.

    An address is known by the name of what has it and `Url`.
    """

    known: dict[str, str] = field(default_factory=dict)

    def put_in(self, text: str) -> str:
        """Raises KeyError for a name that nobody has told yet."""
        return _NAME.sub(lambda found: orjson.dumps(self.known[found[1]]).decode(), text)

    def hear(self, answer: Any) -> None:
        for name, thing in _things(answer):
            if name == "me":
                self.known["me"] = thing["user"]["id"]
            if "url" in thing:
                self.known[f"{name}Url"] = thing["url"]
            if "id" in thing:
                self.known[name] = thing["id"]
                self.known |= {thing["code"].lower(): thing["id"]} if "code" in thing else {}


def _things(answer: Any, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(answer, dict):
        yield name, answer
        for key, value in answer.items():
            yield from _things(value, key)
    elif isinstance(answer, list):
        for value in answer:
            yield from _things(value, name)


def as_told(answer: Any, promised: Any) -> Any:
    """The answer with `…` wherever the promise leaves something open, so that the two can be compared."""
    if promised == _ANYTHING:
        return promised
    if isinstance(answer, dict) and isinstance(promised, dict):
        return {key: as_told(value, promised.get(key)) for key, value in answer.items()}
    if isinstance(answer, list) and isinstance(promised, list):
        return _list_as_told(answer, promised)
    if isinstance(answer, str) and isinstance(promised, str) and promised.endswith(_ANYTHING):
        return promised if answer.startswith(promised.removesuffix(_ANYTHING)) else answer
    return answer


def _list_as_told(answer: list[Any], promised: list[Any]) -> list[Any]:
    if promised and promised[-1] == _ANYTHING:
        shown = len(promised) - 1
        return [*map(as_told, answer[:shown], promised), _ANYTHING] if len(answer) >= shown else answer
    return [*map(as_told, answer, promised)] if len(answer) == len(promised) else answer
