"""Show the score-model studio 评分模型: versions, a draft's editor, publish, retire, discard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policies
from accounts.audit import history_of
from accounts.audit_rows import AuditRow
from accounts.doors import Door, DoorMixin, scope_of
from core.errors import DomainError
from core.month import Month
from core.parts import Action, ModuleParts, Words
from core.sources import ListSource
from core.table_view import TableView
from core.web import ShellPage
from scoring import actions
from scoring.models import ScoreModel
from scoring.queries import score_model, score_models
from scoring.studio_form import IndicatorLine, ModelForm, first_error
from scoring.studio_tables import since_of, versions_table
from warehouse.queries import published_runs

SEES = Door(action="see_score_models")
CHANGES = Door(action="publish_score_model")


@dataclass(frozen=True)
class VersionsParts(ModuleParts):
    """Be the list of versions."""


@dataclass(frozen=True)
class ModelParts:
    """Be one version: its form, and what may be done with it."""

    title: Words
    model: ScoreModel
    form: ModelForm
    lines: tuple[IndicatorLine, ...]
    total_weight: str
    since: str
    is_draft: bool
    may_change: bool
    months: tuple[Month, ...]
    history: tuple[AuditRow, ...] = ()
    error: str = ""


class VersionsPage(DoorMixin, ShellPage):
    """List the versions of the score model 评分模型."""

    door = SEES
    template_name = "score_models/versions.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the page, or the table's region alone when htmx asks for it."""
        if request.headers.get("HX-Target") == "table-versions":
            return self.show(self.table(), template="partials/table_region.html")
        newest = next(iter(score_models(scope_of(request))), None)
        draws = policies.may_do(scope_of(request), "publish_score_model") and newest
        copy = reverse("score_models_copy", args=[newest.pk]) if newest else ""
        buttons = (Action(_("新建草稿"), copy, "copy", post=True, primary=True),) if draws else ()
        return self.show(VersionsParts(title=_("评分模型"), table=self.table(), actions=buttons))

    def table(self) -> TableView:
        """Return the versions, newest first."""
        rows = score_models(scope_of(self.request))
        return versions_table().view(
            self.request.GET, ListSource(list(rows)), path=reverse("score_models")
        )


class ModelPage(DoorMixin, ShellPage):
    """Show one version; a draft can be edited, by the operator."""

    door = SEES
    method_doors = {"GET": SEES, "POST": CHANGES}
    template_name = "score_models/model.html"
    title = gettext_lazy("评分模型")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the version."""
        model = score_model(scope_of(request), kwargs["model_id"])
        return self.show(self.parts(model, self.form(model)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save the draft, or say what does not fit; nothing typed is lost."""
        model = score_model(scope_of(request), kwargs["model_id"])
        form = self.form(model, request.POST)
        if not form.is_valid():
            return self.show(self.parts(model, form, first_error(form)), status=400)
        try:
            actions.revise_score_model(
                actor=scope_of(request),
                model_id=model.pk,
                name=form.cleaned_data["name"],
                note=form.cleaned_data["note"],
                definition=form.definition(),
                based_on=form.cleaned_data["based_on"],
            )
        except DomainError as error:
            return self.show(self.parts(model, form, str(error)), status=error.status)
        messages.success(request, _("草稿已保存。"))
        if "simulate" in request.POST:
            return redirect("score_models_simulate", model_id=model.pk)
        return redirect("score_models_model", model_id=model.pk)

    def form(self, model: ScoreModel, given: Any = None) -> ModelForm:
        """Return the version's form."""
        initial = {"name": model.name, "note": model.note, "based_on": model.digest}
        return ModelForm(model.definition, given, initial=initial)

    def parts(self, model: ScoreModel, form: ModelForm, error: str = "") -> ModelParts:
        """Return the page of one version."""
        is_draft = model.state == ScoreModel.State.DRAFT
        may_change = policies.may_do(scope_of(self.request), "publish_score_model")
        if not (is_draft and may_change):
            for field in form.fields.values():
                field.disabled = True
        published = [each.month for each in published_runs()]
        months = (published[0].plus(1), *published) if published else ()
        return ModelParts(
            title=self.title,
            model=model,
            form=form,
            lines=form.lines(),
            total_weight=_total(form),
            since=since_of(model),
            is_draft=is_draft,
            may_change=may_change,
            months=months,
            history=history_of(model),
            error=error,
        )


def _total(form: ModelForm) -> str:
    """Return the sum of the weights as written, so that a wrong sum is seen before it is saved."""
    total = 0.0
    for line in form.lines():
        try:
            total += float(line.weight.value() or 0)
        except (TypeError, ValueError):
            return "—"
    return f"{total:g}"


class ModelAction(DoorMixin, ShellPage):
    """Be one button of a version; the answer is a page that shows what came of it."""

    door = CHANGES
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it, and say why not when it cannot be done."""
        model = score_model(scope_of(request), kwargs["model_id"])
        try:
            return self.act(request, model)
        except DomainError as error:
            if error.status in (403, 404):
                raise
            messages.error(request, str(error))
            return redirect("score_models_model", model_id=model.pk)

    def act(self, request: HttpRequest, model: ScoreModel) -> HttpResponse:
        """Do what the button says."""
        raise NotImplementedError


class CopyModel(ModelAction):
    """Start a new draft from a version 复制为草稿."""

    def act(self, request: HttpRequest, model: ScoreModel) -> HttpResponse:
        """Copy the definition into the next version and open it."""
        draft = actions.draft_score_model(
            actor=scope_of(request), name=model.name, definition=model.definition, note=model.note
        )
        return redirect("score_models_model", model_id=draft.pk)


class DiscardModel(ModelAction):
    """Delete a draft 删除草稿."""

    def act(self, request: HttpRequest, model: ScoreModel) -> HttpResponse:
        """Delete it and go back to the list."""
        actions.discard_draft(actor=scope_of(request), model_id=model.pk)
        messages.success(request, _("草稿 v{n} 已删除。").format(n=model.version))
        return redirect("score_models")


class PublishModel(ModelAction):
    """Put a draft in force from a month on 发布模型."""

    def act(self, request: HttpRequest, model: ScoreModel) -> HttpResponse:
        """Publish it from the month chosen."""
        try:
            month = Month.parse(request.POST.get("month", ""))
        except ValueError as problem:
            raise DomainError("bad_month", _("请选择生效账期。"), "", "month") from problem
        done = actions.publish_score_model(
            actor=scope_of(request), model_id=model.pk, from_month=month
        )
        text = _("v{n} 自 {month} 起生效；已发布的账期重新运行后才会改用新模型。")
        messages.success(request, text.format(n=done.version, month=month))
        return redirect("score_models_model", model_id=done.pk)


class RetireModel(ModelAction):
    """Take a version out of force 停用."""

    def act(self, request: HttpRequest, model: ScoreModel) -> HttpResponse:
        """Retire it."""
        actions.retire_score_model(actor=scope_of(request), model_id=model.pk)
        messages.success(request, _("v{n} 已停用。").format(n=model.version))
        return redirect("score_models_model", model_id=model.pk)
