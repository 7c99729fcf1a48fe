"""List what the demo province sells and to whom: industries, products, tariffs, list prices."""

from __future__ import annotations

from dataclasses import dataclass

from core.month import Month


@dataclass(frozen=True, slots=True)
class Industry:
    """Be one industry 行业: its share of the groups in each class A, B, C."""

    code: str
    name: str
    share_a: float
    share_b: float
    share_c: float


# education 8 %, finance 2.5 %, police 3 % and township offices 3 % of all groups
INDUSTRIES = (
    Industry("edu", "教育", 0.14, 0.12, 0.070),
    Industry("fin", "金融", 0.10, 0.05, 0.018),
    Industry("pol", "公安政法", 0.10, 0.05, 0.025),
    Industry("gov", "党政机关", 0.14, 0.10, 0.045),
    Industry("town", "乡镇街道", 0.02, 0.03, 0.030),
    Industry("med", "医疗卫生", 0.10, 0.06, 0.035),
    Industry("mfg", "制造业", 0.14, 0.20, 0.210),
    Industry("con", "建筑地产", 0.06, 0.09, 0.090),
    Industry("log", "交通物流", 0.07, 0.07, 0.070),
    Industry("ene", "能源水务", 0.06, 0.04, 0.020),
    Industry("it", "信息技术", 0.04, 0.05, 0.047),
    Industry("ret", "商贸零售", 0.02, 0.08, 0.190),
    Industry("cat", "住宿餐饮", 0.01, 0.03, 0.085),
    Industry("agr", "农林牧渔", 0.00, 0.03, 0.065),
)
INDUSTRY_NUMBER = {industry.code: i for i, industry in enumerate(INDUSTRIES)}
AUTHORITIES = tuple(INDUSTRY_NUMBER[code] for code in ("gov", "pol", "town"))
OTHER_INDUSTRY = ("other", "其他")


@dataclass(frozen=True, slots=True)
class Product:
    """Be one product 产品 with its opening list price in 元 a unit."""

    code: str
    name: str
    alias: str
    role: str
    family: str
    ict_scope: str
    unit: str
    price: float


# 集团短信 stands outside 信息化 here on purpose: its price cut then touches 统付 alone and the cut
# of the V网 fee 信息化 alone, so that each stream has one planted elasticity.
PRODUCTS = (
    Product("P01", "移动总机", "综合VPMN", "switchboard", "standard", "all", "线", 12.0),
    Product("P02", "集团彩铃", "彩铃集团版", "ringback", "standard", "all", "户", 3.0),
    Product("P03", "集团短信", "企信通", "sms", "standard", "none", "条", 0.08),
    Product("P04", "V网", "VPMN", "vnet", "standard", "all", "户", 3.0),
    Product("P05", "校信通", "校讯通", "school", "industry_application", "all", "户", 3.0),
    Product("P06", "银信通", "", "bank", "industry_application", "all", "户", 1.0),
    Product("P07", "警务通", "", "police", "industry_application", "all", "终端", 45.0),
    Product("P08", "农信通", "", "agri", "industry_application", "all", "户", 2.0),
    Product("P09", "互联网专线", "专线", "other", "standard", "all", "条", 600.0),
    Product("P10", "IDC托管", "主机托管", "other", "industry_application", "all", "U", 400.0),
    Product("P11", "物联网卡", "M2M", "other", "industry_application", "all", "张", 5.0),
    Product("P12", "移动云主机", "云主机", "other", "industry_application", "all", "台", 180.0),
    Product("P13", "视频会议", "", "other", "industry_application", "all", "点", 120.0),
    Product("P14", "移动办公", "移动OA", "other", "industry_application", "all", "户", 8.0),
    Product("P15", "车务通", "", "other", "industry_application", "all", "车", 30.0),
    Product("P16", "企业邮箱", "", "other", "standard", "unified_only", "户", 5.0),
    Product("P17", "员工话费统付", "话费代付", "other", "member_bill", "none", "户", 30.0),
    Product("P18", "语音专线", "中继线", "other", "other", "none", "条", 150.0),
)
NUMBER = {product.code: i for i, product in enumerate(PRODUCTS)}
SWITCHBOARD, RINGBACK, SMS, VNET, SCHOOL, BANK, POLICE, AGRI = range(8)
LEASED_LINE, HOSTING, IOT, CLOUD, MEETING, OFFICE, FLEET, MAIL, MEMBER_BILL, TRUNK = range(8, 18)

# a member uses these once; lines, cards, hosts and cars are no members, whoever pays for them
_OF_MEMBERS = (SWITCHBOARD, RINGBACK, SMS, VNET, POLICE, OFFICE, MAIL, MEMBER_BILL)
USED_BY_MEMBERS = tuple(number in _OF_MEMBERS for number in range(len(PRODUCTS)))

SCOPE_CHANGE_PRODUCT = MAIL  # from the scope month on, whoever pays counts as 信息化
TARIFFS = (
    ("T01", "商务套餐58", 58.0),
    ("T02", "商务套餐88", 88.0),
    ("T03", "商务套餐128", 128.0),
    ("T04", "大众卡", 18.0),
    ("T05", "畅聊卡", 28.0),
    ("T06", "校园卡", 19.0),
    ("T07", "神州行", 15.0),
    ("T08", "流量王卡", 48.0),
)
TARIFF_SHARES = (0.22, 0.12, 0.05, 0.20, 0.13, 0.06, 0.10, 0.12)
RISING_TARIFF = 4  # T05


@dataclass(frozen=True, slots=True)
class PriceChange:
    """Be one planted price change 调价: whose item, from when, by which factor.

    ``elasticity`` is the true demand elasticity ε before the segment's own deviation.
    """

    item_code: str
    stream: str
    month: Month
    factor: float
    elasticity: float
    cities: tuple[int, ...] = ()  # empty: the whole province


def price_changes(last_month: Month) -> dict[str, PriceChange]:
    """Return the three price changes of the last month's year, by what they move."""
    year = last_month.year
    return {
        "vnet": PriceChange("P04", "ict", Month(year, 4), 0.80, -0.6, (1, 3, 5, 8, 10)),
        "sms": PriceChange("P03", "unified_pay", Month(year, 6), 0.75, -0.3),
        "tariff": PriceChange("T05", "personal_bill", Month(year, 7), 1.10, -1.2),
    }


def scope_month(last_month: Month) -> Month:
    """Return the month from which 企业邮箱 counts as 信息化 whoever pays."""
    return Month(last_month.year, 1)
