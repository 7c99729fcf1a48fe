"""Tell a file's kind by its bytes, never by its name; pure."""

from __future__ import annotations

import zipfile
from pathlib import Path

KINDS_TAKEN = ("PDF", "PNG", "JPG", "DOCX", "XLSX")
#: What an Office file unpacks to at most; more is a bomb.
MAX_UNPACKED = 200 * 1024 * 1024
MAX_PARTS = 2000
_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
#: Parts that run code, or carry another program's files.
_ACTIVE = ("vbaproject.bin", "activex/", "embeddings/")


def kind_of(path: Path) -> str | None:
    """Return pdf, png, jpg, docx or xlsx; None for anything else."""
    with path.open("rb") as stream:
        head = stream.read(1024)
        stream.seek(max(path.stat().st_size - 2048, 0))
        tail = stream.read()
    if head.startswith(b"%PDF-1.") or head.startswith(b"%PDF-2."):
        return "pdf" if b"%%EOF" in tail else None
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
        return "png" if b"IEND" in tail else None
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg" if b"\xff\xd9" in tail else None
    if head.startswith(b"PK\x03\x04"):
        return _office_kind(path)
    return None


def _office_kind(path: Path) -> str | None:
    """Look into the zip: the parts every Office file has, none that runs, no bomb."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    names = {part.filename for part in parts}
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        return None
    if "[Content_Types].xml" not in names:
        return None
    lowered = [name.lower() for name in names]
    if any(active in name for name in lowered for active in _ACTIVE):
        return None
    if any(name.startswith("/") or ".." in name.split("/") for name in lowered):
        return None
    found = [kind for kind, part in _PARTS.items() if part in names]
    return found[0] if len(found) == 1 else None
