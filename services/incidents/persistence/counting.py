"""How many incidents each company has for an actor, without looking at the incidents.

A trigger keeps for each company how many are open to all who see the company, how many are restricted, and for each
member of restricted ones how many of these.
"""

from typing import Final
from uuid import UUID

from sqlalchemy import Subquery, and_, func, not_, or_, select

from chassis.access import Companies
from chassis.rowsecurity import among
from services.incidents.persistence.rows import CountRow

OPEN_TO_ALL: Final = UUID(int=2**128 - 2)
RESTRICTED: Final = UUID(int=2**128 - 1)


def numbers_of(companies: Companies, *, all_of: Companies, to: UUID, restricted: bool | None = None) -> Subquery:
    """Rows of `company_id` and `number`, up to two for a company, which add up to what is seen in it.

    In the companies `all_of` restricted ones are counted too, in the others those that `to` is a member of. With
    `restricted` only these are counted, or only the others.
    """
    supervised = among(CountRow.company_id, all_of)
    open_ones = CountRow.audience == OPEN_TO_ALL
    confided = or_(
        and_(CountRow.audience == RESTRICTED, supervised),
        and_(CountRow.audience == to, not_(supervised)),
    )
    counted = {None: or_(open_ones, confided), True: confided, False: open_ones}[restricted]
    return (
        select(CountRow.company_id, CountRow.number)
        .where(
            CountRow.audience == func.any([OPEN_TO_ALL, RESTRICTED, to]),
            counted,
            among(CountRow.company_id, companies),
        )
        .subquery("numbers")
    )
