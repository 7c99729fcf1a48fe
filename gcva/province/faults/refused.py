"""Plant what refuses a whole file 拒收: one small month for each such line of the gate.

Each function changes a clean month and returns the fault; its name is the gate's code.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable

from gcva.province.faults.sheet import Fault, SmallMonth
from gcva.province.usage import FEES

Plant = Callable[[SmallMonth], Fault]
LINE = 12  # of the file; any line in the middle would do
ROW = LINE - 2


def unknown_encoding(month: SmallMonth) -> Fault:
    """Write the groups as UTF-16."""
    content = codecs.BOM_UTF16_LE + month.sheets["groups"].text().encode("utf-16-le")
    month.raw["groups.csv"] = content
    return Fault("unknown_encoding", "R", "groups", "groups.csv", value=content[:4].hex(" "))


def bad_byte(month: SmallMonth) -> Fault:
    """Damage one byte in the middle of the groups."""
    content = bytearray(month.sheets["groups"].text().encode())
    offset = len(content) // 2
    content[offset] = 0xFF
    month.raw["groups.csv"] = bytes(content)
    return Fault("bad_byte", "R", "groups", "groups.csv", value="0xff", offset=offset)


def empty_file(month: SmallMonth) -> Fault:
    """Leave the groups empty."""
    month.raw["groups.csv"] = b""
    return Fault("empty_file", "R", "groups", "groups.csv")


def no_rows(month: SmallMonth) -> Fault:
    """Leave only the header of the groups."""
    month.sheets["groups"].rows = []
    return Fault("no_rows", "R", "groups", "groups.csv")


def no_header(month: SmallMonth) -> Fault:
    """Leave out the header of the groups."""
    body = month.sheets["groups"].text().split("\n", 1)[1]
    month.raw["groups.csv"] = body.encode()
    return Fault("no_header", "R", "groups", "groups.csv", 1, value=body.split("\n", 1)[0])


def duplicate_header(month: SmallMonth) -> Fault:
    """Name a column twice."""
    sheet = month.sheets["groups"]
    sheet.header.append("name")
    sheet.rows = [[*row, row[1]] for row in sheet.rows]
    return Fault("duplicate_header", "R", "groups", sheet.file, 1, "name", "name、name", 2)


def missing_column(month: SmallMonth) -> Fault:
    """Leave out the status of the members."""
    sheet = month.sheets["members"]
    place = sheet.header.index("status")
    for row in (sheet.header, *sheet.rows):
        del row[place]
    return Fault(
        "missing_column", "R", "members", sheet.file, None, "status", "、".join(sheet.header)
    )


def unclosed_quote(month: SmallMonth) -> Fault:
    """Open a quote that is never closed."""
    sheet = month.sheets["groups"]
    line = sheet.put(ROW, "name", '"' + sheet.get(ROW, "name"))
    return Fault("unclosed_quote", "R", "groups", sheet.file, line)


def scientific_id(month: SmallMonth) -> Fault:
    """Write a member id the way a spreadsheet spoils it."""
    sheet = month.sheets["members"]
    line = sheet.put(ROW, "member_id", "8.38197E+11")
    return Fault("scientific_id", "R", "members", sheet.file, line, "member_id", "8.38197E+11")


def month_differs(month: SmallMonth) -> Fault:
    """Slip a row of another month in."""
    sheet = month.sheets["subscriptions"]
    line = sheet.put(ROW, "month", "2019-01")
    return Fault("month_differs", "R", "subscriptions", sheet.file, line, "month", "2019-01")


def key_conflict(month: SmallMonth) -> Fault:
    """Repeat a group under another name."""
    sheet = month.sheets["groups"]
    sheet.rows.append(list(sheet.rows[ROW]))
    line = sheet.put(len(sheet.rows) - 1, "name", "另一个名称有限公司")
    code = sheet.get(ROW, "group_code")
    return Fault("key_conflict", "R", "groups", sheet.file, line, "group_code", code, 2)


def city_missing(month: SmallMonth) -> Fault:
    """Leave out the smallest city with all that belongs to it."""
    groups = month.sheets["groups"]
    cities = [row[groups.header.index("city_code")] for row in groups.rows]
    city = min(sorted(set(cities)), key=cities.count)
    groups.keep_rows(lambda cells: cells["city_code"] != city)
    left = {row[0] for row in groups.rows}
    for sheet in month.sheets.values():
        if sheet.header[0] == "group_code":
            sheet.keep_rows(lambda cells: cells["group_code"] in left)
    return Fault("city_missing", "R", "groups", groups.file, None, "city_code", city)


def fewer_rows(month: SmallMonth) -> Fault:
    """Lose every second member."""
    sheet = month.sheets["members"]
    before = len(sheet.rows)
    sheet.rows = sheet.rows[::2]
    lost = before - len(sheet.rows)
    return Fault("fewer_rows", "R", "members", sheet.file, value=str(len(sheet.rows)), n=lost)


def unit_implausible(month: SmallMonth) -> Fault:
    """Write the fees in 分."""
    sheet = month.sheets["members"]
    for row in range(len(sheet.rows)):
        for fee in (*FEES, "paid_by_group"):
            fen = float(sheet.get(row, fee)) * 100
            sheet.put(row, fee, f"{fen:.1f}".removesuffix(".0"))
    return Fault("unit_implausible", "R", "members", sheet.file, value="100", n=len(sheet.rows))


def control_differs(month: SmallMonth) -> Fault:
    """Promise more rows than there are."""
    sheet = month.sheets["members"]
    month.raw["members.csv.chk"] = f"rows={len(sheet.rows) + 5}\n".encode()
    return Fault("control_differs", "R", "members", sheet.file, value=str(len(sheet.rows)))


def control_unreadable(month: SmallMonth) -> Fault:
    """Write a control file that says nothing."""
    month.raw["members.csv.chk"] = "校验完成\n".encode()
    return Fault("control_unreadable", "R", "members", "members.csv.chk", value="校验完成")


def too_many_quarantined(month: SmallMonth) -> Fault:
    """Spoil one amount in twenty."""
    sheet = month.sheets["members"]
    hit = range(0, len(sheet.rows), 20)
    for row in hit:
        sheet.put(row, "roaming", "￥1.20")
    return Fault(
        "too_many_quarantined", "R", "members", sheet.file, 2, "roaming", "￥1.20", len(hit)
    )


def too_many_buckets(month: SmallMonth) -> Fault:
    """Take the account manager from every second group."""
    sheet = month.sheets["groups"]
    hit = range(0, len(sheet.rows), 2)
    for row in hit:
        sheet.put(row, "account_manager_code", "")
    return Fault(
        "too_many_buckets", "R", "groups", sheet.file, 2, "account_manager_code", "", len(hit)
    )


def groups_missing(month: SmallMonth) -> Fault:
    """Leave the groups out."""
    month.dropped.add("groups")
    return Fault("groups_missing", "R", "members", "members.csv")


def no_files(month: SmallMonth) -> Fault:
    """Leave nothing but a note."""
    month.dropped.update(month.sheets)
    month.raw["readme.md"] = "本目录没有清单\n".encode()
    return Fault("no_files", "R")


def unreadable_file(month: SmallMonth) -> Fault:
    """Cut a compressed file off: the name promises gzip, the bytes are none."""
    month.dropped.add("members")
    month.raw["members.csv.gz"] = month.sheets["members"].text().encode()[:2000]
    return Fault("unreadable_file", "R", "members", "members.csv.gz")


REFUSED: tuple[Plant, ...] = (
    unknown_encoding,
    bad_byte,
    empty_file,
    no_rows,
    no_header,
    duplicate_header,
    missing_column,
    unclosed_quote,
    scientific_id,
    month_differs,
    key_conflict,
    city_missing,
    fewer_rows,
    unit_implausible,
    control_differs,
    control_unreadable,
    too_many_quarantined,
    too_many_buckets,
    groups_missing,
    no_files,
    unreadable_file,
)
