"""The AsyncAPI 3.0 document: by which ways events come, and what each of them looks like."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from deploy.catalogue.entries import Entry
from deploy.catalogue.envelope import NAME, envelope
from deploy.catalogue.examples import full_type
from deploy.catalogue.ways import SECURITY, SERVERS, exchange, stream, webhook

_MEDIA_TYPE: Final = "application/cloudevents+json"
_OF_FILES: Final = ("$schema", "$id", "examples")
_ABOUT: Final = (
    "What happens in the incident registry, for other systems: as CloudEvents 1.0, thin (ids and names of what has "
    "changed, never texts), in the order of each subject, and at least once. Inside a version (.v1) fields are only "
    "added. Who may see an event is decided when it is handed on; over AMQP, when the queue is made."
)


def asyncapi(catalogue: Sequence[Entry]) -> dict[str, Any]:
    """`catalogue` is sorted by service."""
    sources = {source: [each.event.type for each in told] for source, told in groupby(catalogue, _source)}
    everything = [each.event.type for each in catalogue]
    ways = [stream(), webhook(), *(exchange(source) for source in sources)]
    told = {way.name: sources.get(way.source or "", everything) for way in ways}
    return {
        "asyncapi": "3.0.0",
        "id": "urn:org:incidentregistry:events",
        "info": {
            "title": "Events of the incident registry",
            "version": "1.0.0",
            "description": _ABOUT,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": _MEDIA_TYPE,
        "servers": SERVERS,
        "channels": {way.name: {**way.channel, "messages": _messages(told[way.name])} for way in ways},
        "operations": {
            way.operation: {
                "action": "send",
                "channel": {"$ref": f"#/channels/{way.name}"},
                "title": way.title,
                "bindings": way.bindings,
            }
            for way in ways
        },
        "components": {
            "messages": {entry.event.type: _message(entry) for entry in catalogue},
            "schemas": {NAME: _inner(envelope())} | {each.event.type: _inner(each.schema) for each in catalogue},
            "securitySchemes": SECURITY,
        },
    }


def _source(entry: Entry) -> str:
    return entry.event.source


def _messages(kinds: Sequence[str]) -> dict[str, Any]:
    return {kind: {"$ref": f"#/components/messages/{kind}"} for kind in kinds}


def _message(entry: Entry) -> dict[str, Any]:
    event, told = entry.event, entry.schema["description"]
    own = {"type": {"const": full_type(event.type)}, "data": {"$ref": f"#/components/schemas/{event.type}"}}
    return {
        "name": full_type(event.type),
        "title": event.type,
        "summary": told.split("\n\n")[0],
        "description": f"{told}\n\nWho may see it: {entry.rights}",
        "contentType": _MEDIA_TYPE,
        "tags": [{"name": event.source}],
        "payload": {"allOf": [{"$ref": f"#/components/schemas/{NAME}"}, {"type": "object", "properties": own}]},
        "examples": [{"name": event.type, "payload": entry.example}],
        "x-source": event.source,
        "x-stream": event.stream.value,
        "x-rights": entry.rights,
    }


def _inner(schema: Mapping[str, Any]) -> dict[str, Any]:
    """As a part of the document, which has its own dialect and addresses, and examples of whole events."""
    return {word: value for word, value in schema.items() if word not in _OF_FILES}
