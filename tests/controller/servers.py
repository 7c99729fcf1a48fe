"""Share one pair of embedded servers between all test sessions of this checkout.

A session holds a shared lock while it runs; the last one out stops the servers
(``GCVA_TEST_KEEP=1`` leaves them for the next session). Each process takes the first free slot:
database ``gcva_test_<n>``, Valkey number ``n``, queue ``gcva-test-<n>`` and a ``GCVA_VAR`` folder.
Locks are the system's own, so a killed session frees what it held.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from gcva import embedded

CHECKOUT = Path(__file__).resolve().parents[2]
SLOTS = 200


def root() -> Path:
    """Return the folder of this checkout's test servers."""
    place = f"{os.geteuid()}:{CHECKOUT}"
    name = f"gcva-tests-{hashlib.sha256(place.encode()).hexdigest()[:12]}"
    return Path(os.environ.get("GCVA_TEST_VAR", Path(tempfile.gettempdir()) / name))


@dataclass
class Slot:
    """Be what one test process owns."""

    number: int
    lock: IO[str]
    users: IO[str]
    facts: dict[str, Any]

    @property
    def database(self) -> str:
        return f"gcva_test_{self.number}"

    @property
    def var(self) -> Path:
        return root() / "slots" / f"{self.number}-var"

    def database_url(self, name: str = "") -> str:
        return str(self.facts["database_url"]).rsplit("/", 1)[0] + f"/{name or self.database}"

    def environment(self) -> dict[str, str]:
        """Return what makes this process and its children use the slot.

        Where root's account cannot enter the checkout, servers that a test starts run the programs
        that were copied for this session's: a copy for each would take longer than the test.
        """
        home = self.facts["postgres_home"]
        copied = sorted(Path(home).glob("programs-*/*/pginstall")) if home else []
        return {
            **({"GCVA_POSTGRES": str(copied[-1])} if copied else {}),
            "DATABASE_URL": self.database_url(),
            "REDIS_URL": str(self.facts["redis_url"]).rsplit("/", 1)[0] + f"/{self.number}",
            "GCVA_QUEUE": f"gcva-test-{self.number}",
            "GCVA_VAR": str(self.var),
            "SECRET_KEY": str(self.facts["secret_key"]),
        }


def join() -> IO[str]:
    """Be one of the users of the servers, until ``leave``; start them if need be."""
    folder = root()
    (folder / "slots").mkdir(parents=True, exist_ok=True)
    users = (folder / "users.lock").open("w")
    fcntl.flock(users, fcntl.LOCK_SH)
    embedded.start(folder, durable=False)
    return users


def leave(users: IO[str]) -> None:
    """Stop the servers when nobody else uses them."""
    if not os.environ.get("GCVA_TEST_KEEP"):
        with contextlib.suppress(BlockingIOError):  # somebody still tests
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            embedded.stop(root())
    users.close()


def take_slot() -> Slot:
    """Take the first free slot."""
    users, folder = join(), root()
    for number in range(1, SLOTS):
        lock = (folder / "slots" / f"{number}.lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        slot = Slot(number, lock, users, embedded.facts(folder))
        shutil.rmtree(slot.var, ignore_errors=True)
        slot.var.mkdir()
        return slot
    raise RuntimeError(f"All {SLOTS} test slots are taken; see {folder}.")
