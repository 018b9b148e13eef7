"""What an entry is called for one reader."""

from collections.abc import Mapping
from typing import TypeAlias
from uuid import UUID

from chassis.locales import candidates
from services.directories.domain.entries import Directory, Entry, Text

Wanted: TypeAlias = tuple[str, ...]  # BCP 47 tags, best first


class Wording:
    """Names and descriptions of the entries of `directory` for a reader who wants these languages.

    Which of them serve is found out once; each entry then costs a look into each language until one has it.
    """

    def __init__(self, directory: Directory, wanted: Wanted) -> None:
        served = candidates(wanted, directory.locales)
        nothing: Mapping[UUID, Text] = {}
        self._tried = tuple((tag, directory.texts.get(tag, nothing)) for tag in served)

    def name(self, entry: Entry) -> tuple[str, str | None]:
        """The name and its tag; the code and None where no translation serves."""
        for tag, texts in self._tried:
            text = texts.get(entry.id)
            if text is not None:
                return text.name, tag
        return entry.code, None

    def description(self, entry: Entry) -> tuple[str, str] | tuple[None, None]:
        """The description and its tag; only translations that have one are looked at, so it may be another than that
        of the name.
        """
        for tag, texts in self._tried:
            text = texts.get(entry.id)
            if text is not None and text.description is not None:
                return text.description, tag
        return None, None
