"""Deciding what may be asked, before anything is planned."""

from gateway.authorization.decision import Decision, decide
from gateway.authorization.rules import FieldRule, Rules

__all__ = ["Decision", "FieldRule", "Rules", "decide"]
