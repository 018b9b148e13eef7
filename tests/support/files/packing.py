"""Archives of every form, and the parts of which office documents are made."""

import io
import tarfile
import zipfile
from collections.abc import Mapping
from typing import Any


def zipped(entries: Mapping[str, bytes | str], *, method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.comment = comment
        for name, content in entries.items():
            info = zipfile.ZipInfo("x", (2026, 1, 2, 3, 4, 6))
            info.filename = name  # as it is: the constructor would cut and correct it
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else method
            archive.writestr(info, content)
    return out.getvalue()


def linked(target: str) -> bytes:
    """A zip with a symbolic link."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("link.txt")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, target)
    return out.getvalue()


def patched(data: bytes, before: bytes, after: bytes) -> bytes:
    """Of the same length, everywhere."""
    assert before in data
    assert len(before) == len(after)
    return data.replace(before, after)


def tarred(entries: Mapping[str, bytes], form: int = tarfile.PAX_FORMAT, **fields: Any) -> bytes:
    """`fields` are set on each entry."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, content in entries.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            for key, value in fields.items():
                setattr(info, key, value)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def types(main: str, part: str, more: str = "") -> str:
    default = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'{XML}<Types xmlns="{_TYPES}">{default}<Override PartName="{part}" ContentType="{main}"/>{more}</Types>'


def relations(*given: tuple[str, str, str]) -> str:
    """Of kind, target and mode."""
    written = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/{kind}" Target="{target}"{mode and f" TargetMode={mode!r}"}/>'
        for n, (kind, target, mode) in enumerate(given, 1)
    )
    return f'{XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{written}</Relationships>'


WORD_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SLIDES_MAIN = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
SHEET_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def word(text: str = "what happened", more: Mapping[str, bytes | str] | None = None, body: str = "") -> bytes:
    """`more` adds parts, or replaces them."""
    paragraph = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>{body}"
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": types(WORD_MAIN, "/word/document.xml"),
        "_rels/.rels": relations(("officeDocument", "word/document.xml", "")),
        "word/document.xml": f'{XML}<w:document xmlns:w="{_W}"><w:body>{paragraph}</w:body></w:document>',
        "word/_rels/document.xml.rels": relations(("hyperlink", "https://example.org/", "External")),
    }
    return zipped(parts | dict(more or {}))


def slides(more: Mapping[str, bytes | str] | None = None) -> bytes:
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": types(SLIDES_MAIN, "/ppt/presentation.xml"),
        "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml", "")),
        "ppt/presentation.xml": f'{XML}<p:presentation xmlns:p="p"/>',
    }
    return zipped(parts | dict(more or {}))


def sheet(more: Mapping[str, bytes | str] | None = None) -> bytes:
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": types(SHEET_MAIN, "/xl/workbook.xml"),
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml", "")),
        "xl/workbook.xml": f'{XML}<workbook xmlns="x"/>',
    }
    return zipped(parts | dict(more or {}))


def opendocument(kind: str, content: str = "", more: Mapping[str, bytes | str] | None = None) -> bytes:
    namespaces = " ".join(
        f'xmlns:{each}="urn:oasis:names:tc:opendocument:xmlns:{each}:1.0"'
        for each in ("office", "text", "draw", "table", "script", "manifest")
    )
    linked_to = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
    parts: dict[str, bytes | str] = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}",
        "content.xml": f"{XML}<office:document-content {namespaces} {linked_to}>{content}</office:document-content>",
        "Configurations2/accelerator/current.xml": "",
        "META-INF/manifest.xml": f"{XML}<manifest:manifest {namespaces}/>",
    }
    return zipped(parts | dict(more or {}))
