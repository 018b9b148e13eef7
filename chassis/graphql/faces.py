"""The face of an error, as the gateway gets it from a subgraph.

Errors come in three kinds: refusals keep their code, faults say SERVICE_UNAVAILABLE, and everything else is masked as
INTERNAL, with the request id to look for in the log.
"""

from typing import Any

import structlog
from graphql import GraphQLError, ValueNode
from strawberry.exceptions import StrawberryInputCoercionError

from chassis.errors import Fault, Refusal
from chassis.graphql.refusals import camel

_log = structlog.get_logger(__name__)


def face(error: GraphQLError, request_id: str) -> dict[str, Any]:
    cause = error.original_error
    if cause is None or _is_callers(error):
        code = "BAD_USER_INPUT" if _is_about_a_value(error) else "GRAPHQL_INVALID"
        return {**error.formatted, "extensions": {**(error.extensions or {}), "code": code}}
    return {"path": error.path} | face_of(cause, request_id, path=error.path)


def face_of(cause: Exception, request_id: str, *, path: Any = None) -> dict[str, Any]:
    """Of what was raised, wherever that was."""
    if isinstance(cause, Refusal):
        return _one(cause.code, cause.message, field=[camel(name) for name in cause.field])
    if isinstance(cause, Fault):
        _log.warning("fault", path=path, reason=str(cause))
        message = "A part of the registry does not answer now; try again."
        return _one("SERVICE_UNAVAILABLE", message, service=cause.service)
    _log.error("bug", path=path, exc_info=cause)
    return internal(request_id)


def internal(request_id: str) -> dict[str, Any]:
    return _one("INTERNAL", f"Something went wrong; the operators find it by {request_id}.")


def refusal(code: str, message: str) -> dict[str, Any]:
    """A whole answer that is a refusal."""
    return {"data": None, "errors": [_one(code, message)]}


def _one(code: str, message: str, **more: Any) -> dict[str, Any]:
    return {"message": message, "extensions": {"code": code, **more}}


def _is_callers(error: GraphQLError) -> bool:
    """Whether a value in the question is at fault: such an error stands at a place in the document, not at a field."""
    return isinstance(error.original_error, GraphQLError) or (error.path is None and bool(error.nodes))


def _is_about_a_value(error: GraphQLError) -> bool:
    """Such as a date that is none: only the subgraph knows its scalars, the gateway judges all the rest."""
    if isinstance(error, StrawberryInputCoercionError) or isinstance(error.original_error, GraphQLError):
        return True
    return any(isinstance(node, ValueNode) for node in error.nodes or ())
