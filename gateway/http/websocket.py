"""WebSockets to the graph: who may open one, and the end of all of them."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.types import Receive, Scope, Send

from gateway.http.call import joined_headers
from gateway.http.conversation import Conversation
from gateway.http.doors import Door
from gateway.http.wire import PROTOCOL, CloseCode, Wire


class SocketEndpoint:
    """Browsers let any page open a WebSocket, with our cookie; so those of pages from elsewhere are refused."""

    def __init__(self, door: Door, public_url: str | None = None, *, most_message: int) -> None:
        """`public_url` is where pages of ours come from, if not from the host that is asked."""
        self._most_message = most_message
        self._door = door
        self._home = _origin(public_url) if public_url else None
        self._open: set[Conversation] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = joined_headers(scope)
        await receive()  # the request to connect
        if not self._is_welcome(headers):
            await send({"type": "websocket.close"})  # before it was accepted, which callers see as status 403
            return
        speaks = PROTOCOL in scope.get("subprotocols", ())
        await send({"type": "websocket.accept", **({"subprotocol": PROTOCOL} if speaks else {})})
        wire = Wire(receive, send, self._most_message)
        if speaks:
            await self._converse(Conversation(self._door, wire, headers))
        else:
            await wire.close(CloseCode.BAD_PROTOCOL, "Subprotocol not acceptable")

    def end(self) -> None:
        """Every connection ends as soon as nothing runs on it."""
        for conversation in self._open:
            conversation.end()

    async def _converse(self, conversation: Conversation) -> None:
        self._open.add(conversation)
        try:
            await conversation.run()
        finally:
            self._open.discard(conversation)

    def _is_welcome(self, headers: Mapping[str, str]) -> bool:
        """Programs send no origin."""
        origin = headers.get("origin")
        return origin is None or _origin(origin) == self._home or urlsplit(origin).netloc == headers.get("host")


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
