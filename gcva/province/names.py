"""Compose names like real ones 名称: place + field + form; every place and person is invented."""

from __future__ import annotations

import numpy as np

from gcva.province.plan import Ints, Texts

PROVINCE = "江岚省"
CITIES = (
    "云州市", "临江市", "安岭市", "青浦阳市", "泽川市", "南岭市", "平湖州市",
    "望海市", "玉泉州市", "松阳岭市", "石门川市", "丰原市", "白鹭市", "龙渡市",
)  # fmt: skip
DIRECT_UNIT = "省直管"
# joined to 县 or 区; neutral words that name no real county
COUNTY_STEMS = (
    "江岸", "汉南", "东湖", "西陵坪", "北辰", "新城", "高桥", "河口", "长岭", "金沙",
    "银杏", "枫林", "柳塘", "桃源里", "竹溪口", "荷塘", "梅山", "松林", "鹿鸣", "凤台山",
    "龙潭", "虎丘塘", "白沙", "青石", "赤壁滩", "黄坡", "紫云", "翠屏", "清河", "明湖",
    "双塔", "三桥", "四会里", "五峰岭", "六合湾", "七星", "八里", "九曲", "百泉", "千山坪",
    "安平", "永兴", "长乐", "太和", "康宁", "福田里", "寿山", "崇文", "尚义", "仁和",
    "礼泉", "智水", "信丰", "忠义", "孝感里", "廉江口", "平川", "中和", "正阳", "光明",
    "星河", "月湖", "云峰", "雨花", "雪岭", "霜桥", "露台", "雷山", "风陵", "海棠",
)  # fmt: skip
STREETS = (
    "三阳路", "育才", "人民路", "建设", "解放", "中山", "和平", "新华", "光明", "胜利",
    "幸福", "前进", "红星", "东风", "向阳", "文昌", "实验", "第一", "第二", "第三",
    "滨江", "环城", "朝阳", "长青", "南关", "北门", "西街", "东升", "丰乐", "惠民",
    "望江", "古城", "新安", "金鼎", "银河", "瑞丰", "恒泰", "兴隆", "鑫源", "华盛",
    "天成", "永固", "博雅", "启明", "智达", "通源", "汇丰隆", "嘉禾", "盛世", "宏图",
    "远大", "精诚", "众合", "同德", "万顺", "百川", "千禾", "安信", "利民", "富强",
)  # fmt: skip
# fields and forms by industry, in the order of catalogue.INDUSTRIES
FORMS: tuple[tuple[str, ...], ...] = (
    ("小学", "中学", "幼儿园", "职业技术学校", "高级中学", "外国语学校"),
    ("农村商业银行", "村镇银行", "城市银行支行", "信用联社", "储蓄银行支行"),
    ("派出所", "公安分局", "交警大队", "司法所", "人民法庭"),
    ("税务局", "财政局", "民政局", "人社局", "住建局", "市场监管所", "政务服务中心"),
    ("街道办事处", "镇人民政府", "乡人民政府"),
    ("人民医院", "中医院", "社区卫生服务中心", "妇幼保健院", "口腔诊所"),
    ("机电设备有限公司", "纺织有限公司", "精密模具厂", "食品有限公司", "电子科技有限公司",
     "包装印刷厂", "汽车配件有限公司", "化工有限公司"),
    ("建筑工程有限公司", "房地产开发有限公司", "装饰工程有限公司", "物业服务有限公司"),
    ("物流有限公司", "货运部", "客运有限公司", "快递服务站", "出租汽车公司"),
    ("供电所", "自来水公司", "燃气有限公司", "热力公司"),
    ("软件有限公司", "网络科技有限公司", "信息服务部", "系统集成有限公司"),
    ("商贸有限公司", "百货商店", "建材经营部", "超市", "五金店", "服装店", "药房"),
    ("大酒店", "宾馆", "餐饮有限公司", "茶楼", "火锅店"),
    ("种植专业合作社", "养殖场", "农业开发有限公司", "林场", "农资经营部"),
)  # fmt: skip
SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余"
GIVEN_FIRST = "建国志文明海晓丽秀桂玉春雪美婷佳嘉子宇思雨浩俊伟振家立永德"
GIVEN_LAST = ("军", "华", "平", "强", "芳", "敏", "静", "磊", "涛", "燕", "玲", "鹏", "杰", "娟",
              "波", "慧", "斌", "琳", "凯", "颖", "", "", "", "")  # fmt: skip
# romanised surnames for logins 工号登录名, in the order of SURNAMES
SURNAMES_LATIN = (
    "wang", "li", "zhang", "liu", "chen", "yang", "huang", "zhao", "zhou", "wu", "xu", "sun", "ma",
    "zhu", "hu", "guo", "he", "gao", "lin", "luo", "zheng", "liang", "xie", "song", "tang", "xu",
    "han", "feng", "deng", "cao", "peng", "zeng", "xiao", "tian", "dong", "pan", "yuan", "cai",
    "jiang", "yu",
)  # fmt: skip
KEY_ROLES = ("总经理", "信息化负责人", "财务负责人", "办公室主任", "通信联系人")


def person_names(rng: np.random.Generator, count: int) -> tuple[Texts, Ints]:
    """Invent personal names; also return the surname's number, from which a login is made."""
    surname = rng.integers(0, len(SURNAMES), count)
    first = rng.integers(0, len(GIVEN_FIRST), count)
    last = rng.integers(0, len(GIVEN_LAST), count)
    drawn = zip(surname, first, last, strict=True)
    full = [SURNAMES[s] + GIVEN_FIRST[f] + GIVEN_LAST[t] for s, f, t in drawn]
    return np.array(full, dtype=object), surname


def masked_names(rng: np.random.Generator, count: int) -> Texts:
    """Return names of which only the surname is shown (王**)."""
    shown = np.array([s + "**" for s in SURNAMES], dtype=object)
    return shown[rng.integers(0, len(SURNAMES), count)]


def group_names(rng: np.random.Generator, places: Texts, industry: Ints) -> Texts:
    """Compose names of groups 集团名称; a doubled name gets a number, as registries do.

    Args:
        rng: the random stream.
        places: name of the county or city, without 县, 区 or 市, one a group.
        industry: number of the industry, one a group.
    """
    street = np.array(STREETS, dtype=object)[rng.integers(0, len(STREETS), len(places))]
    n_forms = np.array([len(forms) for forms in FORMS])
    flat = np.array([form for forms in FORMS for form in forms], dtype=object)
    start = np.concatenate([[0], np.cumsum(n_forms)[:-1]])
    draw = rng.random(len(places))
    form = flat[start[industry] + (draw * n_forms[industry]).astype(np.int64)]
    with_place = rng.random(len(places)) < 0.8
    place = np.where(with_place, places, "")
    return np.asarray(place + street + form, dtype=object)


def numbered_when_doubled(names: Texts, taken: dict[str, int]) -> Texts:
    """Make names unique by a branch number (…二分部) and remember them in ``taken``."""
    unique = names.copy()
    for position, name in enumerate(names):
        seen = taken.get(name, 0)
        taken[name] = seen + 1
        if seen:
            unique[position] = f"{name}{seen + 1}分部"
    return unique
