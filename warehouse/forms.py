"""Check what an operator fills in to import a month."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from core.month import Month
from warehouse import uploads


class FilesInput(forms.ClearableFileInput):
    """Let several files be chosen at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Be several files, each checked like one."""

    widget = FilesInput

    def clean(self, value: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Return the files; none is an empty list where none is required."""
        files = value if isinstance(value, list | tuple) else [value] if value else []
        return [super(FilesField, self).clean(file, initial) for file in files]


class ImportForm(forms.Form):
    """Ask for month 账期, files or a dropped folder, and a mapping."""

    month = forms.CharField(
        label=_("账期"),
        max_length=7,
        widget=forms.TextInput(
            attrs={"class": "form-control", "placeholder": "2026-10", "autocomplete": "off"}
        ),
        help_text=_("例如 2026-10"),
    )
    files = FilesField(  # type: ignore[assignment]  # a field named like the form's own attribute
        label=_("上传文件"),
        required=False,
        widget=FilesInput(attrs={"class": "form-control"}),
        help_text=_("可一次选择多个文件：CSV、CSV.GZ、Parquet、XLSX"),
    )
    folder = forms.ChoiceField(
        label=_("或选择服务器投放目录"),
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    mapping = forms.ChoiceField(
        label=_("映射文件"),
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text=_("文件已符合接口规范时不需要映射"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer what lies in the drop folder and the known mappings."""
        super().__init__(*args, **kwargs)
        folders = [(name, name) for name in uploads.dropped_folders()]
        self._choose("folder", [("", _("不使用")), *folders])
        mappings = [(name, name) for name in uploads.mapping_files()]
        self._choose("mapping", [("", _("不使用（标准接口）")), *mappings])

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = choices

    def clean_month(self) -> Month:
        """Return the month as a value."""
        text = self.cleaned_data["month"]
        try:
            return Month.parse(text)
        except ValueError as problem:
            raise forms.ValidationError(_("账期应为 2026-10 这样的格式。")) from problem

    def clean(self) -> dict[str, Any]:
        """Ask for files or a folder, not for both and not for neither."""
        cleaned = super().clean() or self.cleaned_data
        files, folder = cleaned.get("files"), cleaned.get("folder")
        if not self.errors and bool(files) == bool(folder):
            text = _("请只选择一种来源：上传文件，或服务器投放目录。")
            self.add_error("files", text)
        return cleaned

    def source(self) -> Path:
        """Return the folder with the files, storing what was uploaded."""
        if self.cleaned_data["folder"]:
            return uploads.dropped(self.cleaned_data["folder"])
        return uploads.store_uploads(self.cleaned_data["files"], self.cleaned_data["month"])

    def mapping_path(self) -> Path | None:
        """Return the mapping file chosen."""
        name = self.cleaned_data["mapping"]
        return uploads.mapping_files()[name] if name else None
