"""Receive what an operator uploads 上传; look into the folder where other systems drop files."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Protocol

from django.conf import settings

from core.errors import DomainError
from core.month import Month


class Received(Protocol):
    """Be one file of a request."""

    name: str | None

    def chunks(self) -> Iterable[bytes]:
        """Yield the content piece by piece."""


def store_uploads(files: Iterable[Received], month: Month) -> Path:
    """Write the files of one upload into a folder of its own, whole or not at all.

    Raises:
        DomainError: for a name that is none, or two files of one name.
    """
    home = Path(settings.GCVA_VAR) / "uploads" / str(month)
    home.mkdir(parents=True, exist_ok=True)
    unfinished = home / f".{uuid.uuid4().hex}"
    unfinished.mkdir()
    try:
        for file in files:
            _write(file, unfinished / _plain_name(file.name or ""))
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    finished = home / uuid.uuid4().hex[:12]
    unfinished.rename(finished)
    return finished


def _plain_name(name: str) -> str:
    plain = PurePosixPath(name.replace("\\", "/")).name.strip()
    if not plain or plain.startswith(".") or len(plain.encode()) > 200:
        raise DomainError(
            "bad_file_name", f"文件名“{name[:60]}”不可用。", "请改名后重新上传。", "files"
        )
    return plain


def _write(file: Received, path: Path) -> None:
    if path.exists():
        raise DomainError(
            "same_file_name", f"有两个文件都叫“{path.name}”。", "请改名后重新上传。", "files"
        )
    with path.open("xb") as sink:
        for chunk in file.chunks():
            sink.write(chunk)


def drop_root() -> Path:
    """Return the configured drop folder 投放目录."""
    return Path(settings.GCVA_DROP)


def dropped_folders() -> tuple[str, ...]:
    """Return the folders and files waiting in the drop folder, by name; two levels at most."""
    root = drop_root()
    if not root.is_dir():
        return ()
    found = []
    for entry in sorted(root.iterdir()):
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        found.append(entry.name)
        if entry.is_dir():
            found += [
                f"{entry.name}/{inner.name}"
                for inner in sorted(entry.iterdir())
                if inner.is_dir() and not inner.is_symlink() and not inner.name.startswith(".")
            ]
    return tuple(found)


def dropped(name: str) -> Path:
    """Return a folder of the drop folder by its listed name.

    Raises:
        DomainError: for any name that is not listed; a path cannot lead out of the folder.
    """
    if name not in dropped_folders():
        raise DomainError(
            "no_such_folder", f"投放目录中没有“{name[:60]}”。", "请刷新页面后重新选择。", "folder"
        )
    return drop_root() / name


def mapping_files() -> dict[str, Path]:
    """Return the mapping files 映射文件 an operator can choose, by name."""
    folders = [Path(folder) for folder in settings.GCVA_MAPPINGS]
    found = [
        path for folder in folders if folder.is_dir() for path in sorted(folder.glob("*.toml"))
    ]
    return {path.stem: path for path in found}
