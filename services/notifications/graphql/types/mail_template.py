"""Templates of mails as callers see them."""

from datetime import datetime
from typing import Self

import strawberry

from services.notifications.graphql.types.others import Company, User
from services.notifications.persistence.rows import MailTemplateRow


@strawberry.type(description="A template in one language.")
class MailTemplateText:
    locale: str = strawberry.field(description="BCP 47 tag of the language.")
    subject: str = strawberry.field(description="The subject, with its places unfilled.")
    body: str = strawberry.field(description="The text, with its places unfilled.")


@strawberry.type(description="Texts of mails about incidents, kept for using them again.")
class MailTemplate:
    id: strawberry.ID = strawberry.field(description="Its id.")
    name: str = strawberry.field(description="What it is called in lists.")
    company: Company | None = strawberry.field(description="Whose it is; null where it is every company's.")
    texts: list[MailTemplateText] = strawberry.field(description="Its texts, one for each language.")
    active: bool = strawberry.field(description="Whether mails may be written with it.")
    version: int = strawberry.field(description="Counts its changes.")
    changed_by: User | None = strawberry.field(description="Who changed it last.")
    changed_at: datetime = strawberry.field(description="When that was.")

    @classmethod
    def from_row(cls, row: MailTemplateRow) -> Self:
        return cls(
            id=strawberry.ID(str(row.id)),
            name=row.name,
            company=None if row.company_id is None else Company(id=strawberry.ID(str(row.company_id))),
            texts=[MailTemplateText(locale=locale, **text) for locale, text in sorted(row.texts.items())],
            active=row.active,
            version=row.version,
            changed_by=User(id=strawberry.ID(str(row.changed_by_id))),
            changed_at=row.changed_at,
        )
