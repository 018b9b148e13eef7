"""Webhooks under test: a receiver, who may do what, a clock to be moved, and the worker step by step."""

from tests.support.webhooks.access import People
from tests.support.webhooks.hooks import Hooks
from tests.support.webhooks.receiver import Call, Receiver

__all__ = ["Call", "Hooks", "People", "Receiver"]
