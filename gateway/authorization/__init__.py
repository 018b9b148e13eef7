"""Deciding what may be asked, before anything is planned."""

from gateway.authorization.decision import Decision, decide
from gateway.authorization.requirements import NoPolicies, Policies, Requirement, Requirements
from gateway.authorization.rules import FieldRule, Rules

__all__ = ["Decision", "FieldRule", "NoPolicies", "Policies", "Requirement", "Requirements", "Rules", "decide"]
