"""Uploading as a client of the graph does: asking, sending to the store, completing; and what is there then."""

import io
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import aiohttp
from sqlalchemy import func, select, update

from chassis.access import EVERY_COMPANY, Actor
from services.files.domain.uploads import KEPT_WAITING
from services.files.persistence.rows import CheckRow, FileRow, UploadRow
from services.files.usecases.abandon_uploads import COLLECTOR
from tests.support.services import RunningService, user

MINE, FOREIGN = uuid4(), uuid4()
EDITOR = user({"incident.view": [MINE], "incident.edit": [MINE]})
OTHER = user({"incident.view": [MINE], "incident.edit": [MINE]})
READER = user({"incident.view": [MINE]})
EVERYTHING = Actor.system("test", EVERY_COMPANY)
CONTENT = b"what happened"
REQUEST = """
mutation ($input: RequestUploadsInput!) { requestUploads(input: $input) {
    uploads { id name size kind request { method url headers { name value } expiresAt }
        parts { number offset size isUploaded request { method url headers { name value } } } }
    errors { code field message } } }
"""
RESUME = REQUEST.replace("RequestUploads", "ResumeUpload").replace("requestUploads", "resumeUpload")
COMPLETE = """
mutation ($input: CompleteUploadsInput!) { completeUploads(input: $input) {
    files { id name size state sha256 url findings { code } uploadedBy { id } } errors { code field message } } }
"""
ABANDON = """mutation ($input: AbandonUploadsInput!) { abandonUploads(input: $input) {
    uploads { id } errors { code field } } }"""
BINARY = {"mediaType": "application/octet-stream"}
WAITING = "{ waitingUploads { id name incidentId } }"


async def ask(service: RunningService, incident: UUID, *files: Mapping[str, Any], actor: Actor = EDITOR) -> Any:
    wanted = [{"name": "report.txt", "mediaType": "text/plain", "size": len(CONTENT), **file} for file in files or [{}]]
    data = await service.data(REQUEST, actor, input={"incidentId": str(incident), "files": wanted})
    return data["requestUploads"]


async def complete(service: RunningService, *ids: object, actor: Actor = EDITOR) -> Any:
    return (await service.data(COMPLETE, actor, input={"ids": [str(id) for id in ids]}))["completeUploads"]


async def send(request: Mapping[str, Any], content: bytes) -> int:
    headers = {header["name"]: header["value"] for header in request["headers"]}
    async with (
        aiohttp.ClientSession() as session,
        session.request(request["method"], request["url"], data=io.BytesIO(content), headers=headers) as answer,
    ):
        return answer.status


async def pass_a_day(service: RunningService, upload: UUID) -> None:
    async with service.database.work(COLLECTOR) as work:
        ago = func.now() - KEPT_WAITING
        await work.session.execute(update(UploadRow).where(UploadRow.id == upload).values(requested_at=ago))


async def rows(service: RunningService) -> dict[str, int]:
    async with service.database.work(EVERYTHING) as work:
        return {
            table.__tablename__: await work.session.scalar(select(func.count()).select_from(table)) or 0
            for table in (UploadRow, FileRow, CheckRow)
        }
