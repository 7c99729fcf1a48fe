"""Crowd the largest city of the published province.

It gets 8 000 more account managers, 700 of them with logins and rows in every total by unit.
"""

from __future__ import annotations

from django.db import connection

from accounts.models import AccountManager, OrgUnit, User
from tests.analytics.published import Published
from warehouse.mart_models import MODELS

MORE, PEOPLE = 700, 8000


def crowd(published: Published) -> None:
    """Give the city many more account managers: people, logins, and lines of every total."""
    home = OrgUnit.objects.get(code=published.city_code)
    people = [f"MORE{n:05d}" for n in range(PEOPLE)]
    codes = people[:MORE]  # those with groups
    AccountManager.objects.bulk_create(
        AccountManager(code=code, name=f"刘{code[-4:]}", city=home) for code in people
    )
    User.objects.bulk_create(
        User(username=code.lower(), role="account_manager", account_manager_id=code)
        for code in codes
    )
    filled = ["accounts_accountmanager", "accounts_user"]
    with connection.cursor() as cursor:
        for model in MODELS.values():
            names = [field.column for field in model._meta.concrete_fields]
            if not {"level", "account_manager_code"} <= set(names):
                continue
            shown = ", ".join(n if n != "account_manager_code" else "c.code" for n in names)
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({', '.join(names)})"
                f" SELECT {shown} FROM {model._meta.db_table} AS t"
                f" CROSS JOIN unnest(%s) AS c(code)"
                f" WHERE level = 'account_manager' AND account_manager_code = %s",
                [codes, published.manager_code],
            )
            filled += [model._meta.db_table] if cursor.rowcount else []
        assert len(filled) >= 7, "every total an account manager has a line in"
        cursor.execute(f"ANALYZE {', '.join(filled)}")
