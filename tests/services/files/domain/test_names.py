"""Which names are safe: anything that people write, nothing that deceives them or their systems."""

import pytest

from chassis.errors import Invalid
from services.files.domain import files
from services.files.domain.names import extension, hazard, path_hazard

GOOD = [
    "report.pdf",
    "Größe – Übersicht (2).docx",
    "отчёт за март.pdf",
    "報告書.xlsx",
    "تقرير.pdf",
    "می\u200cخواهم.txt",  # a sign without width that Persian needs
    "👩\u200d🚒.png",  # and one that joins pictures
    ".gitignore",
    "a..b.txt",
    "console.log",
    "com.example.txt",
    "Screenshot 12:30:00.png",
    "a" * 251 + ".txt",
]
BAD = {
    "": "is no name",
    "..": "is no name",
    "a" * 256: "has more than 255 characters",
    "a/b.txt": "is a path",
    "..\\b.txt": "is a path",
    "C:b.txt": "is a path",
    "a\0.txt": "has control characters",
    "a\r\nb.txt": "has control characters",
    "a\x85b.txt": "has control characters",
    "a\u2028b.txt": "has control characters",
    "report\u202efdp.exe": "has signs that hide or reorder others",
    "report\u2067fdp.exe": "has signs that hide or reorder others",
    "report\u200ffdp.exe": "has signs that hide or reorder others",
    "re\u200bport.pdf": "has signs that hide or reorder others",
    "\ufeffreport.pdf": "has signs that hide or reorder others",
    "report\udc80.pdf": "is no Unicode text",
    "report.exe.": "ends with a dot or a space",
    "report.exe ": "ends with a dot or a space",
    "CON": "is reserved for a device",
    "nul.txt": "is reserved for a device",
    "COM1.log.txt": "is reserved for a device",
    "lpt².txt": "is reserved for a device",
    "aux .txt": "is reserved for a device",
}


@pytest.mark.parametrize("name", GOOD)
def test_names_in_any_script_are_safe(name: str) -> None:
    assert hazard(name) is None
    assert files.name(f" {name}\n") == name


@pytest.mark.parametrize("name", BAD)
def test_an_unsafe_name_is_told_why(name: str) -> None:
    assert hazard(name) == BAD[name]


@pytest.mark.parametrize("name", [name for name in BAD if name == name.strip()])
def test_an_unsafe_name_is_refused_by_its_field(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        files.name(name)

    assert refusal.value.field == ("name",)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("logs/2026/a.txt", None),
        ("./a.txt", None),
        ("logs/", None),
        ("logs\\a.txt", None),
        ("/etc/passwd", "is an absolute path"),
        ("\\\\server\\a.txt", "is an absolute path"),
        ("c:/a.txt", "is an absolute path"),
        ("a/../../b.txt", "leads out of its folder"),
        ("a\\..\\b.txt", "leads out of its folder"),
        ("a//b.txt", "is no name"),
        ("logs/con.txt", "is reserved for a device"),
        ("logs/a\u202eb.txt", "has signs that hide or reorder others"),
    ],
)
def test_entries_of_archives_stay_within_their_folder(path: str, reason: str | None) -> None:
    assert path_hazard(path) == reason


@pytest.mark.parametrize(
    ("name", "last"),
    [("a.PDF", "pdf"), ("a.tar.gz", "gz"), ("report.pdf.exe", "exe"), ("README", ""), (".bashrc", ""), ("a.", "")],
)
def test_the_extension_is_what_systems_go_by(name: str, last: str) -> None:
    assert extension(name) == last
