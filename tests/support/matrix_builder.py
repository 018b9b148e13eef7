"""Putting things into the world of the matrix, through the graph where it has a way."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeAlias
from uuid import UUID

from chassis.access import ActorKind
from chassis.identifiers import uuid7
from deploy.local.all_in_one import AllInOne
from deploy.local.stack.system import Stack
from services.access.persistence.sessions import Origin, add_session
from services.files.app import FilesRuntime
from services.files.domain.owners import Owner, OwnerKind
from services.files.persistence.projections import Projections
from services.incidents.usecases.record_disclosure import Disclosing, Disclosure, record_disclosure
from services.notifications.domain.webhooks import DeliveryState
from services.notifications.persistence.webhook_rows import WebhookAttemptRow, WebhookDeliveryRow
from tests.support.services import SYSTEM, user
from tests.support.uploads import ask_to_upload, upload_to_a_running_system, wait_for_ever

Ask: TypeAlias = Callable[..., Awaitable[dict[str, Any]]]
ENTRIES: Final = {
    "type": "abusive-content.spam", "types": "abusive-content.spam",
    "status": "closed", "statuses": "closed", "severity": "high", "severities": "high",
    "outcome": "true-positive-impact", "outcomes": "true-positive-impact",
    "impactLevel": "none", "impactLevels": "none", "priority": "p2", "priorities": "p2",
    "detectionSource": "user", "detectionSources": "user", "role": "scribe", "linkType": "related",
    "definition": "evidence-secured",
}  # fmt: skip
_SOME_DAY: Final = "2090-01-02T03:04:05Z"
_CREATE: Final = "mutation ($input: {1}!) {{ {0}(input: $input) {{ {2} errors {{ code message field }} }} }}"
_REGISTER: Final = """
mutation ($input: RegisterIncidentInput!) {
  registerIncident(input: $input) { incident { id reference } errors { code message field } }
}
"""
_EDIT: Final = "mutation ($input: EditIncidentInput!) { editIncident(input: $input) { errors { code message field } } }"
_ADD_INDICATOR: Final = """
mutation ($input: AddIncidentIndicatorsInput!) {
  addIncidentIndicators(input: $input) { indicators { id indicator { id } } errors { code message field } }
}
"""
_KEEP_FILES: Final = """
mutation ($input: SetFileRetentionInput!) { setFileRetention(input: $input) { errors { code message field } } }
"""
_DELETE_FILE: Final = """
mutation ($input: DeleteFileInput!) { deleteFile(input: $input) { errors { code message field } } }
"""
_SET_GATE: Final = """
mutation ($input: SetIncidentGateInput!) { setIncidentGate(input: $input) { errors { code message field } } }
"""
_EDIT_WEBHOOK: Final = """
mutation ($input: EditWebhookInput!) { editWebhook(input: $input) { errors { code message field } } }
"""
_SET_POLICY: Final = """
mutation ($input: SetIncidentReviewPolicyInput!) { setIncidentReviewPolicy(input: $input) { errors { code } } }
"""


class Builder:
    """Puts a company in through the graph as the administrator; `mark` begins each of its texts."""

    def __init__(self, ask: Ask, system: AllInOne | Stack, mark: str, code: str) -> None:
        self._ask = ask
        self._system = system
        self._mark = mark
        self._code = code
        self.texts: list[str] = []

    async def company(self) -> str:
        new = {"name": self._text("company"), "code": self._code}
        return await self._make("createCompany", "CreateCompanyInput", new, "company")

    async def user(self, name: str) -> str:
        new = {"name": self._text(name), "email": f"{self._text(name + 'mail')}@example.org"}
        return await self._make("createUser", "CreateUserInput", new, "user")

    async def group(self, name: str, permissions: list[str], companies: list[str], members: list[str]) -> str:
        new = {
            "name": self._text(name),
            "permissions": permissions,
            "companies": [{"id": each} for each in companies],
            "members": members,
        }
        return await self._make("createGroup", "CreateGroupInput", new, "group")

    async def key(self, owner: str, **limits: Any) -> tuple[str, str]:
        """Its id and its secret."""
        new = {"name": self._text("key"), "userId": owner, **limits}
        made = await self._ask(_CREATE.format("createApiKey", "CreateApiKeyInput", "apiKey { id } secret"), input=new)
        payload = made["createApiKey"]
        return payload["apiKey"]["id"], payload["secret"]

    async def incident(
        self, company: str, responsible: str, units: Mapping[str, str], visibility: str = "COMPANY"
    ) -> tuple[str, str]:
        """Its id and its reference; with history, and a message to who is responsible."""
        words = (
            *("title", "description", "impact", "actionsTaken", "preventiveMeasures", "comment", "rootCause"),
            *("reportsAndRecords", "indicatorsText", "noMeasuresReason"),
        )
        new = {
            **{word: self._text(word) for word in words},
            "company": {"id": company},
            "visibility": visibility,
            "responsibleId": responsible,
            "tags": [self._text("tag")],
            "location": {"text": self._text("place"), "siteId": units["Site"]},
            "departmentId": units["Department"],
            "teamId": units["Team"],
            "source": {
                "system": self._text("system"),
                "externalId": self._text("external"),
                "url": f"https://example.org/{self._text('url')}",
            },
            "reportedBy": {
                "userId": responsible,
                "name": self._text("reporter"),
                "email": f"{self._text('reportermail')}@example.org",
                "phone": self._text("phone"),
            },
            "idempotencyKey": self._text("registration"),
            "severity": {"code": "high"},
            "type": {"code": ENTRIES["type"]},
        }
        made = await self._ask(_REGISTER, input=new)
        assert made["registerIncident"]["errors"] == [], made
        incident = made["registerIncident"]["incident"]
        return incident["id"], incident["reference"]

    async def edit(self, incident: str) -> None:
        """The last of its changes, so that a page of its history tells what stood there before."""
        edit = {"id": incident, "expectedVersion": 1, "description": self._text("edited")}
        assert (await self._ask(_EDIT, input=edit))["editIncident"]["errors"] == []

    async def comment(self, incident: str, mentioned: str) -> str:
        """Which is edited once."""
        new = {"incidentId": incident, "body": self._text("said"), "mentionIds": [mentioned]}
        comment = await self._make("addIncidentComment", "AddIncidentCommentInput", new, "comment")
        edit = {"id": comment, "expectedVersion": 1, "body": self._text("saidagain")}
        return await self._make("editIncidentComment", "EditIncidentCommentInput", edit, "comment")

    async def task(self, incident: str, assignee: str) -> str:
        """Which is awaited, and edited once."""
        new = {"incidentId": incident, "title": self._text("task"), "assigneeIds": [assignee], "dueAt": _SOME_DAY}
        task = await self._make("addIncidentTask", "AddIncidentTaskInput", new, "task")
        words = {"description": self._text("taskwords"), "result": self._text("taskresult")}
        edit = {"id": task, "expectedVersion": 1, **words}
        return await self._make("editIncidentTask", "EditIncidentTaskInput", edit, "task")

    async def review(self, incident: str, facilitator: str) -> str:
        """Which is edited once."""
        new = {"incidentId": incident, "facilitatorId": facilitator}
        review = await self._make("startIncidentReview", "StartIncidentReviewInput", new, "review")
        words = (
            *("summary", "timelineNarrative", "impact", "contributingFactors", "wentWell", "wentBadly", "lucky"),
            "detectionGap",
        )
        edit = {
            **{word: self._text(f"review{word}") for word in words},
            "id": review,
            "expectedVersion": 1,
            "participantIds": [facilitator],
            "rootCauses": [{"category": "PROCESS", "text": self._text("cause"), "whys": [self._text("why")]}],
            "controlsImproved": [self._text("control")],
        }
        return await self._make("editIncidentReview", "EditIncidentReviewInput", edit, "review")

    async def action_item(self, incident: str, owner: str, department: str) -> str:
        """Which is awaited, and edited once."""
        new = {
            "incidentId": incident, "title": self._text("item"), "ownerId": owner, "departmentId": department,
            "dueAt": _SOME_DAY, "controlRef": self._text("itemcontrol"), "externalSystem": self._text("itemsystem"),
            "externalKey": self._text("itemkey"), "externalUrl": f"https://example.org/{self._text('itemurl')}",
        }  # fmt: skip
        item = await self._make("addIncidentActionItem", "AddIncidentActionItemInput", new, "actionItem")
        words = {"description": self._text("itemwords"), "wontDoReason": self._text("itemreason")}
        edit = {"id": item, "expectedVersion": 1, **words}
        return await self._make("editIncidentActionItem", "EditIncidentActionItemInput", edit, "actionItem")

    async def review_policy(self, company: str) -> None:
        """Of its own, with its history; it asks for no review, so that none is in anybody's way."""
        new = {"company": {"id": company}, "requiredFromRank": None, "template": {"lucky": self._text("template")}}
        await self._ask(_SET_POLICY, input=new)

    async def parts(self, incident: str, mentioned: str) -> dict[str, str]:
        """Something of each kind that hangs on an incident: their ids by type."""
        person = {"name": self._text("guest"), "email": f"{self._text('guestmail')}@example.org"}
        role = {"incidentId": incident, "role": {"code": ENTRIES["role"]}, "contact": person}
        page = {
            "incidentId": incident,
            "url": f"https://example.org/{self._text('page')}",
            "title": self._text("linked"),
        }
        happening = {"incidentId": incident, "at": "2026-01-02T03:04:05Z", "title": self._text("happening")}
        return {
            "IncidentComment": await self.comment(incident, mentioned),
            "IncidentTask": await self.task(incident, mentioned),
            "IncidentRoleAssignment": await self._make(
                "assignIncidentRole", "AssignIncidentRoleInput", role, "assignment"
            ),
            "IncidentLink": await self._make("addIncidentLink", "AddIncidentLinkInput", page, "link"),
            "IncidentTimelineEntry": await self._make(
                "addIncidentTimelineEntry", "AddIncidentTimelineEntryInput", happening, "entry"
            ),
            "AffectedAsset": await self.asset(incident),
            "IncidentCustomTimestamp": await self.timestamp(incident),
            **await self.indicator(incident),
        }

    async def link(self, incident: str, other: str) -> None:
        new = {"incidentId": incident, "otherId": other, "linkType": {"code": ENTRIES["linkType"]}}
        await self._make("addIncidentLink", "AddIncidentLinkInput", new, "link")

    async def indicator(self, incident: str) -> dict[str, str]:
        """The ids of its place in the incident and of the indicator itself, by type; its value is a canary."""
        new = {
            "value": f"{self._text('indicator')}.example",
            "description": self._text("indicatordescription"),
            "tags": [self._text("indicatortag")],
            "note": self._text("indicatornote"),
        }
        made = await self._ask(_ADD_INDICATOR, input={"incidentId": incident, "indicators": [new]})
        payload = made["addIncidentIndicators"]
        assert payload["errors"] == [], payload
        (link,) = payload["indicators"]
        return {"IncidentIndicator": link["id"], "Indicator": link["indicator"]["id"]}

    async def asset(self, incident: str) -> str:
        """Which is edited once."""
        new = {"incidentId": incident, "name": self._text("asset"), "note": self._text("assetnote")}
        asset = await self._make("addIncidentAsset", "AddIncidentAssetInput", new, "asset")
        edit = {"id": asset, "expectedVersion": 1, "note": self._text("assetnoteagain")}
        return await self._make("editIncidentAsset", "EditIncidentAssetInput", edit, "asset")

    async def timestamp(self, incident: str) -> str:
        """Which is edited once."""
        new = {"incidentId": incident, "definition": {"code": ENTRIES["definition"]}, "at": "2026-01-02T03:04:05Z"}
        timestamp = await self._make("addIncidentTimestamp", "AddIncidentTimestampInput", new, "timestamp")
        edit = {"id": timestamp, "expectedVersion": 1, "precision": "DAY"}
        return await self._make("editIncidentTimestamp", "EditIncidentTimestampInput", edit, "timestamp")

    async def units(self, company: str, worker: str) -> dict[str, str]:
        """A department with the worker in it and another below, a site and a team of the worker, by type."""
        owner = {"company": {"id": company}}
        department = {**owner, "name": self._text("department"), "code": self._text("unit")}
        top = await self._make("createDepartment", "CreateDepartmentInput", department, "department")
        below = {**owner, "name": self._text("subdepartment"), "parentId": top}
        await self._make("createDepartment", "CreateDepartmentInput", below, "department")
        place = {**owner, "userId": worker, "departmentId": top}
        await self._make("assignDepartment", "AssignDepartmentInput", place, "user")
        new = {**owner, "name": self._text("site"), "address": self._text("address")}
        site = await self._make("createSite", "CreateSiteInput", new, "site")
        crew = {**owner, "name": self._text("team"), "members": [worker]}
        team = await self._make("createTeam", "CreateTeamInput", crew, "team")
        return {"Department": top, "Site": site, "Team": team}

    async def guide_page(self, company: str) -> str:
        """A page of the guide for the company, which is published and then changed again; its slug is its text."""
        words = [{"locale": "en", "title": self._text("guidetitle"), "text": self._text("guidetext")}]
        new = {"slug": self._text("guide"), "companyId": company, "translations": words}
        page = await self._make("createGuidePage", "CreateGuidePageInput", new, "page")
        shown = {"id": page, "expectedVersion": 1, "note": self._text("guidenote")}
        await self._make("publishGuidePage", "PublishGuidePageInput", shown, "page")
        words = [{"locale": "en", "text": self._text("guidedraft")}]
        changed = {"id": page, "expectedVersion": 2, "translations": words}
        return await self._make("editGuidePage", "EditGuidePageInput", changed, "page")

    async def entry(self, company: str) -> str:
        """A classification that only incidents of the company may have."""
        words = [{"locale": "en", "name": self._text("entryname"), "description": self._text("entrytext")}]
        code = self._text("entry").lower()
        new = {"kind": "CLASSIFICATION", "code": code, "color": "#336699", "company": {"id": company}}
        given = {**new, "translations": words}
        return await self._make("createDirectoryEntry", "CreateDirectoryEntryInput", given, "entry")

    async def gate(self, company: str) -> None:
        """What the company demands before a review, with its history; nothing, so that it stands in nobody's way."""
        new = {"company": {"id": company}, "category": "REVIEW", "demands": []}
        payload = (await self._ask(_SET_GATE, input=new))["setIncidentGate"]
        assert payload["errors"] == [], payload

    async def files(self, company: str, incident: str, uploader: str) -> dict[str, str]:
        """One that may be had, one that was deleted, and an upload that was begun."""
        runtime = self._system.runtimes["files"]
        assert isinstance(runtime, FilesRuntime)
        rights = {right: [UUID(company)] for right in ("incident.view", "incident.edit")}
        actor = user(rights, id=UUID(uploader))
        told: dict[str, Any] = {"name": f"{self._text('file')}.txt", "description": self._text("filetext")}
        file = await upload_to_a_running_system(runtime, actor, UUID(incident), **told)
        gone: dict[str, Any] = {"name": f"{self._text('deletedfile')}.txt"}
        deleted = await upload_to_a_running_system(runtime, actor, UUID(incident), **gone)
        await wait_for_ever(runtime, deleted)
        payload = await self._ask(_DELETE_FILE, input={"id": str(deleted.id), "reason": self._text("filereason")})
        assert payload["deleteFile"]["errors"] == [], payload
        kept = {"companyId": company, "kind": "ATTACHMENT", "days": 30}
        assert (await self._ask(_KEEP_FILES, input=kept))["setFileRetention"]["errors"] == []
        begun = await ask_to_upload(runtime, actor, UUID(incident))
        return {"File": str(file.id), "FileUpload": str(begun.id)}

    async def owned_files(self, company: str, page: str, manager: str) -> dict[str, str]:
        """A document of the company, and an attachment of its page of the guide."""
        runtime = self._system.runtimes["files"]
        assert isinstance(runtime, FilesRuntime)
        rights = {right: [UUID(company)] for right in ("access.manage", "directory.manage")}
        actor = user(rights, id=UUID(manager))
        projections = Projections.of(runtime.database, runtime.peer)
        await projections.companies.ensure([UUID(company)])
        await projections.pages.ensure([UUID(page)])
        owners = {
            "Document": Owner(OwnerKind.COMPANY, UUID(company)), "Figure": Owner(OwnerKind.GUIDE_PAGE, UUID(page)),
        }  # fmt: skip
        made = {}
        for name, owner in owners.items():
            word = name.lower()
            told: dict[str, Any] = {"name": f"{self._text(word)}.txt", "description": self._text(f"{word}text")}
            made[name] = str((await upload_to_a_running_system(runtime, actor, owner, **told)).id)
        return made

    async def disclosure(self, incident: str, reader: str) -> None:
        """What another service tells of the incident: that somebody took something out."""
        told = Disclosure(
            key=uuid7(),
            incident_id=UUID(incident),
            operation=Disclosing.EXPORT,
            what="Probe",
            permission="incident.export",
            actor_id=UUID(reader),
            actor_kind=ActorKind.USER,
        )
        await record_disclosure(told, self._system.runtimes["incidents"].database)

    async def mail(self, incident: str, recipient: str) -> str:
        """What somebody wrote about the incident, and a message of it."""
        text = {"subject": self._text("mailsubject"), "body": self._text("mailbody")}
        new = {"incidentId": incident, "recipientIds": [recipient], **text}
        return await self._make("sendIncidentMail", "SendIncidentMailInput", new, "mail")

    async def webhook(self, company: str) -> str:
        """One that is switched off, so that nothing is sent while others look."""
        new = {
            "companyId": company,
            "url": f"https://{self._text('hookaddress')}.invalid/",
            "description": self._text("hook"),
        }
        made = await self._make("createWebhook", "CreateWebhookInput", new, "webhook")
        edit = {"id": made, "enabled": False}
        assert (await self._ask(_EDIT_WEBHOOK, input=edit))["editWebhook"]["errors"] == []
        return made

    async def webhook_delivery(self, company: str, webhook: str, incident: str) -> str:
        """About the incident, and what was answered to it."""
        now, delivery = datetime.now(UTC), uuid7()
        row = WebhookDeliveryRow(
            id=delivery, webhook_id=UUID(webhook), company_id=UUID(company), position=1, event_id=uuid7(),
            type="incident.updated.v1", subject=UUID(incident), sequence=1, incident_id=UUID(incident),
            state=DeliveryState.FAILED.value, attempts=1, next_attempt_at=now, created_at=now,
        )  # fmt: skip
        attempt = WebhookAttemptRow(
            id=uuid7(), delivery_id=delivery, company_id=UUID(company), number=1, at=now, duration_ms=1, status=500,
            error=None, request_headers={}, answer=self._text("hookanswer"),
        )  # fmt: skip
        async with self._system.runtimes["notifications"].database.work(SYSTEM) as work:
            work.session.add(row)
            await work.session.flush()
            work.session.add(attempt)
        return str(delivery)

    async def mail_template(self, company: str) -> str:
        texts = [{"locale": "en", "subject": self._text("templatesubject"), "body": self._text("templatebody")}]
        new = {"companyId": company, "name": self._text("template"), "texts": texts}
        return await self._make("createMailTemplate", "CreateMailTemplateInput", new, "template")

    async def session(self, owner: str) -> str:
        origin = Origin(self._text("agent"), self._text("address"))
        async with self._system.runtimes["access"].database.work(SYSTEM) as work:
            return str(add_session(UUID(owner), uuid7().hex, origin, timedelta(hours=1), work.session).id)

    async def _make(self, mutation: str, kind: str, new: Mapping[str, Any], made: str) -> str:
        payload = (await self._ask(_CREATE.format(mutation, kind, f"{made} {{ id }}"), input=new))[mutation]
        assert payload["errors"] == [], payload
        return str(payload[made]["id"])

    def _text(self, name: str) -> str:
        self.texts.append(f"{self._mark}-{name}".lower())
        return f"{self._mark}-{name}"
