"""How words end that are rather a domain, or rather a file: what a text means is guessed, and then asked."""

from functools import cache
from typing import Final

from babel.core import Locale

_FILES: Final = (
    "7z apk app asp aspx bat bin bz2 cab cmd cpl csv dat db dll dmg doc docm docx elf eml exe gif gz hta html htm "
    "img iso jar jpeg jpg js jse json key lnk log msg msi ocx ods odt one pdf pem php plist png ppt pptm pptx ps1 "
    "psm1 py rar reg rtf scr sct sh so svg swf sys tar tmp txt url vba vbe vbs vhd vhdx wsf xls xlsb xlsm xlsx "
    "xml yaml yml zip"
)
# Those of the top-level domains that are no codes of countries and often met.
_GENERIC: Final = (
    "academy agency app arpa art asia bank best bid biz blog bond business buzz cam care casa cc center cfd city "
    "click cloud club co coffee com company cyou date dev digital download edu email energy eu events example "
    "exchange expert express fit fun fund gallery games global gov group guru health help host hosting icu info "
    "ink int international invalid io jobs kim land law legal life link live loan local love ltd management "
    "market media men mil mobi money monster name net network news ninja one onion online org page parts party "
    "photos pics plus press pro pub quest racing red rest review rocks run sale sbs science security services "
    "shop site skin social software solutions space store stream studio style su support surf systems team tech "
    "test tips today tokyo tools top trade travel tube uk uno video vip webcam website wiki win work works world "
    "wtf xyz zone"
)


def of_file(ending: str) -> bool:
    return ending.lower() in _files()


def of_domain(ending: str) -> bool:
    """Whether it is a top-level domain, as far as these are known."""
    found = ending.lower()
    return found in _top_levels() or found.startswith("xn--") or not found.isascii()


@cache
def _files() -> frozenset[str]:
    return frozenset(_FILES.split())


@cache
def _top_levels() -> frozenset[str]:
    countries = map(str, Locale("en").territories)
    return frozenset(_GENERIC.split()) | {code.lower() for code in countries if code.isalpha()}
