"""What a service decides about a field beyond what the gateway can: said in the schema, for pages made from it."""

from typing import Final

MARK: Final = "Rights: "


def described(text: str, *, rights: str) -> str:
    """A description that also says who may, in words for administrators: `incident.edit in its company.`"""
    return f"{text}\n\n{MARK}{rights}"


def rights_of(description: str | None) -> str | None:
    """What a description says of rights; None when it says nothing of them."""
    _, mark, rights = (description or "").partition(MARK)
    return rights.strip() if mark else None
