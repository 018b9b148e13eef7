"""The page of the catalogue of events, made from its AsyncAPI document."""

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson
from starlette.responses import Response

from gateway.http.pages import page

_CODE: Final = re.compile(r"`([^`]+)`")
_FORMS: Final = {
    "uuid": "id", "date-time": "time", "uri-reference": "address", "string": "text", "integer": "number",
    "boolean": "yes or no", "null": "none", "object": "object",
}  # fmt: skip


def catalogue_page(document: Mapping[str, Any]) -> Response:
    """The events by the service that tells them, each with its fields, who may see it, and an example."""
    parts = document["components"]
    attributes = _fields(parts["schemas"]["envelope"])
    return page("events.html", {"types": "\n".join(_services(parts)), "attributes": attributes})


def form(schema: Mapping[str, Any]) -> str:
    """In words, such as `id or none` or `list of texts`."""
    if "anyOf" in schema:
        return " or ".join(form(each) for each in schema["anyOf"])
    if "const" in schema:
        return str(schema["const"])
    if schema.get("type") == "array":
        return f"list of {form(schema['items'])}s"
    return _FORMS.get(schema.get("format", "")) or _FORMS[schema["type"]]


def _services(parts: Mapping[str, Any]) -> Iterator[str]:
    sources = dict.fromkeys(message["x-source"] for message in parts["messages"].values())
    for source in sources:
        told = [_event(kind, parts) for kind, each in parts["messages"].items() if each["x-source"] == source]
        yield f'<section class="events"><h2>Told by {html.escape(source)}</h2>{"".join(told)}</section>'


def _event(kind: str, parts: Mapping[str, Any]) -> str:
    message, schema = parts["messages"][kind], parts["schemas"][kind]
    name, example = html.escape(kind), orjson.dumps(message["examples"][0]["payload"], option=orjson.OPT_INDENT_2)
    return (
        f'<details id="{name}"><summary><code>{name}</code> {_text(message["summary"])}</summary>'
        f"{_rest(schema['description'])}"
        f'<p class="note">Stream {html.escape(message["x-stream"])}. {_text(message["x-rights"])}</p>'
        f"{_fields(schema)}"
        f"<h3>Example</h3><pre>{html.escape(example.decode())}</pre>"
        f'<p><a href="/events/schemas/{name}.json">Schema of its data</a></p></details>'
    )


def _rest(description: str) -> str:
    """Without the first paragraph, which is the summary."""
    return "".join(f"<p>{_text(part)}</p>" for part in description.split("\n\n")[1:])


def _fields(schema: Mapping[str, Any]) -> str:
    head = '<tr><th scope="col">Field</th><th scope="col">What it tells</th><th scope="col">Form</th></tr>'
    always = set(schema["required"])
    rows = "".join(_row(name, each, always=name in always) for name, each in schema["properties"].items())
    return f'<table class="fields"><thead>{head}</thead><tbody>{rows}</tbody></table>'


def _row(name: str, schema: Mapping[str, Any], *, always: bool) -> str:
    told = _text(schema["description"]) + ("" if always else " May be missing.")
    return f"<tr><td><code>{html.escape(name)}</code></td><td>{told}</td><td>{html.escape(form(schema))}</td></tr>"


def _text(plain: str) -> str:
    return _CODE.sub(r"<code>\1</code>", html.escape(plain, quote=False))
