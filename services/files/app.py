"""Putting the service together for HTTP."""

from collections.abc import Mapping
from functools import partial

import structlog
from starlette.types import ASGIApp

from chassis.access import Actor
from chassis.asgi import service_application
from chassis.caller_routes import CallerRoutes
from chassis.database import Wall
from chassis.errors import Fault
from chassis.graphql.context import GraphRequest
from chassis.runtime import Runtime
from chassis.transport import Transport
from services.files.adapters.clamav import ClamAV, NoScanner
from services.files.adapters.confinement import Confinement
from services.files.adapters.inspection import Inspector
from services.files.adapters.object_store import ObjectStore, S3ObjectStore, StoreRefuses
from services.files.adapters.previews import preview
from services.files.domain import permissions
from services.files.graphql.context import Context, Surroundings
from services.files.graphql.schema import schema
from services.files.persistence.migrations import VERSIONS
from services.files.persistence.projections import Projections
from services.files.settings import FilesSettings
from services.files.usecases.answering import Answering, BundleQuestion, DownloadQuestion, FileQuestion
from services.files.usecases.check_file import Examiners
from services.files.usecases.look_up_incident_files import IncidentFilesQuestion, look_up_incident_files
from services.files.usecases.request_uploads import Limits

NAME = "files"
_log = structlog.get_logger(__name__)
WALLS: Mapping[str, Wall] = {
    "view": permissions.VIEW,
    "view_restricted": permissions.VIEW_RESTRICTED,
    "view_member": lambda actor: frozenset({actor.id}),  # whom restricted incidents are confided to
    "view_company": permissions.sees_documents,
    "view_page": Actor.anywhere,  # companies whose published pages of the guide are read
    "view_draft": permissions.GUIDE,
    "edit": permissions.EDIT,
    "delete": permissions.DELETE,
    "manage": permissions.MANAGE,
    "guide": permissions.GUIDE,
    "system": lambda actor: actor.system_companies,  # opened by no permission: what events write is nobody else's
}


class FilesRuntime(Runtime):
    """What every service has, and the object store."""

    def __init__(self, settings: FilesSettings, transport: Transport) -> None:
        super().__init__(NAME, settings, transport, WALLS, VERSIONS)
        self._settings = settings
        self.checks = settings.checks
        self.limits = Limits(largest=settings.largest_bytes, quota=settings.company_bytes)
        self.retention_days = settings.retention_days
        self.objects: ObjectStore = S3ObjectStore(
            settings.s3_bucket,
            endpoint=settings.s3_endpoint,
            public_endpoint=settings.s3_public_endpoint,
            region=settings.s3_region,
            access_key=settings.s3_access_key,
            secret_key=settings.s3_secret_key,
        )

    @property
    def examiners(self) -> Examiners:
        scanner = NoScanner() if self._settings.clamav is None else ClamAV(self._settings.clamav)
        inspector = Inspector(Confinement(at_once=self.checks))
        return Examiners(self.objects, inspector.inspected, scanner, preview, self._settings.work_folder)

    async def check_start(self) -> None:
        """A store that is away is waited for; one that refuses us is not."""
        await super().check_start()
        try:
            await self.objects.check()
        except StoreRefuses:
            raise
        except Fault as fault:
            _log.warning("object_store.away", reason=fault.reason)


def new_runtime(settings: FilesSettings, transport: Transport) -> FilesRuntime:
    return FilesRuntime(settings, transport)


def new_application(runtime: FilesRuntime) -> ASGIApp:
    """Without its store the service still tells of files, so that a silent store only degrades it."""
    projections = Projections.of(runtime.database, runtime.peer)
    around = Surroundings(runtime.database, projections, runtime.objects, runtime.limits, runtime.retention_days)

    def make_context(request: GraphRequest) -> Context:
        return Context(request, around)

    routes = _downloads(runtime, projections).routes
    attached = partial(look_up_incident_files, database=runtime.database)
    runtime.internal.on("incident-files", callers=["notifications"], reads=IncidentFilesQuestion, answer=attached)
    return service_application(
        runtime, schema, make_context, degrading={"object store": runtime.objects.check}, routes=routes
    )


def _downloads(runtime: FilesRuntime, projections: Projections) -> CallerRoutes:
    answering = Answering(runtime.database, projections, runtime.objects)
    routes = CallerRoutes(runtime.name, runtime.contexts)
    routes.on("downloads", reads=DownloadQuestion, answer=answering.download)
    routes.on("bundles", reads=BundleQuestion, answer=answering.bundle)
    routes.on("previews", reads=FileQuestion, answer=answering.preview)
    routes.on("descriptions", reads=FileQuestion, answer=answering.describe)
    return routes
