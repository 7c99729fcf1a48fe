"""Speak Chinese until the reader chooses otherwise 语言.

Django would follow the browser's Accept-Language; the shared machines of a closed network often
carry an English browser, and its users still work in Chinese.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation


class ChosenLanguageMiddleware(LocaleMiddleware):
    """Take the language from the reader's own choice (cookie), never from the browser."""

    def process_request(self, request: HttpRequest) -> None:
        """Activate the chosen language, else the site's."""
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        offered = {code for code, _name in settings.LANGUAGES}
        translation.activate(chosen if chosen in offered else settings.LANGUAGE_CODE)
        request.LANGUAGE_CODE = translation.get_language()
