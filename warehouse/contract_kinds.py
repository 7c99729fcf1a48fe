"""List the fourteen contracts 接口规范, column by column (✱ = ``required``, ● = ``monthly``)."""

from __future__ import annotations

from typing import Final

from warehouse.contracts import CellType, Column, Contract

CODE, OPAQUE, TEXT, ENUM = CellType.CODE, CellType.OPAQUE, CellType.TEXT, CellType.ENUM
MONEY, DECIMAL, INTEGER, NUMBER = (
    CellType.MONEY,
    CellType.DECIMAL,
    CellType.INTEGER,
    CellType.NUMBER,
)
DATE, BOOL = CellType.DATE, CellType.BOOL

MONTH = Column(
    "month", CellType.MONTH, "账期", aliases=("统计月份", "月份", "数据月份", "bill_month")
)
GROUP_CODE = Column(
    "group_code",
    CODE,
    "集团编码",
    True,
    ("集团客户标识", "集团客户编码", "集团标识", "集团代码", "集团编号", "group_id"),
)
PRODUCT_CODE = Column(
    "product_code", CODE, "产品编码", True, ("产品标识", "产品代码", "product_id")
)
MEMBER_ID = Column(
    "member_id", OPAQUE, "用户标识", True, ("成员标识", "用户编码", "成员编码", "user_id")
)

LEVELS = (
    ("province", ("省",)),
    ("city", ("地市", "市")),
    ("county", ("县区", "区县", "县")),
    ("grid", ("网格",)),
)
ROLES = (
    ("switchboard", ("移动总机",)),
    ("ringback", ("集团彩铃",)),
    ("sms", ("集团短信",)),
    ("vnet", ("v网", "vpmn")),
    ("school", ("校信通", "校讯通")),
    ("bank", ("银信通",)),
    ("police", ("警务通",)),
    ("agri", ("农信通",)),
    ("other", ("其他",)),
)
FAMILIES = (
    ("standard", ("标准产品",)),
    ("industry_application", ("行业应用",)),
    ("member_bill", ("成员账单",)),
    ("other", ("其他",)),
)
ICT_SCOPES = (("none", ("否", "无")), ("unified_only", ("仅统付",)), ("all", ("全部", "是")))
GROUP_STATES = (
    ("on_net", ("在网", "正常")),
    ("silent", ("沉默",)),
    ("potential", ("潜在",)),
    ("off_net", ("离网", "注销")),
)
MEMBER_STATES = (
    ("active", ("正常",)),
    ("stop_one_way", ("单向停机",)),
    ("stop_two_way", ("双向停机",)),
    ("arrears_stop", ("欠费停机",)),
    ("lost", ("挂失",)),
    ("pre_cancel", ("预销户",)),
    ("cancelled", ("销户", "离网")),
)
GRADES = tuple(
    (grade, (grade.lower(), f"{grade}级", f"{grade}类")) for grade in ("A1", "A2", "B1", "B2", "C")
)
PAYERS = (("group", ("集团", "统付")), ("member", ("成员", "个人")), ("outsider", ("其他", "外部")))
EXITS = (("off_net", ("离网",)), ("left_group", ("退团",)), ("ported_out", ("携出", "携号转出")))

ORG_UNITS = Contract(
    "org_units",
    "组织单元",
    (
        Column("code", CODE, "单元编码", True, ("编码", "组织编码", "单位编码")),
        Column("name", TEXT, "单元名称", True, ("名称", "组织名称", "单位名称")),
        Column("level", ENUM, "层级", True, ("级别",), LEVELS),
        Column("parent_code", CODE, "上级编码", False, ("上级单元", "上级单元编码", "父级编码")),
        Column("is_direct", BOOL, "省直管", False, ("是否省直管",)),
        MONTH,
    ),
    ("code",),
    reference=True,
)
ACCOUNT_MANAGERS = Contract(
    "account_managers",
    "客户经理",
    (
        Column("code", CODE, "客户经理工号", True, ("工号", "客户经理编码")),
        Column("name", TEXT, "客户经理姓名", True, ("姓名", "客户经理")),
        Column("city_code", CODE, "所属地市", True, ("地市", "地市编码")),
        Column("county_code", CODE, "所属县区", False, ("县区", "县区编码")),
        Column("username", TEXT, "登录名", False, ("账号", "用户名")),
        MONTH,
    ),
    ("code",),
    reference=True,
)
INDUSTRIES = Contract(
    "industries",
    "行业",
    (
        Column("code", CODE, "行业编码", True, ("编码", "行业代码")),
        Column("name", TEXT, "行业名称", True, ("名称", "行业")),
        MONTH,
    ),
    ("code",),
    reference=True,
)
PRODUCTS = Contract(
    "products",
    "产品",
    (
        PRODUCT_CODE,
        Column("name", TEXT, "产品名称", True, ("名称",)),
        Column("alias", TEXT, "产品别名", False, ("别名",)),
        Column("role", ENUM, "产品角色", True, ("角色",), ROLES),
        Column("family", ENUM, "产品大类", True, ("大类", "产品类别"), FAMILIES),
        Column("ict_scope", ENUM, "信息化口径", True, ("是否信息化",), ICT_SCOPES),
        Column("unit", TEXT, "计量单位", False, ("单位",)),
        Column("valid_from", DATE, "生效日期", False, ("生效时间",)),
        Column("valid_to", DATE, "失效日期", False, ("失效时间",)),
        MONTH,
    ),
    ("product_code", "valid_from"),
    reference=True,
)
GROUPS = Contract(
    "groups",
    "集团客户",
    (
        GROUP_CODE,
        Column("name", TEXT, "集团名称", True, ("集团客户名称", "客户名称", "group_name")),
        Column("status", ENUM, "集团状态", True, ("状态", "客户状态"), GROUP_STATES),
        Column("is_test", BOOL, "测试集团", False, ("是否测试集团", "是否测试")),
        Column("industry", CODE, "行业编码", False, ("行业", "所属行业", "行业代码")),
        Column("city_code", CODE, "所属地市", True, ("地市", "地市编码")),
        Column("county_code", CODE, "所属县区", False, ("县区", "县区编码")),
        Column("grid_code", CODE, "所属网格", False, ("网格", "网格编码")),
        Column(
            "account_manager_code",
            CODE,
            "客户经理工号",
            False,
            ("客户经理", "客户经理编码", "工号"),
        ),
        Column("employees", INTEGER, "员工数", False, ("单位人数", "职工人数"), lowest=0),
        Column("influence", NUMBER, "社会影响力", False, ("影响力",), lowest=0, highest=100),
        Column("tax_score", NUMBER, "纳税评分", False, ("纳税",), lowest=0, highest=100),
        Column("informatisation_level", NUMBER, "信息化水平", False, (), lowest=0, highest=5),
        Column("contract_start", DATE, "合同开始日期", False, ("协议开始日期", "合同生效日期")),
        Column("contract_end", DATE, "合同结束日期", False, ("协议结束日期", "合同到期日期")),
        Column("created_on", DATE, "建档日期", False, ("入网日期", "创建日期")),
        Column("current_grade", ENUM, "当前等级", False, ("集团等级", "等级", "现等级"), GRADES),
        Column("grade_floor", ENUM, "保底等级", False, (), GRADES),
        Column("successor_code", CODE, "合并后集团编码", False, ("承继集团编码",)),
        Column("arrears", MONEY, "欠费金额", False, ("欠费",)),
        Column("arrears_months", INTEGER, "欠费月数", False, (), lowest=0),
        MONTH,
    ),
    ("group_code",),
    monthly=True,
    small=False,
)
MEMBERS = Contract(
    "members",
    "成员",
    (
        GROUP_CODE,
        MEMBER_ID,
        Column("phone_masked", TEXT, "手机号码", False, ("脱敏号码", "服务号码")),
        Column("status", ENUM, "用户状态", True, ("状态", "成员状态"), MEMBER_STATES),
        Column("is_primary", BOOL, "主归属", False, ("是否主归属",)),
        Column("joined_on", DATE, "入团日期", False, ("加入日期", "加入集团日期")),
        Column("activated_on", DATE, "入网日期", False, ("开户日期", "激活日期")),
        Column("tenure_months", INTEGER, "在网时长", False, ("在网月数", "网龄"), lowest=0),
        Column("is_key", BOOL, "关键成员", False, ("是否关键成员", "关键人")),
        Column("is_test", BOOL, "测试用户", False, ("是否测试用户", "是否测试")),
        Column("vnet", BOOL, "V网", False, ("V网用户", "是否V网")),
        Column("snapshot_cohort", TEXT, "拍照批次", False, ("拍照用户", "拍照标识")),
        Column("tariff_code", CODE, "资费编码", False, ("套餐编码", "资费代码")),
        Column("roaming", MONEY, "漫游费", True),
        Column("new_business", MONEY, "新业务费", True, ("数据及新业务费",)),
        Column("long_distance", MONEY, "长途费", True),
        Column("local", MONEY, "本地费", True, ("本地通话费", "市话费")),
        Column("package", MONEY, "套餐及月租", False, ("套餐费", "月租费", "套餐月租费")),
        Column("other", MONEY, "其他费用", False, ("其他", "其他费")),
        Column("paid_by_group", MONEY, "集团代付", False, ("统付金额", "代付金额")),
        Column("mo_minutes", DECIMAL, "主叫分钟", False, ("主叫时长", "主叫分钟数")),
        Column("mt_minutes", DECIMAL, "被叫分钟", False, ("被叫时长", "被叫分钟数")),
        Column("data_mb", DECIMAL, "数据流量", False, ("流量", "流量(mb)")),
        Column("calls", INTEGER, "通话次数", False, ("呼叫次数",), lowest=0),
        Column("sms", INTEGER, "短信条数", False, ("短信",), lowest=0),
        MONTH,
    ),
    ("group_code", "member_id"),
    monthly=True,
    small=False,
    one_of=(("activated_on", "tenure_months"),),
)
SUBSCRIPTIONS = Contract(
    "subscriptions",
    "产品订购",
    (
        GROUP_CODE,
        PRODUCT_CODE,
        Column("payer", ENUM, "付费方", True, ("付费方式", "付费类型"), PAYERS),
        Column("quantity", DECIMAL, "数量", False, ("订购数量",)),
        Column("list_price", MONEY, "标准价格", False, ("标准资费", "目录价")),
        Column("amount", MONEY, "出账收入", True, ("应收金额", "金额", "收入")),
        MONTH,
    ),
    ("group_code", "product_code", "payer"),
    small=False,
)
PRODUCT_USERS = Contract(
    "product_users",
    "产品使用",
    (
        GROUP_CODE,
        PRODUCT_CODE,
        Column("users", INTEGER, "使用用户数", True, ("使用人数", "用户数"), lowest=0),
        Column("member_users", INTEGER, "成员用户数", False, (), lowest=0),
        Column("billed_users", INTEGER, "计费用户数", False, ("出账用户数",), lowest=0),
        MONTH,
    ),
    ("group_code", "product_code"),
    small=False,
)
PRICES = Contract(
    "prices",
    "价格",
    (
        Column("item_code", CODE, "项目编码", True, ("价格项编码",)),
        Column("price", MONEY, "价格", True, ("单价",)),
        MONTH,
    ),
    ("item_code",),
)
MEMBER_EXITS = Contract(
    "member_exits",
    "成员退出",
    (
        GROUP_CODE,
        MEMBER_ID,
        Column("exit_kind", ENUM, "退出类型", True, ("离网类型",), EXITS),
        Column("exit_on", DATE, "退出日期", False, ("离网日期",)),
        MONTH,
    ),
    ("group_code", "member_id"),
    small=False,
)
OPERATING_INCOME = Contract(
    "operating_income",
    "运营收入",
    (
        Column("unit_code", CODE, "单元编码", True, ("组织编码", "单位编码")),
        Column("amount", MONEY, "运营收入", True, ("运营收入(不含非签约)", "金额")),
        MONTH,
    ),
    ("unit_code",),
)
KEY_PEOPLE = Contract(
    "key_people",
    "关键人",
    (
        GROUP_CODE,
        Column("role", TEXT, "职务", False, ("角色",)),
        Column("name_masked", TEXT, "姓名", False, ("关键人姓名",)),
        Column("phone_masked", TEXT, "联系电话", False, ("手机号码",)),
        Column("birthday", CellType.MONTH_DAY, "生日", False, ("出生日期",)),
        MONTH,
    ),
    ("group_code", "role", "name_masked", "phone_masked", "birthday"),
)
CONTRACTS_KIND = Contract(
    "contracts",
    "合同",
    (
        GROUP_CODE,
        Column("product_code", CODE, "产品编码", False, ("产品标识", "产品代码")),
        Column("start", DATE, "开始日期", False, ("合同开始日期",)),
        Column("end", DATE, "结束日期", False, ("合同结束日期",)),
        Column("amount", MONEY, "合同金额", False, ("金额",)),
        MONTH,
    ),
    ("group_code", "product_code", "start", "end", "amount"),
)
SERVICE_EVENTS = Contract(
    "service_events",
    "服务事件",
    (
        GROUP_CODE,
        Column("date", DATE, "日期", False, ("服务日期",)),
        Column("kind", TEXT, "事件类型", False, ("类型",)),
        Column("note", TEXT, "备注", False, ("说明",)),
        MONTH,
    ),
    ("group_code", "date", "kind", "note"),
)

KINDS: Final[dict[str, Contract]] = {
    contract.kind: contract
    for contract in (
        ORG_UNITS,
        ACCOUNT_MANAGERS,
        INDUSTRIES,
        PRODUCTS,
        GROUPS,
        MEMBERS,
        SUBSCRIPTIONS,
        PRODUCT_USERS,
        PRICES,
        MEMBER_EXITS,
        OPERATING_INCOME,
        KEY_PEOPLE,
        CONTRACTS_KIND,
        SERVICE_EVENTS,
    )
}
