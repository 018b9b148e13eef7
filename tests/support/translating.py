"""Works on jobs of translation until it is killed: `python -m tests.support.translating DATABASE ENDPOINT`."""

import asyncio
import sys

from chassis.database import Database
from chassis.engine import new_engine
from services.directories.adapters.chat_completions import ChatCompletions
from services.directories.app import WALLS
from services.directories.usecases.run_translations import run_translations
from services.directories.usecases.translate_batch import Translator
from tests.support.fake_translator import KEY


async def main(database_url: str, endpoint: str) -> None:
    database = Database(new_engine(database_url, connections=3), WALLS)
    machine = ChatCompletions(endpoint, KEY, "test-model")
    await run_translations(database, Translator(database, machine), idle_seconds=0.05)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
