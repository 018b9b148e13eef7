"""The registry in one process reaches what others run elsewhere."""

import asyncio

from deploy.local.all_in_one import AllInOne


async def test_a_subgraph_elsewhere_is_reached_by_http(system: AllInOne) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n" + b'{"data": {}}')
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as elsewhere:
        port = elsewhere.sockets[0].getsockname()[1]
        told = await system.transport.post(f"http://127.0.0.1:{port}/graphql", b"", {}, timeout=20)

    assert (told.status, told.body) == (200, b'{"data": {}}')
