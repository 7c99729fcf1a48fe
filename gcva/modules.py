"""List the doors of the house in menu order: slug (URL name), exact label, icon, section."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.parts import Door

TOPICS = _("专题分析")
WORK = _("工作")
OPERATIONS = _("数据管理")

HOME = Door("home", _("首页报告"), "home", TOPICS)

MODULES: tuple[Door, ...] = (
    Door("grading", _("评分及等级评定"), "award", TOPICS),
    Door("member_analysis", _("集团及成员分析"), "users-group", TOPICS),
    Door("product_usage", _("产品使用情况分析"), "apps", TOPICS),
    Door("contribution", _("集团贡献分析"), "coins", TOPICS),
    Door("income_composition", _("成员收入成分分析"), "chart-pie", TOPICS),
    Door("grade_changes", _("等级变动分析"), "arrows-exchange", TOPICS),
    Door("price_elasticity", _("价值弹性分析"), "wave-sine", TOPICS),
    Door("anomaly_alerts", _("异常告警分析"), "alert-triangle", TOPICS),
    Door("multi_dimensional", _("指标多维分析"), "grid-dots", TOPICS),
)

WORK_DOORS: tuple[Door, ...] = (
    Door("adjustments", _("等级调整"), "clipboard-check", WORK),
    Door("inbox", _("审批中心"), "inbox", WORK),
    Door("thresholds", _("阈值设置"), "adjustments", WORK),
    Door("list_query", _("名单查询"), "list-details", WORK),
)

OPERATOR_DOORS: tuple[Door, ...] = (
    Door("imports", _("数据管理"), "database", OPERATIONS),
    Door("score_models", _("评分模型"), "flask", OPERATIONS),
    Door("accounts", _("账号管理"), "user", OPERATIONS),
    Door("questions", _("数据疑问"), "message-question", OPERATIONS),
    Door("audit", _("审计记录"), "history", OPERATIONS),
)

DOORS: tuple[Door, ...] = (HOME, *MODULES, *WORK_DOORS, *OPERATOR_DOORS)
