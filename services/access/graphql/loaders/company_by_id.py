"""Which company in sight has this id?"""

from typing import TypeAlias
from uuid import UUID

from strawberry.dataloader import DataLoader

from chassis.access import Actor
from chassis.graphql.loading import OpenRead, finding
from services.access.persistence.companies import Companies
from services.access.persistence.rows import CompanyRow

CompanyById: TypeAlias = DataLoader[UUID, CompanyRow | None]


def company_by_id(read: OpenRead, actor: Actor) -> CompanyById:
    return finding(read, lambda session, ids: Companies(session, actor).by_ids(ids))
