"""The import command beside a registry in memory."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.fake_registry import API_KEY, FakeRegistry
from tests.support.importer import Importer


@pytest.fixture
async def registry() -> AsyncIterator[FakeRegistry]:
    fake = FakeRegistry()
    await fake.start()
    yield fake
    await fake.stop()


@pytest.fixture
def importer(
    registry: FakeRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Importer:
    """With a key to the registry, and short pauses between tries."""
    monkeypatch.setenv("REGISTRY_API_KEY", API_KEY)
    monkeypatch.delenv("REGISTRY_URL", raising=False)
    monkeypatch.setattr("client.backoff.FIRST_PAUSE", 0.01)
    monkeypatch.chdir(tmp_path)
    return Importer(tmp_path, registry, capsys)
