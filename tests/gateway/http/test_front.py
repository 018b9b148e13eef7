from starlette.types import Message, Receive, Scope, Send

from gateway.http.front import Front


async def _ask(kind: str, path: str) -> str:
    reached: list[str] = []

    async def graph(_: Scope, __: Receive, ___: Send) -> None:
        reached.append("graph")

    async def rest(_: Scope, __: Receive, ___: Send) -> None:
        reached.append("rest")

    async def receive() -> Message:
        raise AssertionError

    async def send(_: Message) -> None:
        raise AssertionError

    await Front("/graphql", graph, rest)({"type": kind, "path": path}, receive, send)
    return reached.pop()


async def test_only_requests_to_the_graph_go_straight_there() -> None:
    assert await _ask("http", "/graphql") == "graph"
    assert await _ask("http", "/graphql/") == "rest"
    assert await _ask("http", "/") == "rest"
    assert await _ask("websocket", "/graphql") == "graph"
    assert await _ask("websocket", "/") == "rest"
