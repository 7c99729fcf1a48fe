"""Pasted group codes are read whatever parts them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.list_query.actions import codes_in
from analytics.list_query.compute import MOST_CODES, TooManyCodesError, read_codes
from core.errors import DomainError

CODES = st.text("ABCXYZ0123456789-_.", min_size=1, max_size=12)


@pytest.mark.parametrize(
    "text",
    [
        "G1 G2\nG3",
        "G1，G2；G3",
        "Ｇ１、Ｇ２　Ｇ３",
        "“G1”,'G2'|（G3）",
        "G1\x00G2\tG3\r\n",
        " ;G1/G2\\G3。",
    ],
)
def test_any_separator_does_full_width_too(text):
    assert read_codes(text).codes == ("G1", "G2", "G3")


def test_a_code_given_twice_is_looked_up_once_and_named():
    found = read_codes("G2 G1 G2 G3 G1 G2")
    assert (found.codes, found.repeated) == (("G2", "G1", "G3"), ("G2", "G1"))


def test_five_hundred_different_codes_do_and_one_more_does_not():
    many = " ".join(f"G{n}" for n in range(MOST_CODES))
    assert len(read_codes(f"{many} {many}").codes) == MOST_CODES
    with pytest.raises(TooManyCodesError):
        read_codes(f"{many} one-more")


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", "no_codes", "没有集团编码"),
        ("，；、", "no_codes", "没有集团编码"),
        (" ".join(f"G{n}" for n in range(501)), "too_many_codes", "共 501 个不同的集团编码"),
        ("G1 " + "X" * 41, "long_code", "第 2 个编码“XXX"),
        ("G" * 100_001, "long_text", "100,001 个字符"),
    ],
)
def test_what_cannot_be_looked_up_gets_a_sentence(text, code, said):
    with pytest.raises(DomainError) as problem:
        codes_in(text)
    assert problem.value.code == code
    assert said in str(problem.value.message)
    assert problem.value.hint


@given(st.lists(CODES, min_size=1, max_size=60, unique=True), st.sampled_from(" ,;\n，、；　|"))
def test_joined_codes_come_back_in_their_order(codes, separator):
    assert read_codes(separator.join(codes)).codes == tuple(codes)
