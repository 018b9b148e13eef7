"""Captures and event logs."""

import struct
import zlib
from random import Random

from tests.support.files.samples import noise


def pcap(dice: Random, order: str = "<") -> bytes:
    out = struct.pack(f"{order}IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)
    for second in range(dice.randint(0, 5)):
        packet = noise(dice, dice.randint(20, 200))
        out += struct.pack(f"{order}IIII", second, 0, len(packet), len(packet)) + packet
    return out


def pcapng(dice: Random) -> bytes:
    def block(kind: int, body: bytes) -> bytes:
        body += bytes(-len(body) % 4)
        return struct.pack("<II", kind, len(body) + 12) + body + struct.pack("<I", len(body) + 12)

    out = block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + block(1, struct.pack("<HHI", 1, 0, 65535))
    for _ in range(dice.randint(0, 5)):
        packet = noise(dice, dice.randint(20, 200))
        out += block(6, struct.pack("<IIIII", 0, 0, 0, len(packet), len(packet)) + packet)
    return out


def evtx(dice: Random) -> bytes:
    chunks = dice.randint(0, 2)
    fields = struct.pack("<8sQQQIHHHH", b"ElfFile\0", 0, max(chunks - 1, 0), 1, 128, 1, 3, 4096, chunks)
    header = fields.ljust(120, b"\0")
    header += struct.pack("<II", 0, zlib.crc32(header))
    return header.ljust(4096, b"\0") + b"".join(
        (b"ElfChnk\0" + noise(dice, 500)).ljust(2**16, b"\0") for _ in range(chunks)
    )
