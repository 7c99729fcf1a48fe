"""Declare what the shell around a page is made of: doors, places, months, the reader."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

from core.month import Month

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Door:
    """Be one entry of the menu: slug (also the URL's name), exact label, icon, section."""

    slug: str
    label: Words
    icon: str
    section: Words


@dataclass(frozen=True, slots=True)
class NavItem:
    """Be one door as this reader sees it: where it leads and how much waits behind it."""

    slug: str
    label: Words
    icon: str
    url: str
    is_current: bool = False
    n_waiting: int = 0


@dataclass(frozen=True, slots=True)
class NavSection:
    """Be one headed group of the menu."""

    label: Words
    items: tuple[NavItem, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Say who reads: name, role and place as shown beside the user menu."""

    name: str
    role_label: Words
    place: str = ""

    @property
    def initial(self) -> str:
        """Return the sign in the round badge."""
        return self.name[:1].upper()


@dataclass(frozen=True, slots=True)
class Place:
    """Be the organisation unit 组织单元 (or account manager) the page is about."""

    code: str
    name: str
    tree_url: str = ""


@dataclass(frozen=True, slots=True)
class UnitNode:
    """Be one line of the organisation tree in the switcher."""

    code: str
    name: str
    note: Words
    url: str
    children_url: str = ""
    children: tuple[UnitNode, ...] = ()
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class SearchHit:
    """Be one suggestion of the global search."""

    title: str
    note: Words
    url: str
    grade: str = ""


@dataclass(frozen=True, slots=True)
class Crumb:
    """Be one step of the path 全省 / 地市 / 县区; without URL it is where the reader stands."""

    label: Words
    url: str = ""


@dataclass(frozen=True, slots=True)
class MonthLink:
    """Be one month of the picker."""

    month: Month
    url: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class MonthChoice:
    """Be the month picker: what is shown, and every published month, newest first."""

    current: Month
    choices: tuple[MonthLink, ...]
    previous_url: str = ""
    next_url: str = ""
    latest_url: str = ""

    @property
    def is_latest(self) -> bool:
        """Tell whether nothing newer is published."""
        return not self.next_url
