"""Mail says only what its receiver may still see, once, in the receiver's language."""

import pytest
from django.core import mail
from django.utils import timezone

from accounts import policies
from accounts.models import NoticePreference, Notification, User
from accounts.notice_mail import mail_digests, mail_each
from accounts.notices import AboutGroup, notify
from tests.personas import build_org, build_people

GA1 = AboutGroup("GA1", "A", "A01", "MA1")
pytestmark = pytest.mark.django_db


@pytest.fixture
def org():
    return build_org()


@pytest.fixture
def people(org):
    found = build_people(org)
    for name, user in found.items():
        user.email = f"{name}@example.invalid"
        user.save(update_fields=["email"])
    return found


def tell(people, text="集团{name}有新的告警", **more):
    options = {"about_group": GA1, "url": "/grading/groups/GA1/", "params": {"name": "甲一小学"}}
    notify(to=people.values(), kind="alert", message=text, **{**options, **more})


def prefer(user, way):
    NoticePreference.objects.update_or_create(user=user, defaults={"mail": way})


def receivers():
    return sorted(letter.to[0].split("@")[0] for letter in mail.outbox)


def test_a_digest_is_one_mail_each_for_everything_unread(people):
    tell(people)
    tell(people)
    assert mail_digests() == 4
    assert receivers() == ["city_a", "county_a01", "manager_a1", "province"]
    assert mail.outbox[0].body.count("甲一小学") == 2
    assert "2 条通知" in mail.outbox[0].subject
    assert "http://127.0.0.1:8000/grading/groups/GA1/" in mail.outbox[0].body
    assert mail_digests() == 0


def test_who_lost_sight_of_the_group_since_is_not_mailed(people, org):
    tell(people)
    policies.revoke_unit(people["city_a"], org.units["A"])
    people["manager_a1"].is_active = False
    people["manager_a1"].save()
    mail_digests()
    assert receivers() == ["county_a01", "province"]


def test_each_by_itself_or_not_at_all_as_the_reader_prefers(people):
    prefer(people["city_a"], "each")
    prefer(people["manager_a1"], "off")
    tell(people)
    tell(people)
    assert mail_each() == 2
    assert receivers() == ["city_a", "city_a"]
    mail.outbox.clear()
    mail_digests()
    assert receivers() == ["county_a01", "province"]


def test_what_was_read_and_who_has_no_address_gets_no_mail(people):
    tell(people)
    Notification.objects.filter(user=people["city_a"]).update(read_at=timezone.now())
    User.objects.filter(pk=people["province"].pk).update(email="")
    mail_digests()
    assert receivers() == ["county_a01", "manager_a1"]


def test_a_mail_server_that_fails_keeps_it_for_the_next_time(people, settings, monkeypatch):
    tell(people)

    def fail(*given, **more):
        raise ConnectionRefusedError("no server")

    monkeypatch.setattr("accounts.notice_mail.send_mail", fail)
    assert mail_digests() == 0
    monkeypatch.undo()
    assert mail_digests() == 4


def test_the_mail_speaks_the_receivers_language(people):
    User.objects.filter(pk=people["city_a"].pk).update(language="en")
    tell(people)
    mail_digests()
    english = next(letter for letter in mail.outbox if letter.to[0].startswith("city_a@"))
    chinese = next(letter for letter in mail.outbox if letter.to[0].startswith("province@"))
    assert "您好" in chinese.body and "您好" not in english.body


def test_no_mail_names_a_group_outside_its_receivers_scope(people):
    """Every name is unique, so one foreign name in one mail is one leak."""
    owners = {"GA1": ("A", "A01", "MA1"), "GA2": ("A", "A02", "MA2"), "GB1": ("B", "B01", "MB1")}
    for code, owner in owners.items():
        about = AboutGroup(code, *owner)
        tell(people, about_group=about, params={"name": f"金丝雀{code}"}, url=f"/x/{code}/")
    tell(people, "本市{name}已变更", about_group=None, about_unit="B", params={"name": "金丝雀B"})
    mail_digests()
    said = {letter.to[0].split("@")[0]: letter.body + letter.subject for letter in mail.outbox}
    words = {**{code: f"金丝雀{code}有" for code in owners}, "B": "金丝雀B已"}
    found = {
        name: {code for code, word in words.items() if word in text} for name, text in said.items()
    }
    assert found == {
        "province": {"GA1", "GA2", "GB1", "B"},
        "city_a": {"GA1", "GA2"},
        "city_b": {"GB1", "B"},
        "county_a01": {"GA1"},
        "manager_a1": {"GA1"},
        "manager_a2": {"GA2"},
        "manager_b1": {"GB1"},
    }
