"""The tables of those who sign in at a provider of OpenID Connect."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from services.access.persistence.rows.base import Base


class IdentityRow(Base):
    """A user is one subject of an issuer at most, and a subject one user."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("user_id", "issuer"),)

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_sign_in_at: Mapped[datetime]


class IdentitySessionRow(Base):
    """A session that was opened at a provider, which calls it `sid`; `opened_by` is the digest of the sign-in's nonce.

    `sealed` are the provider's tokens, which only the gateway can read; it is given them again at `recheck_at`.
    """

    __tablename__ = "identity_session"
    __table_args__ = (Index(None, "issuer", "subject"),)

    session_id: Mapped[UUID] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True)
    provider: Mapped[str]
    issuer: Mapped[str]
    subject: Mapped[str]
    sid: Mapped[str | None]
    opened_by: Mapped[str] = mapped_column(unique=True)
    sealed: Mapped[str | None]
    recheck_at: Mapped[datetime | None]
