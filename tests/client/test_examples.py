"""The examples of the documentation work as written."""

import json
from pathlib import Path
from typing import Any

from client.importing.directories import Directories
from client.importing.mapping import load_mapping
from client.importing.rows import Prepared, RowReader
from client.importing.sources import SourceFile

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "examples"


def default_directories() -> Directories:
    content = ROOT / "services" / "directories" / "content"

    def entries(name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads((content / f"{name}.json").read_text(encoding="utf-8"))
        return found

    names = {
        "classification": "classifications",
        "type": "incident_types",
        "status": "statuses",
        "severity": "severities",
        "priority": "priorities",
        "detectionSource": "detection_sources",
        "impactLevel": "impact_levels",
        "outcome": "outcomes",
        "customTimestamps": "timestamps",
    }
    return Directories(
        codes={target: frozenset(entry["code"] for entry in entries(name)) for target, name in names.items()},
        classification_of={entry["code"]: entry["classification"] for entry in entries("incident_types")},
    )


def test_the_breach_reports_become_incidents_with_the_default_directories() -> None:
    mapping, directories = load_mapping(EXAMPLES / "breaches.toml"), default_directories()
    source = SourceFile(EXAMPLES / "breaches.csv", mapping.source)
    directories.check(mapping)
    mapping.check_header(source.header, source.path)

    rows = list(RowReader(mapping, directories, source).read())

    assert all(isinstance(row, Prepared) for row in rows)
    first, second, third, fourth = (row for row in rows if isinstance(row, Prepared))
    assert first.company == fourth.company == "Lakeview Eye Clinic"
    assert first.content["title"] == "Theft at Lakeview Eye Clinic"
    assert first.content["description"].startswith("A laptop was taken from a nurseâ\x80\x99s car")  # as it is written
    assert first.content["timestamps"] == [
        {"timestamp": "REPORTED", "at": "2019-02-11T00:00:00-05:00", "precision": "DAY"}
    ]
    assert first.content["source"] == {"channel": "IMPORT"}
    assert first.content["location"] == {"text": "Ohio", "country": "US"}
    assert first.content["dataSubjectsAffected"] == 1240
    assert second.content["type"] == {"code": "information-content-security.data-loss"}
    assert second.content["tags"] == ["Desktop Computer", "Paper/Films", "Healthcare Provider"]
    assert "description" not in second.content
    assert third.content["classification"] == {"code": "intrusions"}
    assert fourth.content["title"] == "Data breach at Lakeview Eye Clinic"
    assert fourth.content["type"] == {"code": "other.undetermined"}
    assert len({row.content["idempotencyKey"] for row in rows if isinstance(row, Prepared)}) == 4
