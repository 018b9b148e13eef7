"""Making and editing templates of mails, and listing them."""

from collections.abc import Awaitable, Sequence
from typing import Annotated, Final

import strawberry

from chassis.errors import NotFound, Refusal
from chassis.graphql.directives import CompanyScope
from chassis.graphql.inputs import to_uuid
from chassis.graphql.refusals import UserError, user_error
from chassis.graphql.rights import described
from services.notifications.domain import permissions
from services.notifications.graphql.context import Context, Info
from services.notifications.graphql.types.mail_template import MailTemplate
from services.notifications.persistence.mail_templates import MailTemplates
from services.notifications.persistence.rows import MailTemplateRow
from services.notifications.usecases.keep_mail_templates import (
    CreateMailTemplate,
    EditMailTemplate,
    StaleTemplate,
    create_mail_template,
    edit_mail_template,
)

_MANAGE: Final = CompanyScope(permission=permissions.MANAGE)
_RIGHTS: Final = "directory.manage in its company; for every company's, in every company."


@strawberry.input(description="A template in one language.")
class MailTemplateTextInput:
    locale: str = strawberry.field(description="BCP 47 tag of the language.")
    subject: str = strawberry.field(description="Up to 200 characters in one line; places as in mails.")
    body: str = strawberry.field(description="Up to 20,000 characters; places as in mails.")


@strawberry.input(description="A new template of mails.")
class CreateMailTemplateInput:
    company_id: strawberry.ID | None = strawberry.field(
        default=None, description="Whose it is to be; left out, every company has it."
    )
    name: str = strawberry.field(description="What it is called in lists, up to 200 characters.")
    texts: list[MailTemplateTextInput] = strawberry.field(description="Its texts, one for each language.")


@strawberry.input(description="Changes to a template; what is left out stays as it is.")
class EditMailTemplateInput:
    id: strawberry.ID = strawberry.field(description="The template.")
    expected_version: int = strawberry.field(description="The version you have seen; another one now is a CONFLICT.")
    name: str | None = strawberry.field(default=None, description="What it is called in lists.")
    texts: list[MailTemplateTextInput] | None = strawberry.field(default=None, description="Its texts, all of them.")
    active: bool | None = strawberry.field(default=None, description="Whether mails may be written with it.")


Creation = Annotated[CreateMailTemplateInput, strawberry.argument(description="The new template.")]
Edit = Annotated[EditMailTemplateInput, strawberry.argument(description="Which template, and what of it.")]


@strawberry.type(description="What came of a change to a template.")
class MailTemplatePayload:
    template: MailTemplate | None = strawberry.field(
        description="The template after the change; on CONFLICT as it is now; null when it was refused."
    )
    errors: list[UserError] = strawberry.field(description="Why it was refused; empty when it was not.")


@strawberry.type
class MailTemplateMutations:
    @strawberry.mutation(
        directives=[_MANAGE], description=described("Makes a template of mails about incidents.", rights=_RIGHTS)
    )
    async def create_mail_template(self, info: Info, input: Creation) -> MailTemplatePayload | None:
        return await _payload(_create(input, info.context))

    @strawberry.mutation(
        directives=[_MANAGE],
        description=described("Edits a template; mails that were written with it stay.", rights=_RIGHTS),
    )
    async def edit_mail_template(self, info: Info, input: Edit) -> MailTemplatePayload | None:
        return await _payload(_edit(input, info.context))


@strawberry.type
class MailTemplateQuery:
    @strawberry.federation.field(
        authenticated=True,
        description=described(
            "Templates of mails: every company's, and those of a company that you may use or manage; by name.",
            rights="Every company's: none; those of a company: incident.send_mail or directory.manage in it.",
        ),
    )
    async def mail_templates(
        self,
        info: Info,
        company_id: Annotated[
            strawberry.ID | None, strawberry.argument(description="With those of this company.")
        ] = None,
    ) -> list[MailTemplate] | None:
        company = None if company_id is None else to_uuid(company_id, "company_id")
        async with info.context.read() as session:
            rows = await MailTemplates(session, info.context.actor).listed(company)
        return [MailTemplate.from_row(row) for row in rows]


async def _create(source: CreateMailTemplateInput, context: Context) -> MailTemplateRow:
    company = None if source.company_id is None else to_uuid(source.company_id, "company_id")
    command = CreateMailTemplate(name=source.name, texts=_texts(source.texts), company=company)
    if company is not None and not await context.registry.has_company(company):
        raise NotFound("The company was", field=("company_id",))
    async with context.work() as work:
        return await create_mail_template(command, work)


async def _edit(source: EditMailTemplateInput, context: Context) -> MailTemplateRow:
    command = EditMailTemplate(
        id=to_uuid(source.id, "id"),
        expected_version=source.expected_version,
        name=source.name,
        texts=None if source.texts is None else _texts(source.texts),
        active=source.active,
    )
    async with context.work() as work:
        return await edit_mail_template(command, work)


def _texts(given: Sequence[MailTemplateTextInput]) -> list[tuple[str, str, str]]:
    return [(each.locale, each.subject, each.body) for each in given]


async def _payload(change: Awaitable[MailTemplateRow]) -> MailTemplatePayload:
    try:
        return MailTemplatePayload(template=MailTemplate.from_row(await change), errors=[])
    except Refusal as refusal:
        current = MailTemplate.from_row(refusal.current) if isinstance(refusal, StaleTemplate) else None
        return MailTemplatePayload(template=current, errors=[user_error(refusal)])
