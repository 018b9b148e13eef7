"""Who may what, as a page for administrators, generated from the supergraph.

python -m deploy.access_matrix            writes docs/access-matrix.md
python -m deploy.access_matrix --check    fails with the difference when that file is not current
"""

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from graphql import GraphQLObjectType, GraphQLSchema, is_introspection_type

from chassis.graphql.rights import MARK, rights_of
from deploy.composition import SUPERGRAPH
from deploy.generated import ROOT, write_or_check
from gateway.authorization import FieldRule, Rules
from gateway.supergraph import Supergraph, read_supergraph
from services.access.domain.permissions import NAMES

PAGE: Final = Path("docs/access-matrix.md")
_PERMISSION: Final = re.compile(r"\b[a-z]+\.[a-z_]+\b")
_ROOTS: Final = {"Query": "Reading", "Mutation": "Changing", "Subscription": "Following"}
_HEAD: Final = """# Who may what

Every way into the graph, and what it takes. Three decide, one after the other:

1. **The gateway**, before anything is fetched: who has not signed in gets nothing; a field whose permission the caller
   holds in no company is refused (`UNAUTHORIZED_FIELD_OR_TYPE`); where arguments name companies, each must be within
   the caller's rights (`COMPANY_NOT_FOUND`).
2. **The service**, for each object: the column "who, in which companies".
3. **The tables** of the service's database, which show and change the rows of those companies only, whatever a query
   says.

What somebody may not see does not exist for them: absent and forbidden answer alike. What a permission means is on the
page of [permissions](permissions.md); who gets which, by groups, on that of [access](access.md).

This page is generated from the schema by `make schema`.
"""


class UntoldRightsError(Exception):
    """A way into the graph that does not say who may take it."""


def page(supergraph: Supergraph) -> str:
    """The page. Raises UntoldRightsError for a root field whose description says nothing of rights."""
    rules, schema = Rules.of(supergraph), supergraph.public
    parts = [_HEAD]
    for name, title in _ROOTS.items():
        if name in schema.type_map:
            parts.append(_table(title, _root_rows(name, schema, rules)))
    parts.append(_table("Fields that take more than the object they are of", _inner_rows(schema, rules)))
    return "\n".join(parts)


def _table(title: str, rows: Iterator[tuple[str, str, str]]) -> str:
    head = "| field | the gateway asks for | who, in which companies |\n|---|---|---|"
    return "\n".join([f"## {title}\n", head, *(f"| {' | '.join(row)} |" for row in rows), ""])


def _root_rows(type_name: str, schema: GraphQLSchema, rules: Rules) -> Iterator[tuple[str, str, str]]:
    for name, told in _rights(schema.type_map[type_name]).items():
        if told is None:
            raise UntoldRightsError(f"{type_name}.{name}: its description must say who may, behind {MARK!r}")
        yield f"`{name}`", _demand((type_name, name), rules), _sentence(told)


def _inner_rows(schema: GraphQLSchema, rules: Rules) -> Iterator[tuple[str, str, str]]:
    for kind in sorted(schema.type_map.values(), key=lambda each: each.name):
        if isinstance(kind, GraphQLObjectType) and kind.name not in _ROOTS and not is_introspection_type(kind):
            for name, told in _rights(kind).items():
                place = (kind.name, name)
                if told is not None or rules.fields.get(place) or rules.requirements.fields.get(place):
                    yield f"`{kind.name}.{name}`", _demand(place, rules), _sentence(told or "")


def _rights(kind: Any) -> Mapping[str, str | None]:
    return {name: rights_of(field.description) for name, field in kind.fields.items()}


def _demand(place: tuple[str, str], rules: Rules) -> str:
    """What of it is decided before a service is asked."""
    named = [_rule(rule) for rule in rules.fields.get(place, ())]
    demand = rules.requirements.fields.get(place)
    if demand is not None:
        several = (*demand.scopes, *demand.policies)
        named += [" or ".join(sorted(" and ".join(sorted(each)) for each in wanted)) for wanted in several]
    return "; ".join(named) or "signing in"


def _rule(rule: FieldRule) -> str:
    argument = f", and in each company of `{'.'.join(rule.argument)}`" if rule.argument else ""
    return f"`{rule.permission}` somewhere{argument}"


def _sentence(text: str) -> str:
    named = _PERMISSION.sub(lambda found: f"`{found[0]}`" if found[0] in NAMES else found[0], text)
    return " ".join(named.split()).replace("|", "\\|").rstrip(".")


def main(arguments: list[str]) -> int:
    """The exit status: 0 when all is well."""
    supergraph = read_supergraph((ROOT / SUPERGRAPH).read_text(encoding="utf-8"))
    try:
        return write_or_check({PAGE: page(supergraph)}, check="--check" in arguments)
    except UntoldRightsError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
