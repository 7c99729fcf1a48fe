"""Write down what a month's run is given besides its files, for scripts that know no site.

``given.json``: the month, the published runs of earlier months with their folders and extracts,
the score models of this month and the one before, the reference means, the grades approved by hand,
the province's thresholds. All of it is there before the month comes in, so that reading it is not
part of what is timed.
"""

from __future__ import annotations

import json

from bench.sizes import MONTH, Size

CLASSES = ("A", "B", "C", "")


def write_given(size: Size) -> None:
    """Write ``given.json`` into the size's folder; call it in the site's process."""
    from alerts.rules import LIMITS
    from alerts.threshold_queries import book_for
    from scoring.queries import grades_in_force, model_for, newest_adjustment
    from warehouse.inputs import files_of
    from warehouse.models import MonthRun, PublishedMonth
    from warehouse.pinned import extract_ids
    from warehouse.queries import run_folder

    published = PublishedMonth.objects.filter(month_index__lt=MONTH.index, run__isnull=False)
    runs = {each.month_index: each.run_id for each in published}
    pinned = MonthRun.objects.in_bulk(runs.values())
    before = pinned[runs[MONTH.index - 1]].model_version_id
    model, book, upto = model_for(MONTH), book_for(MONTH), newest_adjustment()
    limits = {
        code: {name: book.value_of(code, name) for name in CLASSES} for code in sorted(LIMITS)
    }
    given = {
        "month": MONTH.index,
        "runs": {index: str(run_folder(run)) for index, run in sorted(runs.items())},
        "extracts": {
            index: {
                kind: [str(path) for path in paths]
                for kind, paths in files_of(extract_ids(pinned[run].inputs)).items()
            }
            for index, run in sorted(runs.items())
            if index >= MONTH.index - 2
        },
        "model": model.definition,
        "model_before": None if before == model.pk else _definition(before),
        "reference": {code: said["micro"] for code, said in model.reference.items()},
        "approved": grades_in_force(MONTH, upto),
        "approved_before": grades_in_force(MONTH.plus(-1), upto),
        "thresholds": {
            code: {name: [found.value, found.source] for name, found in by_class.items()}
            for code, by_class in limits.items()
        },
    }
    (size.folder / "given.json").write_text(json.dumps(given, ensure_ascii=False, indent=1))


def _definition(model_id: int) -> dict[str, object]:
    from scoring.models import ScoreModel

    return dict(ScoreModel.objects.get(pk=model_id).definition)
