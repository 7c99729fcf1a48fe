"""Hold the look to its numbers: contrast, tokens, icons, weight, no outside host in own files."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from core.chart_theme import TOKENS
from core.parts import STATE_ICONS
from gcva.modules import DOORS

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
SPRITE = (STATIC / "vendor/tabler-icons/sprite.svg").read_text()


def css_tokens(theme):
    text = (STATIC / "css/tokens.css").read_text()
    block = re.search(rf'\[data-bs-theme="{theme}"\]\s*\{{(.*?)\}}', text, re.S)[1]
    return dict(re.findall(r"--gc-([\w-]+):\s*(#[0-9a-f]{6})", block))


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_text_is_readable_on_every_ground(theme):
    token = css_tokens(theme)
    grounds = [token[name] for name in ("page", "card", "tint", "hover")]
    for name in ("ink", "muted", "accent", "good", "bad"):
        assert min(contrast(token[name], ground) for ground in grounds) >= 4.5, name
    for grade in ("a1", "a2", "b1", "b2", "c"):
        assert contrast(token["on-grade"], token[grade]) >= 4.5, grade
    assert contrast(token["on-accent"], token["accent"]) >= 4.5
    assert contrast(token["on-accent"], token["bad"]) >= 4.5
    assert contrast(token["warn"], token["warn-tint"]) >= 4.5
    assert contrast(token["ink"], token["bad-tint"]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_marks_of_charts_stand_out_from_their_card(theme):
    token = css_tokens(theme)
    lines = ("rest", "second", "third", "sixth")
    for name in ("accent", "teal", "good", "bad", "a1", "a2", "b1", "b2", "c", *lines):
        assert contrast(token[name], token["card"]) >= 3, name
    assert contrast(token["ink"], token["heat"]) >= 4.5


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_charts_and_stylesheet_name_the_same_colours(theme):
    css = css_tokens(theme)
    assert {name: css[name] for name in TOKENS[theme]} == TOKENS[theme]


def test_the_sprite_holds_exactly_the_icons_that_are_listed_and_all_that_are_used():
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', SPRITE))
    listed = set((STATIC / "vendor/tabler-icons/icons.txt").read_text().split())
    used = set(STATE_ICONS.values()) | {door.icon for door in DOORS}
    for template in (ROOT / "templates").rglob("*.html"):
        used |= set(re.findall(r'{% icon "([\w-]+)"', template.read_text()))
    assert drawn == listed
    assert used <= drawn


def test_the_first_view_weighs_less_than_200_kb_compressed():
    head = (ROOT / "templates/partials/head.html").read_text()
    base = (ROOT / "templates/base.html").read_text()
    names = [*re.findall(r"{% static '([^']+)' %}", head + base), "vendor/tabler-icons/sprite.svg"]
    files = [Path(finders.find(name)) for name in names]
    assert len(files) > 8
    assert sum(len(gzip.compress(path.read_bytes(), 6)) for path in files) < 180_000


@pytest.mark.parametrize(
    "path",
    sorted((STATIC / "js").glob("*.js")) + sorted((STATIC / "css").glob("*.css")),
    ids=lambda path: path.name,
)
def test_own_files_name_no_outside_host(path):
    assert not re.search(r"https?://|//cdn|@import url\(\"?http", path.read_text())


def test_the_chart_library_cannot_send_anything_to_its_cloud():
    library = (STATIC / "vendor/plotly/plotly-cartesian.min.js").read_text()
    assert "cloud.plotly.com" not in library and "cdn.plot.ly" not in library
    ours = (STATIC / "js/charts.js").read_text()
    assert "showSendToCloud: false" in ours and 'plotlyServerURL: ""' in ours


def test_vendored_files_carry_licences_and_no_source_maps():
    for folder in (STATIC / "vendor").iterdir():
        assert (folder / "LICENSE").exists(), folder.name
        for path in folder.glob("*.min.*"):
            assert b"sourceMappingURL" not in path.read_bytes()
