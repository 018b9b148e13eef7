"""Putting the service together for its background work."""

from chassis.consumer import Consumer
from chassis.runtime import Runtime
from chassis.worker import Task, Worker
from services.directories.adapters.chat_completions import ChatCompletions
from services.directories.events import subscriptions
from services.directories.settings import DirectoriesSettings
from services.directories.usecases.run_translations import run_translations
from services.directories.usecases.translate_batch import Translator


def new_worker(runtime: Runtime) -> Worker:
    consumer = Consumer(runtime.name, runtime.database, subscriptions, None)
    return Worker(runtime.name, runtime.database, consumer, tasks=_translating(runtime))


def _translating(runtime: Runtime) -> dict[str, Task]:
    """Nothing where translation by machine is off."""
    settings = runtime.settings
    if not isinstance(settings, DirectoriesSettings) or not settings.translation_url or not settings.translation_model:
        return {}
    url, key, model = settings.translation_url, settings.translation_key, settings.translation_model

    async def translate() -> None:
        machine = ChatCompletions(url, key, model, seconds=settings.translation_seconds)
        try:
            await run_translations(runtime.database, Translator(runtime.database, machine))
        finally:
            await machine.close()

    return {"translation by machine": translate}
