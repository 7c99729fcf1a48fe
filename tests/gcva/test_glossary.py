"""The glossary says what the code declares."""

from scripts import glossary


def test_every_indicator_stands_in_the_glossary_as_it_is_declared():
    assert len(glossary.declared()) > 60
    assert glossary.written() == glossary.section(), "run python scripts/glossary.py write"


def test_one_code_means_one_thing():
    formulas = {}
    for one in glossary.declared():
        formulas.setdefault(one.code, set()).add(one.unit)
    assert {code for code, units in formulas.items() if len(units) > 1} == set()
