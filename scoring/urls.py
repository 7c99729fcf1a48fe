"""Say which address opens which page of the score-model studio."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from scoring import pages, simulation_pages

MODEL = "score-models/<int:model_id>"
urlpatterns: list[URLPattern | URLResolver] = [
    path("score-models/", pages.VersionsPage.as_view(), name="score_models"),
    path(f"{MODEL}/", pages.ModelPage.as_view(), name="score_models_model"),
    path(f"{MODEL}/copy/", pages.CopyModel.as_view(), name="score_models_copy"),
    path(f"{MODEL}/discard/", pages.DiscardModel.as_view(), name="score_models_discard"),
    path(f"{MODEL}/publish/", pages.PublishModel.as_view(), name="score_models_publish"),
    path(f"{MODEL}/retire/", pages.RetireModel.as_view(), name="score_models_retire"),
    path(
        f"{MODEL}/simulate/",
        simulation_pages.SimulationPage.as_view(),
        name="score_models_simulate",
    ),
    path(
        f"{MODEL}/simulate/export/",
        simulation_pages.SimulationExport.as_view(),
        name="score_models_simulate_export",
    ),
]
