"""Which translation a reader gets: the best of those there are, by BCP 47 tags and the parents that CLDR gives them.

    de-AT       -> de                       one part after another is dropped
    pt-AO       -> pt-PT -> pt              but CLDR knows closer relatives
    es-MX       -> es-419 -> es
    zh-Hant-TW  -> zh-Hant                  and another script is another language to its reader: not zh
    zh-TW       -> zh-Hant-TW -> zh-Hant    also where the script is only implied by the region

Tags that differ only in a script that goes without saying are the same: kk-Cyrl and kk, zh-CN and zh-Hans-CN.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final, NamedTuple, Self

from babel.core import Locale, get_global

_TAG: Final = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-(?P<script>[a-z]{4}))?(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<variants>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)(?P<rest>(?:-[a-z0-9](?:-[a-z0-9]{1,8})+)?)",
    re.IGNORECASE,
)
_NO_LANGUAGE: Final = frozenset({"und", "mul", "mis", "zxx"})


class _Tag(NamedTuple):
    language: str
    script: str = ""
    region: str = ""
    variants: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "-".join(part for part in (self.language, self.script, self.region, *self.variants) if part)

    @classmethod
    def of_cldr(cls, name: str) -> Self:
        return cls(*_parse(name.replace("_", "-"))[0])


def canonical(tag: str) -> str:
    """The tag as it is stored. Raises ValueError unless it names a language, script and region that CLDR knows."""
    parsed, rest = _parse(tag)
    english = _english()
    for part, known in zip(parsed[:3], (english.languages, english.scripts, english.territories), strict=True):
        if part and (part not in known or part in _NO_LANGUAGE):
            raise ValueError(f"{tag!r} is no known locale: there is no {part!r}. Write a BCP 47 tag such as de-AT.")
    if rest:
        raise ValueError(f"{tag!r} has extensions; a translation has only language, script, region and variants.")
    return str(parsed)


def fallbacks(tag: str) -> tuple[str, ...]:
    """The tag and its CLDR parents, closest first; extensions are left out. Raises ValueError for what is no tag."""
    return tuple(map(str, _chain(tag)))


def choose(wanted: tuple[str, ...], available: tuple[str, ...]) -> str | None:
    """The tag in `available` that serves best, `wanted` being the reader's tags, best first; None when none does."""
    return next(iter(candidates(wanted, available)), None)


@lru_cache(maxsize=4096)
def candidates(wanted: tuple[str, ...], available: tuple[str, ...]) -> tuple[str, ...]:
    """The tags in `available` that serve, the best first.

    What is no tag in `wanted` (`*`, for instance) is passed over.
    """
    exact, alike = _ways_to(available)
    found: dict[str, None] = {}
    for tag in wanted:
        for step in _lenient_chain(tag):
            same = exact.get(str(step).casefold()) or alike.get(_explicit(step))
            if same is not None:
                found.setdefault(same)
    return tuple(found)


@lru_cache(maxsize=16)
def _ways_to(available: tuple[str, ...]) -> tuple[dict[str, str], dict[_Tag, str]]:
    """The tags by how they are written, and by what they mean."""
    return {tag.casefold(): tag for tag in available}, {_explicit(_parse(tag)[0]): tag for tag in available}


@lru_cache(maxsize=4096)
def spellings(wanted: tuple[str, ...]) -> frozenset[str]:
    """Every tag that `candidates` could choose, whatever is available."""
    return frozenset(
        str(each)
        for tag in wanted
        for step in _lenient_chain(tag)
        for each in (step, _explicit(step), _implicit(_explicit(step)))
    )


def _lenient_chain(tag: str) -> tuple[_Tag, ...]:
    try:
        return _chain(tag)
    except ValueError:
        return ()


@lru_cache(maxsize=4096)
def _chain(tag: str) -> tuple[_Tag, ...]:
    return tuple(_up(_parse(tag)[0]))


def _up(tag: _Tag) -> Iterator[_Tag]:
    step: _Tag | None = tag
    while step is not None:
        yield step
        step = _parent(step)


def _parent(tag: _Tag) -> _Tag | None:
    if tag.variants:
        return tag._replace(variants=tag.variants[:-1])
    relative = get_global("parent_exceptions").get(str(tag).replace("-", "_"))
    if relative is not None:
        return _Tag.of_cldr(relative)
    if tag.region:
        implied = not tag.script and _likely_script(tag) != _likely_script(_Tag(tag.language))
        return _explicit(tag) if implied else tag._replace(region="")
    if tag.script and tag.script == _likely_script(_Tag(tag.language)):
        return tag._replace(script="")
    return None


def _explicit(tag: _Tag) -> _Tag:
    """With the script that goes without saying."""
    return tag if tag.script else tag._replace(script=_likely_script(tag))


def _implicit(tag: _Tag) -> _Tag:
    """Without the script where it goes without saying."""
    bare = tag._replace(script="")
    return bare if _likely_script(bare) == tag.script else tag


def _likely_script(tag: _Tag) -> str:
    likely = get_global("likely_subtags")
    name = likely.get(f"{tag.language}_{tag.region}") or likely.get(tag.language) or ""
    return next((part for part in name.split("_") if len(part) == 4), "")  # noqa: PLR2004  # scripts have four letters


@lru_cache(maxsize=4096)
def _parse(tag: str) -> tuple[_Tag, str]:
    """In the usual letter cases, and the extensions that follow. Old names of languages become their present ones."""
    match = _TAG.fullmatch(tag)
    if match is None:
        raise ValueError(f"{tag!r} is no locale: write a BCP 47 tag such as de-AT.")
    language = match["language"].lower()
    alias = get_global("language_aliases").get(language, language)
    variants = tuple(match["variants"].lower().split("-")[1:])
    parsed = _Tag(
        language if "_" in alias else alias, (match["script"] or "").title(), (match["region"] or "").upper(), variants
    )
    return parsed, match["rest"]


@cache
def _english() -> Locale:
    return Locale("en")
