#!/usr/bin/env python
"""Run a management command of the site."""

import os
import sys


def main() -> None:
    """Hand the command line to Django; say what to run when the servers are away."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gcva.settings")
    from django.core.management import execute_from_command_line

    if sys.argv[1:2] == ["runserver"] and (sentence := _missing_servers()):
        sys.exit(sentence)  # its reloader would print a traceback from a thread
    try:
        execute_from_command_line(sys.argv)
    except Exception as error:
        sentence = _missing_servers() if _is_about_servers(error) else ""
        if not sentence:
            raise
        sys.exit(sentence)


def _is_about_servers(error: Exception) -> bool:
    """Tell whether PostgreSQL, Redis or a socket said no, itself or below."""
    from django.db import InterfaceError, OperationalError
    from kombu.exceptions import OperationalError as QueueError
    from redis.exceptions import ConnectionError as RedisError

    return isinstance(error, OperationalError | InterfaceError | QueueError | RedisError | OSError)


def _missing_servers() -> str:
    from django.core.exceptions import ImproperlyConfigured

    try:
        from gcva.servers.reach import missing_servers

        return missing_servers()
    except (ImportError, ImproperlyConfigured):
        return ""  # the settings themselves are broken: let Django say so


if __name__ == "__main__":
    main()
