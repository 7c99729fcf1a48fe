"""Evidence 佐证材料: told by content, of bounded size, under a name of ours, for those who may."""

from __future__ import annotations

import io
import os
import time
import zipfile
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from adjustments import actions, evidence, queries
from adjustments.evidence_kinds import kind_of
from adjustments.models import Evidence
from core.errors import Conflict, DomainError, NotInScope
from tests.adjustments.people import REASON

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\x00IEND\xaeB`\x82"
)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n%%EOF\n"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\xff\xd9"


def office(part: str, **more: bytes) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, "<xml/>")
        for name, content in more.items():
            archive.writestr(name, content)
    return sink.getvalue()


DOCX, XLSX = office("word/document.xml"), office("xl/workbook.xml")
TAKEN = {"pdf": PDF, "png": PNG, "jpg": JPG, "docx": DOCX, "xlsx": XLSX}
REFUSED = {
    "script.png": b"#!/bin/sh\nrm -rf /\n",
    "page.pdf": b"<html><script>alert(1)</script></html>",
    "picture.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "program.png": b"MZ\x90\x00" + b"\x00" * 100,
    "archive.docx": b"PK\x03\x04 broken",
    "plain.zip": office("readme.txt"),
    "macro.xlsx": office("xl/workbook.xml", **{"xl/vbaProject.bin": b"x"}),
    "both.docx": office("xl/workbook.xml", **{"word/document.xml": b"x"}),
    "climbs.docx": office("word/document.xml", **{"../../x": b"x"}),
    "half.png": PNG[:30],
    "head.jpg": b"\xff\xd8\xff only",
    "text.txt": "理由".encode(),
}


class Endless:
    """Be an upload that never ends; reading far beyond the limit would fail the test."""

    name = "large.pdf"
    n_read = 0

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield PDF
        while True:
            self.n_read += 1
            assert self.n_read < 30
            yield b"x" * (1 << 20)


@pytest.fixture
def draft(story):
    code = story.codes[0]
    return actions.save_draft(
        actor=story.manager,
        group_code=code,
        requested_grade=story.another_grade(code),
        reason=REASON,
        validity_months=3,
    )


def _attach(story, draft, content: bytes, name: str = "材料.pdf") -> Evidence:
    return evidence.attach(
        actor=story.manager, adjustment_id=draft.pk, upload=SimpleUploadedFile(name, content)
    )


def _left() -> list[str]:
    return sorted(path.name for path in (settings.GCVA_VAR / "evidence").glob("*"))


@pytest.mark.parametrize("kind", TAKEN)
def test_what_its_content_says_is_taken_whatever_its_name(story, draft, kind) -> None:
    row = _attach(story, draft, TAKEN[kind], "证明")
    assert (row.kind, row.label) == (kind, f"证明.{kind}")
    found, path = queries.evidence_file(story.manager, row.pk)
    assert (found.pk, path.read_bytes()) == (row.pk, TAKEN[kind])
    assert oct(path.stat().st_mode)[-3:] == "600"


@pytest.mark.parametrize("name", REFUSED)
def test_anything_else_is_refused_in_a_sentence_and_leaves_nothing(story, draft, name) -> None:
    with pytest.raises(DomainError) as said:
        _attach(story, draft, REFUSED[name], name)
    assert said.value.code == "bad_file_type"
    assert name in said.value.message
    assert said.value.hint
    assert not Evidence.objects.exists()
    assert _left() == []


def test_a_hundred_megabytes_stop_at_the_first_byte_too_many(story, draft) -> None:
    upload = Endless()
    with pytest.raises(DomainError) as said:
        evidence.attach(actor=story.manager, adjustment_id=draft.pk, upload=upload)
    assert said.value.code == "file_too_large"
    assert upload.n_read <= 11
    assert _left() == []


def test_an_empty_file_is_refused(story, draft) -> None:
    with pytest.raises(DomainError) as said:
        _attach(story, draft, b"")
    assert said.value.code == "file_empty"


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("../../x", "x.pdf"),
        ("..\\..\\windows\\system32\\证明.pdf", "证明.pdf"),
        ("/etc/passwd", "passwd.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a_Set-Cookie_ x_1.pdf"),
        ('"><script>.pdf', "script_.pdf"),
        ("...", "file.pdf"),
        ("长" * 300, "长" * 116 + ".pdf"),
    ],
)
def test_a_name_from_outside_is_only_a_label(name, label) -> None:
    assert evidence._with_suffix(evidence.label_of(name), "pdf") == label


def test_bytes_lie_under_a_random_name_inside_the_folder(story, draft) -> None:
    row = _attach(story, draft, PDF, "../../x")
    path = evidence.path_of(row)
    assert path.parent == settings.GCVA_VAR / "evidence"
    assert len(path.name) == 48


def test_five_files_are_enough(story, draft) -> None:
    for _ in range(5):
        _attach(story, draft, PDF)
    with pytest.raises(DomainError) as said:
        _attach(story, draft, PDF)
    assert said.value.code == "too_many_files"


def test_files_are_for_those_who_see_the_request(story, draft) -> None:
    row = _attach(story, draft, PDF)
    for who in (story.city, story.other_manager, story.province, story.operator):
        with pytest.raises(NotInScope):
            queries.evidence_file(who, row.pk)
    actions.submit(actor=story.manager, adjustment_id=draft.pk, version=draft.version)
    assert queries.evidence_file(story.city, row.pk)
    for who in (story.other_manager, story.other_city, story.province, story.operator):
        with pytest.raises(NotInScope):
            queries.evidence_file(who, row.pk)


def test_what_was_submitted_keeps_its_files(story, draft) -> None:
    row = _attach(story, draft, PDF)
    actions.submit(actor=story.manager, adjustment_id=draft.pk, version=draft.version)
    with pytest.raises(Conflict):
        _attach(story, draft, PDF)
    with pytest.raises(Conflict):
        evidence.remove_evidence(actor=story.manager, evidence_id=row.pk)


def test_a_removed_file_takes_its_bytes_along(
    story, draft, django_capture_on_commit_callbacks
) -> None:
    row = _attach(story, draft, PDF)
    with django_capture_on_commit_callbacks(execute=True):
        evidence.remove_evidence(actor=story.manager, evidence_id=row.pk)
    assert _left() == []
    assert not Evidence.objects.exists()


def test_a_refused_file_takes_the_whole_request_back(story) -> None:
    code = story.codes[0]
    with pytest.raises(DomainError):
        actions.request_adjustment(
            actor=story.manager,
            group_code=code,
            requested_grade=story.another_grade(code),
            reason=REASON,
            validity_months=3,
            uploads=[SimpleUploadedFile("x.png", b"no")],
        )
    assert not queries.requests_of_group(story.manager, code).exists()


def test_a_bomb_is_no_document(tmp_path) -> None:
    path = tmp_path / "bomb"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"\0" * (201 << 20))
    assert kind_of(path) is None


def test_a_request_that_fails_leaves_no_bytes(story) -> None:
    code = story.codes[0]
    story.request(code)
    with pytest.raises(Conflict):
        actions.request_adjustment(
            actor=story.manager,
            group_code=code,
            requested_grade=story.another_grade(code),
            reason=REASON,
            validity_months=3,
            uploads=[SimpleUploadedFile("x.pdf", PDF)],
        )
    assert _left() == []


def test_bytes_without_a_request_are_swept_after_a_day(story, draft) -> None:
    kept = _attach(story, draft, PDF)
    for name, age in (("old", 2 * 86400), ("new", 60)):
        path = evidence.folder() / name
        path.write_bytes(b"x")
        os.utime(path, (time.time() - age,) * 2)
    assert evidence.sweep_orphans() == 1
    assert _left() == sorted(["new", kept.stored_name])


def test_a_full_disk_is_a_sentence(story, draft, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(evidence, "_store", full)
    with pytest.raises(DomainError) as said:
        _attach(story, draft, PDF)
    assert said.value.code == "storage_unavailable"
