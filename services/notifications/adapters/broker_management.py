"""RabbitMQ's management API, which some installations have: it lists queues, and makes users."""

from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote, unquote, urlsplit

import aiohttp
import orjson

from chassis.errors import Fault
from services.notifications.domain.outside_queues import PREFIX, Subscriber

_SECONDS: Final = 20.0
_NOT_FOUND: Final = 404
_BAD: Final = 400


class BrokerManagement:
    """`url` is like http://user:password@host:15672, `vhost` the virtual host. Raises Fault for all that fails."""

    def __init__(self, url: str, vhost: str) -> None:
        parts = urlsplit(url)
        self._base = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}/api"
        login = aiohttp.encode_basic_auth(unquote(parts.username or ""), unquote(parts.password or ""))
        self._vhost = quote(vhost, safe="")
        self._session = aiohttp.ClientSession(
            headers={"authorization": login}, timeout=aiohttp.ClientTimeout(total=_SECONDS)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def queues(self) -> list[dict[str, Any]]:
        """Those of other systems, by name: `name`, and once the broker has counted, `messages` and `consumers`."""
        told = await self._ask("GET", f"queues/{self._vhost}?columns=name,messages,consumers")
        return sorted((each for each in told if each["name"].startswith(f"{PREFIX}.")), key=lambda each: each["name"])

    async def make_user(self, subscriber: Subscriber, password: str) -> None:
        """Who may read the queues of the subscriber and do nothing else; a user that is there gets the password."""
        rights = {"configure": "", "write": "", "read": subscriber.may_read}
        await self._ask("PUT", f"users/{subscriber.user}", {"password": password, "tags": ""})
        await self._ask("PUT", f"permissions/{self._vhost}/{subscriber.user}", rights)

    async def remove_user(self, subscriber: Subscriber) -> None:
        await self._ask("DELETE", f"users/{subscriber.user}")

    async def _ask(self, method: str, path: str, body: Any = None) -> Any:
        try:
            async with self._session.request(method, f"{self._base}/{path}", json=body) as answer:
                text = await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Fault("management", f"does not answer ({type(error).__name__})") from error
        if answer.status >= _BAD and not (method == "DELETE" and answer.status == _NOT_FOUND):
            raise Fault(
                "management", f"answers {answer.status}: correct its address, user and password, and their rights"
            )
        return orjson.loads(text) if text and method == "GET" else None
