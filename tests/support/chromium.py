"""A headless Chromium that shows pages as people see them, steered by its DevTools protocol.

async with chromium(tmp_path, language="de") as browser:
    await browser.go("http://127.0.0.1:8000/guide")
    assert await browser.value("document.title") == "Guide"
"""

import asyncio
import base64
import os
import re
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp

PROGRAM: Final = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
_OPTIONS: Final = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-extensions", "--disable-sync",
    "--remote-debugging-port=0", "--window-size=1100,1400",
)  # fmt: skip
_LISTENS: Final = re.compile(rb"DevTools listening on (ws://\S+)")


class Chromium:
    """One tab. `complaints` are the errors of its console and of its scripts, and what policies have blocked."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._session: str | None = None
        self._number = 0
        self.complaints: list[str] = []

    async def open(self, language: str) -> None:
        target = (await self._call("Target.createTarget", url="about:blank"))["targetId"]
        attached = await self._call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for part in ("Page", "Runtime", "Log"):
            await self._call(f"{part}.enable")
        agent = (await self._call("Browser.getVersion"))["userAgent"]
        await self._call("Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage=language)

    async def go(self, address: str) -> None:
        await self._call("Page.navigate", url=address)

    async def value(self, expression: str) -> Any:
        """What the expression, or what it promises, comes to in the page. Raises AssertionError when it fails."""
        told = await self._call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True, userGesture=True
        )
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    async def until(self, expression: str, seconds: float = 20.0) -> Any:
        """The first value of the expression that is true, also while pages come and go."""
        async with asyncio.timeout(seconds):
            while True:
                try:
                    if found := await self.value(expression):
                        return found
                except (AssertionError, ConnectionError):
                    pass  # the page was not there yet, or just went
                await asyncio.sleep(0.05)

    async def picture(self, path: Path) -> None:
        """Of the whole page, as PNG."""
        told = await self._call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(told["data"]))

    async def _call(self, method: str, **given: Any) -> Any:
        self._number += 1
        session = {} if self._session is None else {"sessionId": self._session}
        await self._socket.send_json({"id": self._number, "method": method, "params": given} | session)
        async with asyncio.timeout(30):
            while True:
                told = await self._socket.receive_json()
                self._note(told)
                if told.get("id") == self._number:
                    if "error" in told:
                        raise ConnectionError(told["error"]["message"])
                    return told["result"]

    def _note(self, told: dict[str, Any]) -> None:
        match told:
            case {"method": "Runtime.exceptionThrown", "params": {"exceptionDetails": details}}:
                self.complaints.append(str(details.get("exception", details).get("description", details)))
            case {"method": "Runtime.consoleAPICalled", "params": {"type": "error", "args": args}}:
                self.complaints.append(str(args))
            case {"method": "Log.entryAdded", "params": {"entry": {"level": "error", "text": text}}}:
                self.complaints.append(text)


@asynccontextmanager
async def chromium(folder: Path, language: str) -> AsyncIterator[Chromium]:
    """`folder` is where it keeps its profile; `language` is what it asks pages for, a BCP 47 tag."""
    process = await asyncio.create_subprocess_exec(
        PROGRAM or "chromium",
        *_OPTIONS,
        f"--user-data-dir={folder / 'profile'}",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.ws_connect(await _address(process), max_msg_size=0) as socket,
        ):
            made = Chromium(socket)
            await made.open(language)
            yield made
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # its own group: all its processes
        await process.wait()


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    async with asyncio.timeout(60):
        while line := await process.stderr.readline():
            if found := _LISTENS.search(line):
                return found[1].decode()
    raise AssertionError("Chromium ended before it could be steered")
