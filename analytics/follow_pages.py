"""Take the clicks that follow a group 关注 or tag it 标签; the marks are the reader's own."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.doors import Door, DoorMixin
from analytics import following
from analytics.following import Mark
from analytics.page import RoomReading, published_for
from analytics.stars import star
from core.web import ShellPage


class _MarkPage(RoomReading, DoorMixin, ShellPage):
    """Stand behind the right to open a single group; only the newest month counts."""

    room = "grading"
    door = Door(module="grading", what="group")
    http_method_names = ["post"]

    @property
    def run(self) -> int | None:
        """Return the newest published run."""
        published = published_for(self.http)
        return published[0].run if published else None

    def back(self) -> HttpResponseRedirect:
        """Go back to the group; the way without scripts."""
        return HttpResponseRedirect(reverse("grading_group", args=[self.kwargs["group_code"]]))


class FollowPage(_MarkPage):
    """Follow a group or stop it."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer a script with the new star, a form with the group's page."""
        mark = following.set_followed(
            actor=self.reading.scope,
            run=self.run,
            group_code=self.kwargs["group_code"],
            is_followed=bool(request.POST.get("follow")),
        )
        if request.headers.get("HX-Request") != "true":
            return self.back()
        return HttpResponse(star(mark.group_code, mark.name, is_followed=mark.is_followed))


class TagsPage(_MarkPage):
    """Put a tag on a group or take one off."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer a script with the tags, a form with the group's page."""
        change = following.remove_tag if "remove" in request.POST else following.add_tag
        text = request.POST.get("remove") or request.POST.get("tag", "")
        mark = change(
            actor=self.reading.scope, run=self.run, group_code=self.kwargs["group_code"], text=text
        )
        if request.headers.get("HX-Request") != "true":
            return self.back()
        return tags_fragment(request, mark)


def tags_fragment(request: HttpRequest, mark: Mark) -> HttpResponse:
    """Return the tags of one group with their form."""
    return render(request, "following/_tags.html", {"mark": mark})
