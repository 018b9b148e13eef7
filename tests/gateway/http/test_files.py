"""Getting files: who may ask by what, which browsers are let through, and what the answers look like."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from chassis.access import EVERY_COMPANY
from chassis.auth import CONTEXT_HEADER, SUBGRAPHS, Keyring, Verifier
from tests.support.figures import moved
from tests.support.gateway_world import COOKIE, Reply, World, open_world

FILE = "/files/00000000-0000-7000-8000-00000000000a"
LINK = "https://store.example.org/files/a?X-Amz-Signature=1"
DISPOSITION = "attachment; filename=\"_.txt\"; filename*=UTF-8''%D0%B0.txt"
ABSENT = {"code": "NOT_FOUND", "message": "The file was not found, or not within your rights."}


class Files:
    """Stands for the files service: answers `status` and `told`, and keeps what it was asked by whom."""

    def __init__(self, keys: Any) -> None:
        self.status = 200
        self.told: Any = {"url": LINK}
        self.asked: list[tuple[str, Any, str]] = []
        self.headers: list[Any] = []
        self._verifier = Verifier(Keyring.read(keys / "public"), SUBGRAPHS, frozenset({"gateway"}))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        claims = self._verifier.verify(request.headers.get(CONTEXT_HEADER))
        self.asked.append((request.url.path, await request.json(), claims["sub"]))
        self.headers.append(request.headers)
        await Response(orjson.dumps(self.told), self.status, media_type="application/json")(scope, receive, send)


@pytest.fixture
def files(world: World, signing_keys: Any) -> Files:
    made = Files(signing_keys)
    world.transport.applications["files"] = made
    return made


async def get(world: World, path: str = FILE, method: str = "GET", **headers: str) -> Reply:
    """Underscores stand for hyphens."""
    return await world.send(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def with_key(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


async def test_who_is_signed_in_is_sent_to_the_store(world: World, files: Files, key: str) -> None:
    answer = await get(world, **with_key(key), x_request_id="r-7")

    assert (answer.status, answer.headers["location"], answer.body) == (303, LINK, b"")
    assert {name: answer.headers[name] for name in ("cache-control", "referrer-policy", "x-content-type-options")} == {
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
    assert "sandbox" in answer.headers["content-security-policy"]
    ((path, body, _),) = files.asked
    assert (path, body) == ("/downloads", {"file_id": FILE.removeprefix("/files/"), "goes_on": False})
    assert files.headers[0]["x-request-id"] == "r-7"
    assert not {"cookie", "authorization"} & set(files.headers[0])


async def test_a_range_goes_on_with_what_was_begun(world: World, files: Files, key: str) -> None:
    await get(world, **with_key(key), range="bytes=100-")

    assert files.asked[0][1]["goes_on"] is True


async def test_a_preview_is_asked_for_as_such(world: World, files: Files, key: str) -> None:
    answer = await get(world, f"{FILE}/preview", **with_key(key))

    assert (answer.status, answer.headers["location"]) == (303, LINK)
    assert files.asked[0][0] == "/previews"


async def test_a_head_tells_what_would_come_and_gives_no_link(world: World, files: Files, key: str) -> None:
    files.told = {"size": 5_368_709_120, "disposition": DISPOSITION, "sha256": "ab" * 32}

    answer = await get(world, method="HEAD", **with_key(key))

    assert (answer.status, "location" in answer.headers) == (200, False)
    assert answer.headers["content-length"] == "5368709120"
    assert answer.headers["content-disposition"] == DISPOSITION
    assert answer.headers["content-type"] == "application/octet-stream"
    assert [path for path, *_ in files.asked] == ["/descriptions"]


@pytest.mark.parametrize("path", [FILE, f"{FILE}/preview", "/files/x"])
async def test_nobody_who_is_not_signed_in_gets_to_the_service(world: World, files: Files, path: str) -> None:
    for headers in ({}, {"authorization": "Bearer ir_no_key"}, {"cookie": f"{COOKIE}=gone"}, {"cookie": "other=1"}):
        answer = await world.send("GET", path, headers=headers)
        assert (answer.status, answer.codes) == (401, ["UNAUTHENTICATED"])
        assert answer.headers["www-authenticate"] == "Bearer"
    assert files.asked == []


async def test_a_person_is_shown_a_page_instead(world: World, files: Files, key: str) -> None:
    signed_out = await get(world, accept="text/html,*/*;q=0.8")
    files.status, files.told = 404, ABSENT
    absent = await get(world, accept="text/html,*/*;q=0.8", **with_key(key))

    for answer, status, words in ((signed_out, 401, b"Sign in first"), (absent, 404, b"not within your rights")):
        assert (answer.status, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
        assert answer.headers["cache-control"] == "no-store"
        assert words in answer.body


FROM_OTHERS = [
    {"sec_fetch_site": "cross-site", "sec_fetch_mode": "no-cors", "sec_fetch_dest": "image"},
    {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "iframe"},
    {"sec_fetch_site": "same-site", "sec_fetch_mode": "cors", "sec_fetch_dest": "empty"},
    {"sec_fetch_site": "same-origin", "sec_purpose": "prefetch;prerender"},
    {"purpose": "prefetch"},
]
FROM_OURS = [
    {},
    {"sec_fetch_site": "same-origin", "sec_fetch_mode": "no-cors", "sec_fetch_dest": "image"},
    {"sec_fetch_site": "none", "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"},
    {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate", "sec_fetch_dest": "document"},
]


@pytest.mark.parametrize("headers", FROM_OTHERS)
async def test_pages_of_other_sites_get_nothing_by_a_browsers_cookie(
    world: World, files: Files, session: str, headers: dict[str, str]
) -> None:
    for path in (FILE, f"{FILE}/preview"):
        answer = await get(world, path, cookie=f"{COOKIE}={session}", **headers)
        assert (answer.status, "location" in answer.headers) == (403, False)
    assert files.asked == []


@pytest.mark.parametrize("headers", FROM_OURS)
async def test_our_own_pages_and_people_who_go_there_are_let_through(
    world: World, files: Files, session: str, headers: dict[str, str]
) -> None:
    assert (await get(world, cookie=f"{COOKIE}={session}", **headers)).status == 303


async def test_a_program_says_by_its_key_that_it_means_it(world: World, files: Files, key: str) -> None:
    assert (await get(world, **with_key(key), **FROM_OTHERS[0])).status == 303


@pytest.mark.parametrize("id", ["x", "..", "%2e%2e", "0" * 36, f"{FILE}0".rpartition("/")[2], "a" * 5000, "а" * 36])
async def test_what_can_be_no_id_is_as_absent_as_one_that_is_nobodys(
    world: World, files: Files, key: str, id: str
) -> None:
    files.status, files.told = 404, ABSENT
    absent = await get(world, **with_key(key), x_request_id="same")
    files.asked.clear()

    answer = await get(world, f"/files/{id}", **with_key(key), x_request_id="same")

    assert (answer.status, answer.body, answer.headers) == (absent.status, absent.body, absent.headers)
    assert files.asked == []


@pytest.mark.parametrize(("state", "wait"), [("CHECKING", "2"), ("QUARANTINED", "60"), ("REFUSED", None)])
async def test_what_is_not_available_says_its_state(
    world: World, files: Files, key: str, state: str, wait: str | None
) -> None:
    files.status, files.told = 409, {"code": "CONFLICT", "message": "Not yet.", "state": state}

    answer = await get(world, **with_key(key))

    assert answer.status == 409
    assert {"state": state, "code": "CONFLICT"}.items() <= answer.json()["errors"][0]["extensions"].items()
    assert answer.headers.get("retry-after") == wait


@pytest.mark.parametrize(
    ("status", "told"), [(500, {}), (503, {}), (401, {}), (422, {}), (302, {}), (404, {}), (404, []), (409, None)]
)
async def test_a_service_that_fails_is_told_as_such(
    world: World, files: Files, key: str, status: int, told: Any
) -> None:
    files.status, files.told = status, told

    answer = await get(world, **with_key(key))

    assert (answer.status, answer.codes) == (503, ["SERVICE_UNAVAILABLE"])


async def test_each_request_is_counted_by_what_it_asks_and_how_it_comes_out(
    world: World, files: Files, key: str
) -> None:
    name = "file_request_duration_seconds"
    ok, rejected, unavailable, bug = (
        moved(name, "download", outcome) for outcome in ("ok", "rejected", "unavailable", "bug")
    )
    await get(world, **with_key(key))
    await get(world)
    files.told = {"size": 1}
    await get(world, **with_key(key))
    files.status = 503
    await get(world, **with_key(key))

    assert [each.by for each in (ok, rejected, unavailable, bug)] == [1, 1, 1, 1]


async def test_nothing_else_is_done_to_files_here(world: World, files: Files, key: str) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert (await get(world, method=method, **with_key(key))).status == 405
    assert files.asked == []


async def test_who_has_spent_the_budget_waits_and_others_do_not(signing_keys: Path) -> None:
    world = open_world(signing_keys, limit_cost_per_minute=2_500)
    files = world.transport.applications["files"] = Files(signing_keys)
    ada, bob = with_key(world.user()), with_key(world.user())

    given = [(await get(world, **ada)).status for _ in range(2)]
    refused = await get(world, **ada)
    shown = await get(world, accept="text/html", **ada)
    small = (await get(world, f"{FILE}/preview", **ada)).status
    archive = await get(world, "/files/incidents/00000000-0000-7000-8000-00000000000a/bundle", **bob)

    assert (given, small) == ([303, 303], 303)
    assert (refused.status, refused.codes, refused.headers["retry-after"]) == (429, ["LIMIT_BUDGET"], "12")
    assert "wait 12 seconds" in refused.json()["errors"][0]["message"]
    assert (shown.status, shown.headers["retry-after"]) == (429, "12")
    assert b"wait 12 seconds" in shown.body
    assert (archive.status, archive.codes) == (429, ["LIMIT_BUDGET"])
    assert (await get(world, **bob)).status == 303
    assert [path for path, *_ in files.asked] == ["/downloads", "/downloads", "/previews", "/downloads"]


async def test_downloads_and_operations_spend_of_the_same(signing_keys: Path) -> None:
    world = open_world(signing_keys, limit_cost_per_minute=1_005)
    world.transport.applications["files"] = Files(signing_keys)
    key = world.user(incident_view=EVERY_COMPANY)

    assert (await world.ask("{ incidents { id } }", key=key)).codes == []
    assert (await get(world, **with_key(key))).status == 429
