"""The signed context that goes with each subgraph request: made once per caller and languages, kept half its life.

The registry's own services share one audience. A subgraph of somebody else has one of its own, so that what it is sent
is good for nothing at ours, nor at a third one.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, Final, TypeAlias

import orjson

from chassis.access import Actor
from chassis.auth import CONTEXT_HEADER, LIFETIME_SECONDS, SUBGRAPHS, Signer
from chassis.context import to_claims

FOREIGN: Final = "subgraph:"  # and the name
_KEPT_SECONDS: Final = LIFETIME_SECONDS // 2
_KEPT: Final = 1_000
_Key: TypeAlias = tuple[int, tuple[str, ...]]


class SignedContext:
    """What subgraphs learn of one caller. Equal `key`s mean the same caller with equal rights and languages."""

    __slots__ = ("_audience", "_claims", "_signed", "_signer", "actor", "key", "until")

    def __init__(
        self, actor: Actor, claims: Mapping[str, Any], until: float, signer: Signer, audience: Callable[[str], str]
    ) -> None:
        self.actor = actor
        self.key = hashlib.sha256(orjson.dumps(claims, option=orjson.OPT_SORT_KEYS)).hexdigest()
        self.until = until
        self._claims = claims
        self._signer = signer
        self._audience = audience
        self._signed: dict[str, dict[str, str]] = {}

    def headers(self, subgraph: str) -> Mapping[str, str]:
        """Those for the subgraph of this name; signed for its audience when that is first asked."""
        audience = self._audience(subgraph)
        signed = self._signed.get(audience)
        if signed is None:
            signed = self._signed[audience] = {CONTEXT_HEADER: self._signer.sign(audience, self._claims)}
        return signed


class SignedContexts:
    """`ours` are the names of the registry's services.

    `clock` tells seconds as those who verify count them; a monotonic one stands still while a machine sleeps.
    """

    def __init__(self, signer: Signer, ours: Collection[str], clock: Callable[[], float] = time.time) -> None:
        self._signer = signer
        self._ours = frozenset(ours)
        self._clock = clock
        self._kept: OrderedDict[_Key, SignedContext] = OrderedDict()

    def of(self, actor: Actor, languages: tuple[str, ...]) -> SignedContext:
        """`languages` are those the request asks for; the caller's own come after them."""
        place = id(actor), languages  # nobody else's while it is kept, because the actor is kept with it
        kept = self._kept.get(place)
        if kept is None or kept.until <= self._clock():
            kept = self._kept[place] = self._new(actor, languages)
            self._kept.move_to_end(place)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return kept

    def _new(self, actor: Actor, languages: tuple[str, ...]) -> SignedContext:
        locales = tuple(dict.fromkeys((*languages, *actor.locales)))
        claims = to_claims(replace(actor, locales=locales))
        return SignedContext(actor, claims, self._clock() + _KEPT_SECONDS, self._signer, self._audience)

    def _audience(self, subgraph: str) -> str:
        return SUBGRAPHS if subgraph in self._ours else f"{FOREIGN}{subgraph}"
