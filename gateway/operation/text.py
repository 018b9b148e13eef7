"""The readable form of a prepared operation: what it costs, what decides it, and each field at its place.

query Ships, costs at most 11, $deep is true
ships                Query.ships
ships.@.name         Ship.name
"""

from gateway.operation.document import Prepared


def operation_text(prepared: Prepared) -> str:
    operation = prepared.operation
    name = f" {operation.name}" if operation.name else ""
    decided = zip(operation.conditions, prepared.decided, strict=True)
    conditions = "".join(f", ${variable} is {str(value).lower()}" for variable, value in decided)
    uses = [(".".join(use.path), use.coordinate) for use in prepared.fields]
    width = max((len(path) for path, _ in uses), default=0)
    lines = [f"{operation.kind}{name}, costs at most {prepared.cost}{conditions}"]
    lines += [f"{path:<{width}}  {coordinate}" for path, coordinate in uses]
    return "\n".join(lines) + "\n"
