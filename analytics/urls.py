"""Say which address opens which page of the analyses."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from analytics.adjusting.delegation_page import DelegationsPage, RevokeDelegation
from analytics.adjusting.impact_page import ImpactPage
from analytics.adjusting.inbox_page import InboxPage
from analytics.adjusting.list_page import AdjustmentsExport, AdjustmentsPage
from analytics.adjusting.request_pages import EvidenceFile, NewRequestPage, RequestPage
from analytics.anomaly_alerts.alert_page import AlertPage, StepsDoor
from analytics.anomaly_alerts.export import AlertsExport
from analytics.anomaly_alerts.page import AlertsPage
from analytics.contribution.export import ContributionExport
from analytics.contribution.page import ContributionPage
from analytics.desk.page import DeskPage
from analytics.export_pages import DeleteExport, ExportFile, ExportsPage
from analytics.follow_pages import FollowPage, TagsPage
from analytics.grade_changes.export import ChangesExport
from analytics.grade_changes.page import ChangesPage
from analytics.grade_changes.writeback import GradesFile
from analytics.grading.export import GradingExport
from analytics.grading.page import GradingPage
from analytics.group_view.page import GroupPage
from analytics.home.page import HomePage
from analytics.income_composition.export import CompositionExport
from analytics.income_composition.page import CompositionPage
from analytics.list_query.export import ListExport
from analytics.list_query.page import ListPage
from analytics.member_analysis.export import MembersExport
from analytics.member_analysis.page import MembersPage
from analytics.multi_dimensional.export import MultiExport
from analytics.multi_dimensional.page import MultiPage
from analytics.page import RoomPage
from analytics.places import PlaceTreePage, SearchPage
from analytics.price_elasticity.export import ElasticityExport
from analytics.price_elasticity.page import ElasticityPage
from analytics.product_usage.export import UsageExport
from analytics.product_usage.group_page import GroupUsagePage
from analytics.product_usage.page import UsagePage
from analytics.questions import page as questions
from analytics.saved_view_pages import SavedViewPage, SavedViewsPage
from analytics.slides import slides_of
from analytics.thresholds.backtest_export import BacktestExport
from analytics.thresholds.backtest_page import BacktestPage
from analytics.thresholds.page import ThresholdsPage, ThresholdsPreview, UndoThreshold

SLIDES: tuple[type[RoomPage], ...] = (
    HomePage,
    GradingPage,
    MembersPage,
    UsagePage,
    ContributionPage,
    CompositionPage,
    ChangesPage,
    ElasticityPage,
    AlertsPage,
    MultiPage,
)

urlpatterns: list[URLPattern | URLResolver] = [
    *(
        path(f"{page.room}.pptx", slides_of(page).as_view(), name=f"{page.room}_slides")
        for page in SLIDES
    ),
    path("", HomePage.as_view(), name="home"),
    path("questions/", questions.QuestionsPage.as_view(), name="questions"),
    path("questions/new/", questions.AskPage.as_view(), name="questions_new"),
    path("questions/<int:question_id>/", questions.QuestionPage.as_view(), name="questions_one"),
    path(
        "questions/<int:question_id>/close/",
        questions.CloseQuestion.as_view(),
        name="questions_close",
    ),
    path("desk/", DeskPage.as_view(), name="desk"),
    path("follow/<str:group_code>/", FollowPage.as_view(), name="follow"),
    path("follow/<str:group_code>/tags/", TagsPage.as_view(), name="tags"),
    path("list-query/", ListPage.as_view(), name="list_query"),
    path("list-query/export/", ListExport.as_view(), name="list_query_export"),
    path("views/", SavedViewsPage.as_view(), name="saved_views"),
    path("views/<int:pk>/", SavedViewPage.as_view(), name="saved_view"),
    path("thresholds/", ThresholdsPage.as_view(), name="thresholds"),
    path("thresholds/preview/", ThresholdsPreview.as_view(), name="thresholds_preview"),
    path("thresholds/backtest/", BacktestPage.as_view(), name="thresholds_backtest"),
    path(
        "thresholds/backtest/export/",
        BacktestExport.as_view(),
        name="thresholds_backtest_export",
    ),
    path("thresholds/undo/", UndoThreshold.as_view(), name="thresholds_undo"),
    path("adjustments/", AdjustmentsPage.as_view(), name="adjustments"),
    path("adjustments/export/", AdjustmentsExport.as_view(), name="adjustments_export"),
    path("adjustments/new/<str:group_code>/", NewRequestPage.as_view(), name="adjustments_new"),
    path("adjustments/<int:adjustment_id>/", RequestPage.as_view(), name="adjustments_request"),
    path(
        "adjustments/evidence/<int:evidence_id>/",
        EvidenceFile.as_view(),
        name="adjustments_evidence",
    ),
    path("inbox/", InboxPage.as_view(), name="inbox"),
    path("inbox/<int:adjustment_id>/impact/", ImpactPage.as_view(), name="inbox_impact"),
    path("inbox/delegations/", DelegationsPage.as_view(), name="inbox_delegations"),
    path(
        "inbox/delegations/<int:delegation_id>/revoke/",
        RevokeDelegation.as_view(),
        name="inbox_delegation_revoke",
    ),
    path("places/", PlaceTreePage.as_view(), name="places"),
    path("exports/", ExportsPage.as_view(), name="exports"),
    path("exports/<int:job_id>/file/", ExportFile.as_view(), name="export_file"),
    path("exports/<int:job_id>/delete/", DeleteExport.as_view(), name="export_delete"),
    path("search/", SearchPage.as_view(), name="search"),
    path("grading/", GradingPage.as_view(), name="grading"),
    path("grading/export/", GradingExport.as_view(), name="grading_export"),
    path("grading/groups/<str:group_code>/", GroupPage.as_view(), name="grading_group"),
    path("member_analysis/", MembersPage.as_view(), name="member_analysis"),
    path("member_analysis/export/", MembersExport.as_view(), name="member_analysis_export"),
    path("anomaly_alerts/", AlertsPage.as_view(), name="anomaly_alerts"),
    path("anomaly_alerts/alerts/<int:alert_id>/", AlertPage.as_view(), name="anomaly_alerts_alert"),
    path("anomaly_alerts/steps/", StepsDoor.as_view(), name="anomaly_alerts_steps"),
    path("anomaly_alerts/export/", AlertsExport.as_view(), name="anomaly_alerts_export"),
    path("price_elasticity/", ElasticityPage.as_view(), name="price_elasticity"),
    path("price_elasticity/export/", ElasticityExport.as_view(), name="price_elasticity_export"),
    path("contribution/", ContributionPage.as_view(), name="contribution"),
    path("contribution/export/", ContributionExport.as_view(), name="contribution_export"),
    path("income_composition/", CompositionPage.as_view(), name="income_composition"),
    path(
        "income_composition/export/",
        CompositionExport.as_view(),
        name="income_composition_export",
    ),
    path("product_usage/", UsagePage.as_view(), name="product_usage"),
    path("product_usage/export/", UsageExport.as_view(), name="product_usage_export"),
    path(
        "product_usage/groups/<str:group_code>/",
        GroupUsagePage.as_view(),
        name="product_usage_group",
    ),
    path("multi_dimensional/", MultiPage.as_view(), name="multi_dimensional"),
    path("multi_dimensional/export/", MultiExport.as_view(), name="multi_dimensional_export"),
    path("grade_changes/", ChangesPage.as_view(), name="grade_changes"),
    path("grade_changes/export/", ChangesExport.as_view(), name="grade_changes_export"),
    path("imports/months/<str:month>/grades/", GradesFile.as_view(), name="imports_grades"),
]
