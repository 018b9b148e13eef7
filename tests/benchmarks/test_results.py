import json
from pathlib import Path

import pytest

from benchmarks import results
from benchmarks.results import Figure, keep


def test_figures_of_one_part_leave_those_of_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "FILE", tmp_path / "results.json")

    keep("registry", [Figure("import", 1.0, "1/s")], ["slow"])
    keep("gateway", [Figure("nested", 2.0, "1/s", 3.0, "Apollo")], [])
    keep("registry", [Figure("import", 4.0, "1/s")], ["fast"])

    kept = json.loads((tmp_path / "results.json").read_text())
    assert [figure["value"] for figure in kept["registry"]["figures"]] == [4.0]
    assert kept["registry"]["notes"] == ["fast"]
    assert kept["gateway"]["figures"][0]["ratio_to"] == "Apollo"
