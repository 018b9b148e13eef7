"""Finding the companies of a table by their exact names, and creating the missing ones where that is wanted."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from client.errors import Rejected, ServerProblem, Unavailable
from client.graph import Graph
from client.importing.documents import CREATE_COMPANY, FIND_COMPANIES, RIGHTS
from client.importing.parallel import chunks, each
from client.importing.progress import Progress
from client.importing.sections import CompanyRule

_PAGE = 100
_AT_ONCE = 8

_MANAGE = "access.manage"
# A field that the caller may use nowhere is refused before it runs; to the person that is the same no.
_MAY_NOT = frozenset({"DENIED", "UNAUTHORIZED_FIELD_OR_TYPE"})


class Companies:
    """What is known of the names: `ids` of those that can take incidents, `refused` with the reason for the others."""

    def __init__(self, graph: Graph, rule: CompanyRule) -> None:
        self._graph = graph
        self._rule = rule
        self._denied: str | None = None
        self.ids: dict[str, str] = {}
        self.refused: dict[str, str] = {}
        self.created = 0

    async def find(self, names: Collection[str], progress: Progress) -> list[str]:
        """Look all up. Answers those that are missing and may be created; the others are refused."""
        progress.stage("Looking up companies", len(names))

        async def look_up(page: list[str]) -> None:
            await self._look_up(page)
            progress.advance(len(page))

        await each(chunks(sorted(names), _PAGE), look_up, at_once=_AT_ONCE)
        missing = sorted(set(names) - self.ids.keys() - self.refused.keys())
        if self._rule.create:
            return missing
        self.refused |= dict.fromkeys(missing, "is no company that you can see; create it, or set create = true")
        return []

    async def would_create(self, names: Collection[str]) -> list[str]:
        """For a dry run: those of the missing that the caller may create; the others are refused."""
        me = (await self._graph.ask(RIGHTS)).get("me") or {"permissions": []}
        if any(held["permission"] == _MANAGE and held["everyCompany"] for held in me["permissions"]):
            return list(names)
        self.refused |= dict.fromkeys(names, f"is a new company, and creating one needs {_MANAGE} in every company")
        return []

    async def create(self, names: Collection[str], progress: Progress) -> None:
        """Afterwards each name has an id or a reason."""
        progress.stage("Creating companies", len(names))

        async def create(name: str) -> None:
            await self._create(name)
            progress.advance(1)

        await each(names, create, at_once=_AT_ONCE)

    async def _look_up(self, names: Collection[str]) -> None:
        found: dict[str, list[str]] = defaultdict(list)
        variables: dict[str, Any] = {"names": list(names), "first": _PAGE, "after": None}
        while True:
            page = (await self._graph.ask(FIND_COMPANIES, variables)).get("companies")
            if page is None:
                raise ServerProblem("The server does not show companies; ask an administrator for a group.")
            for edge in page["edges"]:
                found[edge["node"]["name"].strip()].append(edge["node"]["id"])
            if not page["pageInfo"]["hasNextPage"]:
                break
            variables["after"] = page["pageInfo"]["endCursor"]
        for name in names:
            self._learn(name, found.get(name, []))

    def _learn(self, name: str, ids: list[str]) -> None:
        if len(ids) == 1:
            self.ids[name] = ids[0]
        elif ids:
            self.refused[name] = f"is the name of {len(ids)} companies; rename the others first"

    async def _create(self, name: str) -> None:
        """Not idempotent on the server: after an answer that got lost, look before creating again."""
        backoff = self._graph.backoff()
        while self._denied is None and name not in self.ids:
            try:
                data = await self._graph.attempt(CREATE_COMPANY, {"input": {"name": name, **self._rule.details}})
            except Unavailable as problem:
                await backoff.wait(problem)
                await self._look_up([name])
            except Rejected as refusal:
                if refusal.code not in _MAY_NOT:
                    raise
                self._deny(refusal.message)
            else:
                await self._created(name, data["createCompany"])
                break
        if self._denied is not None and name not in self.ids:
            self.refused[name] = self._denied

    def _deny(self, message: str) -> None:
        """Said of one, it holds for all: the rest is not asked for."""
        self._denied = f"is a new company, and you may not create companies: {message}"

    async def _created(self, name: str, payload: dict[str, Any] | None) -> None:
        if payload is None:
            raise ServerProblem(f"The server gives no answer to creating the company {name!r}.")
        if payload["company"] is not None:
            self.ids[name] = payload["company"]["id"]
            self.created += 1
            return
        reasons = "; ".join(error["message"] for error in payload["errors"])
        if any(error["code"] in _MAY_NOT for error in payload["errors"]):
            self._deny(reasons)
            return
        # Somebody else may have been quicker.
        await self._look_up([name])
        if name not in self.ids:
            self.refused[name] = f"is a new company that the server does not take: {reasons}"
