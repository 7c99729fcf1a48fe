"""Draw a planned chart natively: bars, lines, dots and curves with the page's colours."""

from __future__ import annotations

from typing import Any

from pptx.chart.data import CategoryChartData, XyChartData
from pptx.enum.chart import (
    XL_AXIS_CROSSES,
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_LINE
from pptx.oxml.ns import qn
from pptx.oxml.xmlchemy import OxmlElement
from pptx.util import Emu, Pt

from core.slides_chart import Plan, Series
from core.slides_look import colour

_MANY = 16  # from so many names on they are written smaller
_DASHES = {"dot": MSO_LINE.ROUND_DOT, "dash": MSO_LINE.DASH, "dashdot": MSO_LINE.DASH_DOT}
_TYPES = {
    ("bars", True): XL_CHART_TYPE.BAR_CLUSTERED,
    ("bars", False): XL_CHART_TYPE.COLUMN_CLUSTERED,
    ("stack", True): XL_CHART_TYPE.BAR_STACKED,
    ("stack", False): XL_CHART_TYPE.COLUMN_STACKED,
    ("lines", False): XL_CHART_TYPE.LINE_MARKERS,
    ("dots", False): XL_CHART_TYPE.LINE_MARKERS,
    ("curve", False): XL_CHART_TYPE.XY_SCATTER_LINES,
}


def draw_chart(slide: Any, plan: Plan, place: tuple[Emu, Emu, Emu, Emu], words: str) -> Any:
    """Add the chart to a slide; ``words`` says to a screen reader what it is."""
    frame = slide.shapes.add_chart(_TYPES[plan.kind, plan.lying], *place, _numbers(plan))
    frame._element.nvGraphicFramePr.cNvPr.set("descr", words)
    chart = frame.chart
    chart.font.size = Pt(9 if len(plan.categories) > _MANY else 12)
    chart.font.color.rgb = colour("$muted")
    chart.has_title = bool(plan.title)
    if plan.title:
        paragraph = chart.chart_title.text_frame.paragraphs[0]
        paragraph.text = plan.title
        paragraph.runs[0].font.size, paragraph.runs[0].font.bold = Pt(12), False
    _legend(chart, plan)
    _axes(chart, plan)
    for series, drawn in zip(plan.series, chart.plots[0].series, strict=True):
        _colour_series(drawn, series, plan)
    return chart


def _numbers(plan: Plan) -> Any:
    if plan.kind == "curve":
        points = XyChartData(number_format=plan.number_format)
        for series in plan.series:
            added = points.add_series(series.name)
            for x, y in zip(series.xs, series.values, strict=True):
                added.add_data_point(x, y)
        return points
    numbers = CategoryChartData(number_format=plan.number_format)
    numbers.categories = plan.categories
    for series in plan.series:
        numbers.add_series(series.name, series.values)
    return numbers


def _legend(chart: Any, plan: Plan) -> None:
    shown = [series for series in plan.series if not series.hidden]
    chart.has_legend = len(shown) > 1 and not any(series.hidden for series in plan.series)
    if chart.has_legend:
        chart.legend.position = XL_LEGEND_POSITION.TOP
        chart.legend.include_in_layout = False


def _axes(chart: Any, plan: Plan) -> None:
    values, names = chart.value_axis, chart.category_axis
    values.has_major_gridlines = True
    values.major_gridlines.format.line.color.rgb = colour("$line")
    values.format.line.fill.background()
    values.major_tick_mark = names.major_tick_mark = XL_TICK_MARK.NONE
    values.tick_labels.number_format = plan.number_format
    values.tick_labels.number_format_is_linked = False
    names.has_major_gridlines = False
    names.format.line.color.rgb = colour("$rest")
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW  # clear of bars below 0
    if plan.floor is not None:
        values.minimum_scale = plan.floor
    if plan.kind == "curve":
        names.tick_labels.number_format = plan.number_format
        names.tick_labels.number_format_is_linked = False
        values.maximum_scale = names.maximum_scale = 1.0
        values.minimum_scale = names.minimum_scale = 0.0
    if plan.lying:
        names.reverse_order = True  # the first on top, as on the page
        names.crosses = XL_AXIS_CROSSES.MAXIMUM
    if plan.kind in ("bars", "stack"):
        chart.plots[0].gap_width = 55
        chart.plots[0].overlap = 100 if plan.kind == "stack" else 0
    _labels(chart.plots[0], plan)


def _labels(plot: Any, plan: Plan) -> None:
    if not plan.labelled:
        return
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.number_format, labels.number_format_is_linked = plan.number_format, False
    labels.position = (
        XL_LABEL_POSITION.ABOVE if plan.kind == "dots" else XL_LABEL_POSITION.OUTSIDE_END
    )


def _colour_series(drawn: Any, series: Series, plan: Plan) -> None:
    if plan.kind in ("lines", "dots", "curve"):
        _colour_line(drawn, series, plan)
        return
    drawn.invert_if_negative = False
    if series.hidden:
        drawn.format.fill.background()
        return
    drawn.format.fill.solid()
    drawn.format.fill.fore_color.rgb = colour(series.tokens[0])
    if len(set(series.tokens)) > 1:
        for place, token in enumerate(series.tokens):
            fill = drawn.points[place].format.fill
            fill.solid()
            fill.fore_color.rgb = colour(token)
    if series.up:
        _add_reach(drawn._element, series)


def _colour_line(drawn: Any, series: Series, plan: Plan) -> None:
    shade = colour(series.tokens[0])
    drawn.smooth = False
    drawn.marker.style = XL_MARKER_STYLE.DIAMOND if plan.kind == "dots" else XL_MARKER_STYLE.CIRCLE
    drawn.marker.size = 8 if plan.kind == "dots" else 6
    drawn.marker.format.fill.solid()
    drawn.marker.format.fill.fore_color.rgb = shade
    drawn.marker.format.line.color.rgb = shade
    if plan.kind == "dots":
        drawn.format.line.fill.background()
        return
    drawn.format.line.color.rgb = shade
    drawn.format.line.width = Pt(2.25)
    if series.dash in _DASHES:
        drawn.format.line.dash_style = _DASHES[series.dash]


def _add_reach(element: Any, series: Series) -> None:
    """Write error bars of given lengths, which the library has no call for."""
    bars = OxmlElement("c:errBars")
    for tag, value in (("c:errBarType", "both"), ("c:errValType", "cust"), ("c:noEndCap", "0")):
        _below(bars, tag).set("val", value)
    for tag, reach in (("c:plus", series.up), ("c:minus", series.down)):
        numbers = _below(_below(bars, tag), "c:numLit")
        _below(numbers, "c:formatCode").text = "General"
        _below(numbers, "c:ptCount").set("val", str(len(reach)))
        for place, size in enumerate(reach):
            point = _below(numbers, "c:pt")
            point.set("idx", str(place))
            _below(point, "c:v").text = repr(size)
    element.find(qn("c:cat")).addprevious(bars)


def _below(element: Any, tag: str) -> Any:
    child = OxmlElement(tag)
    element.append(child)
    return child
