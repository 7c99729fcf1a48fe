"""Say which address opens which account page."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from accounts import audit_pages, login_pages, notice_pages, pages, preferences

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", pages.LoginPage.as_view(), name="login"),
    path("logout/", pages.LogoutPage.as_view(), name="logout"),
    path("profile/", preferences.ProfilePage.as_view(), name="profile"),
    path("profile/password/", pages.ChangePasswordPage.as_view(), name="change_password"),
    path("preferences/language/", preferences.LanguagePage.as_view(), name="set_language"),
    path("preferences/theme/", preferences.ThemePage.as_view(), name="set_theme"),
    path("set-password/<uidb64>/<token>/", pages.SetPasswordPage.as_view(), name="set_password"),
    path("accounts/", login_pages.LoginsPage.as_view(), name="accounts"),
    path("accounts/<int:user_id>/", login_pages.LoginPage.as_view(), name="accounts_one"),
    path("audit/", audit_pages.AuditPage.as_view(), name="audit"),
    path("audit/export/", audit_pages.AuditExport.as_view(), name="audit_export"),
    path("notifications/", notice_pages.NoticesPage.as_view(), name="notifications"),
    path("notifications/read/", notice_pages.ReadAll.as_view(), name="notifications_read_all"),
    path(
        "notifications/<int:notice_id>/",
        notice_pages.OpenNotice.as_view(),
        name="notifications_open",
    ),
]
