"""Setting what a company asks of reviews."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from chassis.database import UnitOfWork
from chassis.errors import StaleVersion
from chassis.identifiers import Key
from services.incidents.domain import part_fields, reviews
from services.incidents.persistence.review_policies import locked
from services.incidents.persistence.review_rows import ReviewPolicyChangeRow, ReviewPolicyRow
from services.incidents.usecases.set_gate import managed_company

_COLUMNS: Final = {"required_from_rank": "from_rank"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SetReviewPolicy:
    """`values` are `required_from_rank` and `due_days`, `template` texts by the names of sections.

    What is left out stays.
    """

    company: Key
    values: Mapping[str, Any] = field(default_factory=dict)
    template: Mapping[str, str | None] = field(default_factory=dict)
    expected_version: int | None = None


async def set_review_policy(command: SetReviewPolicy, work: UnitOfWork) -> ReviewPolicyRow:
    """Raises NotFound, Denied, Invalid or StaleVersion. Setting what is set already changes nothing."""
    policy = await locked(await managed_company(command.company, work), work.session)
    if command.expected_version is not None and command.expected_version != policy.version:
        raise StaleVersion(command.expected_version, policy.version)
    checked = part_fields.checked(command.values, reviews.POLICY_RULES)
    values = {_COLUMNS.get(name, name): value for name, value in checked.items()}
    texts = policy.template | part_fields.checked(command.template, reviews.RULES, "template")
    values["template"] = {section: text for section, text in texts.items() if text is not None}
    changes = {name: [before, after] for name, after in values.items() if (before := getattr(policy, name)) != after}
    if changes:
        _write(policy, changes, work)
    await work.session.flush()
    return policy


def _write(policy: ReviewPolicyRow, changes: dict[str, Any], work: UnitOfWork) -> None:
    for name, (_, after) in changes.items():
        setattr(policy, name, after)
    policy.version += 1
    work.session.add(
        ReviewPolicyChangeRow(
            company_id=policy.company_id,
            version=policy.version,
            at=datetime.now(UTC),
            actor_kind=work.actor.kind.value,
            actor_id=work.actor.id,
            request_id=work.cause.request_id,
            changes=changes,
        )
    )
