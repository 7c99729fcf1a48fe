"""What templates do to words before they are shown."""

from __future__ import annotations

import pytest
from django.utils.safestring import SafeString

from core.templatetags.gcva import kept


def shown(words: str) -> str:
    """Return a sentence with what stands on one line in ⟨ ⟩."""
    html = kept(SafeString(words))
    return html.replace('<span class="gc-kept">', "⟨").replace("</span>", "⟩")


@pytest.mark.parametrize(
    ("said", "whole"),
    [
        ('新增 <a href="/?n=4 个">4</a> 个，', '新增 ⟨<a href="/?n=4 个">4</a> 个⟩，'),
        ("成员 <strong>20</strong> 人。 ", "成员 ⟨<strong>20</strong> 人⟩。"),
        ("64 户次；", "⟨64 户次⟩；"),
        ("+0.5\u00a0个百分点", "⟨+0.5\u00a0个百分点⟩"),
        ("其中 A2 级 <strong>1</strong> 个", "其中 ⟨A2 级⟩ ⟨<strong>1</strong> 个⟩"),
        ("ε <strong>−0.84</strong>，区间", "⟨ε <strong>−0.84</strong>⟩，区间"),
        ("区间 [−1.53, −0.16]", "区间 ⟨[−1.53, −0.16]⟩"),
        ("占 75.9%（阈值 50.0%）", "占 75.9%⟨（阈值 50.0%）⟩"),
        ("A级占比最高的", "⟨A级占比⟩最高的"),
        ("2026-12-21 到期", "⟨2026-12-21⟩ 到期"),
        ('<a href="/?day=2026-12-21">云州银行</a>', '<a href="/?day=2026-12-21">云州银行</a>'),
    ],
)  # fmt: skip
def test_what_is_read_as_one_stands_on_one_line(said: str, whole: str) -> None:
    assert shown(said) == whole


def test_words_that_are_not_markup_are_escaped() -> None:
    assert kept("<b>3 个") == '&lt;b&gt;<span class="gc-kept">3 个</span>'
