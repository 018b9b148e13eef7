"""Templates of mails: who keeps them, who uses them, and which text each recipient gets."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from chassis.access import EVERY_COMPANY, Actor
from chassis.broker.in_process import InProcessBroker
from services.notifications.domain.mail_templates import text_for
from services.notifications.persistence.rows import MailTemplateRow
from services.notifications.usecases.send_messages import PostOffice, send_next
from tests.support.incidents import Incidents
from tests.support.mail import Others, Post
from tests.support.services import SYSTEM, RunningService, user

ACME, FOREIGN, ADA, BOB = uuid4(), uuid4(), uuid4(), uuid4()
VIEW, SEND, MANAGE = "incident.view", "incident.send_mail", "directory.manage"
MANAGER, EVERYWHERE = user({MANAGE: [ACME]}), user({MANAGE: EVERY_COMPANY})
WRITER = user({VIEW: [ACME], SEND: [ACME]}, name="Wendy")
TEXTS = [
    {"locale": "en", "subject": "News of {{ incident.reference }}", "body": "Hello {{ recipient.name }}"},
    {"locale": "DE", "subject": "Neues zu {{ incident.reference }}", "body": "Hallo {{ recipient.name }}"},
]
CREATE = """mutation ($input: CreateMailTemplateInput!) { createMailTemplate(input: $input) {
  template { id name company { id } texts { locale subject } active version changedBy { id } }
  errors { code field message }
} }"""
EDIT = """mutation ($input: EditMailTemplateInput!) { editMailTemplate(input: $input) {
  template { name active version texts { locale } } errors { code field }
} }"""
LIST = "query ($company: ID) { mailTemplates(companyId: $company) { name company { id } } }"
SENT = """mutation ($input: SendIncidentMailInput!) { sendIncidentMail(input: $input) {
  mail { id subject templateId } errors { code field }
} }"""


async def create(service: RunningService, actor: Actor = MANAGER, **given: Any) -> Any:
    new = {"name": "News", "texts": TEXTS, "companyId": str(ACME)} | given
    return (await service.data(CREATE, actor, input=new))["createMailTemplate"]


async def edit(service: RunningService, actor: Actor = MANAGER, **given: Any) -> Any:
    return (await service.data(EDIT, actor, input=given))["editMailTemplate"]


@pytest.fixture(autouse=True)
def known(others: Others) -> Others:
    others.companies |= {ACME, FOREIGN}
    others.person(ADA, {VIEW: [ACME]}, name="Ada", email="ada@example.org", locale="de-AT")
    others.person(BOB, {VIEW: [ACME]}, name="Bob", email="bob@example.org", locale="fr")
    return others


@pytest.fixture
async def incident(broker: InProcessBroker, incidents: Incidents, others: Others) -> UUID:
    event = incidents.register(ACME)
    others.incident(event.subject, ACME)
    await broker.publish([event])
    return event.subject


async def test_a_template_is_made_listed_and_edited(service: RunningService) -> None:
    made = (await create(service))["template"]
    listed = (await service.data(LIST, WRITER, company=str(ACME)))["mailTemplates"]
    edited = await edit(service, id=made["id"], expectedVersion=1, name="Older news", active=False, texts=TEXTS[:1])
    stale = await edit(service, id=made["id"], expectedVersion=1, name="Never")

    assert [text["locale"] for text in made["texts"]] == ["de", "en"]
    assert (made["version"], made["changedBy"]) == (1, {"id": str(MANAGER.id)})
    assert listed == [{"name": "News", "company": {"id": str(ACME)}}]
    assert edited["template"] == {"name": "Older news", "active": False, "version": 2, "texts": [{"locale": "en"}]}
    assert (stale["errors"][0]["code"], stale["template"]["version"]) == ("CONFLICT", 2)


@pytest.mark.parametrize(
    ("actor", "company", "code"),
    [
        (WRITER, ACME, "DENIED"),
        (MANAGER, FOREIGN, "NOT_FOUND"),
        (EVERYWHERE, uuid4(), "NOT_FOUND"),
        (MANAGER, None, "DENIED"),
        (user({VIEW: [ACME]}), ACME, "NOT_FOUND"),
    ],
)
async def test_who_does_not_manage_makes_none(
    service: RunningService, actor: Actor, company: UUID | None, code: str
) -> None:
    payload = await create(service, actor, companyId=company and str(company))

    assert (payload["template"], payload["errors"][0]["code"]) == (None, code)
    async with service.database.read(SYSTEM) as session:
        assert (await session.scalars(select(MailTemplateRow))).all() == []


async def test_who_does_not_manage_edits_none(service: RunningService) -> None:
    ours, all_of = (await create(service))["template"], (await create(service, EVERYWHERE, companyId=None))["template"]

    refused = [
        (await edit(service, actor, id=each["id"], expectedVersion=1, name="Mine"))["errors"][0]["code"]
        for actor, each in ((WRITER, ours), (user({MANAGE: [FOREIGN]}), ours), (MANAGER, all_of))
    ]

    assert refused == ["DENIED", "NOT_FOUND", "DENIED"]


async def test_foreign_templates_are_nowhere(service: RunningService, incident: UUID) -> None:
    foreign = (await create(service, EVERYWHERE, name="Foreign", companyId=str(FOREIGN)))["template"]
    await create(service, EVERYWHERE, name="Everybody's", companyId=None)

    listed = (await service.data(LIST, WRITER, company=str(FOREIGN)))["mailTemplates"]
    new = {"incidentId": str(incident), "recipientIds": [str(ADA)]}
    answers = [
        (await service.data(SENT, WRITER, input=new | {"templateId": each}))["sendIncidentMail"]
        for each in (foreign["id"], str(uuid4()))
    ]
    async with service.database.read(WRITER) as session:
        names = list(await session.scalars(select(MailTemplateRow.name)))

    assert [each["name"] for each in listed] == names == ["Everybody's"]
    assert answers[0] == answers[1] == {"mail": None, "errors": [{"code": "NOT_FOUND", "field": ["templateId"]}]}


async def test_each_recipient_gets_the_text_in_their_language(
    service: RunningService, office: PostOffice, post: Post, incident: UUID
) -> None:
    template = (await create(service))["template"]
    new = {"incidentId": str(incident), "recipientIds": [str(ADA), str(BOB)], "templateId": template["id"]}
    payload = (await service.data(SENT, WRITER, input=new))["sendIncidentMail"]
    await edit(service, id=template["id"], expectedVersion=1, texts=TEXTS[:1], active=False)

    assert [await send_next(office), await send_next(office)] == [True, True]

    assert payload["errors"] == []
    assert payload["mail"]["templateId"] == template["id"]
    assert payload["mail"]["subject"] == TEXTS[0]["subject"]
    subjects = {str(mail["To"]): mail["Subject"] for mail in post.mails}
    assert subjects == {
        "Ada <ada@example.org>": "Neues zu ACME-2026-000001",
        "Bob <bob@example.org>": "News of ACME-2026-000001",
    }


@pytest.mark.parametrize("given", [{"subject": "Own"}, {"body": "Own"}])
async def test_a_template_and_own_words_are_one_too_many(service: RunningService, incident: UUID, given: Any) -> None:
    template = (await create(service))["template"]
    new = {"incidentId": str(incident), "recipientIds": [str(ADA)], "templateId": template["id"]} | given

    payload = (await service.data(SENT, WRITER, input=new))["sendIncidentMail"]

    assert payload["errors"] == [{"code": "INVALID", "field": ["templateId"]}]


async def test_what_is_not_active_is_not_used(service: RunningService, incident: UUID) -> None:
    template = (await create(service))["template"]
    await edit(service, id=template["id"], expectedVersion=1, active=False)
    new = {"incidentId": str(incident), "recipientIds": [str(ADA)], "templateId": template["id"]}

    payload = (await service.data(SENT, WRITER, input=new))["sendIncidentMail"]

    assert payload["errors"] == [{"code": "NOT_FOUND", "field": ["templateId"]}]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, ["name"]),
        ({"texts": []}, ["texts"]),
        ({"texts": [TEXTS[0], {**TEXTS[0], "locale": "EN"}]}, ["texts", "1", "locale"]),
        ({"texts": [{**TEXTS[0], "locale": "nonsense!"}]}, ["texts", "0", "locale"]),
        ({"texts": [TEXTS[0], {**TEXTS[1], "body": "{{ secret }}"}]}, ["texts", "1", "body"]),
        ({"texts": [{**TEXTS[0], "subject": ""}]}, ["texts", "0", "subject"]),
    ],
)
async def test_what_is_no_template_is_refused_by_its_field(
    service: RunningService, given: Any, field: list[str]
) -> None:
    payload = await create(service, **given)

    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("INVALID", field)]


@pytest.mark.parametrize(("locale", "text"), [("de-AT", "de"), ("fr", "en"), ("en-GB", "en"), ("xx!", "en")])
def test_a_text_is_chosen_as_directories_choose(locale: str, text: str) -> None:
    texts = {tag: {"subject": tag, "body": tag} for tag in ("de", "en")}

    assert text_for(texts, locale).subject == text
    assert text_for({"de": texts["de"]}, "ja").subject == "de"
