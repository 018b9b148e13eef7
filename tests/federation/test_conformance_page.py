"""docs/conformance.md and the cases belong together: nothing is claimed without a case, and no case is left out."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "conformance.md").read_text()
ROOTS = tuple(Path(__file__).parent / name for name in ("plans", "unanswerable"))
TABLES = re.findall(r"^\| what \| shown by \| audit \|\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
ROWS = [[cell.strip() for cell in line[1:-1].split("|")] for table in TABLES for line in table.splitlines()]
SUITES = re.findall(
    r"\S+",
    """
abstract-types child-type-mismatch circular-reference-interface complex-entity-call corrupted-supergraph-node-id
enum-intersection fed1-external-extends fed1-external-extends-resolvable fed1-external-extension fed2-external-extends
fed2-external-extension include-skip input-object-intersection interface-object-indirect-extension
interface-object-with-requires keys-mashup mutations mysterious-external nested-provides node
non-resolvable-interface-object null-keys override-type-interface override-with-requires parent-entity-call
parent-entity-call-complex partial-union partial-union-complex provides-on-interface provides-on-union
requires-circular requires-interface requires-requires requires-with-argument requires-with-argument-conflict
requires-with-fragments shared-root simple-entity-call simple-inaccessible simple-interface-object simple-override
simple-requires-provides typename unavailable-override union-interface-distributed union-intersection
""",
)


def cases() -> dict[str, set[str]]:
    """The operations of each folder that has some."""
    found: dict[str, set[str]] = {}
    for root in ROOTS:
        for path in root.glob("*/*.graphql"):
            if path.stem != "supergraph":
                found.setdefault(path.parent.name, set()).add(path.stem)
    return found


def shown() -> Iterator[str]:
    for row in ROWS:
        yield from re.findall(r"`([^`]+)`", row[1])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_every_claim_has_cases(row: list[str]) -> None:
    known = cases()
    names = re.findall(r"`([^`]+)`", row[1])

    assert names
    for name in names:
        folder, _, case = name.partition("/")
        assert folder in known
        assert not case or case in known[folder]


def test_every_folder_of_cases_is_on_the_page() -> None:
    assert set(cases()) - {name.partition("/")[0] for name in shown()} == set()


def test_every_suite_of_the_public_audit_has_a_case_of_ours() -> None:
    assert sorted(row[2] for row in ROWS if row[2]) == sorted(SUITES)
    assert len(SUITES) == 46
