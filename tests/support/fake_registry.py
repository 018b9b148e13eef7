"""A small registry in memory behind the real HTTP, with the part of the public graph that an import uses."""

from typing import Any

from aiohttp import web
from graphql import GraphQLError, build_schema, graphql

API_KEY = "ir_the-key-that-nobody-may-print"

SDL = """
type Query {
  me: Me
  classifications: [Classification!]
  incidentTypes: [IncidentType!]
  incidentStatuses: [IncidentStatus!]
  severities: [Severity!]
  directoryEntries(kind: DirectoryKind!): [DirectoryEntry!]
  companies(filter: CompanyFilter, first: Int, after: String): CompanyConnection
}
type Mutation {
  createCompany(input: CreateCompanyInput!): CreateCompanyPayload
  registerIncidents(input: RegisterIncidentsInput!): RegisterIncidentsPayload
}
type Me { permissions: [PermissionGrant!]! }
type PermissionGrant { permission: String! everyCompany: Boolean! }
type Classification { code: String! active: Boolean! }
type IncidentType { code: String! active: Boolean! classification: Classification! }
type IncidentStatus { code: String! active: Boolean! }
enum DirectoryKind { PRIORITY DETECTION_SOURCE IMPACT_LEVEL OUTCOME TIMESTAMP }
type DirectoryEntry { code: String! active: Boolean! }
type Severity { code: String! active: Boolean! }
type Company { id: ID! name: String! }
type CompanyConnection { edges: [CompanyEdge!]! pageInfo: PageInfo! }
type CompanyEdge { node: Company! }
type PageInfo { hasNextPage: Boolean! endCursor: String }
type UserError { code: String! message: String! field: [String!]! }
type CreateCompanyPayload { company: Company errors: [UserError!]! }
type RegisterIncidentsPayload { results: [RegisterIncidentsResult!]! errors: [UserError!]! }
type RegisterIncidentsResult { alreadyRegistered: Boolean! errors: [UserError!]! }
input CompanyFilter { names: [String!] }
input CreateCompanyInput { name: String! code: String country: String timeZone: String defaultLocale: String }
input Reference { id: ID code: String }
input CoordinatesInput { latitude: Float! longitude: Float! }
input LocationInput { siteId: ID text: String country: String coordinates: CoordinatesInput }
input ReporterInput { userId: ID name: String email: String phone: String external: Boolean }
input CostInput { amount: String! currency: String! }
input SourceInput { channel: RegistrationChannel system: String externalId: String url: String }
input CustomTimestampInput { definition: Reference! at: String! precision: TimestampPrecision }
input TimestampInput { timestamp: TimestampName! at: String precision: TimestampPrecision }
enum RegistrationChannel { WEB API MAIL ALERT CHAT IMPORT }
enum TimestampName {
  OCCURRED OCCURRED_UNTIL DETECTED AWARE REPORTED ACKNOWLEDGED RESPONDED CONTAINED ERADICATED RECOVERED
  FIRST_RESOLVED RESOLVED CLOSED FIRST_REOPENED
}
enum TimestampPrecision { MINUTE HOUR DAY }
enum IncidentKind { INCIDENT EVENT NEAR_MISS EXERCISE }
enum Marking { CLEAR GREEN AMBER AMBER_STRICT RED }
enum Visibility { COMPANY RESTRICTED }
enum ImpactArea { CONFIDENTIALITY INTEGRITY AVAILABILITY SAFETY FINANCE LEGAL REPUTATION }
input RegisterIncidentsInput { incidents: [RegisterIncidentInput!]! }
input RegisterIncidentInput {
  company: Reference title: String! description: String responsibleId: ID
  classification: Reference type: Reference severity: Reference status: Reference
  priority: Reference detectionSource: Reference impactLevel: Reference outcome: Reference
  kind: IncidentKind tlp: Marking pap: Marking visibility: Visibility impactAreas: [ImpactArea!]
  departmentId: ID teamId: ID cost: CostInput source: SourceInput language: String
  location: LocationInput reportedBy: ReporterInput timestamps: [TimestampInput!]
  customTimestamps: [CustomTimestampInput!]
  dataSubjectsAffected: Int recordsAffected: Int tags: [String!] personalData: Boolean criticalService: Boolean
  impact: String actionsTaken: String preventiveMeasures: String comment: String idempotencyKey: String
  rootCause: String noMeasuresReason: String reportsAndRecords: String indicatorsText: String
}
"""
_SCHEMA = build_schema(SDL)
Json = dict[str, Any]


def _entries(*codes: str) -> list[Json]:
    return [{"code": code, "active": True} for code in codes]


def _error(code: str, message: str, *field: str) -> Json:
    return {"code": code, "message": message, "field": list(field)}


class FakeRegistry:
    """Keeps companies by name and incidents by key. `trouble` is used up, one entry by each mutation.

    An entry is a status to answer with, "lose the request", "lose the answer", or the code of an error.
    """

    def __init__(self) -> None:
        self.companies_by_name: dict[str, str] = {}
        self.incidents: dict[str, Json] = {}
        self.batches: list[int] = []
        self.trouble: list[int | str] = []
        self.may_create = True
        self.refused_titles: dict[str, Json] = {}
        self.poison_titles: set[str] = set()
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/graphql"

    @property
    def titles(self) -> list[str]:
        return sorted(incident["title"] for incident in self.incidents.values())

    async def start(self) -> None:
        """On the same port as before when it was started before."""
        application = web.Application(client_max_size=10_000_000)
        application.router.add_post("/graphql", self._answer)
        self._runner = web.AppRunner(application, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("authorization") != f"Bearer {API_KEY}":
            return web.json_response({"errors": [{"message": "Sign in."}]}, status=401)
        body = await request.json()
        trouble = self.trouble.pop(0) if self.trouble and body["query"].lstrip().startswith("mutation") else None
        if isinstance(trouble, int):
            return web.Response(status=trouble, text="away")
        if trouble == "lose the request":
            return self._hang_up(request)
        if isinstance(trouble, str) and trouble.isupper():
            return web.json_response({"data": None, "errors": [_top_level(trouble)]})
        result = await graphql(_SCHEMA, body["query"], self, variable_values=body["variables"])
        if trouble == "lose the answer":
            return self._hang_up(request)
        return web.json_response(result.formatted)

    def _hang_up(self, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    def classifications(self, _: Any) -> list[Json]:
        return [*_entries("intrusions", "fraud", "other"), {"code": "retired", "active": False}]

    def incidentTypes(self, _: Any) -> list[Json]:  # noqa: N802 - the graph's name.
        owned = {"intrusions.burglary": "intrusions", "fraud.phishing": "fraud", "other.other": "other"}
        return [{**_entries(code)[0], "classification": _entries(owner)[0]} for code, owner in owned.items()]

    def incidentStatuses(self, _: Any) -> list[Json]:  # noqa: N802 - the graph's name.
        return _entries("open", "closed")

    def severities(self, _: Any) -> list[Json]:
        return _entries("low", "high")

    def directoryEntries(self, _: Any, kind: str) -> list[Json]:  # noqa: N802 - the graph's name.
        codes = {"PRIORITY": ("p1", "p4"), "OUTCOME": ("x",), "TIMESTAMP": ("authority-informed",)}
        return _entries(*codes.get(kind, ()))

    def me(self, _: Any) -> Json:
        return {"permissions": [{"permission": "access.manage", "everyCompany": self.may_create}]}

    def companies(self, _: Any, filter: Json, first: int, after: str | None = None) -> Json:
        """Pages of two, so that a client that stops at the first page is found out."""
        found = [
            {"node": {"id": key, "name": name}}
            for name, key in self.companies_by_name.items()
            if name in filter["names"]
        ]
        start, size = int(after or 0), min(first, 2)
        more = start + size < len(found)
        return {
            "edges": found[start : start + size],
            "pageInfo": {"hasNextPage": more, "endCursor": str(start + size)},
        }

    def createCompany(self, _: Any, input: Json) -> Json:  # noqa: N802 - the graph's names.
        if not self.may_create:
            return {"company": None, "errors": [_error("DENIED", "This needs the permission access.manage.")]}
        if input["name"] in self.companies_by_name:
            return {"company": None, "errors": [_error("CONFLICT", "There is one of that name.", "name")]}
        self.companies_by_name[input["name"]] = f"id-{len(self.companies_by_name)}"
        return {"company": {"id": self.companies_by_name[input["name"]], "name": input["name"]}, "errors": []}

    def registerIncidents(self, _: Any, input: Json) -> Json:  # noqa: N802 - the graph's names.
        rows = input["incidents"]
        if any(row["title"] in self.poison_titles for row in rows):
            raise GraphQLError("Something went wrong.", extensions={"code": "INTERNAL"})
        self.batches.append(len(rows))
        return {"results": [self._register(row) for row in rows], "errors": []}

    def _register(self, row: Json) -> Json:
        if row["title"] in self.refused_titles:
            return {"alreadyRegistered": False, "errors": [self.refused_titles[row["title"]]]}
        known = row["idempotencyKey"] in self.incidents
        self.incidents.setdefault(row["idempotencyKey"], row)
        return {"alreadyRegistered": known, "errors": []}


def _top_level(code: str) -> Json:
    return {"message": f"This is {code}.", "extensions": {"code": code}}
