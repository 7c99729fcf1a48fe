"""Give presentations their look: sizes, light colours, Chinese fonts, title and footer."""

from __future__ import annotations

from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Emu, Inches, Pt

from core.chart_theme import TOKENS

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
LEFT, TOP = Inches(0.6), Inches(1.35)
BODY_WIDTH, BODY_HEIGHT = Inches(12.13), Inches(5.35)
LATIN_FONT, CHINESE_FONT = "Microsoft YaHei", "微软雅黑"  # without it Office falls back to Noto
_TITLE_ONLY = 5  # layouts of the library's own template
_LIGHT = TOKENS["light"]


def colour(token: str) -> RGBColor:
    """Return a token's colour in the light theme: paper and projectors are white."""
    text = _LIGHT[token[1:]] if token.startswith("$") else token
    return RGBColor.from_string(text.lstrip("#").upper())


def blend(low: str, high: str, share: float) -> RGBColor:
    """Return the colour between two tokens, as a heat map's scale has it."""
    ends = colour(low), colour(high)
    at = min(max(share, 0.0), 1.0)
    return RGBColor(*(round(a + (b - a) * at) for a, b in zip(*ends, strict=True)))


def new_presentation() -> Any:
    """Return an empty 16:9 presentation whose theme names a Chinese font."""
    made = Presentation()
    made.slide_width, made.slide_height = WIDTH, HEIGHT
    theme = made.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    text = theme.blob.decode()
    text = text.replace('<a:latin typeface="Calibri"/>', f'<a:latin typeface="{LATIN_FONT}"/>')
    text = text.replace('<a:ea typeface=""/>', f'<a:ea typeface="{CHINESE_FONT}"/>')
    theme._blob = text.encode()
    return made


def add_slide(deck: Any, title: str, facts: str = "", footer: str = "") -> Any:
    """Add a slide with its title, a grey line of facts below it and a footer with its number."""
    slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY])
    head = slide.shapes.title
    head.left, head.top, head.width, head.height = LEFT, Inches(0.35), BODY_WIDTH, Inches(0.6)
    write(head.text_frame, title, size=26, bold=True)
    head.text_frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    if facts:
        add_text(slide, facts, (LEFT, Inches(0.92), BODY_WIDTH, Inches(0.35)), size=13)
    if footer:
        low = Inches(6.98)
        add_text(slide, footer, (LEFT, low, Inches(11), Inches(0.3)), size=10)
        place = (Inches(11.73), low, Inches(1), Inches(0.3))
        add_text(slide, str(len(deck.slides)), place, size=10, right=True)
    return slide


def add_text(
    slide: Any,
    text: str,
    place: tuple[Emu, Emu, Emu, Emu],
    *,
    size: int,
    token: str = "$muted",  # noqa: S107 - a colour
    bold: bool = False,
    right: bool = False,
) -> Any:
    """Add a box with one line of text."""
    frame = slide.shapes.add_textbox(*place).text_frame
    frame.word_wrap = True
    write(frame, text, size=size, token=token, bold=bold, right=right)
    return frame


def write(
    frame: Any,
    text: str,
    *,
    size: int,
    token: str = "$ink",  # noqa: S107 - a colour
    bold: bool = False,
    right: bool = False,
) -> None:
    """Fill a text frame's first paragraph."""
    frame.margin_left = frame.margin_right = 0
    style(frame.paragraphs[0], text, size=size, token=token, bold=bold, right=right)


def style(
    paragraph: Any,
    text: str,
    *,
    size: float,
    token: str = "$ink",  # noqa: S107 - a colour
    bold: bool = False,
    right: bool = False,
) -> None:
    """Write one paragraph."""
    paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold = Pt(size), bold
    run.font.color.rgb = colour(token)
