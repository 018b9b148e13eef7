"""Checking a file: it is read from the store once, and its bytes alone say what it is and whether it may pass."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Final, TypeAlias

from chassis.errors import Fault
from services.files.adapters.clamav import Scanner, TooLarge
from services.files.adapters.object_store import NoSuchObject, ObjectStore
from services.files.domain import verdicts
from services.files.domain.content.findings import Inspection
from services.files.domain.files import PREVIEW_TYPE, FileState, preview_key
from services.files.domain.verdicts import Verdict
from services.files.persistence.rows import FileRow

Inspect: TypeAlias = Callable[[Path, str, str], Awaitable[Inspection]]
Preview: TypeAlias = Callable[[Path, str], Awaitable[bytes | None]]
_CHUNK: Final = 2**20


@dataclass(frozen=True, slots=True)
class Examiners:
    """Who looks at files, and where a copy lies while they do."""

    objects: ObjectStore
    inspect: Inspect
    scanner: Scanner
    preview: Preview
    folder: Path | None = None


async def examine(file: FileRow, promised: str | None, by: Examiners) -> Verdict:
    """Raises Fault when the store does not answer, and OSError when there is no room for the copy."""
    with tempfile.NamedTemporaryFile(dir=by.folder, prefix="check-") as copy:
        try:
            sha256 = await _copy(by.objects.read(str(file.id)), copy)
        except NoSuchObject:
            return verdicts.lost()
        if promised is not None and promised != sha256:
            return verdicts.altered(promised, sha256)
        path = Path(copy.name)
        found = verdicts.of_content(await by.inspect(path, file.name, file.media_type), sha256, file.kind)
        if found.state is FileState.AVAILABLE:
            found = await _scanned(found, path, by.scanner)
        return await _shown(file, found, path, by)


async def _scanned(clean: Verdict, path: Path, scanner: Scanner) -> Verdict:
    try:
        name = await scanner.scan(_chunks(path))
    except TooLarge:
        return verdicts.unscannable(clean)
    except Fault:
        return verdicts.unscanned(clean)
    return clean if name is None else verdicts.infected(clean, name)


async def _shown(file: FileRow, found: Verdict, path: Path, by: Examiners) -> Verdict:
    """With a picture of it in the store, where it is one and may be given away."""
    if found.state is not FileState.AVAILABLE or found.detected_type is None:
        return found
    picture = await by.preview(path, found.detected_type)
    if picture is None:
        return found
    await by.objects.put(preview_key(file.id), picture, PREVIEW_TYPE)
    return replace(found, has_preview=True)


async def _copy(source: AsyncIterator[bytes], to: IO[bytes]) -> str:
    digest = hashlib.sha256()

    def keep(chunk: bytes) -> None:
        digest.update(chunk)
        to.write(chunk)

    async for chunk in source:
        await asyncio.to_thread(keep, chunk)
    to.flush()
    return digest.hexdigest()


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk
