"""Whether and whereto spans are sent; the libraries for it are loaded only then."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from chassis.settings import Settings, SettingsError
from chassis.tracing import Tracer, trace

_WHERETO: Final = "this is no address of an OTLP receiver, such as http://127.0.0.1:4318/v1/traces"


class TracingSettings(Settings):
    """Where spans are sent; nowhere if not given. Of `traces_ratio` of the traces that begin here, from 0 to 1."""

    traces_endpoint: str | None = None
    traces_ratio: float = Field(default=1.0, ge=0.0, le=1.0, allow_inf_nan=False)

    @field_validator("traces_endpoint")
    @classmethod
    def _is_a_receiver(cls, given: str | None) -> str | None:
        if given is not None and (urlsplit(given).scheme not in {"http", "https"} or not urlsplit(given).hostname):
            raise ValueError(_WHERETO)
        return given


@asynccontextmanager
async def exported(name: str, settings: TracingSettings) -> AsyncIterator[None]:
    """Inside, this process sends spans as `name`, if the settings say whereto. Raises SettingsError."""
    if settings.traces_endpoint is None:
        yield
        return
    tracer = trace.tracer = _new_tracer(name, settings.traces_endpoint, settings.traces_ratio)
    try:
        yield
    finally:
        trace.tracer = None
        await asyncio.to_thread(tracer.close)


def _new_tracer(name: str, endpoint: str, ratio: float) -> Tracer:
    """The libraries are loaded here and nowhere else."""
    try:
        from chassis.otlp import OtlpTracer
    except ImportError as error:
        raise SettingsError(
            f"a TRACES_ENDPOINT is set, and the library {error.name} is missing: "
            "install incident-registry[tracing], or unset it"
        ) from error
    return OtlpTracer(name, endpoint, ratio)
