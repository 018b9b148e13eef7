"""Files of companies and of pages of the guide as tests meet them: who asks, and by which ways one is found."""

from uuid import uuid4

import orjson

from chassis.access import EVERY_COMPANY, Actor
from chassis.auth import CONTEXT_HEADER, SUBGRAPHS
from chassis.context import to_claims
from services.files.domain.owners import OwnerKind
from services.files.persistence.rows import FileRow
from tests.support.services import RunningService, user

MINE, FOREIGN = uuid4(), uuid4()
VIEWER = user({"incident.view": [MINE]})
WORKER = user({right: [MINE] for right in ("incident.view", "incident.edit", "incident.delete")})
CHIEF = user({"access.manage": [MINE]})
EDITOR = user({"directory.manage": [MINE]})
COLLEAGUE = user({"webhook.manage": [MINE]})
NOBODY = user()
EVERYBODY_S_EDITOR = user({"directory.manage": EVERY_COMPANY})
STRANGER = user({right: [FOREIGN] for right in ("incident.view", "access.manage", "directory.manage")})
NAMED = {OwnerKind.COMPANY: "companyId", OwnerKind.GUIDE_PAGE: "guidePageId"}
TYPES = {OwnerKind.COMPANY: "Company", OwnerKind.GUIDE_PAGE: "GuidePage"}
EDIT = "mutation ($input: EditFileInput!) { editFile(input: $input) { file { name } errors { code field } } }"
DELETE = (
    "mutation ($input: DeleteFileInput!) { deleteFile(input: $input) { file { id purgeAt } errors { code field } } }"
)
KEEP = "mutation ($input: SetFileRetentionInput!) { setFileRetention(input: $input) { errors { code field } } }"
RESTORE = "mutation ($input: RestoreFileInput!) { restoreFile(input: $input) { file { id } errors { code field } } }"
SHOWN = "{ id name kind ownerKind ownerId uploadedBy { id } custody { totalCount nodes { operation actor { id } } } }"


async def ways(service: RunningService, file: FileRow, actor: Actor) -> list[bool]:
    """Whether it is found below its owner, by its id, as an entity, and to be downloaded."""
    kind = TYPES[OwnerKind(file.owner_kind)]
    (below,) = await service.entities(kind, [file.owner_id], "files { id }", actor)
    named = await service.data(f'{{ file(id: "{file.id}") {{ id }} }}', actor)
    (entity,) = await service.entities("File", [file.id], "id", actor)
    return [
        str(file.id) in [each["id"] for each in below["files"] or []],
        named["file"] is not None,
        entity is not None,
        await status(service, "downloads", file, actor) == 200,
    ]


async def status(service: RunningService, path: str, file: FileRow, actor: Actor) -> int:
    headers = {CONTEXT_HEADER: service._gateway.sign(SUBGRAPHS, to_claims(actor))}
    body = orjson.dumps({"file_id": str(file.id)})
    return (await service.transport.post(f"http://files/{path}", body, headers, timeout=30)).status
