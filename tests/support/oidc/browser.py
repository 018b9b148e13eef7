"""A browser that goes from the gateway, which is called without a socket, to a provider and back."""

from http.cookies import SimpleCookie
from urllib.parse import urlsplit

import aiohttp
from starlette.types import ASGIApp

from tests.support.gateway_world import Reply, send
from tests.support.oidc.certified import ORIGIN


class Browser:
    """`cookies` are those of the gateway."""

    def __init__(self, gateway: ASGIApp) -> None:
        self._gateway = gateway
        self.cookies: dict[str, str] = {}

    async def go(self, path: str, method: str = "GET", body: bytes = b"", **headers: str) -> Reply:
        """One request to the gateway."""
        cookie = {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        reply = await send(self._gateway, method, path, body, (cookie if self.cookies else {}) | sent)
        for line in reply.cookies:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
        return reply

    async def begin(self, return_to: str = "/", provider: str = "main") -> str:
        """The address that the gateway sends the browser to."""
        reply = await self.go(f"/auth/oidc/{provider}/start?return_to={return_to}")
        assert reply.status == 303, reply.body
        return reply.headers["location"]

    async def visit(self, address: str) -> str:
        """The path with which the provider sends the browser back."""
        jar = aiohttp.CookieJar(unsafe=True)  # which takes cookies of hosts without names
        async with aiohttp.ClientSession(cookie_jar=jar) as session:
            while not address.startswith(ORIGIN):
                async with session.get(address, allow_redirects=False) as answer:
                    assert answer.status in {302, 303}, await answer.text()
                    target = answer.headers["location"]
                    address = target if "://" in target else f"http://{urlsplit(address).netloc}{target}"
        return address.removeprefix(ORIGIN)

    async def sign_in(self, return_to: str = "/", provider: str = "main") -> Reply:
        """All of it; what the callback answers."""
        return await self.go(await self.visit(await self.begin(return_to, provider)))
