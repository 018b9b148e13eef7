"""An event as an AMQP message and back: CloudEvents in structured mode, the event as JSON in the body."""

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractIncomingMessage

from chassis.broker.amqp.topology import lane_of
from chassis.events import TYPE_PREFIX, Envelope

CONTENT_TYPE = "application/cloudevents+json"
_DELIVERIES = "x-delivery-count"


class Unreadable(Exception):
    """A message that is no event of ours."""


def to_message(event: Envelope) -> Message:
    """The lane travels as a second routing key, which the broker takes out before it delivers."""
    return Message(
        event.to_json(),
        content_type=CONTENT_TYPE,
        delivery_mode=DeliveryMode.PERSISTENT,
        message_id=str(event.id),
        type=TYPE_PREFIX + event.type,
        app_id=event.source,
        timestamp=event.time,
        headers={"BCC": [lane_of(event)]},
    )


def to_event(message: AbstractIncomingMessage) -> Envelope:
    """Raises Unreadable."""
    try:
        return Envelope.from_json(message.body)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable(f"{type(error).__name__}: {error}") from error


def earlier_tries(message: AbstractIncomingMessage) -> int:
    """How often it was delivered before without being acknowledged, as far as the broker knows."""
    count = message.headers.get(_DELIVERIES, 0)
    return count if isinstance(count, int) else 0
