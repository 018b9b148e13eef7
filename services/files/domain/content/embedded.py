"""What lies in the parts of a document: documents in documents are looked into, other objects are not let in."""

import io
from collections.abc import Iterable
from typing import Final

from services.files.domain.content import kinds
from services.files.domain.content.case import Case
from services.files.domain.content.findings import Code
from services.files.domain.content.holding import held
from services.files.domain.content.ole import check_ole
from services.files.domain.content.sniffing import REFUSED, SIGNATURES

_ZIP: Final = b"PK\x03\x04"
_CONTAINERS: Final = tuple(
    begins
    for begins, media_type in (*SIGNATURES, *REFUSED)
    if media_type not in kinds.IMAGES | {"image/tiff", "text/x-script"}
)


def is_container(first: bytes) -> bool:
    """Whether a part begins as no part of a document needs to."""
    return first.startswith(_CONTAINERS)


def check_embedded(pieces: Iterable[bytes], name: str, case: Case) -> None:
    data = held(pieces)
    if data.startswith(_ZIP):
        case.look(io.BytesIO(data), name, case)
        return
    case.add(Code.EMBEDDED_OBJECT, "The document has embedded objects.")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        check_ole(io.BytesIO(data), case)
