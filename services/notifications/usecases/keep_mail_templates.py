"""Making and editing templates of mails."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from chassis.database import UnitOfWork
from chassis.errors import StaleVersion
from chassis.identifiers import uuid7
from services.notifications.domain.mail_templates import TEMPLATE, check_name, check_texts, require_manager
from services.notifications.persistence.mail_templates import MailTemplates
from services.notifications.persistence.rows import MailTemplateRow


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateMailTemplate:
    """`texts` are locale, subject and body each. Without `company` it is everybody's."""

    name: str
    texts: Sequence[tuple[str, str, str]]
    company: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditMailTemplate:
    """What is None stays as it is; `texts` are all of them."""

    id: UUID
    expected_version: int
    name: str | None = None
    texts: Sequence[tuple[str, str, str]] | None = None
    active: bool | None = None


class StaleTemplate(StaleVersion):
    """`current` is how it is now."""

    def __init__(self, expected: int, current: MailTemplateRow) -> None:
        super().__init__(expected, current.version)
        self.current = current


async def create_mail_template(command: CreateMailTemplate, work: UnitOfWork) -> MailTemplateRow:
    """Raises NeedsEveryCompany, Denied, NotFound or Invalid."""
    require_manager(work.actor, command.company, field=("company_id",), what="The company was")
    row = MailTemplateRow(
        id=uuid7(),
        company_id=command.company,
        name=check_name(command.name),
        texts=check_texts(command.texts),
        active=True,
        version=1,
        changed_by_id=work.actor.id,
        changed_at=datetime.now(UTC),
    )
    work.session.add(row)
    await work.session.flush()
    return row


async def edit_mail_template(command: EditMailTemplate, work: UnitOfWork) -> MailTemplateRow:
    """Raises NeedsEveryCompany, Denied, NotFound, Invalid or StaleTemplate."""
    row = await MailTemplates(work.session, work.actor).get(command.id)
    require_manager(work.actor, row.company_id, field=("id",), what=TEMPLATE)
    row = await MailTemplates(work.session, work.actor).get(command.id, lock=True)
    if row.version != command.expected_version:
        work.session.expunge(row)  # a rollback empties what is still in the session
        raise StaleTemplate(command.expected_version, row)
    if command.name is not None:
        row.name = check_name(command.name)
    if command.texts is not None:
        row.texts = check_texts(command.texts)
    if command.active is not None:
        row.active = command.active
    row.version += 1
    row.changed_by_id, row.changed_at = work.actor.id, datetime.now(UTC)
    await work.session.flush()
    return row
