"""The ways by which events reach other systems, as channels and operations of AsyncAPI."""

from dataclasses import dataclass, field
from typing import Any, Final

_HTTP: Final = "0.3.0"
_AMQP: Final = "0.3.0"
_QUERY: Final = {
    "type": "object",
    "properties": {
        "after": {"type": "string", "description": "Go on behind the event of this cursor, as Last-Event-ID does."},
        "since": {"type": "string", "format": "date-time", "description": "Or begin at this time."},
        "types": {"type": "string", "description": "Short types with commas between; all, if none are named."},
        "first": {"type": "integer", "minimum": 1, "maximum": 500, "description": "How many at once, at most."},
        "companies": {"type": "string", "description": "Ids with commas between; all you may see, if none are named."},
    },
}  # fmt: skip
SERVERS: Final = {
    "registry": {
        "host": "{host}",
        "protocol": "https",
        "description": "The gateway of an installation.",
        "variables": {"host": {"default": "127.0.0.1:8000", "description": "Where the gateway is."}},
        "security": [{"$ref": "#/components/securitySchemes/apiKey"}],
    },
    "broker": {
        "host": "{host}",
        "protocol": "amqps",
        "protocolVersion": "0-9-1",
        "description": "The RabbitMQ of an installation, for those to whom its operators have given a queue.",
        "variables": {"host": {"default": "127.0.0.1:5671", "description": "Where RabbitMQ is."}},
        "security": [{"$ref": "#/components/securitySchemes/brokerUser"}],
    },
}
SECURITY: Final = {
    "apiKey": {"type": "http", "scheme": "bearer", "description": "An API key of the registry."},
    "brokerUser": {"type": "userPassword", "description": "A user of RabbitMQ that may read one queue."},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A channel and the operation on it. `source` is the service whose events alone come by it; None means all."""

    name: str
    title: str
    operation: str
    channel: dict[str, Any]
    source: str | None = None
    bindings: dict[str, Any] = field(default_factory=dict)


def stream() -> Way:
    return Way(
        name="events",
        title="Follow events over HTTP",
        operation="streamEvents",
        channel={
            "address": "/events",
            "title": "Server-sent events",
            "description": "GET with Accept: text/event-stream. `id` of each is its cursor, `event` its short type, "
            "`data` the event. What the reader may not see at that moment is not sent.",
            "servers": [{"$ref": "#/servers/registry"}],
        },
        bindings={"http": {"method": "GET", "query": _QUERY, "bindingVersion": _HTTP}},
    )


def webhook() -> Way:
    return Way(
        name="webhooks",
        title="Be called with events",
        operation="callWebhook",
        channel={
            "address": None,
            "title": "Webhooks",
            "description": "POST to the address of the subscription, signed as Standard Webhooks 1.0 says (headers "
            "webhook-id, webhook-timestamp and webhook-signature). What the owner of the subscription may not see at "
            "that moment is not sent.",
        },
        bindings={"http": {"method": "POST", "bindingVersion": _HTTP}},
    )


def exchange(source: str) -> Way:
    """The topic exchange of a service; see docs/broker.md."""
    return Way(
        name=f"{source}.events",
        title=f"Follow what {source} tells over AMQP",
        operation=f"publish.{source}",
        source=source,
        channel={
            "address": "{company}.{type}",
            "title": f"Exchange {source}.events",
            "description": "What happens to restricted incidents has `restricted.` before its routing key, and is in "
            "no queue of other systems.",
            "servers": [{"$ref": "#/servers/broker"}],
            "parameters": {
                "company": {"description": "The id of the company, or `global` for what is of none."},
                "type": {"description": "The short type, such as incident.registered.v1."},
            },
            "bindings": {
                "amqp": {
                    "is": "routingKey",
                    "exchange": {"name": f"{source}.events", "type": "topic", "durable": True, "autoDelete": False},
                    "bindingVersion": _AMQP,
                }
            },
        },
        bindings={"amqp": {"deliveryMode": 2, "bindingVersion": _AMQP}},
    )
