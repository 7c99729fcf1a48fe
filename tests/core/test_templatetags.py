"""What templates do to words before they are shown."""

from __future__ import annotations

from core.templatetags.gcva import trimmed


def test_a_number_stays_with_what_it_counts_and_a_sentence_with_what_follows_it():
    said = '新增 <a class="number" href="/">4</a> 个，成员 <strong>20</strong> 人，<b>1</b> 个 '
    kept = '新增 <a class="number" href="/">4</a>\u00a0个，成员 <strong>20</strong>\u00a0人，'
    assert trimmed(said) == f"{kept}<b>1</b> 个"
    assert trimmed("<a>Yun Bank</a> grew by <strong>3</strong> groups. ").endswith("</a> grew by "
        "<strong>3</strong> groups.")  # fmt: skip
