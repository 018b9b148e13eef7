"""The readable form of a plan, for tests, logs and people.

    1: Fetch(library) { books { __typename id } }
    2 after 1: Flatten(books.@) <- shop Book { id } => { price }

`after` names the requests that must be in before one is sent. Several lines with one number are one request.
"""

from collections.abc import Iterator

from gateway.planner.plan import EntityCall, Path, Plan, Request, Template, TemplateField


def plan_text(plan: Plan) -> str:
    lines = [line for request in plan.requests for line in _request(request)]
    if plan.introspection is not None:
        lines.insert(0, "0: Introspection")
    return "\n".join(lines) + "\n" if lines else "Nothing to fetch\n"


def _request(request: Request) -> Iterator[str]:
    head = f"{request.number}"
    if request.after:
        head += " after " + ", ".join(map(str, request.after))
    renames = "".join(f" renaming {wire} to {key}" for wire, key in request.renames)
    if not request.calls:
        place = f" at {path_text(request.path)}" if request.path else ""
        kind = {"mutation": "Mutation", "subscription": "Subscription"}.get(request.operation, "Fetch")
        yield f"{head}: {kind}({request.service}){place} {{ {request.selection} }}{renames}"
    for call in request.calls:
        yield from (f"{head}: {line}{renames}" for line in _call(request, call))


def _call(request: Request, call: EntityCall) -> Iterator[str]:
    for target in call.targets:
        needs = template_text(target.template)
        asks = call.selection.removeprefix(f"... on {call.type_name} ")
        yield f"Flatten({path_text(target.path)}) <- {request.service} {call.type_name} {needs} => {asks}"


def path_text(path: Path) -> str:
    return ".".join(map(str, path))


def template_text(template: Template) -> str:
    if template.by_type is not None:
        cases = " ".join(f"... on {name} {template_text(below)}" for name, below in template.by_type)
        return f"{{ {cases} }}"
    return "{ " + " ".join(map(_field, template.fields)) + " }"


def _field(field: TemplateField) -> str:
    alias = "" if field.name == field.response_key else f" from {field.response_key}"
    nested = "" if field.nested is None else f" {template_text(field.nested)}"
    return f"{field.name}{alias}{'' if field.required else '?'}{nested}"
