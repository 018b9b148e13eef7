"""Refusals as callers see them."""

import pytest

from chassis.errors import ErrorCode, Invalid
from chassis.graphql.refusals import ErrorCodeType, camel, user_error


def test_callers_see_every_code_and_no_other() -> None:
    assert [code.name for code in ErrorCodeType] == [code.value for code in ErrorCode]


@pytest.mark.parametrize("code", ErrorCode)
def test_every_refusal_has_a_face(code: ErrorCode) -> None:
    refusal = Invalid("No.")
    refusal.code = code
    assert user_error(refusal).code is ErrorCodeType[code.value]


def test_a_path_is_told_as_the_schema_writes_it() -> None:
    assert user_error(Invalid("No.", field=("reported_by", "0", "email"))).field == ["reportedBy", "0", "email"]
    assert [camel(name) for name in ("id", "expected_version", "")] == ["id", "expectedVersion", ""]
