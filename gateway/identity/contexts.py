"""The signed context that goes with each subgraph request: made once per caller and languages, kept half its life."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

import orjson

from chassis.access import Actor
from chassis.auth import CONTEXT_HEADER, LIFETIME_SECONDS, SUBGRAPHS, Signer
from chassis.context import to_claims

_KEPT_SECONDS: Final = LIFETIME_SECONDS // 2
_KEPT: Final = 1_000
_Key: TypeAlias = tuple[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class SignedContext:
    """`headers` for the subgraphs. Equal `key`s mean the same caller with equal rights and languages."""

    actor: Actor
    headers: dict[str, str]
    key: str
    until: float


class SignedContexts:
    """`clock` tells seconds as those who verify count them; a monotonic one stands still while a machine sleeps."""

    def __init__(self, signer: Signer, clock: Callable[[], float] = time.time) -> None:
        self._signer = signer
        self._clock = clock
        self._kept: OrderedDict[_Key, SignedContext] = OrderedDict()

    def of(self, actor: Actor, languages: tuple[str, ...]) -> SignedContext:
        """`languages` are those the request asks for; the caller's own come after them."""
        place = id(actor), languages  # nobody else's while it is kept, because the actor is kept with it
        kept = self._kept.get(place)
        if kept is None or kept.until <= self._clock():
            kept = self._kept[place] = self._sign(actor, languages)
            self._kept.move_to_end(place)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return kept

    def _sign(self, actor: Actor, languages: tuple[str, ...]) -> SignedContext:
        locales = tuple(dict.fromkeys((*languages, *actor.locales)))
        claims = to_claims(replace(actor, locales=locales))
        return SignedContext(
            actor=actor,
            headers={CONTEXT_HEADER: self._signer.sign(SUBGRAPHS, claims)},
            key=hashlib.sha256(orjson.dumps(claims, option=orjson.OPT_SORT_KEYS)).hexdigest(),
            until=self._clock() + _KEPT_SECONDS,
        )
