"""A mapping file alone brings foreign files in: each thing it can say, and what it may not say."""

import shutil
from pathlib import Path

import pytest

from core.errors import DomainError
from tests.intake.months import base_month, rows_of, take
from warehouse.gate import Known, UnitRef
from warehouse.mapping import load_mapping, parse_mapping
from warehouse.propose import propose_mapping

EXAMPLES = Path(__file__).parents[2] / "fixtures" / "mappings"
CITIES = Known(
    units={
        "C1": UnitRef("city"),
        "C2": UnitRef("city"),
        "C1-01": UnitRef("county", "C1"),
    },
    account_managers={"M1": "C1"},
    industries=frozenset({"edu"}),
)


def prices_from(tmp_path, text: bytes, rule: str):
    (tmp_path / "jg.txt").write_bytes(text)
    mapping = parse_mapping(f'[[files]]\nkind = "prices"\nglob = "jg.txt"\n{rule}')
    result = take(tmp_path / "jg.txt", tmp_path / "var", mapping=mapping)
    assert result.accepted, [f.message for f in result.findings]
    return [tuple(row.values()) for row in rows_of(result, tmp_path / "var", "prices")]


@pytest.mark.parametrize(
    ("text", "rule", "expected"),
    [
        (b"A\x011.5\n", 'delimiter = "\\u0001"\nheader = false\n[files.columns]\n'
         'item_code = 1\nprice = 2\n', [("A", 1500)]),
        (b"x;y\nA;1.234,5\n".replace(b".", b" ").replace(b",", b"."),
         'delimiter = ";"\nthousands = " "\n[files.columns]\nitem_code = "x"\nprice = "y"\n',
         [("A", 1234500)]),
        (b"A 00150\nBC00002\n", 'format = "fixed"\nnames = ["i", "p"]\nwidths = [2, 5]\n'
         'money_unit = "fen"\n[files.columns]\nitem_code = "i"\nprice = "p"\n',
         [("A", 1500), ("BC", 20)]),
        (b"report of today\n\nx,y\nA,7\n", 'skip_rows = 2\nmoney_unit = "li"\n[files.columns]\n'
         'item_code = "x"\nprice = "y"\n', [("A", 7)]),
        (b"x,y,z\nA,1.5,0.5\nB,2,\n", '[files.columns]\n'
         'item_code = { column = "x", prefix = "T-" }\nprice = { sum = { y = 2, z = -1 } }\n',
         [("T-A", 2500), ("T-B", 4000)]),
        (b"x,y\nA,1.5\n", '[files.columns]\nitem_code = { join = ["x", { constant = "9" }], '
         'separator = "_" }\nprice = { column = "y", scale = "0.1" }\n', [("A_9", 150)]),
        (b"x,y\nA,hi\nB,lo\nC,?\n", '[files.columns]\nitem_code = "x"\nprice = { column = "y", '
         'map = { hi = "2", lo = "1" }, default = "0" }\n',
         [("A", 2000), ("B", 1000), ("C", 0)]),
        (b"x,y\nA,1\nA,1\nB,2\n", 'distinct = true\n[files.columns]\nitem_code = "x"\n'
         'price = "y"\n',
         [("A", 1000), ("B", 2000)]),
        (b"y\n3\n4\n", '[files.columns]\nitem_code = { row_number = true, prefix = "R" }\n'
         'price = "y"\n', [("R1", 3000), ("R2", 4000)]),
        (b"x,y\nA,none\n", 'null_words = ["none"]\n[files.columns]\nitem_code = "x"\nprice = "y"\n',
         [("A", None)]),
    ],
    ids=["positions", "thousands", "fixed width", "skipped rows", "sum", "join and scale",
         "value map", "distinct", "row number", "null words"],
)  # fmt: skip
def test_a_mapping_can_say(text, rule, expected, tmp_path):
    assert prices_from(tmp_path, text, rule) == expected


def test_a_sum_with_a_faulty_cell_is_quarantined_not_guessed(tmp_path):
    (tmp_path / "jg.txt").write_text("x,y,z\nA,１２,3\nB,1;000,3\nC,12,x\n", encoding="utf-8")
    mapping = parse_mapping(
        '[[files]]\nkind = "prices"\nglob = "jg.txt"\n[files.columns]\nitem_code = "x"\n'
        "price = { sum = { y = 1, z = 1 } }\n"
    )
    result = take(tmp_path / "jg.txt", tmp_path / "var", mapping=mapping)
    assert [tuple(r.values()) for r in rows_of(result, tmp_path / "var", "prices")] == [
        ("A", 15000)
    ]
    (finding,) = [f for f in result.findings if f.verdict == "Q"]
    assert (finding.code, finding.line, finding.value, finding.n) == ("bad_number", 3, "1;000 3", 2)


def test_the_example_of_a_billing_export_works(tmp_path):
    month = tmp_path / "in"
    month.mkdir()
    (month / "JT_1.txt").write_bytes(
        "账期|集团客户标识|集团客户名称|状态|地市编码|县区编码|客户经理工号|行业代码|合同到期日期|欠费\n"
        "202610|G1|一中|1|C1|01|M1|edu|20270131|1,250\n".encode("gb18030")
    )
    (month / "YH_1.txt").write_bytes(
        "账期|集团客户标识|用户标识|用户状态|入网日期|漫游费|流量费|增值费|赠费|长途费|市话费|主叫秒数\n"
        "202610|G1|U1|22|20200101|100|1,000|200|300|空|5|90\n".encode("gb18030")
    )
    mapping = load_mapping(EXAMPLES / "billing_export.toml")
    result = take(month, tmp_path / "var", mapping=mapping, known=CITIES)
    assert result.accepted, [f.message for f in result.findings]
    (group,) = rows_of(result, tmp_path / "var", "groups")
    assert (group["county_code"], group["status"], group["arrears_li"]) == (
        "C1-01",
        "on_net",
        12500,
    )
    (member,) = rows_of(result, tmp_path / "var", "members")
    assert (member["status"], member["roaming_li"], member["new_business_li"]) == (
        "stop_two_way",
        1000,
        9000,
    )
    assert (member["long_distance_li"], member["mo_minutes_milli"]) == (None, 1500)


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("files = 1", "需要 [[files]]"),
        ("[[files]", "有误"),
        ('[[files]]\nkind = "cats"\nglob = "*"', "不认识的 kind “cats”"),
        ('[[files]]\nkind = "prices"\nglob = "*"\ncolour = 1', "“colour”不认识"),
        ('[[files]]\nkind = "prices"', "需要 glob"),
        ('[[files]]\nkind = "prices"\nglob = "*"\nmoney_unit = "dollar"', "应为 yuan、fen 或 li"),
        ('[[files]]\nkind = "prices"\nglob = "*"\n[files.columns]\nweight = "w"', "没有列“weight”"),
        ('[[files]]\nkind = "prices"\nglob = "*"\n[files.columns]\nprice = { }', "恰好是"),
        ('[[files]]\nkind = "prices"\nglob = "*"\n[files.columns]\n'
         'price = { column = "a", map = "m" }', "没有名为“m”"),
    ],
)  # fmt: skip
def test_a_wrong_mapping_says_what_is_wrong(source, says):
    with pytest.raises(DomainError, match="映射文件") as refusal:
        parse_mapping(source)
    assert says in refusal.value.message
    assert refusal.value.hint


def test_a_proposal_for_a_contract_file_works_as_it_is(tmp_path):
    month = base_month(tmp_path)
    proposal = propose_mapping(month / "groups.csv")
    mapping = parse_mapping(proposal)
    assert [rule.kind for rule in mapping.rules] == ["groups"]
    result = take(month / "groups.csv", tmp_path / "var", mapping=mapping, known=CITIES)
    assert result.accepted
    assert len(rows_of(result, tmp_path / "var", "groups")) == 6


def test_a_proposal_names_what_it_could_not_match(tmp_path):
    file = tmp_path / "客户.csv"
    file.write_bytes("集团客户标识|名字|状态\nA1|一中|10\n".encode("gb18030"))
    proposal = propose_mapping(file)
    assert 'group_code = "集团客户标识"' in proposal
    assert 'status = { column = "状态", map = { "10" = "?" } }' in proposal
    assert "# city_code" in proposal and "必需" in proposal
    assert "#   名字：一中" in proposal
    shutil.copy(file, tmp_path / "empty.csv")
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(DomainError, match="文件为空"):
        propose_mapping(tmp_path / "empty.csv")
