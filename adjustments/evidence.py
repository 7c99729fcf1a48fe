"""Take files that support a request 佐证材料, told by their content, kept outside the web root.

A name from outside never becomes a path: the bytes lie under a random name in
``GCVA_VAR/evidence``, the sender's name is a cleaned label. Type and size are checked while the
bytes come in; nothing of what is refused stays.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.scope import Scope
from adjustments import policy, steps
from adjustments.evidence_kinds import KINDS_TAKEN, kind_of
from adjustments.models import Evidence, GradeAdjustment
from adjustments.states import EDITABLE
from core.errors import DomainError, NotInScope

MAX_BYTES = 10 * 1024 * 1024
MAX_FILES = 5
ORPHAN_SECONDS = 24 * 3600
_MB = 1024 * 1024
_UNSAFE = re.compile(r"[^\w.\-()（）【】 ]+")


class Upload(Protocol):
    """Be a file as a form brings it (Django's ``UploadedFile``)."""

    name: str | None

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Return the bytes piece by piece."""


def folder() -> Path:
    """Return where evidence lies; made when first needed, readable by the site alone."""
    place = Path(settings.GCVA_VAR) / "evidence"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place


def label_of(name: str | None) -> str:
    """Return a name for reading: no folders, no control characters, not too long."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name or ""))[-1]
    cleaned = _UNSAFE.sub("_", last).strip(" ._")[-120:]
    return cleaned or "file"


@transaction.atomic
def attach(*, actor: Scope, adjustment_id: int, upload: Upload) -> Evidence:
    """Add a file to a request that is still the requester's to change.

    Raises:
        DomainError: naming the file, what it is or how large, and what is taken.
        Conflict: if the request was submitted by now.
    """
    adjustment = policy.own_request(actor, adjustment_id)
    if adjustment.state not in EDITABLE:
        raise steps.wrong_state(adjustment)
    label = label_of(upload.name)
    if adjustment.evidence.count() >= MAX_FILES:
        raise DomainError(
            "too_many_files",
            _("每条申请最多 %(most)s 个附件。") % {"most": MAX_FILES},
            _("请先删除不需要的附件。"),
            "files",
        )
    stored_name = secrets.token_hex(24)
    path = folder() / stored_name
    try:
        size_bytes, digest = _store(upload, path, label)
        kind = _checked_kind(path, label)
        row = Evidence.objects.create(
            adjustment=adjustment,
            stored_name=stored_name,
            label=_with_suffix(label, kind),
            kind=kind,
            size_bytes=size_bytes,
            sha256=digest,
            uploaded_by_id=actor.user_id,
        )
    except OSError as error:
        path.unlink(missing_ok=True)
        raise DomainError(
            "storage_unavailable",
            _("附件暂时无法保存。"),
            _("请稍后重试，或联系数据管理员检查存储空间。"),
            "files",
        ) from error
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return row


@transaction.atomic
def remove_evidence(*, actor: Scope, evidence_id: int) -> None:
    """Take a file away from a request that is still the requester's to change.

    Raises:
        NotInScope: if it is none of the actor's.
        Conflict: if the request was submitted by now.
    """
    row = Evidence.objects.filter(pk=evidence_id).first()
    if row is None:
        raise NotInScope
    adjustment = policy.own_request(actor, row.adjustment_id)
    if adjustment.state not in EDITABLE:
        raise steps.wrong_state(adjustment)
    _drop(row)


def remove_all(adjustment: GradeAdjustment) -> None:
    """Take every file of a draft away, before the draft itself."""
    for row in adjustment.evidence.all():
        _drop(row)


@contextlib.contextmanager
def kept_together() -> Iterator[list[Evidence]]:
    """Take the bytes of all files away again when what they belong to fails."""
    files: list[Evidence] = []
    try:
        yield files
    except BaseException:
        for row in files:
            (folder() / row.stored_name).unlink(missing_ok=True)
        raise


def sweep_orphans() -> int:
    """Remove bytes no request knows, a day after they came: a process died before its commit."""
    known = set(Evidence.objects.values_list("stored_name", flat=True))
    old = time.time() - ORPHAN_SECONDS
    orphans = [
        path for path in folder().iterdir() if path.name not in known and path.stat().st_mtime < old
    ]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def path_of(row: Evidence) -> Path:
    """Return where the bytes lie.

    Raises:
        NotInScope: if they are gone.
    """
    path = folder() / row.stored_name
    if not re.fullmatch(r"[0-9a-f]{48}", row.stored_name) or not path.is_file():
        raise NotInScope
    return path


def _drop(row: Evidence) -> None:
    """Remove the row now, the bytes once that is certain."""
    name = row.stored_name
    row.delete()
    transaction.on_commit(lambda: (folder() / name).unlink(missing_ok=True))


def _store(upload: Upload, path: Path, label: str) -> tuple[int, str]:
    """Write the bytes, and stop at the first one too many."""
    digest, size = hashlib.sha256(), 0
    with contextlib.closing(
        os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    ) as sink:
        for chunk in upload.chunks():
            size += len(chunk)
            if size > MAX_BYTES:
                raise DomainError(
                    "file_too_large",
                    _("文件“%(name)s”超过 %(most)s MB。")
                    % {"name": label, "most": MAX_BYTES // _MB},
                    _("请压缩或拆分后重新上传。"),
                    "files",
                )
            digest.update(chunk)
            sink.write(chunk)
    if not size:
        raise DomainError("file_empty", _("文件“%(name)s”是空的。") % {"name": label}, "", "files")
    return size, digest.hexdigest()


def _checked_kind(path: Path, label: str) -> str:
    kind = kind_of(path)
    if kind is None:
        raise DomainError(
            "bad_file_type",
            _("文件“%(name)s”的内容不是允许的类型。") % {"name": label},
            _("请上传 %(kinds)s 文件。") % {"kinds": "、".join(KINDS_TAKEN)},
            "files",
        )
    return kind


def _with_suffix(label: str, kind: str) -> str:
    """Let the label end as the content says, so that nothing opens as something else."""
    endings = {"jpg": ("jpg", "jpeg")}.get(kind, (kind,))
    if label.lower().endswith(tuple(f".{each}" for each in endings)):
        return label
    return f"{label[: 120 - len(kind) - 1]}.{kind}"
