"""Every room draws its charts, is accessible and fits its window, for each role that reads it."""

import pytest

from tests.analytics.published import groups_of
from tests.e2e.conftest import PHONE, WIDE

pytestmark = pytest.mark.e2e
ROOMS = (
    "member_analysis", "product_usage", "contribution", "income_composition", "grade_changes",
    "price_elasticity", "anomaly_alerts",
)  # fmt: skip
TABS = ("basic", "members", "products", "income", "service")
LOOKS = {
    "province": ("zh-hans", "light", WIDE),
    "city": ("en", "dark", WIDE),
    "manager": ("zh-hans", "light", PHONE),
}


def paths_of(site, persona):
    paths = [f"/{room}/" for room in ROOMS]
    if persona == "province":
        paths.append("/multi_dimensional/")
    if persona == "manager":
        code = groups_of(site.published, site.published.manager_code)[0].group_code
        paths += [f"/grading/groups/{code}/?tab={tab}" for tab in TABS]
    return paths


@pytest.mark.parametrize("persona", LOOKS)
def test_the_rooms_are_accessible_and_fit_their_window(site, visit, persona):
    lang, theme, size = LOOKS[persona]
    visitor = visit(getattr(site.published, persona), lang=lang, theme=theme, size=size)
    found = {}
    for path in paths_of(site, persona):
        page = visitor.open(path)
        said = visitor.violations()
        too_wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        undrawn = page.evaluate(
            "[...document.querySelectorAll('.gc-plot')].filter(p => !p.dataset.drawn).length"
        )
        if said or too_wide > 0 or undrawn:
            found[path] = (said, too_wide, undrawn)
    assert found == {}
    assert visitor.complaints == []
