"""Good files of every kind that is let in, each time a little different."""

import bz2
import gzip
import io
import json
import lzma
import tarfile
from collections.abc import Callable, Mapping
from email.message import EmailMessage
from random import Random

from openpyxl import Workbook
from PIL import Image

from tests.support.files import captures, packing
from tests.support.files.compound import outlook
from tests.support.files.pictures import animation, heic, picture, saved
from tests.support.files.portable import pdf
from tests.support.files.samples import noise, words


def text(dice: Random) -> bytes:
    lines = dice.choice(("MZ", "BZh", "CWS", "")) + "".join(
        f"{words(dice, dice.randint(1, 12))}\n" for _ in range(dice.randint(1, 30))
    )
    return lines.encode(dice.choice(("utf-8", "utf-8-sig", "utf-16", "utf-8")))


def log(dice: Random) -> bytes:
    line = "\x1b[31m203.0.113.{} - GET /?q=<script>alert(1)</script> {}\x1b[0m\n"
    before = "2026-11-23T05:00:00Z started " + "and quiet " * 30 + "\n"
    return (before + "".join(line.format(dice.randrange(256), words(dice, 3)) for _ in range(20))).encode()


def markdown(dice: Random) -> bytes:
    return f"# {words(dice, 3)}\n\n- {words(dice, 5)}\n\n```\n{words(dice, 2)}\n```\n".encode()


def table(dice: Random, separator: str = ",") -> bytes:
    rows = [[words(dice, 1), str(dice.randint(-9, 9)), f"+{dice.randrange(999)}", "a@b.c"] for _ in range(9)]
    return "\r\n".join(separator.join(row) for row in rows).encode()


def data(dice: Random) -> bytes:
    found = {"id": dice.randrange(99), "texts": [words(dice, 4) for _ in range(3)], "none": None}
    return json.dumps(found, ensure_ascii=dice.random() < 0.5, indent=dice.choice((None, 2))).encode()


def markup(dice: Random) -> bytes:
    start = dice.choice((packing.XML, '<?xml version="1.0"?>', "\ufeff", ""))
    events = "".join(f"<Event id='{n}'><Data>{words(dice, 3)}</Data></Event>" for n in range(dice.randint(1, 9)))
    return f"{start}<Events xmlns='urn:example:events'>{events}</Events>".encode()


def mail(dice: Random) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", words(dice, 3)
    message["Message-ID"] = f"<{dice.randrange(10**9)}@example.org>"
    message.set_content(words(dice, 30))
    if dice.random() < 0.6:
        message.add_alternative(f"<html><body><p>{words(dice, 9)}</p></body></html>", subtype="html")
    if dice.random() < 0.6:
        message.add_attachment(picture(dice, "PNG"), maintype="image", subtype="png", filename="screen.png")
    if dice.random() < 0.4:
        message.add_attachment(pdf(), maintype="application", subtype="pdf", filename="Größe.pdf")
    if dice.random() < 0.3:
        signature = b"\x30\x82" + noise(dice, 900)
        message.add_attachment(signature, maintype="application", subtype="pkcs7-signature", filename="smime.p7s")
    return message.as_bytes()


def message(dice: Random) -> bytes:
    attached = {"screen.png": picture(dice, "PNG"), "notes.txt": noise(dice, 1) and b"x" * dice.randint(1, 9000)}
    return outlook(words(dice, 3), dict(dice.sample(list(attached.items()), dice.randint(0, 2))))


def document(dice: Random) -> bytes:
    form = dice.randrange(3)
    if form == 0:
        return saved(Image.new("RGB", (dice.randint(1, 30), 20), "red"), "PDF")
    inner = f"3 0 << /Type /Font /FirstChar {dice.randrange(99)} >>"
    return pdf(
        f"<< /Title ({words(dice, 2)}) >>".encode("ascii", "replace").decode(), packed=inner if form == 1 else ""
    )


def workbook(dice: Random) -> bytes:
    book = Workbook()
    page = book.active
    assert page is not None
    for _ in range(dice.randint(1, 20)):
        page.append([words(dice, 2), dice.random(), "=1+2"])
    page["A1"].hyperlink = "https://example.org/"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def word(dice: Random) -> bytes:
    field = "<w:p><w:r><w:instrText> PAGE \\* MERGEFORMAT </w:instrText></w:r></w:p>"
    template = packing.relations(("attachedTemplate", r"file:///C:\Users\u\Normal.dotm", "External"))
    more: dict[str, bytes | str] = {"word/media/image1.png": picture(dice, "PNG")}
    more["word/_rels/settings.xml.rels"] = template
    return packing.word(words(dice, 40), more if dice.random() < 0.5 else {}, field)


def slides(dice: Random) -> bytes:
    more = {"ppt/embeddings/Microsoft_Excel_Sheet.xlsx": packing.sheet(), "ppt/media/image1.jpg": picture(dice, "JPEG")}
    return packing.slides(dict(dice.sample(list(more.items()), dice.randint(0, 2))))


def opendocument(kind: str) -> Callable[[Random], bytes]:
    def make(dice: Random) -> bytes:
        image = '<draw:image xlink:href="Pictures/1.png"/>' if dice.random() < 0.5 else ""
        return packing.opendocument(
            kind, f"<text:p>{words(dice, 9)}</text:p>{image}", {"Pictures/1.png": picture(dice, "PNG")}
        )

    return make


def files(dice: Random) -> dict[str, bytes]:
    known: dict[str, bytes] = {
        "logs/access.log": log(dice),
        "logs/access.log.1": log(dice),
        "messages": text(dice),
        "screens/größe.png": picture(dice, "PNG"),
        "report.docx": word(dice),
        "inner.zip": packing.zipped({"a.txt": text(dice)}),
        "__MACOSX/._report.docx": b"\x00\x05\x16\x07" + bytes(60),
        "empty.txt": b"",
    }
    return dict(dice.sample(list(known.items()), dice.randint(1, len(known))))


def archive(dice: Random) -> bytes:
    return packing.zipped(files(dice), method=dice.choice((0, 8, 12)), comment=dice.choice((b"", b"evidence")))


def tape(dice: Random) -> bytes:
    long = {"folder/" * 20 + "long.txt": text(dice)}
    return packing.tarred(
        files(dice) | long, dice.choice((tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT))
    )


def packed(method: Callable[[bytes], bytes]) -> Callable[[Random], bytes]:
    return lambda dice: method(log(dice))


GOOD: Mapping[str, Callable[[Random], bytes]] = {
    "a.txt": text,
    "a.log": log,
    "a.md": markdown,
    "a.csv": table,
    "a.tsv": lambda dice: table(dice, "\t"),
    "a.json": data,
    "a.xml": markup,
    "a.eml": mail,
    "a.msg": message,
    "a.pdf": document,
    "a.docx": word,
    "a.xlsx": workbook,
    "a.pptx": slides,
    "a.odt": opendocument("text"),
    "a.ods": opendocument("spreadsheet"),
    "a.odp": opendocument("presentation"),
    "a.png": lambda dice: picture(dice, "PNG"),
    "a.apng.png": lambda dice: animation(dice, "PNG"),
    "a.jpg": lambda dice: picture(dice, "JPEG"),
    "a.gif": lambda dice: picture(dice, "GIF"),
    "b.gif": lambda dice: animation(dice, "GIF"),
    "a.webp": lambda dice: picture(dice, "WEBP", lossless=dice.random() < 0.5),
    "b.webp": lambda dice: animation(dice, "WEBP"),
    "a.heic": heic,
    "a.zip": archive,
    "a.tar": tape,
    "a.log.gz": packed(gzip.compress),
    "a.log.bz2": packed(bz2.compress),
    "a.log.xz": packed(lzma.compress),
    "a.tgz": lambda dice: gzip.compress(tape(dice)),
    "a.tar.xz": lambda dice: lzma.compress(tape(dice)),
    "a.tar.bz2": lambda dice: bz2.compress(tape(dice)),
    "a.pcap": captures.pcap,
    "b.pcap": lambda dice: captures.pcap(dice, ">"),
    "a.pcapng": captures.pcapng,
    "a.evtx": captures.evtx,
}
