"""Serving readers in a locale, or no longer."""

from typing import Annotated

import strawberry

from chassis.errors import Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.directories.domain import permissions
from services.directories.graphql.context import Info
from services.directories.graphql.types.locales import InstalledLocale
from services.directories.usecases.switch_locale import SwitchLocale, switch_locale


@strawberry.input(description="Which locale readers are to be served in, or no longer.")
class SwitchDirectoryLocaleInput:
    tag: str = strawberry.field(description="BCP 47 tag, for example de-AT; one that is not listed yet is added.")
    active: bool = strawberry.field(description="Whether readers are served in it. Its texts are kept either way.")


@strawberry.type(description="What came of switching a locale.")
class DirectoryLocalePayload:
    locale: InstalledLocale | None = strawberry.field(description="The locale after the change.")
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class SwitchDirectoryLocaleMutation:
    @strawberry.mutation(
        directives=[CompanyScope(permission=permissions.MANAGE)],
        description=described(
            "Lists a locale and switches it on or off; takes the permission in every company.",
            rights="directory.manage in every company.",
        ),
    )
    async def switch_directory_locale(
        self,
        info: Info,
        input: Annotated[SwitchDirectoryLocaleInput, strawberry.argument(description="The locale.")],
    ) -> DirectoryLocalePayload | None:
        command = SwitchLocale(tag=input.tag, active=input.active)
        try:
            async with info.context.work() as work:
                row = await switch_locale(command, work, info.context.default_locale)
                found = InstalledLocale(tag=row.tag, active=row.active)
        except Refusal as refusal:
            return DirectoryLocalePayload(locale=None, errors=[user_error(refusal)])
        return DirectoryLocalePayload(locale=found, errors=[])
