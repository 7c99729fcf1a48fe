"""Plant what a month survives: rows to quarantine 隔离, cells to normalise 规范化, warnings 提醒.

Cells are changed in place first, rows are added at the end, so that every line noted stays true.
The groups to quarantine stand early in the file and the faulty orders late, so that no fault hides
another.
"""

from __future__ import annotations

from gcva.province.faults.sheet import Fault, Sheet, SmallMonth, with_mark

FIRST_ROW, STEP, SPARED = 40, 25, 40  # where the members' faults begin, how far apart, how many

# column, text written, the gate's code
MEMBER_CELLS: tuple[tuple[str, str, str, str], ...] = (
    ("roaming", "￥12.50", "bad_number", "Q"),
    ("new_business", "NaN", "bad_number", "Q"),
    ("long_distance", "inf", "bad_number", "Q"),
    ("local", '"1,234.50"', "bad_number", "Q"),
    ("package", "12.3456", "finer_fraction", "Q"),
    ("joined_on", "2026-02-30", "bad_date", "Q"),
    ("member_id", "用户 0001", "bad_code", "Q"),
    ("member_id", "", "missing_value", "Q"),
    ("status", "frozen", "unknown_value", "Q"),
    ("status", "sleeping", "unknown_value", "Q"),
    ("calls", "-5", "out_of_range", "Q"),
    ("vnet", "maybe", "bad_bool", "Q"),
    ("group_code", "JT9999999", "unknown_group", "Q"),
    ("tariff_code", " T04 ", "padding", "N"),
    ("data_mb", "１２.５", "full_width", "N"),
    ("joined_on", "2020/03/09", "other_date_form", "N"),
    ("status", "正常", "choice_by_label", "N"),
    ("roaming", "", "empty_amount", "N"),
    ("other", "-3.5", "negative_amount", "W"),
)
GROUP_CELLS: tuple[tuple[str, str, str, str], ...] = (
    ("employees", "约200", "bad_number", "Q"),
    ("tax_score", "130", "out_of_range", "Q"),
    ("city_code", "C77", "unknown_city", "Q"),
    ("county_code", "C0999", "unassigned_county_code", "W"),
    ("industry", "space", "unassigned_industry", "W"),
    ("grid_code", "C0101G9", "unassigned_grid_code", "W"),
    ("account_manager_code", "KH99999", "unassigned_account_manager_code", "W"),
)
USERS_FACTOR = 3
INCOME_FACTOR = 1.6


def shown(text: str) -> str:
    """Return a cell as the reader of the file sees it."""
    return text.strip('"')


def plant_cells(
    sheet: Sheet, rows: list[int], cells: tuple[tuple[str, str, str, str], ...]
) -> list[Fault]:
    """Change one cell in each of the rows."""
    faults = []
    for row, (column, text, code, verdict) in zip(rows, cells, strict=False):
        line = sheet.put(row, column, text)
        faults.append(Fault(code, verdict, sheet.kind, sheet.file, line, column, shown(text)))
    return faults


def plant_members(month: SmallMonth) -> list[Fault]:
    """Plant the faults of single members."""
    sheet = month.sheets["members"]
    rows = [FIRST_ROW + k * STEP for k in range(len(MEMBER_CELLS) + 3)]
    faults = plant_cells(sheet, rows, MEMBER_CELLS)
    zeros, alone, ragged = rows[len(MEMBER_CELLS) :]
    text = "0" + sheet.get(zeros, "member_id")
    line = sheet.put(zeros, "member_id", text)
    faults.append(Fault("leading_zeros", "N", "members", sheet.file, line, "member_id", text))
    faults.append(member_of_lost_group(month, alone))
    paying = sheet.rows_where("paid_by_group", lambda text: text not in ("0", ""))[0]
    paid = float(sheet.get(paying, "paid_by_group")) + 10
    line = sheet.put(paying, "paid_by_group", f"{paid:.2f}")
    faults.append(Fault("paid_by_group_differs", "W", "members", sheet.file, line, "paid_by_group"))
    sheet.rows[ragged] = sheet.rows[ragged][:-2]
    width = str(len(sheet.rows[ragged]))
    faults.append(Fault("ragged_row", "Q", "members", sheet.file, ragged + 2, "", width))
    return faults


def member_of_lost_group(month: SmallMonth, row: int) -> Fault:
    """Let a group without members go off net and give it a member."""
    groups, sheet = month.sheets["groups"], month.sheets["members"]
    with_members = {sheet.get(k, "group_code") for k in range(len(sheet.rows)) if k != row}
    lonely = next(
        k
        for k in groups.rows_where("status", lambda text: text in ("on_net", "silent"))
        if groups.get(k, "group_code") not in with_members
    )
    groups.put(lonely, "status", "off_net")
    code = groups.get(lonely, "group_code")
    line = sheet.put(row, "group_code", code)
    return Fault("off_net_group", "Q", "members", sheet.file, line, "group_code", code)


def plant_groups(month: SmallMonth) -> list[Fault]:
    """Plant the faults of single groups, and the children that fall with their parents."""
    sheet, members = month.sheets["groups"], month.sheets["members"]
    touched = {members.get(FIRST_ROW + k * STEP, "group_code") for k in range(SPARED)}
    plain = [
        row
        for row in sheet.rows_where("status", lambda text: text == "on_net")
        if sheet.get(row, "group_code") not in touched and sheet.get(row, "county_code")
    ]
    faults = plant_cells(sheet, plain[:: max(len(plain) // 12, 1)], GROUP_CELLS)
    cut = {sheet.get(f.line - 2, "group_code") for f in faults if f.verdict == "Q" and f.line}
    for kind in ("members", "subscriptions"):
        children = month.sheets[kind].rows_where("group_code", cut.__contains__)
        if children:
            code = month.sheets[kind].get(children[0], "group_code")
            faults.append(
                Fault(
                    "parent_quarantined", "Q", kind, f"{kind}.csv", children[0] + 2,
                    "group_code", code, len(children),
                )
            )  # fmt: skip
    faults.append(manager_of_other_city(month, plain[1]))
    faults += regraded(sheet)
    return faults


def manager_of_other_city(month: SmallMonth, row: int) -> Fault:
    """Give a group an account manager of another city."""
    sheet, managers = month.sheets["groups"], month.sheets["account_managers"]
    city = sheet.get(row, "city_code")
    other = managers.rows_where("city_code", lambda text: text != city)[0]
    code = managers.get(other, "code")
    line = sheet.put(row, "account_manager_code", code)
    column = "account_manager_code"
    return Fault("manager_of_other_city", "W", "groups", sheet.file, line, column, code)


def regraded(sheet: Sheet) -> list[Fault]:
    """Take the grade from half of the A and B groups."""
    high = sheet.rows_where("current_grade", lambda text: text[:1] in ("A", "B"))
    for row in high[::2]:
        sheet.put(row, "current_grade", "C")
    line = high[0] + 2
    return [
        Fault("grade_change", "W", "groups", sheet.file, line, "current_grade", n=len(high[::2]))
    ]


def plant_products(month: SmallMonth) -> list[Fault]:
    """Plant the faults of orders and users."""
    users, lines = month.sheets["product_users"], month.sheets["subscriptions"]
    faults = []
    for row in users.rows_where("product_code", lambda code: code == "P04"):
        users.put(row, "users", str(int(users.get(row, "users")) * USERS_FACTOR))
    faults.append(
        Fault("users_change", "W", "product_users", users.file, column="users", value="P04")
    )
    billed = users.rows_where("product_code", lambda code: code == "P02")[-1]
    more = str(int(users.get(billed, "users")) + 7)
    line = users.put(billed, "billed_users", more)
    faults.append(
        Fault("billed_over_used", "W", "product_users", users.file, line, "billed_users", more)
    )
    lines.keep_rows(lambda cells: cells["product_code"] != "P08")
    faults.append(
        Fault("users_without_income", "W", "product_users", users.file, None, "product_code", "P08")
    )
    for row in lines.rows_where("payer", lambda payer: payer == "group"):
        if lines.get(row, "product_code") != "P17":
            amount = float(lines.get(row, "amount")) * INCOME_FACTOR
            lines.put(row, "amount", f"{amount:.2f}")
    faults.append(Fault("income_change", "W", "subscriptions", lines.file, column="amount"))
    strange = lines.rows_where("payer", lambda payer: payer == "outsider")[-1]
    line = lines.put(strange, "product_code", "P98")
    faults.append(
        Fault(
            "unassigned_product_code", "W", "subscriptions", lines.file, line, "product_code", "P98"
        )
    )
    return faults


def plant_units(month: SmallMonth) -> list[Fault]:
    """Hang a grid under a county that does not exist."""
    sheet = month.sheets["org_units"]
    row = sheet.rows_where("level", lambda level: level == "grid")[-1]
    line = sheet.put(row, "parent_code", "C9999")
    return [Fault("unknown_unit", "Q", "org_units", sheet.file, line, "parent_code", "C9999")]


def plant_forms(month: SmallMonth) -> list[Fault]:
    """Plant what concerns whole rows and files: BOM, GB18030, copies, totals, blank lines."""
    members, groups, people = (month.sheets[k] for k in ("members", "groups", "key_people"))
    faults = []
    members.rows.append(list(members.rows[FIRST_ROW + STEP * (SPARED - 1)]))
    faults.append(Fault("duplicates_dropped", "N", "members", members.file, len(members.rows) + 1))
    members.rows.append([""])
    faults.append(Fault("blank_rows", "N", "members", members.file, len(members.rows) + 1))
    total = [""] * len(members.header)
    total[0], total[members.header.index("roaming")] = "合计", "123456.78"
    members.rows.append(total)
    faults.append(Fault("total_rows", "N", "members", members.file, len(members.rows) + 1))
    groups.header.append("备注")
    groups.rows = [[*row, ""] for row in groups.rows]
    faults.append(Fault("unknown_column", "W", "groups", groups.file, 1, "备注"))
    month.raw[groups.file] = with_mark(groups)
    faults.append(Fault("bom", "N", "groups", groups.file))
    month.raw[people.file] = people.text().encode("gb18030")
    faults.append(Fault("transcoded", "N", "key_people", people.file, value="GB18030"))
    month.raw["notes.csv"] = "说明\n演示\n".encode()
    faults.append(Fault("unknown_file", "W", "", "notes.csv"))
    return faults


def plant_all(month: SmallMonth) -> list[Fault]:
    """Plant every Q, N and W fault in one month that can still be imported."""
    return [
        *plant_products(month),
        *plant_members(month),
        *plant_groups(month),
        *plant_units(month),
        *plant_forms(month),
    ]
