"""What a client asks: parsed, validated, coerced, with its conditions known; nothing planned or fetched yet."""

from gateway.operation.document import Operation, Prepared
from gateway.operation.errors import RequestError, RequestErrors, RequestFailure
from gateway.operation.fields import FieldUse
from gateway.operation.lru import Lru
from gateway.operation.prepare import Documents

__all__ = ["Documents", "FieldUse", "Lru", "Operation", "Prepared", "RequestError", "RequestErrors", "RequestFailure"]
