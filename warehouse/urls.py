"""Say which address opens which page of the operator."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from warehouse import pages, run_pages

MONTH = "imports/months/<str:month>"
urlpatterns: list[URLPattern | URLResolver] = [
    path("imports/", pages.ImportsPage.as_view(), name="imports"),
    path("imports/batches/<int:batch_id>/", pages.BatchPage.as_view(), name="imports_batch"),
    path(
        "imports/batches/<int:batch_id>/rejects/",
        pages.RejectsPage.as_view(),
        name="imports_rejects",
    ),
    path(
        "imports/batches/<int:batch_id>/withdraw/",
        pages.WithdrawBatch.as_view(),
        name="imports_withdraw_batch",
    ),
    path("imports/runs/<int:run_id>/", run_pages.RunPage.as_view(), name="imports_run"),
    path(
        "imports/runs/<int:run_id>/cancel/",
        run_pages.CancelRun.as_view(),
        name="imports_cancel_run",
    ),
    path(f"{MONTH}/run/", run_pages.StartRun.as_view(), name="imports_start_run"),
    path(f"{MONTH}/publish/", run_pages.PublishMonth.as_view(), name="imports_publish"),
    path(f"{MONTH}/withdraw/", run_pages.WithdrawMonth.as_view(), name="imports_withdraw"),
]
