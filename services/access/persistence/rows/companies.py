"""The tables of companies and of what they consist of."""

from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from sqlalchemy import Boolean, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from services.access.persistence.rows.base import Base


class CompanyRow(Base):
    """A company. `version` counts its changes, each of which is an event; its fiscal year starts with a month."""

    __tablename__ = "company"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    country: Mapped[str | None]
    time_zone: Mapped[str]
    default_locale: Mapped[str]
    fiscal_year_start_month: Mapped[int] = mapped_column(server_default=text("1"))
    active: Mapped[bool] = mapped_column(Boolean)
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class DepartmentRow(Base):
    """A node of a company's tree of departments; at the top without `parent_id`."""

    __tablename__ = "department"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        UniqueConstraint("company_id", "code"),
        ForeignKeyConstraint(["company_id", "parent_id"], ["department.company_id", "department.id"]),
        Index("ix_department_name", "company_id", "name", "id"),
        Index("ix_department_parent_id", "parent_id", "name", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    parent_id: Mapped[UUID | None]
    name: Mapped[str]
    code: Mapped[str | None]
    active: Mapped[bool] = mapped_column(Boolean)
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class SiteRow(Base):
    """A place where a company works."""

    __tablename__ = "site"
    __table_args__ = (Index("ix_site_name", "company_id", "name", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    name: Mapped[str]
    address: Mapped[str | None]
    country: Mapped[str | None]
    active: Mapped[bool] = mapped_column(Boolean)
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class TeamRow(Base):
    """People of one company who may be responsible together."""

    __tablename__ = "team"
    __table_args__ = (
        UniqueConstraint("company_id", "id"),
        Index("ix_team_name", "company_id", "name", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    name: Mapped[str]
    active: Mapped[bool] = mapped_column(Boolean)
    version: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())


class TeamMemberRow(Base):
    __tablename__ = "team_member"
    __table_args__ = (ForeignKeyConstraint(["company_id", "team_id"], ["team.company_id", "team.id"]),)

    team_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True, index=True)
    company_id: Mapped[UUID]


class UserDepartmentRow(Base):
    """In which department of a company a user works: in one of each."""

    __tablename__ = "user_department"
    __table_args__ = (
        ForeignKeyConstraint(["company_id", "department_id"], ["department.company_id", "department.id"]),
        Index("ix_user_department_department_id", "department_id"),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    company_id: Mapped[UUID] = mapped_column(primary_key=True)
    department_id: Mapped[UUID]


UnitRow: TypeAlias = DepartmentRow | SiteRow | TeamRow
