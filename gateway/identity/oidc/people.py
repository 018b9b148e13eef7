"""What access is told of somebody whom a provider knows."""

from collections.abc import Mapping
from typing import Any, Final

from gateway.identity.oidc.options import ProviderOptions
from gateway.identity.oidc.tokens import Refused

_MOST_GROUPS: Final = 2_000


def person(claims: Mapping[str, Any], options: ProviderOptions) -> dict[str, Any]:
    """Raises Refused when the provider leaves open in which groups somebody is."""
    return {
        "issuer": options.issuer,
        "subject": claims["sub"],
        "email": _text(claims.get("email")) if is_verified(claims) else None,
        "name": _text(claims.get("name")) or _text(claims.get("preferred_username")),
        **memberships(claims, options),
    }


def memberships(claims: Mapping[str, Any], options: ProviderOptions) -> dict[str, Any]:
    """`managed` are all groups that the mapping names, `groups` those of them that the claim gives.

    Nothing said means none. Raises Refused when the groups are too many to be said.
    """
    named = options.groups_claim
    if named is None:
        return {"managed": [], "groups": []}
    told = claims.get(named, [])
    values = told if isinstance(told, list) else [told]
    if named in (claims.get("_claim_names") or {}) or len(values) > _MOST_GROUPS:
        raise Refused("its groups are too many to be told: let the provider tell only those of this application")
    given = {options.groups[each] for each in values if isinstance(each, str) and each in options.groups}
    return {"managed": sorted(set(options.groups.values())), "groups": sorted(given)}


def says_groups(claims: Mapping[str, Any], options: ProviderOptions) -> bool:
    """Whether these claims came with more than the subject: a refresh may tell nothing new."""
    return options.groups_claim is not None and len(claims) > 1


def is_verified(claims: Mapping[str, Any]) -> bool:
    """True itself, and no word for it."""
    return claims.get("email_verified") is True


def _text(given: Any) -> str | None:
    return given if isinstance(given, str) and given else None
