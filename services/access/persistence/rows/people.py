"""The tables of users and groups."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, ForeignKey, Index, Text, func, literal_column
from sqlalchemy.orm import Mapped, mapped_column

from services.access.persistence.rows.base import Base


class UserRow(Base):
    """A person or a service account. `version` counts changes of the user and of the user's rights.

    A password that an administrator gave is good for nothing but choosing another one, until `password_change_by`.
    """

    __tablename__ = "user_account"
    __table_args__ = (
        Index("uq_user_account_email", func.lower(literal_column("email")), unique=True),
        Index("ix_user_account_name", "name", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    email: Mapped[str]
    name: Mapped[str]
    locale: Mapped[str]
    active: Mapped[bool] = mapped_column(Boolean)
    password_hash: Mapped[str | None]
    password_change_by: Mapped[datetime | None]
    created_by_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int]
    sequence: Mapped[int]


class GroupRow(Base):
    """Permissions and where they hold: in `every_company`, or in those of GroupCompanyRow."""

    __tablename__ = "access_group"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    permissions: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    every_company: Mapped[bool] = mapped_column(Boolean)
    shows_module_link: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    version: Mapped[int]
    sequence: Mapped[int]


class GroupCompanyRow(Base):
    __tablename__ = "group_company"

    group_id: Mapped[UUID] = mapped_column(ForeignKey("access_group.id"), primary_key=True)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"), primary_key=True, index=True)


class GroupMemberRow(Base):
    __tablename__ = "group_member"

    group_id: Mapped[UUID] = mapped_column(ForeignKey("access_group.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True, index=True)
