"""What the tables keep from who goes past the queries."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import DBAPIError

from services.files.domain.owners import OwnerKind
from services.files.persistence.rows import CustodyRow, FileRow, UploadRow
from tests.support.owned_files import FOREIGN, MINE
from tests.support.services import RunningService, user

Make = Callable[..., Awaitable[FileRow]]


@pytest.mark.parametrize(
    ("kind", "right"), [(OwnerKind.COMPANY, "access.manage"), (OwnerKind.GUIDE_PAGE, "directory.manage")]
)
async def test_nobody_files_past_the_queries_what_is_not_theirs(
    service: RunningService, make: Make, kind: OwnerKind, right: str
) -> None:
    file = await make("company" if kind is OwnerKind.COMPANY else "page")
    own = await make("everybody's page")
    intruder = user({right: [FOREIGN], "incident.view": [MINE], "incident.edit": [MINE, FOREIGN]})
    values = {column.key: getattr(file, column.key) for column in FileRow.__table__.columns}
    forged = [
        values | {"id": uuid4()},
        values | {"id": uuid4(), "owner_kind": "INCIDENT"},
        values | {"id": uuid4(), "owner_kind": "GUIDE_PAGE", "owner_id": own.owner_id, "company_id": FOREIGN},
        values | {"id": uuid4(), "owner_kind": "COMPANY", "owner_id": MINE, "company_id": FOREIGN},
        values | {"id": uuid4(), "owner_kind": "EXPORT", "company_id": FOREIGN},
    ]

    for each in forged:
        with pytest.raises(DBAPIError, match=r"row-level security|ck_file_owner"):
            async with service.database.work(intruder) as work:
                await work.session.execute(insert(FileRow).values(each))
    async with service.database.work(intruder) as work:
        changed = await work.session.execute(update(FileRow).where(FileRow.id == file.id).values(name="mine"))
        assert changed.rowcount == 0  # type: ignore[attr-defined]  # of an update it is a cursor's
        assert await work.session.scalar(select(func.count()).select_from(UploadRow)) == 0
        assert await work.session.scalar(select(func.count()).where(CustodyRow.file_id == own.id)) == 0
