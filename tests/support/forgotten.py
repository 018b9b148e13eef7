"""Queries about incidents that forgot their conditions: what the walls of the tables keep from an actor alone."""

import pytest
from sqlalchemy import ColumnElement, Select, select, true

from chassis.access import EVERY_COMPANY, Companies
from services.incidents.persistence.filters import Filter
from services.incidents.persistence.incidents import Incidents
from services.incidents.persistence.rows import IncidentRow


def forget_conditions(monkeypatch: pytest.MonkeyPatch, *, but: ColumnElement[bool] | None = None) -> None:
    """Lists are limited by what is asked for and by `but`, not by what the actor may see."""

    def visible(_: Incidents, of: ColumnElement[bool] | None = None) -> Select[IncidentRow]:
        return select(IncidentRow).where(*(each for each in (of, but) if each is not None), true())

    def companies(_: Incidents, wanted: Filter) -> Companies:
        return EVERY_COMPANY if wanted.company_ids is None else frozenset(wanted.company_ids)

    monkeypatch.setattr(Incidents, "_visible", visible)
    monkeypatch.setattr(Incidents, "companies_of", companies)
