"""JSON Schema of what is around the data of every event: CloudEvents 1.0 with the registry's extensions."""

from typing import Any, Final

from chassis.events import TYPE_PREFIX
from deploy.catalogue.payloads import DIALECT, SCHEMAS, Schema

NAME: Final = "envelope"
_COUNT: Final = {"type": "string", "pattern": "^[0-9]{20}$"}
_ID: Final = {"type": "string", "format": "uuid"}
_TIME: Final = {"type": "string", "format": "date-time"}
_PLACE: Final = {"type": "string", "format": "uri-reference"}
_TYPE: Final = "^" + TYPE_PREFIX.replace(".", r"\.") + r"[a-z]+\.[a-z_]+\.v[0-9]+$"
_ATTRIBUTES: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "specversion": ({"const": "1.0"}, "The version of CloudEvents."),
    "id": (_ID, "The same each time the event comes, by whatever way: drop what you have handled already."),
    "source": (_PLACE, "The service that told it, such as /incidents."),
    "type": ({"type": "string", "pattern": _TYPE}, "What has happened, with the version of the form of its data."),
    "subject": (_ID, "What it happened to: an incident, a file, a company and so on."),
    "time": (_TIME, "When it happened."),
    "datacontenttype": ({"const": "application/json"}, "What `data` is."),
    "dataschema": (_PLACE, "Where the schema of `data` is. Not over AMQP; nor where the registry has no address."),
    "companyid": (_ID, "The company; absent from what is of no company."),
    "stream": ({"type": "string"}, "Which of the company's streams it is in. Not told over AMQP."),
    "number": (_COUNT, "Counts a stream of a company from 1, without gaps. For who may see all of it; not over AMQP."),
    "sequence": (_COUNT, "Counts the events of one subject and source from 1; as strings they sort as numbers do."),
    "partitionkey": (_ID, "The subject: whoever spreads events keeps those of one key together. Not told over AMQP."),
    "recordedtime": (_TIME, "When it entered the stream. Not told over AMQP."),
    "traceparent": ({"type": "string"}, "W3C Trace Context of the request that it began with."),
    "causationid": (_ID, "The event that brought it about, where one did."),
    "restricted": ({"type": "boolean"}, "Whether few may see it."),
    "data": ({"type": "object"}, "Ids, codes and names of what has changed, as the schema of the type says; no texts."),
}  # fmt: skip
_ALWAYS: Final = (
    "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "sequence", "restricted", "data",
)  # fmt: skip


def envelope() -> Schema:
    """Attributes beyond these may come at any time: ignore them."""
    return {
        "$schema": DIALECT,
        "$id": f"{SCHEMAS}/{NAME}.json",
        "title": "event",
        "description": "An event of the incident registry: CloudEvents 1.0 in JSON, with extensions.",
        "type": "object",
        "properties": {name: {"description": told, **schema} for name, (schema, told) in _ATTRIBUTES.items()},
        "required": list(_ALWAYS),
    }
