"""Many who upload files to a running registry at once, as a patient client would: whatever fails is tried again.

A file counts as acknowledged when completeUploads has told of it; what it holds is remembered, to be compared later.
"""

import asyncio
import hashlib
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import aiohttp

from tests.support.own_registry import Registry

_PAUSE: Final = 0.3
_SECONDS: Final = 30.0
_REGISTER: Final = """
mutation ($input: RegisterIncidentInput!) { registerIncident(input: $input) { incident { id } errors { message } } }
"""
_LINKS: Final = "uploads { id request { method url headers { name value } } } errors { code message }"
_REQUEST: Final = f"mutation ($input: RequestUploadsInput!) {{ requestUploads(input: $input) {{ {_LINKS} }} }}"
_RESUME: Final = f"mutation ($input: ResumeUploadInput!) {{ resumeUpload(input: $input) {{ {_LINKS} }} }}"
_COMPLETE: Final = """
mutation ($input: CompleteUploadsInput!) { completeUploads(input: $input) { files { id } errors { code message } } }
"""
_COMPANY: Final = "{ companies(first: 1) { nodes { id } } }"
_FILES: Final = "query ($id: ID!) { incident(id: $id) { attachments { id name state sha256 } } }"


@dataclass
class Uploaders:
    """Against one registry; `acknowledged` are digests by the id of the file."""

    registry: Registry
    session: aiohttp.ClientSession
    dice: random.Random
    acknowledged: dict[str, str] = field(default_factory=dict)
    retries: int = 0

    async def incidents(self, number: int) -> list[str]:
        """Newly registered ones."""
        company = (await self.ask(_COMPANY))["companies"]["nodes"][0]["id"]
        made = []
        for each in range(number):
            new = {"company": {"id": company}, "title": f"Files {each}", "idempotencyKey": f"files-{each}"}
            made.append((await self.ask(_REGISTER, input=new))["registerIncident"]["incident"]["id"])
        return made

    async def upload(self, incident: str, number: int) -> None:
        """One file of a few bytes to a few hundred thousand, until it is acknowledged."""
        content = self.dice.randbytes(8).hex().encode() * self.dice.choice((1, 60, 20_000))
        wanted = {"name": f"{number}.txt", "size": len(content), "mediaType": "text/plain"}
        asked = await self.ask(_REQUEST, input={"incidentId": incident, "files": [wanted]})
        (upload,) = asked["requestUploads"]["uploads"]
        while not await self._finished(upload, content):
            self.retries += 1
            await asyncio.sleep(_PAUSE)
            resumed = (await self.ask(_RESUME, input={"id": upload["id"]}))["resumeUpload"]["uploads"]
            upload = resumed[0] if resumed else upload  # none when it is a file already, and the answer was lost
        self.acknowledged[upload["id"]] = hashlib.sha256(content).hexdigest()

    async def _finished(self, upload: Mapping[str, Any], content: bytes) -> bool:
        try:
            await self._send(upload["request"], content)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False
        done = (await self.ask(_COMPLETE, input={"ids": [upload["id"]]}))["completeUploads"]
        return bool(done["files"])

    async def _send(self, request: Mapping[str, Any], content: bytes) -> None:
        """412 says that it is there: an earlier answer was lost."""
        headers = {header["name"]: header["value"] for header in request["headers"]}
        async with self.session.request(
            request["method"], request["url"], data=content, headers=headers, timeout=aiohttp.ClientTimeout(_SECONDS)
        ) as answer:
            if answer.status not in {200, 412}:
                raise aiohttp.ClientError(answer.status)

    async def ask(self, query: str, **variables: Any) -> Any:
        """The data, asked for until there is one without errors."""
        headers = {"authorization": f"Bearer {self.registry.environment['REGISTRY_API_KEY']}"}
        while True:
            try:
                async with self.session.post(
                    self.registry.environment["REGISTRY_URL"],
                    json={"query": query, "variables": variables},
                    headers=headers,
                    timeout=aiohttp.ClientTimeout(_SECONDS),
                ) as answer:
                    told = await answer.json()
                    if answer.status == 200 and not told.get("errors"):
                        return told["data"]
            except (aiohttp.ClientError, TimeoutError, ValueError):
                pass
            self.retries += 1
            await asyncio.sleep(_PAUSE)

    async def found(self, incidents: list[str]) -> dict[str, tuple[str, str | None]]:
        """State and digest of every file of these incidents, by its id."""
        files = {}
        for incident in incidents:
            for file in (await self.ask(_FILES, id=incident))["incident"]["attachments"]:
                files[file["id"]] = (file["state"], file["sha256"])
        return files
