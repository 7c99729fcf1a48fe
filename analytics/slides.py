"""Hand a module's page out as a presentation 演示文稿: same parts, same rights, one door."""

from __future__ import annotations

import html
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from analytics.exports import definitions_of
from analytics.page import RoomPage
from core import formats
from core.errors import NotInScope
from core.exports import Notes
from core.parts import ModuleParts
from core.slides import PPTX, Deck, Said, write_deck


def plain(marked_up: object) -> str:
    """Return a sentence without its links and emphasis."""
    return " ".join(html.unescape(strip_tags(str(marked_up))).split())


def said_of(parts: ModuleParts) -> tuple[Said, ...]:
    """Return what the page says in sentences: its report or findings, then its notices."""
    report = tuple(
        Said(
            str(section.heading),
            tuple(
                plain(f"{each.heading}：{each.html}" if each.heading else each.html)
                for each in section.paragraphs
            ),
        )
        for section in getattr(parts, "report", ())
    )
    findings = tuple(plain(each.html) for each in parts.findings)
    notices = tuple(f"{each.title}：{each.text}".rstrip("：") for each in parts.notices)
    more = ((Said("", findings),) if findings else ()) + (
        (Said(_("提示"), notices),) if notices else ()
    )
    return (*report, *more)


def defined_in(parts: ModuleParts) -> tuple[tuple[str, str], ...]:
    """Return the definitions 口径 of the page's figures and columns, each once."""
    found = {str(kpi.label): str(kpi.definition) for kpi in parts.kpis if kpi.definition}
    for column in parts.table.table.shown if parts.table else ():
        if column.help:
            found.setdefault(str(column.label), str(column.help))
    return tuple(found.items())


def narrowed_in(parts: ModuleParts) -> tuple[tuple[str, str], ...]:
    """Return the filters 筛选条件 of the page's table, where some are on."""
    said = parts.table.table.narrowed_by(parts.table.query) if parts.table else ""
    return ((_("筛选条件"), said),) if said else ()


class SlidesMixin(RoomPage):
    """Answer with the page's parts as slides; stands before the page among the bases."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Write the presentation; a page with nothing to show has none."""
        parts = self.parts()
        if parts.state is not None or self.reading.run is None:
            raise NotInScope
        name = f"{parts.title}_{self.place_name}_{self.reading.run.month}.pptx"
        response = HttpResponse(write_deck(self.deck(parts)), content_type=PPTX)
        response.headers["Content-Disposition"] = (
            content_disposition_header(True, name) or "attachment"
        )
        return response

    def deck(self, parts: ModuleParts) -> Deck:
        """Return the page as a deck."""
        facts = self.deck_facts()
        place, month, model = facts[0][1], facts[1][1], facts[2][1]
        footer = f"{parts.title} · {place} · {month} · {_('模型')} {model} · {facts[4][1]}"
        return Deck(
            title=str(parts.title),
            place=place,
            facts=facts,
            said=said_of(parts),
            kpis=parts.kpis,
            charts=self.slide_charts(parts),
            table=parts.table,
            notes=Notes(
                (*facts, *narrowed_in(parts)),
                (*definitions_of(self.indicators()), *defined_in(parts)),
            ),
            footer=footer,
        )

    def deck_facts(self) -> tuple[tuple[str, str], ...]:
        """Say where the numbers come from, who took them and when."""
        facts, user = self.facts(), self.http.user
        return (
            (_("范围"), " / ".join(place.name for place in self.places)),
            (_("账期"), formats.month(facts.month)),
            (_("模型"), facts.model),
            (_("发布于"), formats.moment(facts.published_at)),
            (_("运行"), f"#{facts.run}"),
            (_("导出人"), getattr(user, "display_name", "") or user.get_username()),
            (_("导出时间"), formats.moment(timezone.now())),
        )


def slides_of(page: type[RoomPage]) -> type[RoomPage]:
    """Return the door to a page's presentation."""
    return type(f"{page.__name__}Slides", (SlidesMixin, page), {"__doc__": page.__doc__})
