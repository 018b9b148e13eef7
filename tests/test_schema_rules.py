"""What holds for every schema of the registry, read from the committed files."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import is_specified_scalar_type, parse
from graphql.language import ast

from gateway.supergraph import read_supergraph

ROOT = Path(__file__).resolve().parents[1]
SERVICES = ("access", "directories", "files", "incidents", "notifications")
OWNERS = {
    "Company": "access",
    "User": "access",
    "Group": "access",
    "ApiKey": "access",
    "Department": "access",
    "Site": "access",
    "Team": "access",
    "Classification": "directories",
    "IncidentType": "directories",
    "IncidentStatus": "directories",
    "Severity": "directories",
    "Outcome": "directories",
    "ImpactLevel": "directories",
    "Priority": "directories",
    "DetectionSource": "directories",
    "IndicatorType": "directories",
    "IncidentRole": "directories",
    "LinkType": "directories",
    "DepartmentKind": "directories",
    "TimestampDefinition": "directories",
    "FileKindEntry": "directories",
    "GuidePage": "directories",
    "Incident": "incidents",
    "File": "files",
    "FileMention": "files",
    "MailMessage": "notifications",
    "IncidentMail": "notifications",
    "Webhook": "notifications",
}
MACHINERY = {"_Any", "_Entity", "_Service", "_entities", "_service"}
ROOTS = ("Query", "Mutation", "Subscription")


def definitions(service: str) -> list[Any]:
    text = (ROOT / "services" / service / "graphql" / "schema.graphql").read_text(encoding="utf-8")
    return [each for each in parse(text).definitions if getattr(each, "name", None)]


def fields(service: str, kinds: Any) -> Iterator[tuple[Any, Any]]:
    for definition in definitions(service):
        if isinstance(definition, kinds) and definition.name.value not in MACHINERY:
            for field in definition.fields or ():
                if field.name.value not in MACHINERY:
                    yield definition, field


def named(kind: Any) -> str:
    while not isinstance(kind, ast.NamedTypeNode):
        kind = kind.type
    return kind.name.value


def directives(node: Any) -> set[str]:
    return {directive.name.value for directive in node.directives or ()}


def test_everything_that_callers_see_has_a_description() -> None:
    text = (ROOT / "gateway" / "supergraph.graphql").read_text(encoding="utf-8")
    public = read_supergraph(text).public
    bare = [
        coordinate
        for name, kind in public.type_map.items()
        if not name.startswith("__") and not is_specified_scalar_type(kind)
        for coordinate, description in described(name, kind)
        if not description
    ]
    assert bare == []


def described(name: str, kind: Any) -> Iterator[tuple[str, str | None]]:
    """A type and all its parts with their descriptions; the roots need none of their own."""
    if name not in ROOTS:
        yield name, kind.description
    for part, definition in (getattr(kind, "fields", None) or getattr(kind, "values", None) or {}).items():
        yield f"{name}.{part}", definition.description
        for argument, of in (getattr(definition, "args", None) or {}).items():
            yield f"{name}.{part}({argument})", of.description


@pytest.mark.parametrize("service", SERVICES)
def test_every_root_field_says_who_may_ask_it(service: str) -> None:
    open_to_all = [
        f"{definition.name.value}.{field.name.value}"
        for definition, field in fields(service, ast.ObjectTypeDefinitionNode)
        if definition.name.value in ROOTS and not directives(field) & {"companyScope", "authenticated"}
    ]
    assert open_to_all == []


@pytest.mark.parametrize("service", SERVICES)
def test_what_another_service_answers_is_nullable(service: str) -> None:
    """One refusal or one dead service must not take the whole object with it."""
    strict = [
        f"{definition.name.value}.{field.name.value}"
        for definition, field in fields(service, ast.ObjectTypeDefinitionNode)
        if isinstance(field.type, ast.NonNullTypeNode)
        and field.name.value != "id"
        and (OWNERS.get(named(field.type), service) != service or OWNERS.get(definition.name.value, service) != service)
    ]
    assert strict == []


@pytest.mark.parametrize("service", SERVICES)
def test_root_fields_are_nullable(service: str) -> None:
    strict = [
        f"{definition.name.value}.{field.name.value}"
        for definition, field in fields(service, ast.ObjectTypeDefinitionNode)
        if definition.name.value in ROOTS and isinstance(field.type, ast.NonNullTypeNode)
    ]
    assert strict == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_mutation_takes_one_input_and_tells_its_errors(service: str) -> None:
    payloads = {
        definition.name.value: {field.name.value for field in definition.fields or ()}
        for definition in definitions(service)
        if isinstance(definition, ast.ObjectTypeDefinitionNode)
    }
    odd = [
        field.name.value
        for definition, field in fields(service, ast.ObjectTypeDefinitionNode)
        if definition.name.value == "Mutation"
        and ([each.name.value for each in field.arguments] != ["input"] or "errors" not in payloads[named(field.type)])
    ]
    assert odd == []


def test_every_entity_has_an_owner() -> None:
    entities = {
        definition.name.value
        for service in SERVICES
        for definition in definitions(service)
        if isinstance(definition, ast.ObjectTypeDefinitionNode) and "key" in directives(definition)
    }
    assert entities <= OWNERS.keys()
