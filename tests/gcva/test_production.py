"""What production settings demand, asked of a process of its own."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.controller.servers import CHECKOUT


def production(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    known = {k: v for k, v in os.environ.items() if k != "SECRET_KEY"}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=CHECKOUT,
        env={**known, "GCVA_PRODUCTION": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_deployment_checks_are_clean():
    done = production(
        "check", "--deploy", "--fail-level", "WARNING", SECRET_KEY=secrets.token_urlsafe(50)
    )
    assert done.returncode == 0, done.stderr


def test_what_the_database_address_asks_for_is_asked_for():
    told = "from django.conf import settings; print(settings.DATABASES['default']['OPTIONS'])"
    url = "postgres://u:p@db.example:5432/gcva?sslmode=verify-full&connect_timeout=7"
    done = subprocess.run(
        [sys.executable, "-c", told],
        cwd=CHECKOUT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "gcva.settings", "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "'sslmode': 'verify-full'" in done.stdout and "'connect_timeout': 7" in done.stdout
    assert "random_page_cost=1.1" in done.stdout


def test_no_secret_key_no_site(tmp_path):
    done = production("check", GCVA_VAR=str(tmp_path))
    assert done.returncode != 0
    assert "Set SECRET_KEY" in done.stderr


def test_the_demo_with_its_printed_passwords_is_refused():
    done = production("demo", "--no-serve", SECRET_KEY=secrets.token_urlsafe(50))
    assert (done.returncode, done.stdout) == (1, "")
    assert "not on a production site" in done.stderr


@pytest.mark.django_db
def test_a_probe_without_tls_is_answered_but_a_page_is_sent_to_https(settings, client):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 200
    page = client.get("/")
    assert (page.status_code, page["Location"]) == (301, "https://testserver/")


def test_every_setting_the_compose_file_reads_is_in_the_example():
    text = (CHECKOUT / "docker-compose.yml").read_text()
    example = (CHECKOUT / ".env.example").read_text()
    services = yaml.safe_load(text)["services"]
    assert set(services) == {"postgres", "redis", "web", "worker", "beat"}
    for name in services["web"]["environment"]:
        assert name in example, name


def test_the_image_holds_neither_secrets_nor_what_only_tests_need():
    ignored = (CHECKOUT / ".dockerignore").read_text().split()
    assert {".env", "var", ".venv", "tests", ".git"} <= set(ignored)
    assert "USER gcva" in Path(CHECKOUT / "Dockerfile").read_text()
