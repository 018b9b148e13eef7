"""What a client asks: parsed, validated, coerced, with its conditions known; nothing planned or fetched yet."""

from gateway.operation.budgets import Budgets, BudgetSpent
from gateway.operation.document import Operation, Prepared
from gateway.operation.errors import RequestError, RequestErrors, RequestFailure
from gateway.operation.fields import FieldUse
from gateway.operation.limits import OPEN_LIMITS, OperationLimits, check_json
from gateway.operation.lru import Lru
from gateway.operation.prepare import TOKENS_EACH, Documents
from gateway.operation.weights import Weights

__all__ = [
    "OPEN_LIMITS",
    "TOKENS_EACH",
    "BudgetSpent",
    "Budgets",
    "Documents",
    "FieldUse",
    "Lru",
    "Operation",
    "OperationLimits",
    "Prepared",
    "RequestError",
    "RequestErrors",
    "RequestFailure",
    "Weights",
    "check_json",
]
