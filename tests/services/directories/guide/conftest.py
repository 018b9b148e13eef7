"""The guide with two pages that readers see: `first`, in English and German, and `second` below it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from uuid import UUID

import pytest

from chassis.access import EVERY_COMPANY, Actor
from tests.support.services import RunningService, user

ANSWER = "page { id slug version publishedNumber order active } errors { code message field }"
Change: TypeAlias = Callable[..., Awaitable[Any]]


@dataclass(kw_only=True)
class Guide:
    """Asks in the name of somebody; the manager of everything where nobody is named."""

    service: RunningService
    manager: Actor
    ids: dict[str, UUID] = field(default_factory=dict)

    async def change(self, mutation: str, actor: Actor | None = None, **source: Any) -> Any:
        """The payload of a mutation such as `editGuidePage`."""
        kind = f"{mutation[0].upper()}{mutation[1:]}Input"
        query = f"mutation ($input: {kind}!) {{ {mutation}(input: $input) {{ {ANSWER} }} }}"
        given = {name: str(value) if isinstance(value, UUID) else value for name, value in source.items()}
        return (await self.service.data(query, actor or self.manager, input=given))[mutation]

    async def made(self, mutation: str, actor: Actor | None = None, **source: Any) -> Any:
        """The page after a change that was not refused."""
        payload = await self.change(mutation, actor, **source)
        assert payload["errors"] == []
        return payload["page"]

    async def publish(self, slug: str, actor: Actor | None = None, **more: Any) -> UUID:
        """A new page by its English texts, or `translations`, that readers see at once."""
        more.setdefault("translations", [{"locale": "en", "title": slug.title(), "text": f"About {slug}."}])
        page = await self.made("createGuidePage", actor, slug=slug, **more)
        await self.made("publishGuidePage", actor, id=page["id"], expectedVersion=1)
        self.ids[slug] = UUID(page["id"])
        return self.ids[slug]

    async def edit(self, slug: str, expected: int, actor: Actor | None = None, **more: Any) -> Any:
        return await self.change("editGuidePage", actor, id=self.ids[slug], expectedVersion=expected, **more)

    async def page(self, slug: str, fields: str, actor: Actor | None = None, *, drafts: bool = False) -> Any:
        query = f"query ($id: ID!, $drafts: Boolean!) {{ guidePage(id: $id, includeDrafts: $drafts) {{ {fields} }} }}"
        return (await self.service.data(query, actor or user(), id=str(self.ids[slug]), drafts=drafts))["guidePage"]

    async def slugs(self, actor: Actor | None = None, *, drafts: bool = False) -> list[str]:
        """Of the whole tree, in its order."""
        query = "query ($drafts: Boolean!) { guide(includeDrafts: $drafts) { slug } }"
        found = (await self.service.data(query, actor or user(), drafts=drafts))["guide"]
        return [page["slug"] for page in found]


@pytest.fixture
async def guide(running_directories: RunningService) -> Guide:
    await running_directories.empty()
    made = Guide(service=running_directories, manager=user({"directory.manage": EVERY_COMPANY}))
    texts = [
        {"locale": "en", "title": "First", "text": "What **counts**."},
        {"locale": "de", "title": "Erste", "text": "Was *zählt*."},
    ]
    first = await made.publish("first", translations=texts)
    await made.publish("second", parentId=first)
    return made


@pytest.fixture
def company(acme: UUID) -> UUID:
    return acme


@pytest.fixture
def company_manager(company: UUID) -> Actor:
    return user({"directory.manage": [company]})


@pytest.fixture
def colleague(company: UUID) -> Actor:
    return user({"incident.add": [company]})
