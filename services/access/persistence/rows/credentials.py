"""The tables of what people and programs sign in with: API keys, sessions, attempts, scopes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ForeignKey, Index, Text, Uuid, func, text
from sqlalchemy.orm import Mapped, mapped_column

from services.access.persistence.rows.base import Base


class ApiKeyRow(Base):
    """A key that acts as its user; `digest` is the SHA-256 of the whole key, `previous_digest` that of the one before.

    Without `permissions` or `company_ids` it is not limited in that way.
    """

    __tablename__ = "api_key"
    __table_args__ = (Index(None, "name", "id"),)

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
    version: Mapped[int] = mapped_column(server_default=text("1"))
    permissions: Mapped[list[str] | None] = mapped_column(ARRAY(Text()))
    company_ids: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    previous_digest: Mapped[str | None]
    previous_until: Mapped[datetime | None]


class SessionRow(Base):
    """A sign-in that still holds; `digest` is the SHA-256 of its token, `agent` and `address` are what it came from."""

    __tablename__ = "session"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    digest: Mapped[str] = mapped_column(unique=True)
    agent: Mapped[str] = mapped_column(server_default="")
    address: Mapped[str] = mapped_column(server_default="")
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
