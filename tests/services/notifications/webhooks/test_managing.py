"""Setting webhooks up by the graph, and who sees and changes which."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from standardwebhooks.webhooks import Webhook

from services.notifications.persistence.webhook_rows import WebhookRow
from tests.support.services import SYSTEM, user
from tests.support.webhooks import Hooks

ERRORS = "errors { code message field }"
CREATE = (
    f"mutation ($input: CreateWebhookInput!) {{ createWebhook(input: $input) {{ webhook {{ id }} secret {ERRORS} }} }}"
)
EDIT = f"""mutation ($input: EditWebhookInput!) {{
  editWebhook(input: $input) {{ webhook {{ id version state url owner {{ id }} }} {ERRORS} }}
}}"""
DELETE = f"mutation ($input: DeleteWebhookInput!) {{ deleteWebhook(input: $input) {{ webhook {{ id }} {ERRORS} }} }}"
ROTATE = f"""mutation ($input: RotateWebhookSecretInput!) {{
  rotateWebhookSecret(input: $input) {{ webhook {{ version previousSecretUntil }} secret {ERRORS} }}
}}"""
TEST = f"""mutation ($input: TestWebhookInput!) {{
  testWebhook(input: $input) {{ webhook {{ id }} delivered status error durationMs answer {ERRORS} }}
}}"""
RESEND = f"""mutation ($input: ResendWebhookDeliveryInput!) {{
  resendWebhookDelivery(input: $input) {{ delivery {{ id state nextAttemptAt }} {ERRORS} }}
}}"""
RECOVER = f"""mutation ($input: RecoverWebhookInput!) {{
  recoverWebhook(input: $input) {{ webhook {{ id }} queued {ERRORS} }}
}}"""
READ = """query ($id: ID!, $first: Int, $after: String, $state: WebhookDeliveryState) {
  webhook(id: $id) {
    url state failingSince
    deliveries(first: $first, after: $after, state: $state) {
      nodes { id type state attempts { number status answer error requestHeaders } }
      pageInfo { hasNextPage endCursor } totalCount
    }
  }
}"""
CHANGES = {"editWebhook": EDIT, "deleteWebhook": DELETE, "rotateWebhookSecret": ROTATE, "testWebhook": TEST}


async def change(hooks: Hooks, mutation: str, actor: Any = None, **given: Any) -> Any:
    data = await hooks.service.data(mutation, actor or hooks.owner, input=given)
    return next(iter(data.values()))


async def test_the_secret_is_told_once_and_stored_sealed(hooks: Hooks) -> None:
    hook, secret = await hooks.make(description=" For the siem ")
    assert secret.startswith("whsec_")
    row = await hooks.hook(hook)
    assert secret not in row.secret
    assert row.description == "For the siem"
    answer = await hooks.service.graph(READ, hooks.owner, id=str(hook))
    assert secret not in str(answer)
    assert answer["data"]["webhook"]["state"] == "ENABLED"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"url": "https://user:pw@hooks.example/"}, "url"),
        ({"types": ["incident.unheard.v1"]}, "types"),
        ({"types": []}, "types"),
        ({"types": ["users.changed.v1"]}, "types"),
        ({"perMinute": 0}, "perMinute"),
        ({"description": "x" * 501}, "description"),
        ({"companyId": "none"}, "companyId"),
    ],
)
async def test_what_breaks_a_rule_is_told_with_its_field(hooks: Hooks, given: dict[str, Any], field: str) -> None:
    payload = await change(hooks, CREATE, **{"companyId": str(hooks.company), "url": hooks.receiver.url, **given})
    assert [(each["code"], each["field"]) for each in payload["errors"]] == [("INVALID", [field])]
    assert (payload["webhook"], payload["secret"], await all_hooks(hooks)) == (None, None, [])


async def test_a_key_that_shows_less_than_its_owner_sees_makes_no_webhook(hooks: Hooks) -> None:
    narrowed = user({"webhook.manage": [hooks.company]}, id=hooks.owner.id)
    given = {"companyId": str(hooks.company), "url": hooks.receiver.url}
    assert (await change(hooks, CREATE, narrowed, **given))["errors"][0]["code"] == "INVALID"
    hook, _ = await hooks.make()
    moved = await change(hooks, EDIT, narrowed, id=str(hook), url=f"{hooks.receiver.url}/theirs")
    assert (moved["errors"][0]["code"], (await hooks.hook(hook)).url) == ("INVALID", f"{hooks.receiver.url}/hook")


async def test_who_gives_it_another_address_owns_it_so_that_nobody_is_sent_what_another_sees(hooks: Hooks) -> None:
    hook, _ = await hooks.make()
    colleague = hooks.people.know(user({"webhook.manage": [hooks.company]}))
    payload = await change(hooks, EDIT, colleague, id=str(hook), url=f"{hooks.receiver.url}/theirs", expectedVersion=1)
    assert (payload["errors"], payload["webhook"]["owner"]["id"]) == ([], str(colleague.id))
    await hooks.happen()
    await hooks.send()
    assert hooks.receiver.calls == []


async def test_a_stale_version_is_a_conflict_and_changes_nothing(hooks: Hooks) -> None:
    hook, _ = await hooks.make()
    await change(hooks, EDIT, id=str(hook), ordered=True, expectedVersion=1)
    for mutation in (EDIT, DELETE, ROTATE):
        payload = await change(hooks, mutation, id=str(hook), expectedVersion=1)
        assert payload["errors"][0]["code"] == "CONFLICT"
    assert (await hooks.hook(hook)).version == 2
    assert (await change(hooks, EDIT, id=str(hook), ordered=True))["webhook"]["version"] == 2


async def test_switched_off_it_rests_and_on_again_it_gets_what_it_missed(hooks: Hooks) -> None:
    hook, _ = await hooks.make()
    off = await change(hooks, EDIT, id=str(hook), enabled=False)
    assert off["webhook"]["state"] == "DISABLED_BY_PERSON"
    await hooks.happen()
    assert await hooks.send() == 0
    assert (await change(hooks, EDIT, id=str(hook), enabled=True))["webhook"]["state"] == "ENABLED"
    await hooks.send()
    assert len(hooks.receiver.calls) == 1


async def test_deleted_it_is_gone_with_all_that_was_sent(hooks: Hooks) -> None:
    hook, _ = await hooks.make()
    await hooks.happen()
    await hooks.send()
    assert (await change(hooks, DELETE, id=str(hook)))["webhook"] == {"id": str(hook)}
    assert (await all_hooks(hooks), await hooks.deliveries(), await hooks.attempts()) == ([], [], [])


async def test_during_a_rotation_both_secrets_sign_and_afterwards_the_new_one(hooks: Hooks) -> None:
    hook, old = await hooks.make()
    new = (await change(hooks, ROTATE, id=str(hook), overlapHours=2))["secret"]
    await hooks.happen()
    await hooks.send()
    for secret in (old, new):
        assert Webhook(secret).verify(hooks.receiver.calls[0].body, hooks.receiver.calls[0].headers)
    hooks.later(hours=3)
    await hooks.happen()
    await hooks.send()
    assert len(hooks.receiver.calls[1].headers["webhook-signature"].split(" ")) == 1
    once = (await change(hooks, ROTATE, id=str(hook), overlapHours=0))["webhook"]
    assert once["previousSecretUntil"] is None
    assert (await change(hooks, ROTATE, id=str(hook), overlapHours=169))["errors"][0]["field"] == ["overlapHours"]


async def test_a_test_event_is_sent_now_and_its_answer_is_told(hooks: Hooks) -> None:
    hook, secret = await hooks.make()
    hooks.receiver.statuses = [201, 302]
    told = await change(hooks, TEST, id=str(hook))
    assert (told["delivered"], told["status"], told["answer"], told["errors"]) == (True, 201, "told", [])
    event = Webhook(secret).verify(hooks.receiver.calls[0].body, hooks.receiver.calls[0].headers)
    assert (event["type"], event["subject"]) == ("org.incidentregistry.webhook.test.v1", str(hook))
    assert ((await change(hooks, TEST, id=str(hook)))["delivered"], await hooks.deliveries()) == (False, [])


async def test_deliveries_are_read_page_by_page_with_their_attempts(hooks: Hooks) -> None:
    hook, _ = await hooks.make()
    hooks.receiver.statuses = [500]
    await hooks.happen(3)
    await hooks.send()
    page = (await hooks.service.data(READ, hooks.owner, id=str(hook), first=2))["webhook"]["deliveries"]
    after = page["pageInfo"]["endCursor"]
    rest = (await hooks.service.data(READ, hooks.owner, id=str(hook), first=2, after=after))["webhook"]["deliveries"]
    assert (page["totalCount"], len(page["nodes"]), page["pageInfo"]["hasNextPage"]) == (3, 2, True)
    assert (len(rest["nodes"]), rest["pageInfo"]["hasNextPage"]) == (1, False)
    assert len({each["id"] for each in (*page["nodes"], *rest["nodes"])}) == 3
    (failed,) = (await hooks.service.data(READ, hooks.owner, id=str(hook), state="PENDING"))["webhook"]["deliveries"][
        "nodes"
    ]
    (attempt,) = failed["attempts"]
    assert (attempt["number"], attempt["status"], attempt["answer"]) == (1, 500, "told")


async def test_one_delivery_or_a_stretch_of_time_is_sent_again(hooks: Hooks) -> None:
    hook, _ = await hooks.make()
    (first,) = await hooks.happen()
    await hooks.send()
    (row,) = await hooks.deliveries()
    again = await change(hooks, RESEND, id=str(row.id))
    assert (again["delivery"]["state"], again["errors"]) == ("PENDING", [])
    hooks.later(seconds=60)
    await hooks.deliver()
    assert hooks.receiver.ids == [str(first.id)] * 2
    since = (row.created_at - timedelta(hours=1)).isoformat()
    assert (await change(hooks, RECOVER, id=str(hook), since=since))["queued"] == 1
    nothing = await change(hooks, RECOVER, id=str(hook), since=since, until=since)
    assert nothing["queued"] == 0
    assert (await change(hooks, RECOVER, id=str(hook), since="2090-01-01T00:00:00"))["queued"] == 0
    never = await change(hooks, RECOVER, id=str(hook), since="0001-01-01T00:00:00+14:00")
    assert never["errors"][0]["field"] == ["since"]
    hooks.later(seconds=60)
    await hooks.deliver()
    assert (hooks.receiver.ids, await hooks.states()) == ([str(first.id)] * 3, ["DELIVERED"])


async def test_who_may_see_less_recovers_what_the_owner_sees_and_is_not_shown_it(hooks: Hooks) -> None:
    hook, _ = await hooks.make()
    await hooks.happen()
    await hooks.send()
    colleague = hooks.people.know(user({"webhook.manage": [hooks.company]}))
    since = (hooks.moment - timedelta(hours=1)).isoformat()
    assert (await change(hooks, RECOVER, colleague, id=str(hook), since=since))["queued"] == 1
    seen = (await hooks.service.data(READ, colleague, id=str(hook)))["webhook"]
    assert (seen["url"], seen["deliveries"]["nodes"], seen["deliveries"]["totalCount"]) == (
        f"{hooks.receiver.url}/hook",
        [],
        0,
    )


async def test_a_foreign_company_s_webhook_is_as_one_that_never_was(hooks: Hooks) -> None:
    hook, _ = await hooks.make()
    await hooks.happen()
    await hooks.send()
    (row,) = await hooks.deliveries()
    stranger = hooks.people.know(user({"webhook.manage": [uuid4()], "incident.view": [uuid4()]}))
    viewer = hooks.people.know(user({"incident.view": [hooks.company]}))
    for actor in (stranger, viewer):
        listed = await hooks.service.data(
            "query ($c: ID!) { webhooks(companyId: $c) { id } }", actor, c=str(hooks.company)
        )
        assert listed == {"webhooks": []}
        assert await hooks.service.data(READ, actor, id=str(hook)) == {"webhook": None}
        assert await hooks.service.entities("Webhook", [hook], "id url", actor) == [None]
        for mutation in CHANGES.values():
            assert await change(hooks, mutation, actor, id=str(hook)) == await change(
                hooks, mutation, actor, id=str(uuid4())
            )
        for id in (str(row.id), str(uuid4())):
            assert (await change(hooks, RESEND, actor, id=id))["errors"][0]["code"] == "NOT_FOUND"
        for id in (str(hook), str(uuid4())):
            payload = await change(hooks, RECOVER, actor, id=id, since="2026-01-01T00:00:00Z")
            assert (payload["queued"], payload["errors"][0]["code"]) == (0, "NOT_FOUND")
    made = [
        await change(hooks, CREATE, stranger, companyId=str(each), url=hooks.receiver.url)
        for each in (hooks.company, uuid4())
    ]
    assert made[0] == made[1]
    denied = await change(hooks, CREATE, viewer, companyId=str(hooks.company), url=hooks.receiver.url)
    assert denied["errors"][0]["code"] == "DENIED"
    assert ((await hooks.hook(hook)).version, len(await all_hooks(hooks)), len(hooks.receiver.calls)) == (1, 1, 1)


async def all_hooks(hooks: Hooks) -> list[UUID]:
    async with hooks.service.database.read(SYSTEM) as session:
        return list(await session.scalars(select(WebhookRow.id)))
