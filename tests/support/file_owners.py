"""The services that have companies and pages of the guide, as the files service meets them: their answers and events.

others = Others()
others.company(company)                                  # which is there and active
page, event = others.page(company, shown=True)           # `company` is None for everybody's
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

import orjson

from chassis.events import Envelope, Fact
from chassis.identifiers import to_json, uuid7
from services.access.domain.events import CompanyChanged
from services.directories.domain.guide_events import GuidePageChanged, GuidePublished
from tests.support.services import Published


@dataclass
class Others:
    """Every change moves what a look-up answers, and gives the event that tells of it."""

    access: Published = field(default_factory=lambda: Published(company=[]))
    directories: Published = field(default_factory=lambda: Published(guide_page=[]))
    positions: Iterator[int] = field(default_factory=lambda: count(1))

    def company(self, company: UUID, *, active: bool = True) -> Envelope:
        """New, or changed."""
        rows = self.access.rows["company"]
        known = next((row for row in rows if row["id"] == str(company)), None)
        version = 1 if known is None else known["version"] + 1
        rows[:] = [row for row in rows if row is not known]
        rows.append({"id": str(company), "version": version, "active": active})
        return self._tell("access", CompanyChanged(company_id=company, version=version), company, company, version)

    def page(self, company: UUID | None = None, *, shown: bool = True) -> tuple[UUID, Envelope]:
        page = uuid7()
        row = {"id": str(page), "version": 0, "company_id": company and str(company), "shown": shown}
        self.directories.rows["guide_page"].append(row)
        return page, self.show(page, shown=shown)

    def show(self, page: UUID, *, shown: bool) -> Envelope:
        self._row(page)["shown"] = shown
        return self._of_page(page, GuidePageChanged(page_id=page, shown=shown))

    def publish(self, page: UUID) -> Envelope:
        return self._of_page(page, GuidePublished(page_id=page, slug="a-page", number=2, locales=["en"]))

    def _row(self, page: UUID) -> dict[str, Any]:
        return next(row for row in self.directories.rows["guide_page"] if row["id"] == str(page))

    def _of_page(self, page: UUID, fact: Fact) -> Envelope:
        row = self._row(page)
        row["version"] += 1
        company = row["company_id"] and UUID(row["company_id"])
        return self._tell("directories", fact, page, company, row["version"])

    def _tell(self, source: str, fact: Fact, subject: UUID, company: UUID | None, sequence: int) -> Envelope:
        return Envelope(
            id=uuid7(),
            source=source,
            type=fact.type,
            subject=subject,
            company_id=company,
            sequence=sequence,
            position=next(self.positions),
            time=datetime.now(UTC),
            data=orjson.loads(orjson.dumps(fact, default=to_json)),
        )
