"""Files by digest or name, certificates, vulnerabilities, bank accounts, telephones, keys of the Windows registry."""

import re
from typing import Final

from services.incidents.domain.indicators.texts import exact, plain

_DIGEST: Final = re.compile(r"(?:(md5|sha-?1|sha-?256|sha-?512)[:=] ?)?([0-9a-f]{32,128})")
_LENGTHS: Final = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}
_LONGEST_FILE_NAME: Final = 255
_CERTIFICATE: Final = re.compile(r"(?:[0-9a-f]{2}){4,64}")
_CVE: Final = re.compile(r"CVE-[0-9]{4}-[0-9]{4,12}")
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_PHONE: Final = re.compile(r"(\+|00)?([0-9]{3,18})")
_E164: Final = range(7, 16)  # how many digits an international number has
_WALLET: Final = re.compile(r"[0-9A-Za-z:]{20,120}")
_SAME_IN_ANY_CASE: Final = ("0x", "bc1", "tb1", "ltc1", "bitcoincash:")
_HIVES: Final = {
    "hklm": "hkey_local_machine",
    "hkcu": "hkey_current_user",
    "hkcr": "hkey_classes_root",
    "hku": "hkey_users",
    "hkcc": "hkey_current_config",
}
_HIVE: Final = re.compile(r"hkey_[a-z_]{4,30}")


def file(text: str) -> str:
    """A digest in lower case where it has the length of one (MD5, SHA-1, SHA-256, SHA-512), else a name."""
    digest = _DIGEST.fullmatch(text.lower())
    if digest is not None:
        named = digest[1] and _LENGTHS[digest[1].replace("-", "")]
        if named not in (None, len(digest[2])):
            raise ValueError(f"A digest of {digest[1].upper()} has {named} hexadecimal digits.")
        if len(digest[2]) in _LENGTHS.values():
            return digest[2]
    if re.search(r"[\\/]", text) or len(text) > _LONGEST_FILE_NAME:
        raise ValueError("A file is known by a digest (MD5, SHA-1, SHA-256, SHA-512), or by a name without a path.")
    return plain(text)


def certificate(text: str) -> str:
    found = re.sub(r"[: ]", "", text.lower())
    if not _CERTIFICATE.fullmatch(found):
        raise ValueError("A certificate is known by its serial number or fingerprint in hexadecimal digits.")
    return found


def cve(text: str) -> str:
    found = text.upper()
    if not _CVE.fullmatch(found):
        raise ValueError("A CVE number is written like CVE-2021-44228.")
    return found


def iban(text: str) -> str:
    """With its check digits right (ISO 7064, modulo 97)."""
    found = re.sub(r"[ -]", "", text.upper())
    if not _IBAN.fullmatch(found):
        raise ValueError("An IBAN has two letters, two digits and up to 30 letters and digits.")
    if int("".join(str(int(sign, 36)) for sign in found[4:] + found[:4])) % 97 != 1:
        raise ValueError("The check digits of this IBAN do not fit: look for a slip in typing.")
    return found


def phone(text: str) -> str:
    """Digits only; an international number as E.164 has it."""
    found = _PHONE.fullmatch(re.sub(r"[ ()./-]", "", text))
    if found is None or (found[1] and len(found[2]) not in _E164):
        raise ValueError("A telephone number is written like +49 30 1234567, an international one with 7 to 15 digits.")
    return f"+{found[2]}" if found[1] else found[2]


def registry_key(text: str) -> str:
    hive, *keys = text.lower().rstrip("\\").split("\\")
    hive = _HIVES.get(hive, hive)
    if not _HIVE.fullmatch(hive):
        raise ValueError(r"A registry key begins with its hive, for example HKLM\Software\Run.")
    return plain("\\".join((hive, *keys)))


def wallet(text: str) -> str:
    """In lower case only where case tells nothing."""
    if not _WALLET.fullmatch(text):
        raise ValueError("A wallet is known by its address of 20 to 120 letters and digits.")
    return text.lower() if text.lower().startswith(_SAME_IN_ANY_CASE) else exact(text)
