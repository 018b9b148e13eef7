"""Putting the service together for HTTP."""

from collections.abc import Mapping

from fastapi import FastAPI

from chassis.asgi import service_application
from chassis.database import Wall
from chassis.graphql.context import GraphRequest
from chassis.runtime import Runtime
from chassis.transport import Transport
from services.files.adapters.object_store import ObjectStore, S3ObjectStore
from services.files.domain import permissions
from services.files.graphql.context import Context
from services.files.graphql.schema import schema
from services.files.persistence.migrations import VERSIONS
from services.files.persistence.projections import Projections
from services.files.settings import FilesSettings

NAME = "files"
WALLS: Mapping[str, Wall] = {
    "view": permissions.VIEW,
    "edit": permissions.EDIT,
    "system": lambda actor: actor.system_companies,  # opened by no permission: what events write is nobody else's
}


class FilesRuntime(Runtime):
    """What every service has, and the object store."""

    def __init__(self, settings: FilesSettings, transport: Transport) -> None:
        super().__init__(NAME, settings, transport, WALLS, VERSIONS)
        self.objects: ObjectStore = S3ObjectStore(
            settings.s3_bucket,
            endpoint=settings.s3_endpoint,
            region=settings.s3_region,
            access_key=settings.s3_access_key,
            secret_key=settings.s3_secret_key,
        )


def new_runtime(settings: FilesSettings, transport: Transport) -> FilesRuntime:
    return FilesRuntime(settings, transport)


def new_application(runtime: FilesRuntime) -> FastAPI:
    """Without its store the service still tells of files, so that a silent store only degrades it."""
    projections = Projections.of(runtime.database, runtime.peer("incidents"))

    def make_context(request: GraphRequest) -> Context:
        return Context(request, runtime.database, projections)

    return service_application(runtime, schema, make_context, degrading={"object store": runtime.objects.check})
