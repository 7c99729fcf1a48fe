"""Show a month run live 月度运行; start, cancel, publish and withdraw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.doors import Door, DoorMixin, scope_of
from core import formats
from core.errors import DomainError, NotInScope
from core.month import Month
from core.parts import Words
from core.web import ShellPage
from warehouse import actions, queries, run_steps
from warehouse.models import MonthRun


@dataclass(frozen=True)
class RunParts:
    """Be one run with its steps."""

    title: Words
    run: MonthRun
    steps: tuple[run_steps.StepLine, ...]
    n_done: int
    is_under_way: bool
    is_published: bool
    may_publish: bool
    url: str
    duration: str
    user: str


class RunPage(DoorMixin, ShellPage):
    """Show steps, rows, rate and rest of a run; safe to close, it goes on by itself."""

    door = Door(action="see_imports")
    template_name = "warehouse/run.html"
    title = gettext_lazy("月度运行")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the run; a poll gets its progress alone."""
        run = queries.run_history().filter(pk=kwargs["run_id"]).first()
        if run is None:
            raise NotInScope
        polls = request.headers.get("HX-Target") == "run"
        return self.show(self.parts(run), template="warehouse/_run.html" if polls else "")

    def parts(self, run: MonthRun) -> RunParts:
        """Return the page of one run."""
        published = queries.published_run(run.month)
        newest = queries.run_history(run.month).filter(state=MonthRun.State.READY).first()
        steps = run_steps.step_lines(run)
        is_published = published is not None and published.run == run.pk
        user = run.created_by
        return RunParts(
            title=self.title,
            run=run,
            steps=steps,
            n_done=sum(step.state == "done" for step in steps),
            is_under_way=run.state in run_steps.UNDER_WAY,
            is_published=is_published,
            may_publish=newest == run and not is_published,
            url=reverse("imports_run", args=[run.pk]),
            duration=run_steps.seconds_between(run.started_at, run.finished_at),
            user=user.get_username() if user else _("系统"),
        )


class MonthAction(DoorMixin, ShellPage):
    """Be one button of a month; the answer is a page that shows what came of it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do it, and say why not when it cannot be done."""
        try:
            month = Month.parse(kwargs["month"])
        except ValueError as problem:
            raise NotInScope from problem
        try:
            return self.act(request, month)
        except DomainError as error:
            if error.status in (403, 404):
                raise
            messages.error(request, str(error))
            return redirect("imports")

    def act(self, request: HttpRequest, month: Month) -> HttpResponse:
        """Do what the button says."""
        raise NotImplementedError


class StartRun(MonthAction):
    """Start a month run 开始导入."""

    door = Door(action="run_month")

    def act(self, request: HttpRequest, month: Month) -> HttpResponse:
        """Queue the run and show it."""
        run = actions.queue_run(
            actor=scope_of(request), month=month, publish_when_ready="publish" in request.POST
        )
        return redirect("imports_run", run_id=run.pk)


class PublishMonth(MonthAction):
    """Publish a month 发布."""

    door = Door(action="publish_month")

    def act(self, request: HttpRequest, month: Month) -> HttpResponse:
        """Point the month's readers at its newest finished run."""
        run = actions.publish_month(actor=scope_of(request), month=month)
        text = _("{month}已发布（运行 #{n}）。").format(month=formats.month(month), n=run.pk)
        messages.success(request, text)
        return redirect("imports")


class WithdrawMonth(MonthAction):
    """Withdraw a published month 取消发布."""

    door = Door(action="withdraw_month")

    def act(self, request: HttpRequest, month: Month) -> HttpResponse:
        """Point the month back at its earlier run, or at none."""
        run = actions.withdraw_month(actor=scope_of(request), month=month)
        name = formats.month(month)
        text = _("{month}已取消发布，当前没有发布的运行。").format(month=name)
        if run is not None:
            text = _("{month}已取消发布，恢复为运行 #{n}。").format(month=name, n=run.pk)
        messages.success(request, text)
        return redirect("imports")


class CancelRun(DoorMixin, ShellPage):
    """Cancel a run that waits or works."""

    door = Door(action="cancel_run")
    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Cancel the run, or say that it is over."""
        run = queries.run_history().filter(pk=kwargs["run_id"]).first()
        if run is None:
            raise NotInScope
        try:
            actions.cancel_run(actor=scope_of(request), run_id=run.pk)
        except DomainError as error:
            messages.error(request, str(error))
        return redirect("imports_run", run_id=run.pk)
