"""An endpoint on the loopback that translates, and who asks it."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from services.directories.adapters.chat_completions import ChatCompletions
from services.directories.usecases.translate_batch import Translator
from tests.support.fake_translator import (
    KEY,
    FakeTranslator,
    fake_translator,
)
from tests.support.services import RunningService
from tests.support.translation_runs import EAGER


@pytest.fixture
async def endpoint() -> AsyncIterator[FakeTranslator]:
    async with fake_translator() as made:
        yield made


@pytest.fixture
async def machine(endpoint: FakeTranslator) -> AsyncIterator[ChatCompletions]:
    made = ChatCompletions(endpoint.url, KEY, "test-model", seconds=5)
    yield made
    await made.close()


@pytest.fixture
def translator(directories: RunningService, machine: ChatCompletions) -> Translator:
    return Translator(directories.database, machine, EAGER)


@pytest.fixture
def severities(ids: dict[str, UUID]) -> dict[str, UUID]:
    return {code: ids[code] for code in ("low", "medium", "high")}
