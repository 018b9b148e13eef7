"""What the gateway asks for its caller beside the graph: links to files, and what stands behind them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from chassis.caller_routes import Streamed
from chassis.database import Database
from chassis.graphql.context import GraphRequest
from services.files.adapters.disposition import content_disposition
from services.files.adapters.object_store import ObjectStore
from services.files.persistence.projections import Projections
from services.files.usecases.bundle_files import Bundling
from services.files.usecases.download_file import DownloadFile, download_file
from services.files.usecases.look_at_file import describe_file, preview_file


class FileQuestion(BaseModel):
    file_id: UUID


class BundleQuestion(BaseModel):
    incident_id: UUID


class DownloadQuestion(FileQuestion):
    """`goes_on` is true where a range is asked for."""

    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Answering:
    database: Database
    projections: Projections
    objects: ObjectStore

    async def download(self, request: GraphRequest, asked: DownloadQuestion) -> dict[str, Any]:
        """Where the bytes are had, for five seconds."""
        command = DownloadFile(file_id=asked.file_id, goes_on=asked.goes_on)
        url = await download_file(command, request.actor, request.cause, self.database, self.projections, self.objects)
        return {"url": url}

    async def preview(self, request: GraphRequest, asked: FileQuestion) -> dict[str, Any]:
        url = await preview_file(asked.file_id, request.actor, self.database, self.projections, self.objects)
        return {"url": url}

    async def bundle(self, request: GraphRequest, asked: BundleQuestion) -> Streamed:
        """The bytes of an archive."""
        bundling = Bundling(request.actor, request.cause, self.database, self.projections.incidents, self.objects)
        bundle = await bundling.of(asked.incident_id)
        return Streamed(bundle.chunks, "application/zip", {"content-disposition": content_disposition(bundle.name)})

    async def describe(self, request: GraphRequest, asked: FileQuestion) -> dict[str, Any]:
        """What a download would bring."""
        file = await describe_file(asked.file_id, request.actor, self.database, self.projections)
        return {"size": file.size, "disposition": content_disposition(file.name, "attachment"), "sha256": file.sha256}
