"""Show questions about numbers 数据疑问: ask one, the own ones, all of them, one answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policies
from accounts.audit import history_of
from accounts.audit_rows import AuditRow
from accounts.doors import SIGNED_IN, Door, DoorMixin, scope_of
from accounts.queries import person_of, unit_path
from analytics.question_models import DataQuestion
from analytics.questions import actions, queries
from analytics.questions.seen import seen_at
from core import formats
from core.cells import in_brackets
from core.errors import DomainError
from core.parts import ModuleParts, NavItem, PageState, Words
from core.sources import QuerySource
from core.table import Column, Table, TableView
from core.web import ShellPage

State = DataQuestion.State
SLUGS: dict[str, Words] = {
    "home": gettext_lazy("首页报告"),
    "grading": gettext_lazy("评分及等级评定"),
    "member_analysis": gettext_lazy("集团及成员分析"),
    "product_usage": gettext_lazy("产品使用情况分析"),
    "contribution": gettext_lazy("集团贡献分析"),
    "income_composition": gettext_lazy("成员收入成分分析"),
    "grade_changes": gettext_lazy("等级变动分析"),
    "price_elasticity": gettext_lazy("价值弹性分析"),
    "anomaly_alerts": gettext_lazy("异常告警分析"),
    "multi_dimensional": gettext_lazy("指标多维分析"),
}


class AskForm(forms.Form):
    """Take the question and, hidden, what it is about."""

    at = forms.CharField(max_length=1000, widget=forms.HiddenInput)
    code = forms.CharField(max_length=60, widget=forms.HiddenInput)
    label = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)
    value = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("您的疑问"),
        max_length=actions.LONGEST_TEXT,
        widget=forms.Textarea(
            {"class": "form-control", "rows": 5, "aria-describedby": "text-errors"}
        ),
    )


class AnswerForm(forms.Form):
    """Take the operator's answer."""

    answer = forms.CharField(
        label=gettext_lazy("回复"),
        max_length=actions.LONGEST_ANSWER,
        widget=forms.Textarea(
            {"class": "form-control", "rows": 5, "aria-describedby": "answer-errors"}
        ),
    )


@dataclass(frozen=True, slots=True)
class About:
    """Be one line of what a question is about."""

    label: Words
    text: str


@dataclass(frozen=True)
class AskParts:
    """Be the page that asks."""

    title: Words
    form: AskForm
    about: tuple[About, ...]
    back_url: str


@dataclass(frozen=True)
class QuestionParts:
    """Be one question with its answer."""

    title: Words
    question: DataQuestion
    about: tuple[About, ...]
    asked: str
    answered: str
    history: tuple[AuditRow, ...]
    form: AnswerForm | None = None
    may_close: bool = False


class AskPage(DoorMixin, ShellPage):
    """Ask about one figure 质疑此数."""

    door = SIGNED_IN
    template_name = "questions/ask.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what was seen and ask for the sentence."""
        given = request.GET
        wanted = {name: given.get(name, "") for name in ("at", "code", "label", "value")}
        return self.show(self.parts(AskForm(initial=wanted), wanted))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep the question and go to the own ones."""
        form = AskForm(request.POST)
        if not form.is_valid():
            return self.show(self.parts(form, request.POST.dict()), status=400)
        said = form.cleaned_data
        question = actions.ask_question(
            actor=scope_of(request),
            at=said["at"],
            figure_code=said["code"],
            figure_label=said["label"],
            value_shown=said["value"],
            text=said["text"],
        )
        messages.success(request, _("疑问 #{n} 已提交，回复后会通知您。").format(n=question.pk))
        return redirect("questions")

    def parts(self, form: AskForm, given: dict[str, str]) -> AskParts:
        """Return the page; what is not the reader's to see is refused here already."""
        seen = seen_at(scope_of(self.request), given.get("at", ""))
        figure = (given.get(name, "") for name in ("code", "label", "value"))
        return AskParts(_("提出数据疑问"), form, about(seen.question(*figure)), seen.url)


def about(question: DataQuestion) -> tuple[About, ...]:
    """Return the lines of what a question is about."""
    month = formats.month(question.month) if question.month else ""
    path = unit_path(question.unit_code) if question.unit_code else ()
    person = question.account_manager_code
    filters = (f"{name} = {text}" for name, text in question.filters.items())
    lines = (
        About(_("页面"), str(SLUGS.get(question.slug, question.slug))),
        About(_("指标"), question.figure),
        About(_("当时显示"), question.value_shown),
        About(_("账期"), f"{month} · {_('运行')} #{question.run}" if question.run else month),
        About(_("组织单元"), path[-1].name + in_brackets(question.unit_code) if path else ""),
        About(_("客户经理"), person_of(person).name + in_brackets(person) if person else ""),
        About(_("集团编码"), question.group_code),
        About(_("筛选条件"), "；".join(filters)),
    )
    return tuple(line for line in lines if line.text)


def questions_table(*, with_asker: bool) -> Table:
    """Declare the list of questions."""
    asker = Column("asker", _("提出人"), value=lambda row: row.asker.get_full_name())
    return Table(
        name="questions",
        title=_("数据疑问"),
        page_size=20,
        search_hint=_("疑问 / 指标"),
        columns=(
            Column(
                "text",
                _("疑问"),
                link=lambda row: reverse("questions_one", args=[row.pk]),
                wide=True,
                lead=True,
            ),
            Column("figure_label", _("指标"), value=lambda row: row.figure),
            Column("value_shown", _("当时显示")),
            Column("slug", _("页面"), value=lambda row: str(SLUGS.get(row.slug, row.slug))),
            Column("month", _("账期"), "date", value=lambda row: row.month),
            *((asker,) if with_asker else ()),
            Column("asked_at", _("提出时间"), value=lambda row: formats.moment(row.asked_at)),
            Column("state", _("状态"), value=lambda row: row.get_state_display()),
        ),
    )


class QuestionsPage(DoorMixin, ShellPage):
    """List the reader's questions, or everybody's for who answers them."""

    door = SIGNED_IN
    http_method_names = ["get", "head"]
    template_name = "module.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the list, or its region alone when htmx asks for it."""
        if request.headers.get("HX-Target") == "table-questions":
            return self.show(self.listed(), template="partials/table_region.html")
        title = _("数据疑问") if self.answers else _("我的数据疑问")
        return self.show(ModuleParts(title=title, tabs=self.tabs(), table=self.listed()))

    @property
    def answers(self) -> bool:
        """Tell whether the reader answers questions."""
        return policies.may_do(scope_of(self.request), "answer_question")

    @property
    def state(self) -> str:
        """Return the state chosen; the operator starts with what waits."""
        asked = self.request.GET.get("state")
        if asked is None:
            return State.OPEN if self.answers else ""
        return asked if asked in State.values else ""

    def tabs(self) -> tuple[NavItem, ...]:
        """Return the choice of the state."""
        counts, here = queries.counts_by_state(scope_of(self.request)), reverse("questions")
        choices = [(state.value, state.label) for state in State] + [("", _("全部"))]
        return tuple(
            NavItem(
                code or "all",
                label,
                "",
                f"{here}?state={code}",
                code == self.state,
                counts.get(code, 0) if code == State.OPEN else 0,
            )
            for code, label in choices
        )

    def listed(self) -> TableView:
        """Return the list."""
        rows = queries.questions_for(scope_of(self.request))
        if self.state:
            rows = rows.filter(state=self.state)
        source = QuerySource(rows, tie="-pk", search=_fitting)
        text = _("在专题页面的指标、图表或表头上点击“?”即可提出；疑问和答复会列在这里。")
        empty = PageState("nothing", _("没有数据疑问"), text)
        table = questions_table(with_asker=self.answers)
        return table.view(self.request.GET, source, path=reverse("questions"), empty=empty)


def _fitting(rows: Any, text: str) -> Any:
    return rows.filter(Q(text__icontains=text) | Q(figure_label__icontains=text))


class QuestionPage(DoorMixin, ShellPage):
    """Show one question; the operator answers it here."""

    door = SIGNED_IN
    method_doors = {"GET": SIGNED_IN, "POST": Door(action="answer_question")}
    template_name = "questions/question.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show it."""
        return self.show(self.parts(AnswerForm()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer it."""
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return self.show(self.parts(form), status=400)
        try:
            actions.answer_question(
                actor=scope_of(request),
                question_id=kwargs["question_id"],
                answer=form.cleaned_data["answer"],
            )
            messages.success(request, _("回复已发送给提出人。"))
        except DomainError as error:
            if error.status != 409:
                raise
            messages.error(request, str(error))
        return redirect("questions_one", question_id=kwargs["question_id"])

    def parts(self, form: AnswerForm) -> QuestionParts:
        """Return the page."""
        scope = scope_of(self.request)
        question = queries.question_of(scope, self.kwargs["question_id"])
        answers = policies.may_do(scope, "answer_question")
        by = question.answered_by.get_full_name() if question.answered_by else ""
        return QuestionParts(
            title=_("数据疑问 #{n}").format(n=question.pk),
            question=question,
            about=about(question),
            asked=f"{question.asker.get_full_name()} · {formats.moment(question.asked_at)}",
            answered=f"{by} · {formats.moment(question.answered_at)}" if by else "",
            history=history_of(question),
            form=form if answers and question.state == State.OPEN else None,
            may_close=question.state != State.CLOSED,
        )


class CloseQuestion(DoorMixin, ShellPage):
    """Close a question."""

    door = SIGNED_IN
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Close it and go back to the list."""
        actions.close_question(actor=scope_of(request), question_id=kwargs["question_id"])
        messages.success(request, _("疑问 #{n} 已关闭。").format(n=kwargs["question_id"]))
        return redirect("questions")
