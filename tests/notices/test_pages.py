"""The bell, the page of notifications and its API."""

import pytest

from accounts.models import NoticePreference, Notification
from accounts.notices import AboutGroup, notify
from tests.personas import build_org, build_people, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    found = build_people(build_org())
    for n in range(35):
        notify(
            to=found.values(),
            kind="alert",
            message="集团{name}有新的告警",
            params={"name": f"甲一小学{n:02}"},
            url="/profile/",
            about_group=AboutGroup("GA1", "A", "A01", "MA1"),
        )
    return found


def test_the_bell_shows_the_number_of_unread(people):
    said = client_of(people, "city_a").get("/profile/").content.decode()
    assert '<span class="gc-bell-n">35</span>' in said
    assert "gc-bell-n" not in client_of(people, "city_b").get("/profile/").content.decode()


def test_the_list_turns_pages_and_shows_nobody_elses(people):
    client = client_of(people, "city_a")
    first = client.get("/notifications/")
    assert first.content.decode().count('class="gc-told gc-told-new"') == 30
    before = first.context["page"].next_url
    second = client.get(before).content.decode()
    assert second.count('class="gc-told gc-told-new"') == 5 and "甲一小学00" in second
    foreign = client_of(people, "city_b").get("/notifications/").content.decode()
    assert "甲一小学" not in foreign and "没有通知" in foreign


def test_following_one_reads_it_and_a_foreign_one_is_not_there(people):
    client = client_of(people, "city_a")
    mine = Notification.objects.filter(user=people["city_a"]).first()
    other = Notification.objects.filter(user=people["province"]).first()
    answer = client.post(f"/notifications/{mine.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, "/profile/")
    assert client.post(f"/notifications/{mine.pk}/", {"stay": "1"})["Location"] == "/notifications/"
    foreign, nothing = (client.post(f"/notifications/{pk}/") for pk in (other.pk, 10**9))
    assert foreign.status_code == nothing.status_code == 404
    other.refresh_from_db()
    assert other.read_at is None


def test_all_at_once_are_the_own_only(people):
    client_of(people, "city_a").post("/notifications/read/")
    assert not Notification.objects.filter(user=people["city_a"]).unread().exists()
    assert Notification.objects.filter(user=people["province"]).unread().count() == 35


def test_the_preference_keeps_way_and_address(people):
    client = client_of(people, "city_a")
    client.post("/notifications/", {"mail": "each", "email": "a@example.invalid"})
    people["city_a"].refresh_from_db()
    assert people["city_a"].email == "a@example.invalid"
    assert NoticePreference.objects.get(user=people["city_a"]).mail == "each"
    refused = client.post("/notifications/", {"mail": "each", "email": "no address"})
    assert refused.status_code == 400 and 'role="alert"' in refused.content.decode()


def test_the_api_says_what_the_page_says(people):
    client = client_of(people, "city_a")
    body = client.get("/api/v1/notifications/").json()
    assert body["n_unread"] == 35 and len(body["results"]) == 35 and body["next"] == ""
    ids = [row["id"] for row in body["results"][:2]]
    foreign = Notification.objects.filter(user=people["province"]).first().pk
    kind = "application/json"
    url = "/api/v1/notifications/read/"
    refused = client.post(url, {"ids": [*ids, foreign]}, content_type=kind)
    assert refused.status_code == 404 and refused.json()["code"] == "not_found"
    assert client.post(url, {"ids": ids}, content_type=kind).json() == {"n_read": 2}
    assert client.get("/api/v1/notifications/?unread=1").json()["n_unread"] == 33
    assert client.post(url, {}, content_type=kind).json() == {"n_read": 33}
    chosen = {"mail": "off", "email": "b@example.invalid"}
    path = "/api/v1/notifications/preference/"
    assert client.put(path, chosen, content_type=kind).json() == chosen
    assert client.get(path).json() == chosen
    assert client.put(path, {"mail": "x", "email": ""}, content_type=kind).status_code == 400
