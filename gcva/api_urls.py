"""Say which address opens which endpoint of the API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from accounts import audit_api, login_api, notice_api
from analytics import following_api
from analytics.adjusting import api as adjusting
from analytics.adjusting import api_delegations as delegations
from analytics.adjusting import api_steps as deciding
from analytics.anomaly_alerts import api as anomaly_alerts
from analytics.anomaly_alerts import work_api
from analytics.contribution import api as contribution
from analytics.desk import api as desk
from analytics.grade_changes import api as grade_changes
from analytics.grading import api as grading
from analytics.group_view import api as group_view
from analytics.home import api as home
from analytics.income_composition import api as composition
from analytics.list_query import api as list_query
from analytics.member_analysis import api as members
from analytics.multi_dimensional import api as multi_dimensional
from analytics.price_elasticity import api as price_elasticity
from analytics.product_usage import api as usage
from analytics.questions import api as questions
from analytics.thresholds import api as thresholds
from gcva.api_docs import DocsPage, SchemaPage
from scoring import api as scoring
from warehouse import api as warehouse

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SchemaPage.as_view(), name="api_schema"),
    path("docs/", DocsPage.as_view(url_name="api_schema"), name="api_docs"),
    path("accounts/", login_api.LoginsApi.as_view(), name="api_accounts"),
    path("accounts/<str:username>/", login_api.LoginApi.as_view(), name="api_account"),
    path(
        "accounts/<str:username>/link/", login_api.LoginLinkApi.as_view(), name="api_account_link"
    ),
    path("audit/", audit_api.AuditApi.as_view(), name="api_audit"),
    path("notifications/", notice_api.NoticesApi.as_view(), name="api_notifications"),
    path("notifications/read/", notice_api.ReadNoticesApi.as_view(), name="api_notifications_read"),
    path(
        "notifications/preference/",
        notice_api.NoticePreferenceApi.as_view(),
        name="api_notification_preference",
    ),
    path("questions/", questions.QuestionsApi.as_view(), name="api_questions"),
    path("questions/<int:question_id>/", questions.QuestionApi.as_view(), name="api_question"),
    path(
        "questions/<int:question_id>/answer/",
        questions.AnswerApi.as_view(),
        name="api_question_answer",
    ),
    path(
        "questions/<int:question_id>/close/",
        questions.CloseApi.as_view(),
        name="api_question_close",
    ),
    path("months/", home.MonthsApi.as_view(), name="api_months"),
    path("units/", home.UnitsApi.as_view(), name="api_units"),
    path("home/", home.HomeApi.as_view(), name="api_home"),
    path("desk/", desk.DeskApi.as_view(), name="api_desk"),
    path("list-query/", list_query.ListQueryApi.as_view(), name="api_list_query"),
    path("following/", following_api.FollowingApi.as_view(), name="api_following"),
    path("following/<str:group_code>/", following_api.FollowApi.as_view(), name="api_follow"),
    path("following/<str:group_code>/tags/", following_api.TagsApi.as_view(), name="api_tags"),
    path("views/", following_api.ViewsApi.as_view(), name="api_views"),
    path("views/<int:pk>/", following_api.ViewApi.as_view(), name="api_view"),
    path("grading/", grading.GradingTotalsApi.as_view(), name="api_grading"),
    path("grading/groups/", grading.GradingGroupsApi.as_view(), name="api_grading_groups"),
    path(
        "grading/groups/<str:group_code>/",
        grading.GradingGroupApi.as_view(),
        name="api_grading_group",
    ),
    path("groups/<str:group_code>/", group_view.GroupApi.as_view(), name="api_group"),
    path(
        "groups/<str:group_code>/members/",
        group_view.GroupMembersApi.as_view(),
        name="api_group_members",
    ),
    path("member_analysis/", members.MembersTotalsApi.as_view(), name="api_member_analysis"),
    path(
        "member_analysis/groups/",
        members.MembersListApi.as_view(),
        name="api_member_analysis_groups",
    ),
    path("contribution/", contribution.ContributionApi.as_view(), name="api_contribution"),
    path(
        "contribution/groups/",
        contribution.ContributionGroupsApi.as_view(),
        name="api_contribution_groups",
    ),
    path(
        "income_composition/",
        composition.CompositionApi.as_view(),
        name="api_income_composition",
    ),
    path(
        "income_composition/groups/",
        composition.CompositionGroupsApi.as_view(),
        name="api_income_composition_groups",
    ),
    path("product_usage/", usage.UsageTotalsApi.as_view(), name="api_product_usage"),
    path("product_usage/groups/", usage.UsageListApi.as_view(), name="api_product_usage_groups"),
    path(
        "product_usage/groups/<str:group_code>/",
        usage.GroupUsageApi.as_view(),
        name="api_product_usage_group",
    ),
    path("imports/", warehouse.ImportsApi.as_view(), name="api_imports"),
    path("imports/<int:batch_id>/", warehouse.ImportApi.as_view(), name="api_import"),
    path("runs/", warehouse.RunsApi.as_view(), name="api_runs"),
    path("runs/<int:run_id>/", warehouse.RunApi.as_view(), name="api_run"),
    path("anomaly_alerts/", anomaly_alerts.AlertsTotalsApi.as_view(), name="api_anomaly_alerts"),
    path(
        "anomaly_alerts/groups/",
        anomaly_alerts.AlertsListApi.as_view(),
        name="api_anomaly_alerts_groups",
    ),
    path("anomaly_alerts/work/", work_api.WorkTotalsApi.as_view(), name="api_anomaly_alerts_work"),
    path("anomaly_alerts/alerts/", work_api.AlertsApi.as_view(), name="api_anomaly_alerts_alerts"),
    path(
        "anomaly_alerts/alerts/steps/",
        work_api.AlertStepsApi.as_view(),
        name="api_anomaly_alerts_steps",
    ),
    path(
        "anomaly_alerts/alerts/<int:alert_id>/",
        work_api.AlertApi.as_view(),
        name="api_anomaly_alerts_alert",
    ),
    path(
        "anomaly_alerts/alerts/<int:alert_id>/steps/",
        work_api.AlertStepApi.as_view(),
        name="api_anomaly_alerts_alert_step",
    ),
    path(
        "price_elasticity/",
        price_elasticity.ElasticityApi.as_view(),
        name="api_price_elasticity",
    ),
    path(
        "price_elasticity/groups/",
        price_elasticity.ElasticityGroupsApi.as_view(),
        name="api_price_elasticity_groups",
    ),
    path("multi_dimensional/", multi_dimensional.MultiApi.as_view(), name="api_multi_dimensional"),
    path("grade_changes/", grade_changes.ChangesTotalsApi.as_view(), name="api_grade_changes"),
    path(
        "grade_changes/groups/",
        grade_changes.ChangedGroupsApi.as_view(),
        name="api_grade_changes_groups",
    ),
    path("thresholds/", thresholds.ThresholdsApi.as_view(), name="api_thresholds"),
    path("thresholds/log/", thresholds.ThresholdsLogApi.as_view(), name="api_thresholds_log"),
    path("thresholds/undo/", thresholds.ThresholdsUndoApi.as_view(), name="api_thresholds_undo"),
    path(
        "thresholds/preview/",
        thresholds.ThresholdsPreviewApi.as_view(),
        name="api_thresholds_preview",
    ),
    path(
        "thresholds/backtest/",
        thresholds.ThresholdsBacktestApi.as_view(),
        name="api_thresholds_backtest",
    ),
    path("adjustments/", adjusting.AdjustmentsApi.as_view(), name="api_adjustments"),
    path(
        "adjustments/decide/",
        deciding.DecideManyApi.as_view(),
        name="api_adjustments_decide",
    ),
    path(
        "adjustments/delegations/",
        delegations.DelegationsApi.as_view(),
        name="api_adjustments_delegations",
    ),
    path(
        "adjustments/delegations/<int:delegation_id>/",
        delegations.DelegationApi.as_view(),
        name="api_adjustments_delegation",
    ),
    path(
        "adjustments/evidence/<int:evidence_id>/",
        adjusting.EvidenceFileApi.as_view(),
        name="api_adjustments_evidence_file",
    ),
    path(
        "adjustments/<int:adjustment_id>/",
        adjusting.AdjustmentApi.as_view(),
        name="api_adjustment",
    ),
    path(
        "adjustments/<int:adjustment_id>/submit/",
        deciding.SubmitAdjustmentApi.as_view(),
        name="api_adjustment_submit",
    ),
    path(
        "adjustments/<int:adjustment_id>/recall/",
        deciding.RecallAdjustmentApi.as_view(),
        name="api_adjustment_recall",
    ),
    path(
        "adjustments/<int:adjustment_id>/approve/",
        deciding.ApproveAdjustmentApi.as_view(),
        name="api_adjustment_approve",
    ),
    path(
        "adjustments/<int:adjustment_id>/reject/",
        deciding.RejectAdjustmentApi.as_view(),
        name="api_adjustment_reject",
    ),
    path(
        "adjustments/<int:adjustment_id>/evidence/",
        adjusting.EvidenceApi.as_view(),
        name="api_adjustment_evidence",
    ),
    path("score-models/", scoring.ScoreModelsApi.as_view(), name="api_score_models"),
    path("score-models/<int:model_id>/", scoring.ScoreModelApi.as_view(), name="api_score_model"),
    path(
        "score-models/<int:model_id>/publish/",
        scoring.PublishScoreModelApi.as_view(),
        name="api_score_model_publish",
    ),
    path(
        "score-models/<int:model_id>/simulate/",
        scoring.SimulateApi.as_view(),
        name="api_score_model_simulate",
    ),
]
