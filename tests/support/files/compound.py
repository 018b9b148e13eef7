"""A writer of small compound files (OLE), as no library writes them: mails of Outlook and old office documents."""

import struct
from dataclasses import dataclass, field

Tree = dict[str, "bytes | Tree"]
_SECTOR, _MINI, _CUTOFF = 512, 64, 4096
_FREE, _END, _FAT, _NONE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5


@dataclass
class _Writer:
    sectors: list[bytes] = field(default_factory=list)
    fat: list[int] = field(default_factory=list)
    mini: bytearray = field(default_factory=bytearray)
    mini_fat: list[int] = field(default_factory=list)
    entries: list[list[object]] = field(default_factory=list)

    def chain(self, data: bytes) -> int:
        """Puts data into sectors of their own; the first of them."""
        if not data:
            return _END
        count = -(-len(data) // _SECTOR)
        first = len(self.sectors)
        padded = data.ljust(count * _SECTOR, b"\0")
        self.sectors += [padded[at : at + _SECTOR] for at in range(0, len(padded), _SECTOR)]
        self.fat += [*range(first + 1, first + count), _END]
        return first

    def small(self, data: bytes) -> int:
        count = -(-len(data) // _MINI)
        first = len(self.mini_fat)
        self.mini += data.ljust(count * _MINI, b"\0")
        self.mini_fat += [*range(first + 1, first + count), _END]
        return first

    def add(self, name: str, kind: int, start: int = 0, size: int = 0) -> int:
        self.entries.append([name, kind, _NONE, _NONE, start, size])
        return len(self.entries) - 1

    def fill(self, parent: int, tree: Tree) -> None:
        """Children hang one on the other, which readers accept though it is no balanced tree."""
        numbers = []
        for name, content in sorted(tree.items(), key=lambda item: (len(item[0]), item[0].upper())):
            if isinstance(content, dict):
                numbers.append(self.add(name, _STORAGE))
                self.fill(numbers[-1], content)
            else:
                start = self.small(content) if 0 < len(content) < _CUTOFF else self.chain(content)
                numbers.append(self.add(name, _STREAM, start, len(content)))
        for number, following in zip(numbers, [*numbers[1:], _NONE], strict=True):
            self.entries[number][2] = following
        if numbers:
            self.entries[parent][3] = numbers[0]

    def directory(self) -> bytes:
        written = b"".join(_entry(*entry) for entry in self.entries)  # type: ignore[arg-type] # a row of mixed types
        return written.ljust(-(-len(written) // _SECTOR) * _SECTOR, b"\0")


def _entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    wide = (name + "\0").encode("utf-16-le")
    links = struct.pack("<III", _NONE, right, child)
    return (
        wide.ljust(64, b"\0")
        + struct.pack("<HBB", len(wide), kind, 1)
        + links
        + bytes(36)
        + struct.pack("<IQ", start, size)
    )


def compound(tree: Tree) -> bytes:
    writer = _Writer()
    writer.fill(writer.add("Root Entry", _ROOT), tree)
    return _written(writer)


def deep(levels: int) -> bytes:
    """Folders in folders, one in each."""
    writer = _Writer()
    writer.add("Root Entry", _ROOT)
    for level in range(levels):
        writer.entries[level][3] = writer.add("folder", _STORAGE)
    return _written(writer)


def _written(writer: _Writer, root: int = 0) -> bytes:
    writer.entries[root][4:] = [writer.chain(bytes(writer.mini)), len(writer.mini)]
    minis = writer.chain(struct.pack(f"<{len(writer.mini_fat)}I", *writer.mini_fat).ljust(_SECTOR, b"\xff"))
    directory = writer.chain(writer.directory())
    fats = -(-(len(writer.fat) + 4) // 128)
    first_fat = len(writer.fat)
    table = [*writer.fat, *[_FAT] * fats]
    table += [_FREE] * (fats * 128 - len(table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, fats, directory, 0, _CUTOFF, minis, 1 if writer.mini_fat else 0, _END, 0)
    header += struct.pack("<109I", *range(first_fat, first_fat + fats), *[_FREE] * (109 - fats))
    return header + b"".join(writer.sectors) + struct.pack(f"<{len(table)}I", *table)


def outlook(subject: str, attachments: dict[str, bytes]) -> bytes:
    tree: Tree = {"__properties_version1.0": bytes(32), "__substg1.0_0037001F": subject.encode("utf-16-le")}
    for number, (name, data) in enumerate(attachments.items()):
        tree[f"__attach_version1.0_#{number:08X}"] = {
            "__properties_version1.0": bytes(8),
            "__substg1.0_37010102": data,
            "__substg1.0_3707001F": name.encode("utf-16-le"),
        }
    return compound(tree)
