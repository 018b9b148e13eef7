"""The signed context says who asks, for which audience, for a minute at most; it is signed anew at half its life."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest

from chassis.access import EVERY_COMPANY
from chassis.auth import CONTEXT_HEADER, SUBGRAPHS, InvalidToken, Keyring, Signer, Verifier
from gateway.identity import contexts as contexts_module
from gateway.identity.contexts import SignedContext, SignedContexts
from tests.support.gateway_world import MINE, new_actor


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def contexts(signing_keys: Path, clock: Clock) -> SignedContexts:
    return SignedContexts(Signer("gateway", (signing_keys / "gateway.pem").read_text()), ["incidents", "files"], clock)


@pytest.fixture
def keyring(signing_keys: Path) -> Keyring:
    return Keyring.read(signing_keys / "public")


def token(context: SignedContext, subgraph: str = "incidents") -> str:
    return context.headers(subgraph)[CONTEXT_HEADER]


def claims(context: SignedContext) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(token(context), options={"verify_signature": False})
    return found


def test_it_tells_who_asks_with_which_rights_in_which_languages(contexts: SignedContexts, keyring: Keyring) -> None:
    actor = new_actor(incident_view=[MINE], audit_read=EVERY_COMPANY)
    context = contexts.of(actor, ("de-AT", "en"))
    told = Verifier(keyring, SUBGRAPHS, frozenset({"gateway"})).verify(token(context))

    assert list(context.headers("incidents")) == [CONTEXT_HEADER]
    assert told.pop("exp") - told.pop("iat") <= 60
    assert told == {
        "iss": "gateway",
        "aud": "registry-subgraphs",
        "sub": str(actor.id),
        "kind": "user",
        "name": "Ada",
        "locales": ["de-AT", "en"],
        "scope": {"sets": [[str(MINE)]], "permissions": {"audit.read": "all", "incident.view": 0}},
    }


def test_it_expires_within_a_minute_from_now(contexts: SignedContexts) -> None:
    assert time.time() < claims(contexts.of(new_actor(), ()))["exp"] <= time.time() + 60


def test_it_is_for_subgraphs_and_not_for_internal_questions(contexts: SignedContexts, keyring: Keyring) -> None:
    signed = token(contexts.of(new_actor(), ()))

    for audience in ("access", "incidents", "gateway"):
        with pytest.raises(InvalidToken):
            Verifier(keyring, audience).verify(signed)


def test_our_services_share_one_signature(contexts: SignedContexts) -> None:
    context = contexts.of(new_actor(), ())

    assert context.headers("incidents") is context.headers("files")


def test_a_subgraph_of_others_has_an_audience_of_its_own_that_ours_and_third_ones_refuse(
    contexts: SignedContexts, keyring: Keyring
) -> None:
    signed = token(contexts.of(new_actor(incident_view=[MINE]), ()), "hr")

    told = Verifier(keyring, "subgraph:hr", frozenset({"gateway"})).verify(signed)
    assert (told["iss"], told["aud"], told["name"]) == ("gateway", "subgraph:hr", "Ada")
    for audience in (SUBGRAPHS, "subgraph:payroll", "hr", "incidents", "subgraph:"):
        with pytest.raises(InvalidToken):
            Verifier(keyring, audience).verify(signed)


@pytest.mark.parametrize("name", [SUBGRAPHS, "Incidents", "incidents ", "gateway", ""])
def test_no_name_of_a_subgraph_makes_it_one_of_ours(contexts: SignedContexts, keyring: Keyring, name: str) -> None:
    signed = token(contexts.of(new_actor(), ()), name)

    with pytest.raises(InvalidToken):
        Verifier(keyring, SUBGRAPHS).verify(signed)
    assert Verifier(keyring, f"subgraph:{name}").verify(signed)["iss"] == "gateway"


def test_each_audience_is_signed_once_and_when_it_is_first_asked(
    contexts: SignedContexts, monkeypatch: pytest.MonkeyPatch
) -> None:
    audiences: list[str] = []

    def sign(_: Signer, audience: str, __: object) -> str:
        audiences.append(audience)
        return "token"

    monkeypatch.setattr(Signer, "sign", sign)
    context = contexts.of(new_actor(), ())
    assert audiences == []

    for subgraph in ("hr", "incidents", "files", "hr", "payroll"):
        context.headers(subgraph)
    assert audiences == ["subgraph:hr", SUBGRAPHS, "subgraph:payroll"]


def test_it_is_signed_anew_at_half_its_life(contexts: SignedContexts, clock: Clock) -> None:
    actor = new_actor()
    first = contexts.of(actor, ("en",))
    clock.now += 29.9
    assert contexts.of(actor, ("en",)) is first

    clock.now += 0.1
    second = contexts.of(actor, ("en",))
    assert second is not first
    assert second.key == first.key


def test_the_callers_own_language_comes_after_those_of_the_request(contexts: SignedContexts) -> None:
    actor = new_actor(locales=("kk",))

    assert claims(contexts.of(actor, ("de", "en")))["locales"] == ["de", "en", "kk"]
    assert claims(contexts.of(actor, ("kk", "en")))["locales"] == ["kk", "en"]


@pytest.mark.parametrize(("companies", "travels_as"), [(100, {"sets", "permissions"}), (101, {"hash"})])
def test_a_scope_of_more_than_a_hundred_companies_travels_as_its_digest(
    contexts: SignedContexts, companies: int, travels_as: set[str]
) -> None:
    held = [UUID(int=number) for number in range(companies)]
    actor = new_actor(incident_view=held, incident_edit=held)
    scope = claims(contexts.of(actor, ()))["scope"]

    assert scope.keys() == travels_as
    assert scope.get("hash", actor.scope.digest()) == actor.scope.digest()


def test_equal_callers_with_equal_rights_and_languages_have_one_key(contexts: SignedContexts) -> None:
    ada = new_actor(incident_view=[MINE])

    assert contexts.of(ada, ("en",)).key == contexts.of(replace(ada), ("en",)).key


@pytest.mark.parametrize(
    "other", [{"id": uuid4()}, {"scope": new_actor(incident_edit=[MINE]).scope}, {"name": "Ben"}, {"locales": ("kk",)}]
)
def test_another_caller_or_other_rights_have_another_key(contexts: SignedContexts, other: dict[str, Any]) -> None:
    ada = new_actor(incident_view=[MINE])

    assert contexts.of(ada, ()).key != contexts.of(replace(ada, **other), ()).key


def test_other_languages_or_another_order_have_another_key(contexts: SignedContexts) -> None:
    ada = new_actor()

    assert len({contexts.of(ada, languages).key for languages in ((), ("de",), ("de", "en"), ("en", "de"))}) == 3


def test_no_more_are_kept_than_there_is_room_for(contexts: SignedContexts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contexts_module, "_KEPT", 2)
    ada = new_actor()
    first = contexts.of(ada, ("en",))
    for language in ("de", "kk"):
        contexts.of(ada, (language,))

    assert len(contexts._kept) == 2
    assert contexts.of(ada, ("en",)) is not first
