"""The tables of this service."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, ForeignKey, Index, Text, func, literal_column
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from chassis.tables import TYPES, new_metadata


class Base(DeclarativeBase):
    metadata = new_metadata()
    type_annotation_map = TYPES


class CompanyRow(Base):
    """A company. `version` counts its changes, each of which is an event."""

    __tablename__ = "company"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    country: Mapped[str | None]
    time_zone: Mapped[str]
    default_locale: Mapped[str]
    active: Mapped[bool] = mapped_column(Boolean)
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class UserRow(Base):
    """A person or a service account. `version` counts changes of the user and of the user's rights."""

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


class ApiKeyRow(Base):
    """A key that acts as its user; `digest` is the SHA-256 of the whole key."""

    __tablename__ = "api_key"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    name: Mapped[str]
    prefix: Mapped[str] = mapped_column(unique=True)
    digest: Mapped[str]
    created_by_id: Mapped[UUID]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class SessionRow(Base):
    """A sign-in that still holds; `digest` is the SHA-256 of its token."""

    __tablename__ = "session"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    digest: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class AttemptRow(Base):
    """Sign-in attempts in a row for an account or from an address, known by its SHA-256."""

    __tablename__ = "sign_in_attempt"

    kind: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(primary_key=True)
    attempts: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)
    blocked_until: Mapped[datetime]


class ScopeRow(Base):
    """A scope too large to travel with every request, under its digest."""

    __tablename__ = "scope"

    digest: Mapped[str] = mapped_column(primary_key=True)
    claims: Mapped[dict[str, Any]]
    last_given_at: Mapped[datetime] = mapped_column(index=True)
