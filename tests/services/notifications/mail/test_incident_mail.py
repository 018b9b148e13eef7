"""Writing to people about an incident: who may, to whom, of what, and that the history knows before anything leaves."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, TypeAlias
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from chassis.access import EVERY_COMPANY, Actor
from chassis.broker.in_process import InProcessBroker
from services.notifications.domain.links import Links
from services.notifications.persistence.rows import IncidentRef, MailRow, MessageRow
from services.notifications.usecases.send_messages import PostOffice, send_next
from tests.support.incidents import Incidents
from tests.support.mail import Others, Post
from tests.support.services import SYSTEM, RunningService, user

ACME, FOREIGN = uuid4(), uuid4()
ADA, BOB = uuid4(), uuid4()
STATUS = uuid4()
VIEW, SEND = "incident.view", "incident.send_mail"
WRITER = user({VIEW: [ACME], SEND: [ACME]}, name="Wendy Writer")
FILE = uuid4()
SENT = """mutation ($input: SendIncidentMailInput!) { sendIncidentMail(input: $input) {
  mail { id subject body attachments { fileId name } sentBy { id } messages { state recipient { id } } }
  errors { code field message }
} }"""
PREVIEW = """query ($input: PreviewIncidentMailInput!) {
  previewIncidentMail(input: $input) { subject text html language }
}"""
Sends: TypeAlias = Callable[..., Awaitable[Any]]


@pytest.fixture
def make_incident(broker: InProcessBroker, incidents: Incidents, others: Others) -> Callable[..., Awaitable[UUID]]:
    """Of ACME, whose incidents Ada and Bob see."""
    others.person(ADA, {VIEW: [ACME]}, name="Ada", email="ada@example.org", locale="de-AT")
    others.person(BOB, {VIEW: [ACME]}, name="Bob", email="bob@example.org", locale="en")
    names = {"en": "Being worked on", "de": "In Arbeit"}
    others.entries.append({"id": str(STATUS), "code": "in-work", "names": names})
    others.files.append({"id": str(FILE), "name": "report.pdf"})

    async def make(company: UUID = ACME, *, members: list[UUID] | None = None, **facts: Any) -> UUID:
        event = incidents.register(company, members=members)
        told = {
            "status_id": str(STATUS),
            "restricted": members is not None,
            "member_ids": list(map(str, members or ())),
        }
        others.incident(event.subject, company, **told, **facts)
        await broker.publish([event])
        return event.subject

    return make


@pytest.fixture
def send(service: RunningService, others: Others, monkeypatch: pytest.MonkeyPatch) -> Sends:
    links = Links("https://portal.example.org/{reference}", "https://registry.example.org")
    monkeypatch.setattr(service.runtime, "links", links)

    async def write(incident: UUID, *, actor: Actor = WRITER, **given: Any) -> Any:
        new = {"incidentId": str(incident), "recipientIds": [str(ADA)], "subject": "News", "body": "Text"} | given
        return (await service.data(SENT, actor, input=new))["sendIncidentMail"]

    return write


async def kept(service: RunningService) -> tuple[int, int]:
    """How many mails and messages there are."""
    async with service.database.read(SYSTEM) as session:
        mails, messages = await session.scalars(select(MailRow.id)), await session.scalars(select(MessageRow.id))
        return len(mails.all()), len(messages.all())


async def test_each_recipient_gets_a_mail_of_their_own_in_their_language(
    service: RunningService, send: Sends, make_incident: Sends, office: PostOffice, post: Post, others: Others
) -> None:
    incident = await make_incident(title="A <b>lost</b> laptop")
    body = (
        "Dear {{ recipient.name }},\n\n{{incident.title}}: {{ incident.status }}, {{ incident.tlp }}. {{ sender.name }}"
    )

    payload = await send(
        incident, recipientIds=[str(ADA), str(BOB), str(ADA)], subject="{{ incident.reference }}", body=body,
        attachmentIds=[str(FILE)],
    )  # fmt: skip
    assert payload["errors"] == []
    assert [await send_next(office) for _ in range(3)] == [True, True, False]

    german, english = sorted(post.mails, key=lambda mail: str(mail["To"]))
    assert (german["To"], english["To"]) == ("Ada <ada@example.org>", "Bob <bob@example.org>")
    assert german["Subject"] == "ACME-2026-000001"
    assert german["Auto-Submitted"] is None
    text, html = (part.get_content().replace("\r\n", "\n") for part in german.iter_parts())
    assert text.startswith("Dear Ada,\n\nA <b>lost</b> laptop: In Arbeit, TLP:AMBER. Wendy Writer")
    assert f"Dateien:\nreport.pdf: https://registry.example.org/files/{FILE}" in text
    assert "A &lt;b&gt;lost&lt;/b&gt; laptop" in html
    assert "Being worked on" in english.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # it has both
    (told,) = others.disclosed
    assert (told["operation"], told["actor_id"], told["what"]) == ("MAIL", str(WRITER.id), "{{ incident.reference }}")
    assert told["key"] == payload["mail"]["id"]


async def test_nothing_leaves_before_the_history_knows(
    send: Sends, make_incident: Sends, office: PostOffice, post: Post, others: Others, change: Any
) -> None:
    await send(await make_incident())
    others.silent.add("disclosure")

    assert await send_next(office)
    assert (post.connections, others.disclosed) == (0, [])
    others.silent.clear()
    await change(next_attempt_at=datetime.now(UTC))

    assert await send_next(office)
    assert (len(post.mails), len(others.disclosed)) == (1, 1)


async def test_it_is_shown_with_how_each_is_served_to_who_sees_the_incident(
    service: RunningService, send: Sends, make_incident: Sends
) -> None:
    incident = await make_incident()
    payload = await send(incident, attachmentIds=[str(FILE)])
    fields = "mails { id subject attachments { fileId name } sentBy { id } messages { state kind recipient { id } } }"

    (mine,) = await service.entities("Incident", [incident], fields, user({VIEW: [ACME]}))
    (foreign,) = await service.entities("Incident", [incident], fields, user({VIEW: [FOREIGN], SEND: [FOREIGN]}))
    ask = f'{{ incidentMail(id: "{payload["mail"]["id"]}") {{ id messages {{ id }} }} }}'
    hidden = await service.data(ask, user({VIEW: [FOREIGN]}))
    referred = await service.entities("IncidentMail", [payload["mail"]["id"]], "id", user({VIEW: [FOREIGN]}))

    (mail,) = mine["mails"]
    assert mail["messages"] == [{"state": "QUEUED", "kind": "WRITTEN", "recipient": {"id": str(ADA)}}]
    assert mail["attachments"] == [{"fileId": str(FILE), "name": "report.pdf"}]
    assert mail["sentBy"] == {"id": str(WRITER.id)}
    assert (foreign["mails"], hidden["incidentMail"], referred) == (None, None, [None])


@pytest.mark.parametrize(
    ("held", "code"),
    [
        ({}, "NOT_FOUND"),
        ({SEND: [ACME]}, "NOT_FOUND"),
        ({VIEW: [FOREIGN], SEND: [FOREIGN]}, "NOT_FOUND"),
        ({VIEW: [ACME], SEND: [FOREIGN]}, "DENIED"),
        ({VIEW: [ACME], "incident.edit": [ACME]}, "DENIED"),
    ],
)
async def test_who_may_not_sends_nothing(
    service: RunningService, send: Sends, make_incident: Sends, held: Any, code: str
) -> None:
    payload = await send(await make_incident(), actor=user(held))

    assert [error["code"] for error in payload["errors"]] == [code]
    assert (payload["mail"], await kept(service)) == (None, (0, 0))


async def test_an_incident_that_is_nowhere_and_one_that_is_hidden_answer_alike(
    send: Sends, make_incident: Sends
) -> None:
    hidden, deleted = await make_incident(members=[ADA]), await make_incident(deleted=True)
    foreign = await make_incident(FOREIGN)

    answers = [await send(each) for each in (hidden, deleted, foreign, uuid4())]

    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["errors"][0]["code"] == "NOT_FOUND"


async def test_recipients_are_people_of_the_company_and_the_others_are_named(
    service: RunningService, send: Sends, make_incident: Sends, others: Others
) -> None:
    foreign, gone, machine, restricted = uuid4(), uuid4(), uuid4(), await make_incident(members=[BOB, WRITER.id])
    others.person(foreign, {VIEW: [FOREIGN]})
    others.person(gone, {VIEW: [ACME]}, active=False)
    others.person(machine, {VIEW: [ACME]}, kind="service_account")
    incident = await make_incident()

    refused = [
        (await send(incident, recipientIds=[str(ADA), str(each)]))["errors"]
        for each in (foreign, gone, machine, uuid4())
    ]
    of_restricted = (await send(restricted, recipientIds=[str(BOB), str(ADA)]))["errors"]
    none, many = [await send(incident, recipientIds=ids) for ids in ([], [str(uuid4()) for _ in range(51)])]

    assert all(each == refused[0] for each in refused)
    assert (refused[0][0]["code"], refused[0][0]["field"]) == ("INVALID", ["recipientIds", "1"])
    assert of_restricted[0]["field"] == ["recipientIds", "1"]
    assert none["errors"][0]["field"] == many["errors"][0]["field"] == ["recipientIds"]
    assert await kept(service) == (0, 0)


async def test_the_marking_is_obeyed(
    service: RunningService, send: Sends, make_incident: Sends, others: Others
) -> None:
    red, strict = await make_incident(tlp="RED"), await make_incident(tlp="AMBER_STRICT")
    everywhere = uuid4()
    others.person(everywhere, {VIEW: EVERY_COMPANY})

    of_red, outside = await send(red), await send(strict, recipientIds=[str(everywhere)])
    inside = await send(strict)

    assert (of_red["errors"][0]["code"], of_red["errors"][0]["field"]) == ("INVALID", ["incidentId"])
    assert "TLP:RED" in of_red["errors"][0]["message"]
    assert outside["errors"][0]["field"] == ["recipientIds", "0"]
    assert (inside["errors"], await kept(service)) == ([], (1, 1))


async def test_what_is_marked_or_withdrawn_meanwhile_is_withheld(
    service: RunningService, send: Sends, make_incident: Sends, others: Others, office: PostOffice, post: Post
) -> None:
    incident = await make_incident()
    await send(incident)
    others.incidents[incident]["tlp"] = "RED"
    assert await send_next(office)
    others.incidents[incident]["tlp"] = "AMBER"
    await send(incident)
    others.person(ADA, {VIEW: [FOREIGN]})
    assert await send_next(office)

    async with service.database.read(SYSTEM) as session:
        rows = (await session.scalars(select(MessageRow).order_by(MessageRow.id))).all()
    assert [(row.state, row.reason) for row in rows] == [("WITHHELD", "MARKING"), ("WITHHELD", "NO_RIGHT")]
    assert (post.connections, others.disclosed) == (0, [])


async def test_the_title_of_a_restricted_incident_stays_inside(
    service: RunningService, send: Sends, make_incident: Sends, office: PostOffice, post: Post
) -> None:
    incident = await make_incident(members=[ADA, WRITER.id], title="Whistleblower")
    payload = await send(incident, subject="{{ incident.title }}", body="{{ incident.title }}")
    assert payload["errors"] == []

    assert await send_next(office)

    assert b"Whistleblower" not in post.raw[0]
    assert post.mails[0]["Subject"] == "ACME-2026-000001"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"subject": ""}, ["subject"]),
        ({"subject": "\r\n"}, ["subject"]),
        ({"subject": "s" * 201}, ["subject"]),
        ({"subject": "{{ incident.description }}"}, ["subject"]),
        ({"body": " \n"}, ["body"]),
        ({"body": "b" * 20_001}, ["body"]),
        ({"body": "{{ settings.secret }}"}, ["body"]),
        ({"body": "{{ incident.title"}, ["body"]),
        ({"body": "a\x00b"}, ["body"]),
        ({"attachmentIds": [str(FILE), str(uuid4())]}, ["attachmentIds", "1"]),
        ({"attachmentIds": ["none"]}, ["attachmentIds"]),
        ({"recipientIds": ["none"]}, ["recipientIds"]),
        ({"idempotencyKey": ""}, ["idempotencyKey"]),
    ],
)
async def test_what_cannot_be_sent_is_refused_by_its_field(
    service: RunningService, send: Sends, make_incident: Sends, given: Any, field: list[str]
) -> None:
    payload = await send(await make_incident(), **given)

    assert [(error["code"], error["field"]) for error in payload["errors"]] == [("INVALID", field)]
    assert await kept(service) == (0, 0)


async def test_a_subject_with_line_breaks_is_one_line(send: Sends, make_incident: Sends) -> None:
    payload = await send(await make_incident(), subject="News\r\nBcc: eve@example.org")

    assert payload["mail"]["subject"] == "News Bcc: eve@example.org"


async def test_the_same_key_sends_once(service: RunningService, send: Sends, make_incident: Sends) -> None:
    incident = await make_incident()

    one, two = [await send(incident, idempotencyKey="k") for _ in range(2)]
    other = await send(incident, idempotencyKey="k", body="Another")
    of_another = await send(incident, idempotencyKey="k", actor=user({VIEW: [ACME], SEND: [ACME]}))

    assert one["mail"]["id"] == two["mail"]["id"] != of_another["mail"]["id"]
    assert other["errors"][0]["field"] == ["idempotencyKey"]
    assert await kept(service) == (2, 2)


async def test_a_preview_shows_what_the_recipient_would_get_and_keeps_nothing(
    service: RunningService, send: Sends, make_incident: Sends
) -> None:
    incident, hidden = await make_incident(title="<i>Lost</i>"), await make_incident(members=[ADA])
    draft = {"incidentId": str(incident), "recipientId": str(ADA), "subject": "{{ incident.title }}", "body": "Hi"}

    shown = (await service.data(PREVIEW, WRITER, input=draft))["previewIncidentMail"]
    unseen = (await service.data(PREVIEW, WRITER, input=draft | {"incidentId": str(hidden)}))["previewIncidentMail"]
    refused = await service.graph(PREVIEW, WRITER, input=draft | {"recipientId": str(uuid4())})

    assert (shown["subject"], shown["language"]) == ("<i>Lost</i>", "de")
    assert "Öffnen: https://portal.example.org/ACME-2026-000001" in shown["text"]
    assert '<html lang="de" dir="auto">' in shown["html"]
    assert unseen is None
    assert refused["errors"][0]["extensions"]["field"] == ["recipientId"]
    assert await kept(service) == (0, 0)


async def test_the_walls_keep_mails_from_others_even_without_a_condition(
    service: RunningService, send: Sends, make_incident: Sends
) -> None:
    await send(await make_incident())

    async with service.database.read(user({VIEW: [FOREIGN]})) as session:
        assert (await session.scalars(select(MailRow))).all() == []
    async with service.database.read(user({VIEW: [ACME]})) as session:
        assert len((await session.scalars(select(MailRow))).all()) == 1


async def test_a_purged_incident_takes_its_mails_along(
    service: RunningService, send: Sends, make_incident: Sends, broker: InProcessBroker, incidents: Incidents
) -> None:
    incident = await make_incident()
    await send(incident)

    await broker.publish([incidents.purge(incident)])

    assert await kept(service) == (0, 0)
    async with service.database.read(SYSTEM) as session:
        assert (await session.scalars(select(IncidentRef.deleted))).all() == [True]
