"""The command that makes logins after an import."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from tests.personas import build_org

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("create_users", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_json_is_one_object_with_a_working_link_for_each_login():
    build_org()
    out, err = run("--managers", "--json", "--base-url", "https://gcva.example/")
    users = json.loads(out)["users"]
    assert err == ""
    assert len(users) == 7
    assert {user["role"] for user in users} == {"province", "city", "account_manager", "operator"}
    for user in users:
        address = user["set_password_url"]
        assert address.startswith("https://gcva.example/set-password/")
        opened = Client().get(address.removeprefix("https://gcva.example"))
        assert opened.status_code == 302
    assert json.loads(run("--managers", "--json")[0]) == {"users": []}


def test_an_import_alone_makes_no_login_and_without_the_option_neither_for_account_managers():
    build_org()
    assert not User.objects.exists()
    run()
    assert not User.objects.filter(role=User.Role.ACCOUNT_MANAGER).exists()


def test_a_new_link_for_somebody_who_forgot():
    build_org()
    run()
    first = json.loads(run("--link", "operator", "--json")[0])["users"][0]
    assert first["username"] == "operator"
    assert "/set-password/" in run("--link", "operator")[0]


def test_a_link_for_nobody_is_a_sentence_and_exit_code_2():
    with pytest.raises(CommandError) as refused:
        run("--link", "ghost")
    assert refused.value.returncode == 2


def test_before_the_first_import_there_are_only_the_two_logins_without_a_place():
    out, _ = run()
    assert [line.split("\t")[0] for line in out.splitlines()] == ["province", "operator"]
