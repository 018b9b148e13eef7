"""PDF documents, with their objects in the open or in compressed streams."""

import zlib


def pdf(*objects: str, packed: str = "", filters: str = "/FlateDecode", trailer: str = "") -> bytes:
    """`objects` are added to an empty page; `packed` are the objects of one object stream."""
    every = ["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>", *objects]
    out = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
    for number, each in enumerate(every, 1):
        out += f"{number} 0 obj\n{each}\nendobj\n".encode("latin-1")
    if packed:
        data = zlib.compress(packed.encode())
        head = f"<< /Type /ObjStm /N 1 /First 4 /Length {len(data)} /Filter {filters} >>"
        out += f"9 0 obj\n{head}\nstream\n".encode() + data + b"\nendstream\nendobj\n"
    return out + f"trailer\n<< /Root 1 0 R /Size 10 {trailer} >>\nstartxref\n0\n%%EOF\n".encode()
