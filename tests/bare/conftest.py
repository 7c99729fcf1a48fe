"""Publish two months with the least that may come in, once for this folder."""

from __future__ import annotations

import logging

import pytest


@pytest.fixture(scope="package")
def bare(django_db_setup, django_db_blocker, tmp_path_factory):
    from django.db import transaction
    from django.test import override_settings

    from scoring.actions import ensure_default_model
    from tests.bare.months import GROUPS, LOST, OCTOBER, SEPTEMBER, take_in
    from tests.personas import build_org, build_people
    from tests.warehouse.worlds import run

    var = tmp_path_factory.mktemp("bare")
    with django_db_blocker.unblock(), override_settings(GCVA_VAR=var), transaction.atomic():
        people = build_people(build_org())
        ensure_default_model()
        for month, groups in ((SEPTEMBER, GROUPS.rstrip() + LOST), (OCTOBER, GROUPS)):
            take_in(month, groups)
            run(month)
        yield people
        transaction.set_rollback(True)


@pytest.fixture
def people(bare, db, monkeypatch):
    from rest_framework.throttling import SimpleRateThrottle

    monkeypatch.setattr(SimpleRateThrottle, "allow_request", lambda *about: True)
    logging.disable(logging.WARNING)
    yield bare
    logging.disable(logging.NOTSET)
