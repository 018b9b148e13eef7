"""Which look belongs to which type."""

from collections.abc import Callable, Mapping
from typing import BinaryIO, Final

from services.files.domain.content import captures, kinds
from services.files.domain.content.case import Case
from services.files.domain.content.compressed import checker
from services.files.domain.content.gif import check_gif
from services.files.domain.content.heif import check_heif
from services.files.domain.content.jpeg import check_jpeg
from services.files.domain.content.mails import check_mail
from services.files.domain.content.markup import check_xml
from services.files.domain.content.ole import check_ole
from services.files.domain.content.ooxml import OTHER, check_ooxml
from services.files.domain.content.opendocument import check_opendocument
from services.files.domain.content.outlook import check_outlook
from services.files.domain.content.pdf import check_pdf
from services.files.domain.content.png import check_png
from services.files.domain.content.sniffing import OLE
from services.files.domain.content.tars import check_tar
from services.files.domain.content.texts import check_json, check_table, check_text
from services.files.domain.content.webp import check_webp
from services.files.domain.content.zips import check_zip

Check = Callable[[BinaryIO, Case], None]
_CHECKS: Final[Mapping[str, Check]] = {
    kinds.TEXT: check_text,
    "text/markdown": check_text,
    "text/csv": check_table,
    "text/tab-separated-values": check_table,
    "application/json": check_json,
    kinds.XML: check_xml,
    kinds.MAIL: check_mail,
    kinds.OUTLOOK: check_outlook,
    kinds.PDF: check_pdf,
    kinds.PNG: check_png,
    kinds.JPEG: check_jpeg,
    kinds.GIF: check_gif,
    kinds.WEBP: check_webp,
    kinds.HEIC: check_heif,
    kinds.ZIP: check_zip,
    kinds.TAR: check_tar,
    kinds.PCAP: captures.check_pcap,
    kinds.PCAPNG: captures.check_pcapng,
    kinds.EVTX: captures.check_evtx,
    OTHER: check_ooxml,
    OLE: check_ole,
    "application/msword": check_ole,
    "application/vnd.ms-excel": check_ole,
    "application/vnd.ms-powerpoint": check_ole,
    **dict.fromkeys(kinds.OOXML, check_ooxml),
    **dict.fromkeys(kinds.OPEN_DOCUMENT, check_opendocument),
}
_PACKED: Final = {kinds.GZIP: checker("gzip"), kinds.BZIP2: checker("bzip2"), kinds.XZ: checker("xz")}


def check(file: BinaryIO, name: str, media_type: str, case: Case) -> None:
    """Nothing for types that are not let in, unless there is more to tell of them. Stops where it cannot go on."""
    if media_type in _PACKED:
        _PACKED[media_type](file, name, case)
    elif media_type in _CHECKS:
        file.seek(0)
        _CHECKS[media_type](file, case)
