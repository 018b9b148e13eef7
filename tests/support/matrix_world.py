"""The world of the matrix: companies whose every text is a canary, and callers with and without rights in them."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from graphql import GraphQLSchema

from chassis.identifiers import uuid7
from deploy.local.all_in_one import AllInOne
from deploy.local.stack.system import Stack
from services.access.domain.permissions import NAMES
from tests.support.matrix import Question, questions
from tests.support.matrix_builder import ENTRIES, Ask, Builder
from tests.support.matrix_values import Target
from tests.support.row_digests import settled

MIXED: Final = "mixed"  # things of the own company, and among them one of the foreign one

CANARY: Final = "kanarien"  # as long as what stands for the absent
SECRET: Final = "goldammer"  # of what is restricted
ANONYMOUS: Final = "anonymous"  # has no key at all
NARROWED: Final = "narrowed"  # whose rights reach the foreign company, and whose key does not
_SEES_SECRETS: Final = frozenset({"manager"})
_WORK: Final = ("view", "add", "edit", "delete", "close", "reopen")
_RIGHTS: Final = [f"incident.{right}" for right in _WORK]
_MESSAGES: Final = "query ($id: ID!) { incident(id: $id) { messages { id } attachments { id } } }"
_FEED: Final = "{ events(first: 1) { cursor } }"
_CURSOR: Final = "query ($id: ID!) { incidents(first: 1, filter: {companyIds: [$id]}) { pageInfo { endCursor } } }"


@dataclass(frozen=True, slots=True)
class Told:
    """A company with all that hangs on it: how to name it, and every id and text that is nobody else's business.

    `secret` is the API key of one of its people.
    """

    target: Target
    secret: str
    ids: frozenset[str]
    texts: frozenset[str]


async def build_company(ask: Ask, system: AllInOne | Stack, mark: str, code: str) -> Told:
    """A company with a group, two people, one of them with a key, a department, a site and a team, a document, a
    directory entry and a page of the guide with a figure of its own, an incident with a file, history and a message.
    """
    builder = Builder(ask, system, mark, code)
    feed = (await ask(_FEED))["events"]["cursor"]
    company = await builder.company()
    worker, other = await builder.user("worker"), await builder.user("other")
    group = await builder.group("group", _RIGHTS, [company], [worker, other])
    key, secret = await builder.key(worker)
    units = await builder.units(company, worker)
    entry, page = await builder.entry(company), await builder.guide_page(company)
    await settled(system.runtimes)  # the incidents know then that the worker may see the company
    await builder.gate(company)
    incident, reference = await builder.incident(company, worker, units)
    await eventually_known(ask, incident)
    parts = await builder.parts(incident, worker)
    await builder.review_policy(company)
    parts["IncidentReview"] = await builder.review(incident, worker)
    parts["IncidentActionItem"] = await builder.action_item(incident, worker, units["Department"])
    await builder.disclosure(incident, worker)
    await builder.edit(incident)
    files = await builder.files(company, incident, worker)
    files |= await builder.owned_files(company, page, other)
    message = (await ask(_MESSAGES, id=incident))["incident"]["messages"][0]["id"]
    webhook = await builder.webhook(company)
    delivery = await builder.webhook_delivery(company, webhook, incident)
    mail, template = await builder.mail(incident, worker), await builder.mail_template(company)
    cursor = (await ask(_CURSOR, id=company))["incidents"]["pageInfo"]["endCursor"]
    ids = {
        **units,
        "Company": company, "User": worker, "Group": group, "ApiKey": key, "Incident": incident, **files,
        "MailMessage": message, "IncidentMail": mail, "MailTemplate": template, "Webhook": webhook,
        "WebhookDelivery": delivery, "Session": await builder.session(worker), "GuidePage": page,
        "DirectoryEntry": entry, **parts,
    }  # fmt: skip
    texts = {
        "code": code, "reference": reference, "search": f"{mark}-", "names": f"{mark}-company",
        "after": cursor, "feedAfter": feed, "feedTypes": "incident.registered.v1",
        "slug": f"{mark}-guide", "entry": f"{mark}-entry",
        "value": f"{mark}-indicator.example", "assetName": f"{mark}-asset", "prefix": f"{mark}-",
    }  # fmt: skip
    target = Target(ids=ids, texts=texts)
    told = {*ids.values(), other} - {ids["FileUpload"]}  # which nobody but its requester is ever told of
    return Told(target, secret, frozenset(told), frozenset(builder.texts) | {code.lower()})


async def build_secret(ask: Ask, system: AllInOne, own: Told) -> Told:
    """A restricted incident of that company, with all that hangs on it; its worker is a member."""
    builder, ids = Builder(ask, system, SECRET, ""), own.target.ids
    incident, reference = await builder.incident(ids["Company"], ids["User"], ids, "RESTRICTED")
    await eventually_known(ask, incident)
    parts = await builder.parts(incident, ids["User"])
    parts["IncidentReview"] = await builder.review(incident, ids["User"])
    parts["IncidentActionItem"] = await builder.action_item(incident, ids["User"], ids["Department"])
    await builder.link(ids["Incident"], incident)
    await builder.disclosure(incident, ids["User"])
    await builder.edit(incident)
    files = await builder.files(ids["Company"], incident, ids["User"])
    message = (await ask(_MESSAGES, id=incident))["incident"]["messages"][0]["id"]
    mail = await builder.mail(incident, ids["User"])
    delivery = await builder.webhook_delivery(ids["Company"], ids["Webhook"], incident)
    new = {
        "Incident": incident, **files, "MailMessage": message, "IncidentMail": mail, "WebhookDelivery": delivery,
        **parts,
    }  # fmt: skip
    named = {"value": f"{SECRET}-indicator.example", "assetName": f"{SECRET}-asset", "prefix": f"{SECRET}-"}
    texts = {**own.target.texts, "reference": reference, **named}
    target = Target(ids={**ids, **new}, texts=texts)
    told = {*new.values()} - {new["FileUpload"]}
    return Told(target, own.secret, frozenset(told), frozenset({*builder.texts, reference.lower()}))


@dataclass(frozen=True, slots=True)
class World:
    """API keys by caller, and what they ask of.

    That is a company of theirs (`own`), the same with a `restricted` incident, and a `foreign` one, alone or `mixed`
    with their own. `never` stands for things of the own company that never were, `absent` for those of none; each
    answers as what is hidden has to.
    """

    keys: Mapping[str, str]
    targets: Mapping[str, Target]
    foreign: Told
    restricted: Told

    def absent_for(self, target: str) -> str:
        return "never" if target == "restricted" else "absent"

    def questions(self, schema: GraphQLSchema, kind: str, about: str, *, absent: bool = False) -> Iterator[Question]:
        """Those about a target or, in the same order, about what never was in its place."""
        base = self.targets["own"] if about == MIXED else None
        target = self.targets[self.absent_for(about) if absent else "foreign" if about == MIXED else about]
        return questions(schema, kind, target, ENTRIES, base)

    def is_hidden(self, target: str, caller: str) -> bool:
        """Whether nothing at all tells the caller that the target is there; the `manager` sees restricted ones."""
        foreign = target in {"foreign", MIXED} and caller != "partial"
        return foreign or (target == "restricted" and caller not in _SEES_SECRETS)

    @property
    def beyond_tables(self) -> frozenset[str]:
        """What the walls of tables do not keep of the foreign company: every transaction may read the table of users,
        and the coded lists are answered from memory.
        """
        named = self.foreign.target.ids
        others = self.foreign.ids - set(named.values())
        words = ("worker", "workermail", "other", "othermail")
        return frozenset({named["User"], *others, *(f"{CANARY}-{word}" for word in words)}) | self._entry

    @property
    def _entry(self) -> frozenset[str]:
        words = (f"{CANARY}-entry{word}" for word in ("", "name", "text"))
        return frozenset({self.foreign.target.ids["DirectoryEntry"], *words})

    def hidden_from(self, caller: str) -> frozenset[str]:
        """`partial` holds a right in the foreign company that shows the company with its coded lists and the published
        pages of its guide with their files, and its webhooks without what was sent about incidents; nothing else.
        """
        canaries = self.foreign.ids | self.foreign.texts
        named = self.foreign.target
        shown = {named.ids["Company"], named.texts["code"].lower(), named.texts["names"].lower()} | self._entry
        shown |= {named.ids["GuidePage"], *(f"{CANARY}-guide{word}" for word in ("", "title", "text"))}
        shown |= {named.ids["Figure"], *(f"{CANARY}-figure{word}" for word in ("", "text"))}
        shown |= {named.ids["Webhook"], f"{CANARY}-hook", f"{CANARY}-hookaddress"}
        secrets = frozenset() if caller in _SEES_SECRETS else self.restricted.ids | self.restricted.texts
        return (canaries - shown if caller == "partial" else canaries) | secrets


async def build_world(ask: Ask, system: AllInOne) -> World:
    own = await build_company(ask, system, "plain", "PLAINA")
    second = await build_company(ask, system, "simple", "PLAINB")
    foreign = await build_company(ask, system, CANARY, CANARY.upper())
    keys = await _callers(ask, system, *(each.target.ids["Company"] for each in (own, second, foreign)))
    restricted = await build_secret(ask, system, own)
    targets = {
        "own": own.target,
        "restricted": restricted.target,
        "never": _never_like(restricted),
        "foreign": foreign.target,
        "absent": absent_like(foreign),
    }
    return World(keys, targets, foreign, restricted)


async def _callers(ask: Ask, system: AllInOne, here: str, there: str, beyond: str) -> dict[str, str]:
    """API keys by name."""
    wanted: dict[str, list[tuple[list[str], list[str]]]] = {
        "manager": [(sorted(NAMES), [here])],
        "officer": [(_RIGHTS, [here, there])],
        "reader": [(["incident.view"], [here])],
        "partial": [(["incident.view"], [here]), (["webhook.manage"], [beyond])],
        "nobody": [],
        NARROWED: [(_RIGHTS, [here, beyond])],
        **{f"only-{name}": [([name], [here])] for name in sorted(NAMES)},
    }
    builder = Builder(ask, system, "caller", "")
    found = {}
    for name, groups in wanted.items():
        person = await builder.user(name)
        for number, (permissions, companies) in enumerate(groups):
            await builder.group(f"{name}{number}", permissions, companies, [person])
        limits = {"companies": [{"id": here}]} if name == NARROWED else {}
        found[name] = (await builder.key(person, **limits))[1]
    return found | {ANONYMOUS: ""}


def absent_like(told: Told) -> Target:
    """Names of things that never were, as long as the real ones."""
    texts = {
        name: text.replace(CANARY, "neverwas").replace(CANARY.upper(), "NEVERWAS")
        for name, text in told.target.texts.items()
    }
    return Target(ids={kind: str(uuid7()) for kind in told.target.ids}, texts=texts)


def _never_like(told: Told) -> Target:
    """The same company, and things of it that never were."""
    ids = {kind: str(uuid7()) if id in told.ids else id for kind, id in told.target.ids.items()}
    texts, reference = told.target.texts, told.target.texts["reference"]
    named = {name: texts[name].replace(SECRET, "neverwas1") for name in ("value", "assetName", "prefix")}
    return Target(ids=ids, texts={**texts, "reference": f"{reference[:-6]}999999", **named})


async def eventually_known(ask: Ask, incident: str) -> None:
    """Until the services that follow the incident know it and have told its responsible person."""
    for _ in range(200):
        if (await ask(_MESSAGES, id=incident))["incident"]["messages"]:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("no message about the incident was recorded")
