"""Archives that grow, lead astray, or hide what is in them."""

import bz2
import gzip
import lzma
import struct
import tarfile
import zlib

from tests.support.files import packing
from tests.support.files.packing import linked, patched, tarred, zipped
from tests.support.files.samples import Sample

_ZEROS = bytes(20 * 2**20)
_EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR" + "-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def _many(count: int) -> bytes:
    return zipped({f"{number}.txt": "a" for number in range(count)})


def _nested(depth: int) -> bytes:
    inner = zipped({"a.txt": "a"})
    for _ in range(depth - 1):
        inner = zipped({"a.zip": inner})
    return inner


def _encrypted() -> bytes:
    data = bytearray(zipped({"a.txt": "secret"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def _overlapping() -> bytes:
    """The directory tells of the first entry twice, by two names that the header of the entry has only one of."""
    data = zipped({"a.txt": b"a" * 99, "b.txt": b"a" * 99})
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    return data[: second + 42] + struct.pack("<I", 0) + data[second + 46 :]


def _longer_than_told() -> bytes:
    """More comes out than sizes and checksums say."""
    data, short = zipped({"a.txt": b"a" * 400}), zlib.crc32(b"a" * 10)
    for before, after in ((400, 10), (zlib.crc32(b"a" * 400), short)):
        data = data.replace(struct.pack("<I", before), struct.pack("<I", after))
    return data


def _doubled() -> bytes:
    return patched(zipped({"a.txt": "first", "b.txt": "second"}), b"b.txt", b"a.txt")


def _two_names() -> bytes:
    data = zipped({"a.txt": "first"})
    return data.replace(b"a.txt", b"b.exe", 1)


def _gap() -> bytes:
    """A thousand bytes between the entries and the directory, which nothing tells of."""
    data = zipped({"a.txt": "a"})
    at = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    moved = struct.pack("<I", at + 1000)
    return data[:at] + b"secret  " * 125 + data[at : end + 16] + moved + data[end + 20 :]


def _large_form() -> bytes:
    """Two directories: programs that know the large form read another one than those that do not."""
    data = zipped({"a.txt": "a"})
    end = data.index(b"PK\x05\x06")
    record = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 0, 0, 0, 0)
    return data[:end] + record + b"PK\x06\x07" + struct.pack("<IQI", 0, end, 1) + data[end:]


def _nowhere() -> bytes:
    """A directory that begins before the file does."""
    data = zipped({"a.txt": "a"})
    end = data.index(b"PK\x05\x06")
    return data[: end + 16] + b"\xff" * 4 + data[end + 20 :]


def _device() -> bytes:
    return tarred({"a.txt": b""}, type=tarfile.CHRTYPE)


def _sparse() -> bytes:
    return tarred({"a.txt": b"a" * 512}, pax_headers={"GNU.sparse.realsize": "999999999999"})


SAMPLES = (
    Sample("a zip of zeros", "a.zip", zipped({"a.log": b" " * len(_ZEROS)}), "DECOMPRESSION_BOMB"),
    Sample(
        "a zip that holds more than the budget",
        "a.zip",
        zipped({f"{n}.log": b"a" * 30_000_000 for n in range(8)}),
        "DECOMPRESSION_BOMB",
    ),
    Sample("a gzip of zeros", "a.log.gz", gzip.compress(_ZEROS), "DECOMPRESSION_BOMB"),
    Sample("a bzip2 of zeros", "a.log.bz2", bz2.compress(_ZEROS), "DECOMPRESSION_BOMB"),
    Sample("an xz of zeros", "a.log.xz", lzma.compress(_ZEROS), "DECOMPRESSION_BOMB"),
    Sample("a packed tar of zeros", "a.tgz", gzip.compress(tarred({"a.log": _ZEROS})), "DECOMPRESSION_BOMB"),
    Sample("a bomb in a zip", "a.zip", zipped({"b.zip": zipped({"a.log": _ZEROS})}), "DECOMPRESSION_BOMB"),
    Sample("501 entries", "a.zip", _many(501), "TOO_MANY_ENTRIES"),
    Sample("501 entries of a tar", "a.tar", tarred({f"{n}.txt": b"a" for n in range(501)}), "TOO_MANY_ENTRIES"),
    Sample("three archives in one another", "a.zip", _nested(3), "TOO_DEEP"),
    Sample(
        "a gzip in a gzip in a gzip", "a.txt.gz.gz.gz", gzip.compress(gzip.compress(gzip.compress(b"a"))), "TOO_DEEP"
    ),
    Sample("a way out of the folder", "a.zip", zipped({"../../etc/cron.d/a.txt": "a"}), "UNSAFE_NAME"),
    Sample("a way out of the folder in a tar", "a.tar", tarred({"a/../../b.txt": b"a"}), "UNSAFE_NAME"),
    Sample("a way out by backslashes", "a.zip", zipped({"..\\..\\a.txt": "a"}), "UNSAFE_NAME"),
    Sample("an absolute name", "a.zip", zipped({"/etc/passwd.txt": "a"}), "UNSAFE_NAME"),
    Sample("an absolute name of Windows", "a.zip", zipped({"C:/Windows/a.txt": "a"}), "UNSAFE_NAME"),
    Sample("an absolute name in a tar", "a.tar", tarred({"/etc/a.txt": b"a"}), "UNSAFE_NAME"),
    Sample("a name that runs backwards", "a.zip", zipped({"a\u202etxt.exe.txt": "a"}), "UNSAFE_NAME"),
    Sample("a name with a NUL", "a.zip", patched(zipped({"a.exe~.txt": "a"}), b"~", b"\0"), "UNSAFE_NAME"),
    Sample("a name of a device", "a.zip", zipped({"logs/NUL.txt": "a"}), "UNSAFE_NAME"),
    Sample("a program in a zip", "a.zip", zipped({"setup.exe": b"MZ" + bytes(99)}), "TYPE_NOT_ALLOWED"),
    Sample("a program as a text in a zip", "a.zip", zipped({"a.txt": b"MZ" + bytes(99)}), "TYPE_NOT_ALLOWED"),
    Sample("a script in a zip", "a.zip", zipped({"a.js": "alert(1)"}), "TYPE_NOT_ALLOWED"),
    Sample(
        "a shortcut in a zip",
        "a.zip",
        zipped({"a.lnk": b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(60)}),
        "TYPE_NOT_ALLOWED",
    ),
    Sample("the test virus under a name of its own", "a.zip", zipped({"a.com": _EICAR}), "TYPE_NOT_ALLOWED"),
    Sample(
        "a page in a packed tar",
        "a.tgz",
        gzip.compress(tarred({"a.txt": b"<script>alert(1)</script>"})),
        "ACTIVE_MARKUP",
    ),
    Sample("macros in a zip", "a.zip", zipped({"a.docx": packing.word(more={"word/vbaProject.bin": b"a"})}), "MACRO"),
    Sample("a link in a zip", "a.zip", linked("/etc/passwd"), "UNSAFE_ENTRY"),
    Sample(
        "a link in a tar", "a.tar", tarred({"a.txt": b""}, type=tarfile.SYMTYPE, linkname="/etc/passwd"), "UNSAFE_ENTRY"
    ),
    Sample(
        "a hard link in a tar", "a.tar", tarred({"a.txt": b""}, type=tarfile.LNKTYPE, linkname="../b"), "UNSAFE_ENTRY"
    ),
    Sample("a device in a tar", "a.tar", _device(), "UNSAFE_ENTRY"),
    Sample("a file with holes in a tar", "a.tar", _sparse(), "DECOMPRESSION_BOMB"),
    Sample("two entries of one name", "a.zip", _doubled(), "UNSAFE_ENTRY"),
    Sample("two names but for capitals", "a.zip", zipped({"a.txt": "a", "A.TXT": "b"}), "UNSAFE_ENTRY"),
    Sample("entries that overlap", "a.zip", _overlapping(), "UNSAFE_ENTRY"),
    Sample("an entry with two names", "a.zip", _two_names(), "MALFORMED"),
    Sample("an entry larger than it tells", "a.zip", _longer_than_told(), "MALFORMED"),
    Sample(
        "an entry with a wrong checksum",
        "a.zip",
        patched(zipped({"a.txt": "abcd"}, method=0), b"abcd", b"abce"),
        "MALFORMED",
    ),
    Sample("an encrypted entry", "a.zip", _encrypted(), "ENCRYPTED"),
    Sample(
        "an entry packed in a rare way",
        "a.zip",
        patched(zipped({"a.txt": "a"}, method=12), b"\x0c\x00", b"\x09\x00"),
        "UNREADABLE",
    ),
    Sample("a directory of two forms", "a.zip", _large_form(), "MALFORMED"),
    Sample("a directory before the file", "a.zip", _nowhere(), "HIDDEN_DATA"),
    Sample("something before a zip", "a.zip", b"PK\x03\x04" + bytes(60) + zipped({"a.txt": "a"}), "HIDDEN_DATA"),
    Sample("something behind a zip", "a.zip", zipped({"a.txt": "a"}) + b"secret" * 9, "HIDDEN_DATA"),
    Sample("something between the parts of a zip", "a.zip", _gap(), "HIDDEN_DATA"),
    Sample("something behind a tar", "a.tar", tarred({"a.txt": b"a"}) + b"secret" * 9, "HIDDEN_DATA"),
    Sample("something behind a gzip", "a.txt.gz", gzip.compress(b"a") + b"secret" * 9, "HIDDEN_DATA"),
    Sample("a zip that is cut off", "a.zip", zipped({"a.txt": "a" * 99})[:-30], "TRUNCATED"),
    Sample("a gzip that is cut off", "a.txt.gz", gzip.compress(b"abcdefgh")[:-4], "TRUNCATED"),
    Sample("a tar that is cut off", "a.tar", tarred({"a.txt": b"a" * 5000})[:3000], "TRUNCATED"),
    Sample("a gzip with broken data", "a.txt.gz", gzip.compress(b"abcdefgh")[:10] + b"\xff" * 99, "MALFORMED"),
)
