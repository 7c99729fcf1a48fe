"""Lay out the province's units 组织单元 and its account managers 客户经理."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gcva.province import names
from gcva.province.plan import Ints, Plan, Texts

CITY_SHARES = np.array([28, 12, 9, 8, 7, 6.5, 5.5, 5, 4.5, 4, 3.5, 3, 2.5, 1.5]) / 100
DIRECT = len(CITY_SHARES)  # number of the city-level unit 省直管
DIRECT_CODE = "C99"
DIRECT_GROUPS = 12 / 3000
N_COUNTIES = 60
GROUPS_PER_MANAGER = 50
CITY_LEVEL_SHARE = 0.06  # groups directly under their city 市直管
UNASSIGNED_SHARE = 0.02
NONE = -1


@dataclass(frozen=True, slots=True)
class Geography:
    """Hold the units and account managers; places are numbers, codes and names are looked up.

    ``county_city`` gives each county's city. A manager has one city and mostly one county.
    """

    city_codes: Texts
    city_names: Texts
    county_codes: Texts
    county_names: Texts
    county_city: Ints
    valid_ratio: np.ndarray  # share of members with use, by city
    manager_codes: Texts
    manager_names: Texts
    manager_city: Ints
    manager_county: Ints
    manager_usernames: Texts


def shared_out(total: int, shares: np.ndarray, least: int) -> Ints:
    """Share a total out by largest remainder, at least ``least`` each."""
    exact = total * shares / shares.sum()
    counts = np.floor(exact).astype(np.int64)
    rest = total - int(counts.sum())
    counts[np.argsort(-(exact - counts), kind="stable")[:rest]] += 1
    return np.asarray(np.maximum(counts, least), dtype=np.int64)


def lay_out(plan: Plan) -> Geography:
    """Draw the units and managers of a province."""
    rng = plan.stream("geography")
    county_city, county_codes, county_names = lay_out_counties(rng)
    managers_of_city = np.append(
        shared_out(round(plan.groups / GROUPS_PER_MANAGER), CITY_SHARES, 2),
        max(1, round(plan.groups * DIRECT_GROUPS / GROUPS_PER_MANAGER)),
    )
    manager_city = np.repeat(np.arange(DIRECT + 1), managers_of_city)
    manager_names, surname = names.person_names(rng, len(manager_city))
    numbers = [f"{k + 1:05d}" for k in range(len(manager_city))]
    logins = [names.SURNAMES_LATIN[s] + k for s, k in zip(surname, numbers, strict=True)]
    return Geography(
        city_codes=np.array([*map(city_code, range(DIRECT)), DIRECT_CODE], dtype=object),
        city_names=np.array([*names.CITIES, names.DIRECT_UNIT], dtype=object),
        county_codes=county_codes,
        county_names=county_names,
        county_city=county_city,
        valid_ratio=np.append(rng.permutation(np.linspace(0.62, 0.80, DIRECT)), 0.74),
        manager_codes=np.array([f"KH{number}" for number in numbers], dtype=object),
        manager_names=manager_names,
        manager_city=manager_city,
        manager_county=counties_of_managers(manager_city, county_city),
        manager_usernames=np.array(logins, dtype=object),
    )


def city_code(city: int) -> str:
    """Return the code of a city by its number."""
    return f"C{city + 1:02d}"


def lay_out_counties(rng: np.random.Generator) -> tuple[Ints, Texts, Texts]:
    """Draw city, code and name of the counties; large cities have more of them."""
    per_city = shared_out(N_COUNTIES, CITY_SHARES**0.6, 2)
    city = np.repeat(np.arange(DIRECT), per_city)
    within = np.concatenate([np.arange(n) for n in per_city])
    codes = [f"{city_code(int(c))}{k + 1:02d}" for c, k in zip(city, within, strict=True)]
    suffix = np.where(rng.random(len(city)) < 0.55, "县", "区").astype(object)
    stems = np.array(names.COUNTY_STEMS, dtype=object)[rng.permutation(len(names.COUNTY_STEMS))]
    return city, np.array(codes, dtype=object), np.asarray(stems[: len(city)] + suffix)


def counties_of_managers(manager_city: Ints, county_city: Ints) -> Ints:
    """Spread each city's managers over its counties; the first one also serves the city itself."""
    county = np.full(len(manager_city), NONE, dtype=np.int64)
    for city in range(len(CITY_SHARES)):
        mine = np.flatnonzero(manager_city == city)
        counties = np.flatnonzero(county_city == city)
        county[mine] = counties[np.arange(len(mine)) * len(counties) // len(mine)]
        county[mine[0]] = NONE
    return county


def place_groups(geography: Geography, rng: np.random.Generator, cities: Ints) -> tuple[Ints, Ints]:
    """Draw county and account manager of groups whose cities are given.

    Returns:
        County number (``NONE``: directly under the city) and manager number (``NONE``: none).
    """
    n_counties = np.bincount(geography.county_city, minlength=DIRECT + 1)
    start = np.concatenate([[0], np.cumsum(n_counties)[:-1]])
    county = start[cities] + (rng.random(len(cities)) * n_counties[cities]).astype(np.int64)
    county[(rng.random(len(cities)) < CITY_LEVEL_SHARE) | (cities == DIRECT)] = NONE
    n_managers = np.bincount(geography.manager_city, minlength=DIRECT + 1)
    first = np.concatenate([[0], np.cumsum(n_managers)[:-1]])
    # managers follow the counties' order, so a county is served by one or two of them
    within = np.where(county == NONE, 0, county - start[cities]) + rng.random(len(cities))
    position = within / np.maximum(n_counties[cities], 1) * n_managers[cities]
    manager = first[cities] + np.minimum(position.astype(np.int64), n_managers[cities] - 1)
    manager[rng.random(len(cities)) < UNASSIGNED_SHARE] = NONE
    return county, manager


def place_names(geography: Geography, city: Ints, county: Ints) -> Texts:
    """Return the place a group's name starts with: the county's, else the city's short name."""
    short_city = np.array([name.removesuffix("市") for name in geography.city_names], dtype=object)
    short_city[DIRECT] = "江岚"
    return np.where(county == NONE, short_city[city], geography.county_names[county])
