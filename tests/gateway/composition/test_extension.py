"""Subgraphs of others beside ours: what they add is served, and what would break ours is refused with the reason."""

from pathlib import Path

import orjson
import pytest

from chassis.transport import InProcessTransport
from gateway.__main__ import main
from gateway.composition import CompositionError, SubgraphSchema, added_schema, extend, registry_schemas
from gateway.executor import Engine
from tests.support.subgraphs import Subgraph

LINK = (
    'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@override", "@shareable", '
    '"@inaccessible", "@authenticated", "@composeDirective"])\n'
)
BADGE = LINK + 'type User @key(fields: "id") { id: ID! badge: String }\n'
PEOPLE = """
    type Query { me: Me, users(filter: UserFilter): [User!] }
    type Me { user: User }
    type User @key(fields: "id") { id: ID! name: String! mood: Mood }
    input UserFilter { name: String, age: Int }
    enum Mood { GOOD }
"""
ACCESS = SubgraphSchema("access", "http://access/graphql", LINK + PEOPLE)
ADA = {"id": "u1", "name": "Ada"}


def hr(sdl: str) -> SubgraphSchema:
    return SubgraphSchema("hr", "http://hr/graphql", LINK + sdl)


async def test_a_field_of_others_is_answered_beside_ours() -> None:
    subgraphs = {
        "access": Subgraph(PEOPLE, {"Query": {"me": {"user": ADA}}, "User": [ADA]}),
        "hr": Subgraph(BADGE, {"User": [{"id": "u1", "badge": "B-7"}]}),
    }
    added = SubgraphSchema("hr", "http://hr/graphql", BADGE)

    engine = Engine(extend(registry_schemas(), [added]), InProcessTransport(dict(subgraphs)))
    answer = await engine.execute(engine.prepare("{ me { user { name badge } } }"))

    assert answer.as_dict() == {"data": {"me": {"user": {"name": "Ada", "badge": "B-7"}}}}
    assert [len(subgraph.bodies) for subgraph in subgraphs.values()] == [1, 1]


@pytest.mark.parametrize(
    ("sdl", "reason"),
    [
        ('type User @key(fields: "id") { id: ID! name: String! @override(from: "access") }',
         "User.name would not be answered by access any more (FIELD_TAKEN_OVER)"),
        ('type User @key(fields: "id") { id: ID! name: String! @override(from: "access", label: "percent(1)") }',
         "User.name would not be answered by access any more (FIELD_TAKEN_OVER)"),
        ('type User @key(fields: "id") { id: ID! @inaccessible badge: String }',
         "Field User.id was removed. (FIELD_REMOVED)"),
        ('type User @key(fields: "id") @authenticated { id: ID! badge: String }',
         "The rules of User would change (RULE_CHANGED)"),
        ('type User @key(fields: "id") { id: ID! @authenticated badge: String }',
         "The rules of User.id would change (RULE_CHANGED)"),
        ("enum Mood { BAD }", "Enum value Mood.BAD was added. (VALUE_ADDED_TO_ENUM)"),
        ("input UserFilter { name: String }", "Field UserFilter.age was removed. (FIELD_REMOVED)"),
        ('type User @key(fields: "id") { id: ID! name: String! @shareable }',
         'Non-shareable field "User.name" is resolved from multiple subgraphs'),
        ('type User @key(fields: "id") { id: ID! badge: Strin }', "[hr] Unknown type Strin (INVALID_GRAPHQL)"),
        ("type User {", "[hr] line 2, column 12: Syntax Error: Expected Name, found <EOF>."),
    ],
)  # fmt: skip
def test_what_would_break_ours_is_refused_with_the_reason(sdl: str, reason: str) -> None:
    with pytest.raises(CompositionError) as refused:
        extend([ACCESS], [hr(sdl)])

    assert reason in str(refused.value)


def test_a_rule_that_this_gateway_could_not_keep_is_refused() -> None:
    rule = '@link(url: "https://incidentregistry.org/spec/v1.0", import: ["@companyScope"])'
    sdl = (
        f'{LINK.strip()} {rule} @composeDirective(name: "@companyScope")\n'
        "directive @companyScope(permission: String!, argument: String) on FIELD_DEFINITION\n"
        'type Query { badges: Int @companyScope(permission: "incident.view", argument: "absent") }'
    )

    with pytest.raises(
        CompositionError, match=r"This gateway could not serve it: Query\.badges has no argument absent"
    ):
        extend([ACCESS], [SubgraphSchema("hr", "http://hr/graphql", sdl)])


def test_a_name_of_ours_is_taken() -> None:
    with pytest.raises(CompositionError, match="The name access is taken: choose another"):
        extend([ACCESS], [SubgraphSchema("access", "http://hr/graphql", BADGE)])


@pytest.mark.parametrize("given", ["hr", "=hr.graphql", "hr=", "HR=hr.graphql", "../hr=hr.graphql"])
async def test_what_names_no_subgraph_is_refused(given: str) -> None:
    with pytest.raises(CompositionError, match=r"write name=file or name=URL"):
        await added_schema(given, InProcessTransport({}))


async def test_a_running_subgraph_tells_its_schema() -> None:
    subgraph = Subgraph(BADGE, {})

    async def tell(body: object) -> tuple[int, bytes]:
        return 200, orjson.dumps({"data": {"_service": {"sdl": BADGE}}})

    subgraph.answer = tell
    added = await added_schema("hr=http://people/graphql", InProcessTransport({"people": subgraph}))

    assert added == SubgraphSchema("hr", "http://people/graphql", BADGE)
    assert [body["query"] for body in subgraph.bodies] == ["{ _service { sdl } }"]


@pytest.mark.parametrize("answer", [b"<html>", b"[]", b'{"data": null}', b'{"data": {"_service": {"sdl": 1}}}'])
async def test_a_server_that_is_no_subgraph_is_refused(answer: bytes) -> None:
    subgraph = Subgraph(BADGE, {})

    async def tell(body: object) -> tuple[int, bytes]:
        return 200, answer

    subgraph.answer = tell
    with pytest.raises(CompositionError, match=r"^\[hr\] http://people/graphql "):
        await added_schema("hr=http://people/graphql", InProcessTransport({"people": subgraph}))


async def test_a_subgraph_that_does_not_answer_is_told() -> None:
    with pytest.raises(CompositionError, match=r"^\[hr\] people: is not part of this process"):
        await added_schema("hr=http://people/graphql", InProcessTransport({}))


def test_the_command_writes_the_supergraph(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "hr.graphql").write_text(BADGE)
    add = ["compose", "--add", f"hr={tmp_path / 'hr.graphql'}"]

    assert main([*add, "--out", str(tmp_path / "supergraph.graphql")]) == 0
    assert main(add) == 0
    printed, told = capsys.readouterr()
    assert (tmp_path / "supergraph.graphql").read_text() == printed
    assert 'HR @join__graph(name: "hr", url: "http://hr/graphql")' in printed
    assert told == ""
    assert sorted(file.name for file in tmp_path.iterdir()) == ["hr.graphql", "supergraph.graphql"]


def test_the_command_tells_what_would_break_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "hr.graphql").write_text(BADGE.replace("badge: String", 'name: String! @override(from: "access")'))
    out = tmp_path / "supergraph.graphql"

    assert main(["compose", "--add", f"hr={tmp_path / 'hr.graphql'}", "--out", str(out)]) == 2
    assert capsys.readouterr().err == (
        "gateway compose: User.name would not be answered by access any more (FIELD_TAKEN_OVER)\n"
    )
    assert not out.exists()
