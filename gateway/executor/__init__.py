"""Running plans: fetches in dependency order, one merged answer, errors at the client's paths."""

from gateway.executor.answer import Answer
from gateway.executor.engine import Engine, Limits
from gateway.executor.inbox import EndCode, Ended, Inbox
from gateway.executor.problems import FailureCode
from gateway.executor.refusals import located
from gateway.executor.streams import Event
from gateway.executor.subscriptions import Terms

__all__ = ["Answer", "EndCode", "Ended", "Engine", "Event", "FailureCode", "Inbox", "Limits", "Terms", "located"]
