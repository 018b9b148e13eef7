"""People at work, who ask the graph in their language and nothing else; what they do is a verb each.

people = await cast(admin, officer, "CASPIAN")
incident = await people.aigerim.registers("Түтін")
await people.jonas.tells(incident, impact="None")
assert await people.jonas.is_refused("move", id=incident["id"], status={"code": "closed"}) == [("DENIED", "")]
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

Json: TypeAlias = dict[str, Any]
_ERRORS: Final = "errors { code message field }"
_CHANGES: Final[Mapping[str, tuple[str, str]]] = {  # by verb: the mutation, and what to ask of its payload
    "register": ("registerIncident", "incident { id reference }"),
    "edit": ("editIncident", "incident { id version } conflicts { field yours current }"),
    "move": ("changeIncidentStatus", "incident { id status { name } statusCategory }"),
    "say": ("addIncidentComment", "comment { id }"),
    "plan": ("addIncidentTask", "task { id version }"),
    "work": ("editIncidentTask", "task { id version status finishedAt }"),
    "appoint": ("assignIncidentRole", "assignment { id }"),
    "remember": ("addIncidentTimelineEntry", "entry { id }"),
    "link": ("addIncidentLink", "link { id }"),
    "review": ("startIncidentReview", "review { id version }"),
    "write up": ("editIncidentReview", "review { id version }"),
    "pass on": ("changeIncidentReviewStatus", "review { id status approvedBy { id } approvedAt }"),
    "note": ("addIncidentActionItem", "actionItem { id }"),
    "see to": ("editIncidentActionItem", "actionItem { id version status }"),
    "verify": ("verifyIncidentActionItem", "actionItem { id verifiedBy { id } }"),
    "trace": ("addIncidentIndicators", "indicators { id }"),
    "createCompany": ("createCompany", "company { id }"),
    "createDepartment": ("createDepartment", "department { id }"),
    "createUser": ("createUser", "user { id }"),
    "createGroup": ("createGroup", "group { id }"),
    "createApiKey": ("createApiKey", "secret"),
}


class Caller(Protocol):
    """Who asks with an API key."""

    async def ask(self, query: str, **variables: Any) -> Json: ...
    async def answer(self, query: str, **variables: Any) -> Json: ...
    def with_key(self, api_key: str) -> "Caller": ...
    def speaking(self, language: str) -> "Caller": ...


class Person:
    def __init__(self, id: str, caller: Caller) -> None:
        self.id = id
        self._caller = caller

    async def tries(self, change: str, **input: Any) -> Json:
        """The payload, whatever came of it; where the whole field is refused its `errors` tell of that."""
        mutation, fields = _CHANGES[change]
        kind = f"{mutation[0].upper()}{mutation[1:]}Input"
        document = f"mutation ($input: {kind}!) {{ {mutation}(input: $input) {{ {fields} {_ERRORS} }} }}"
        answer = await self._caller.answer(document, input=input)
        whole = [{"code": error["extensions"]["code"], "field": []} for error in answer.get("errors", ())]
        payload: Json | None = answer["data"][mutation]
        return {"errors": whole} if payload is None else payload

    async def does(self, change: str, **input: Any) -> Json:
        """The payload of what was not refused."""
        payload = await self.tries(change, **input)
        assert payload["errors"] == []
        return payload

    async def is_refused(self, change: str, **input: Any) -> list[tuple[str, str]]:
        """Why: code and input field of each reason."""
        errors = (await self.tries(change, **input))["errors"]
        return [(error["code"], ".".join(error["field"])) for error in errors]

    async def registers(self, title: str, **told: Any) -> Json:
        incident: Json = (await self.does("register", title=title, **told))["incident"]
        return incident

    async def tells(self, incident: Json, **fields: Any) -> None:
        """With the version that is there now."""
        version = (await self.sees(incident, "version"))["version"]
        await self.does("edit", id=incident["id"], expectedVersion=version, **fields)

    async def moves(self, incident: Json, status: str) -> Json:
        """The incident after it."""
        moved: Json = (await self.does("move", id=incident["id"], status={"code": status}))["incident"]
        return moved

    async def says(self, incident: Json, words: str, **more: Any) -> str:
        """The comment's id."""
        said: str = (await self.does("say", incidentId=incident["id"], body=words, **more))["comment"]["id"]
        return said

    async def plans(self, incident: Json, title: str, **more: Any) -> str:
        """The task's id."""
        planned: str = (await self.does("plan", incidentId=incident["id"], title=title, **more))["task"]["id"]
        return planned

    async def sees(self, incident: Json, fields: str) -> Json:
        """Of an incident that is there for them."""
        found: Json | None = await self.finds(incident, fields)
        assert found is not None
        return found

    async def finds(self, incident: Json, fields: str = "id") -> Json | None:
        """None where it is not there for them."""
        found = await self._caller.ask(f"query ($id: ID!) {{ incident(id: $id) {{ {fields} }} }}", id=incident["id"])
        shown: Json | None = found["incident"]
        return shown

    async def lists(self, fields: str, **filter: Any) -> list[Json]:
        """The newest incidents."""
        document = (
            f"query ($filter: IncidentFilter) {{ incidents(filter: $filter, first: 50) {{ nodes {{ {fields} }} }} }}"
        )
        shown: list[Json] = (await self._caller.ask(document, filter=filter))["incidents"]["nodes"]
        return shown


@dataclass(frozen=True, slots=True)
class Cast:
    """Aigerim notices and registers, Jonas works it, Sarah answers for it; `company` is theirs, not the stranger's."""

    aigerim: Person
    jonas: Person
    sarah: Person
    stranger: Person
    company: str
    department: str

    def name(self, id: str) -> str:
        return {self.aigerim.id: "Aigerim", self.jonas.id: "Jonas", self.sarah.id: "Sarah"}[id]


_RIGHTS: Final[Mapping[str, tuple[str, tuple[str, ...]]]] = {  # language and permissions
    "Aigerim": ("kk", ("incident.view", "incident.add")),
    "Jonas": ("de", ("incident.view", "incident.add", "incident.edit")),
    "Sarah": ("en", ("incident.view", "incident.edit", "incident.close", "incident.reopen", "incident.delete")),
}


async def cast(admin: Caller, stranger: Caller, code: str) -> Cast:
    """A company of that code with the three in it, made by an administrator."""
    director = Person("", admin)
    company = (await director.does("createCompany", name=f"Caspian Ferries {code}", code=code))["company"]["id"]
    place = {"company": {"id": company}}
    department = (await director.does("createDepartment", name="Network", **place))["department"]["id"]
    aigerim, jonas, sarah = [await _hire(name, director, admin, company, code) for name in _RIGHTS]
    return Cast(aigerim, jonas, sarah, Person("", stranger), company, department)


async def _hire(name: str, director: Person, admin: Caller, company: str, code: str) -> Person:
    language, rights = _RIGHTS[name]
    mail = f"{name.lower()}.{code.lower()}@example.org"
    id = (await director.does("createUser", name=name, email=mail, locale=language))["user"]["id"]
    group = {"name": f"{name} of {code}", "permissions": rights, "companies": [{"id": company}], "members": [id]}
    await director.does("createGroup", **group)
    key = (await director.does("createApiKey", name="Her own", userId=id))["secret"]
    return Person(id, admin.with_key(key).speaking(language))
