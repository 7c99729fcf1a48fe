"""Uploads land whole in a folder of their own, and no name leads out of it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.errors import DomainError
from core.month import Month
from warehouse import uploads
from warehouse.forms import ImportForm

MONTH = Month(2026, 10)


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    settings.GCVA_VAR = tmp_path / "var"
    settings.GCVA_DROP = str(tmp_path / "drop")
    settings.GCVA_MAPPINGS = [str(tmp_path / "mappings")]
    return tmp_path


class Named:
    """Be a file with a name no browser would send."""

    def __init__(self, name):
        self.name = name

    def chunks(self):
        yield b"x"


def test_files_of_one_upload_stand_together_under_their_month():
    folder = uploads.store_uploads([Named("groups.csv"), Named("members.csv")], MONTH)
    assert sorted(path.name for path in folder.iterdir()) == ["groups.csv", "members.csv"]
    assert folder.parent.name == "2026-10"
    assert uploads.store_uploads([Named("groups.csv")], MONTH) != folder


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\evil.csv", "/abs/groups.csv"])
def test_a_path_in_a_name_is_cut_down_to_the_name(name):
    folder = uploads.store_uploads([Named(name)], MONTH)
    (file,) = folder.iterdir()
    assert file.parent == folder and "/" not in file.name


@pytest.mark.parametrize("name", ["", "..", ".hidden", "x" * 300])
def test_a_name_that_is_none_is_refused_and_nothing_stays(name, folders):
    with pytest.raises(DomainError) as refused:
        uploads.store_uploads([Named("groups.csv"), Named(name)], MONTH)
    assert refused.value.code == "bad_file_name"
    assert list((folders / "var" / "uploads" / "2026-10").iterdir()) == []


def test_two_files_of_one_name_are_refused():
    with pytest.raises(DomainError) as refused:
        uploads.store_uploads([Named("a.csv"), Named("x/a.csv")], MONTH)
    assert refused.value.code == "same_file_name"


def test_only_what_is_listed_in_the_drop_folder_can_be_chosen(folders):
    drop = folders / "drop"
    (drop / "2026-10" / "city-a").mkdir(parents=True)
    (drop / ".secret").mkdir()
    (drop / "link").symlink_to("/etc")
    assert uploads.dropped_folders() == ("2026-10", "2026-10/city-a")
    assert uploads.dropped("2026-10/city-a") == drop / "2026-10" / "city-a"
    for name in ("..", "../var", ".secret", "link", "2026-10/../.."):
        with pytest.raises(DomainError):
            uploads.dropped(name)


def test_no_drop_folder_means_nothing_to_choose():
    assert uploads.dropped_folders() == ()


def test_the_form_wants_a_month_and_exactly_one_source(folders):
    (folders / "drop" / "2026-10").mkdir(parents=True)
    (folders / "mappings").mkdir()
    (folders / "mappings" / "crm.toml").write_text("")
    file = SimpleUploadedFile("groups.csv", b"group_code\n")
    assert not ImportForm({"month": "2026-10"}).is_valid()
    both = ImportForm({"month": "2026-10", "folder": "2026-10"}, {"files": file})
    assert not both.is_valid() and "files" in both.errors
    assert "month" in ImportForm({"month": "October", "folder": "2026-10"}).errors
    form = ImportForm({"month": "2026-10", "folder": "2026-10", "mapping": "crm"})
    assert form.is_valid()
    assert form.source() == folders / "drop" / "2026-10"
    assert form.mapping_path() == folders / "mappings" / "crm.toml"
    assert "mapping" in ImportForm({"month": "2026-10", "folder": "2026-10", "mapping": "x"}).errors
