"""Files that are not what they are called, and names that are no names."""

from tests.support.files import packing
from tests.support.files.pictures import picture
from tests.support.files.portable import pdf
from tests.support.files.samples import Sample, fixed

_DICE = fixed(1)
_PNG = picture(_DICE, "PNG")
_PROGRAM = b"MZ\x90\x00\x03" + bytes(200) + b"This program cannot be run in DOS mode"
_PAGE = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
_SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'

SAMPLES = (
    Sample("a program as a picture", "photo.png", _PROGRAM, "TYPE_NOT_ALLOWED"),
    Sample("a program as a report", "report.pdf", _PROGRAM, "TYPE_NOT_ALLOWED"),
    Sample("a program as a log", "app.log", _PROGRAM, "TYPE_NOT_ALLOWED"),
    Sample("a program under its name", "setup.exe", _PROGRAM, "TYPE_NOT_ALLOWED"),
    Sample("a program behind two endings", "report.pdf.exe", _PROGRAM, "TYPE_NOT_ALLOWED"),
    Sample("a good document with the ending of a program", "report.pdf.exe", pdf(), "TYPE_NOT_ALLOWED"),
    Sample("an ELF program", "tool.txt", b"\x7fELF\x02\x01\x01" + bytes(60), "TYPE_NOT_ALLOWED"),
    Sample("a shell script as a text", "notes.txt", b"#!/bin/sh\nrm -rf /\n", "TYPE_NOT_ALLOWED"),
    Sample("a PHP script as a text", "notes.txt", b"<?php system($_GET['c']);", "TYPE_NOT_ALLOWED"),
    Sample("a script under its name", "run.js", b"alert(1)", "TYPE_NOT_ALLOWED"),
    Sample("a flash film", "film.png", b"CWS\x0a" + bytes(80), "TYPE_NOT_ALLOWED"),
    Sample("a picture of another form", "photo.jpg", _PNG, "TYPE_MISMATCH"),
    Sample("a picture declared as another", "photo.png", _PNG, "TYPE_MISMATCH", "image/jpeg"),
    Sample("a picture declared as a page", "photo.png", _PNG, "TYPE_MISMATCH", "text/html"),
    Sample("a text declared as a page", "notes.txt", b"nothing", "TYPE_MISMATCH", "text/html"),
    Sample("a document as an archive", "report.zip", packing.word(), "TYPE_MISMATCH"),
    Sample("an archive as a document", "report.docx", packing.zipped({"a.txt": "a"}), "TYPE_MISMATCH"),
    Sample("a sheet as a text document", "report.docx", packing.sheet(), "TYPE_MISMATCH"),
    Sample(
        "a program of Java as an archive", "a.zip", packing.zipped({"META-INF/MANIFEST.MF": "a"}), "TYPE_NOT_ALLOWED"
    ),
    Sample("a rich text", "report.rtf", b"{\\rtf1{\\object\\objdata 01}}", "TYPE_NOT_ALLOWED"),
    Sample("a rich text as a document", "report.docx", b"{\\rtf1{\\object\\objdata 01}}", "TYPE_NOT_ALLOWED"),
    Sample("a 7z archive", "a.7z", b"7z\xbc\xaf\x27\x1c" + bytes(60), "TYPE_NOT_ALLOWED"),
    Sample("a page", "page.html", _PAGE, "ACTIVE_MARKUP", "text/html"),
    Sample("a page as a text", "notes.txt", _PAGE, "ACTIVE_MARKUP"),
    Sample("a page as a picture", "photo.png", _PAGE, "ACTIVE_MARKUP"),
    Sample("a page as data", "data.json", _PAGE, "ACTIVE_MARKUP"),
    Sample("a page after white space", "notes.txt", b" \n\t" + _PAGE, "ACTIVE_MARKUP"),
    Sample("a page after a comment", "notes.md", b"<!-- a -->" + _PAGE, "ACTIVE_MARKUP"),
    Sample("a page after a few words", "notes.csv", b"name,town\n" + _PAGE, "ACTIVE_MARKUP"),
    Sample("a page in wide characters", "notes.txt", _PAGE.decode().encode("utf-16"), "ACTIVE_MARKUP"),
    Sample("a page after a mark of order", "notes.txt", b"\xef\xbb\xbf" + _PAGE, "ACTIVE_MARKUP"),
    Sample("a drawing with a script", "a.svg", _SVG, "ACTIVE_MARKUP", "image/svg+xml"),
    Sample("a drawing as a picture", "a.png", _SVG, "ACTIVE_MARKUP"),
    Sample("a drawing as XML", "a.xml", b'<?xml version="1.0"?>' + _SVG, "ACTIVE_MARKUP"),
    Sample(
        "a drawing with a prefix as XML", "a.xml", b'<x:svg xmlns:x="http://www.w3.org/2000/svg"/>', "ACTIVE_MARKUP"
    ),
    Sample("a drawing after many comments", "a.txt", b"<!---->" * 90 + b"<!DOCTYPE svg><svg>", "ACTIVE_MARKUP"),
    Sample("comments without end", "a.md", b"<!---->" * 5000, "ACTIVE_MARKUP"),
    Sample("nothing at all", "notes.txt", b"", "EMPTY"),
    Sample("a text with bytes of none", "notes.txt", b"a\x00b" * 20, "TYPE_NOT_ALLOWED"),
    Sample("a text with such bytes later on", "notes.txt", b"a " * 5000 + b"\x00\x01", "TYPE_MISMATCH"),
    Sample("a name that runs backwards", "report\u202efdp.exe.pdf", pdf(), "UNSAFE_NAME"),
    Sample("a name with a hidden sign", "rep\u200bort.pdf", pdf(), "UNSAFE_NAME"),
    Sample("a name with a NUL", "report.exe\0.pdf", pdf(), "UNSAFE_NAME"),
    Sample("a name that is a path", "../../etc/report.pdf", pdf(), "UNSAFE_NAME"),
    Sample("a name that is a path of Windows", "C:\\report.pdf", pdf(), "UNSAFE_NAME"),
    Sample("a name of a device", "con.pdf", pdf(), "UNSAFE_NAME"),
    Sample("a name with a dot at its end", "report.pdf.", pdf(), "UNSAFE_NAME"),
    Sample("a name with a space at its end", "report.pdf ", pdf(), "UNSAFE_NAME"),
    Sample("a name with a line end", "report\r\nX: y.pdf", pdf(), "UNSAFE_NAME"),
)
