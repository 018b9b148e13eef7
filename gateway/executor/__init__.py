"""Running plans: fetches in dependency order, one merged answer, errors at the client's paths."""

from gateway.executor.answer import Answer
from gateway.executor.engine import Engine, Limits
from gateway.executor.problems import FailureCode

__all__ = ["Answer", "Engine", "FailureCode", "Limits"]
