"""The language is the reader's choice, not the browser's."""

import pytest

pytestmark = pytest.mark.django_db


def test_an_english_browser_still_meets_chinese(client):
    page = client.get("/login/", headers={"accept-language": "en-US,en;q=0.9"})
    assert 'lang="zh' in page.content.decode()


def test_the_cookie_of_a_reader_who_chose_english_is_followed(client):
    client.cookies["django_language"] = "en"
    assert 'lang="en' in client.get("/login/").content.decode()


def test_a_language_that_is_not_offered_is_ignored(client):
    client.cookies["django_language"] = "fr"
    assert 'lang="zh' in client.get("/login/").content.decode()
