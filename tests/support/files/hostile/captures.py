"""Captures that are none, or something else too."""

from tests.support.files.captures import evtx, pcap, pcapng
from tests.support.files.packing import zipped
from tests.support.files.samples import Sample, fixed

_DICE = fixed(7)
_ZIP = zipped({"a.txt": "a"})

SAMPLES = (
    Sample("a capture that is an archive", "a.pcap", pcap(_DICE) + bytes(8) + b"\1\0\0\0\1\0\0\0" + _ZIP, "POLYGLOT"),
    Sample("a capture of packets that cannot be", "a.pcap", pcap(_DICE) + b"\xff" * 40, "TRUNCATED"),
    Sample(
        "a capture of a version that nobody writes", "a.pcap", b"\xd4\xc3\xb2\xa1\x09\0\x09\0" + bytes(16), "MALFORMED"
    ),
    Sample("a newer capture that is cut off", "a.pcapng", pcapng(fixed(1))[:-5], "TRUNCATED"),
    Sample(
        "an event log with a wrong checksum",
        "a.evtx",
        evtx(_DICE).replace(b"ElfFile\0", b"ElfFile\0\1", 1)[:-1],
        "MALFORMED",
    ),
    Sample("an event log with something behind it", "a.evtx", evtx(_DICE) + b"secret" * 9, "MALFORMED"),
)
