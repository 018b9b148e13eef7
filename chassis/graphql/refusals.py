"""Refusals as data: what a mutation answers when it says no."""

from enum import Enum

import strawberry

from chassis.errors import Refusal


@strawberry.enum(name="ErrorCode", description="Why a request was refused; stable, for programs to act on.")
class ErrorCodeType(Enum):
    NOT_FOUND = strawberry.enum_value("NOT_FOUND", description="It is absent, or not within your rights.")
    DENIED = strawberry.enum_value("DENIED", description="You may see it, but this takes another permission.")
    CONFLICT = strawberry.enum_value("CONFLICT", description="Somebody else was first; look again and repeat.")
    INVALID = strawberry.enum_value("INVALID", description="The input breaks a rule; `field` and `message` tell which.")


@strawberry.federation.type(shareable=True, description="One reason why a request was refused.")
class UserError:
    code: ErrorCodeType = strawberry.field(description="The stable code of the refusal.")
    message: str = strawberry.field(description="What is wrong and what to do, for people.")
    field: list[str] = strawberry.field(description="Path of the input field to blame, outermost first; may be empty.")


def user_error(refusal: Refusal) -> UserError:
    return UserError(
        code=ErrorCodeType(refusal.code.value), message=refusal.message, field=[camel(name) for name in refusal.field]
    )


def camel(name: str) -> str:
    """Domain names are written as Python names; callers know them as the schema writes them."""
    head, *rest = name.split("_")
    return head + "".join(word.capitalize() for word in rest)
