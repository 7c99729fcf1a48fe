"""Lay a model's definition out as form fields, and read it back 模型编辑.

One line an indicator: weight in percent (empty = not used), kind of map, the kind's own numbers.
What the definition itself refuses (weights that do not add up, crossing cut-offs) is refused by
``parse_definition``, in its words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import formats
from core.errors import DomainError
from scoring.definition import parse_definition
from scoring.grades import GRADES
from scoring.indicators import DIMENSION_LABELS, SCORE_INDICATORS

OPEN_END = "∞"
KINDS = (
    ("linear", gettext_lazy("封顶线性")),
    ("bins", gettext_lazy("分段")),
    ("as_is", gettext_lazy("直接取值")),
    ("percentile", gettext_lazy("同类百分位")),
)
SCALES = (("linear", gettext_lazy("线性刻度")), ("log", gettext_lazy("对数刻度")))
POLICIES = (
    ("reweight", gettext_lazy("重新分配权重")),
    ("zero", gettext_lazy("按 0 分")),
    ("peer_median", gettext_lazy("取同类中位数")),
)
MODES = (("absolute", gettext_lazy("分数线")), ("quota", gettext_lazy("名额占比")))
#: A new line starts with a map of its kind that makes sense for most indicators.
FRESH: Mapping[str, Mapping[str, Any]] = {
    "linear": {"low": 0, "high": 100, "at_low": 0, "at_high": 100, "scale": "linear"},
    "bins": {"edges": [0, 1, ""], "points": [0, 100]},
    "as_is": {},
    "percentile": {"min_peers": 5, "falling": False},
}
_DECIMAL = {"class": "form-control gc-num-input", "inputmode": "decimal", "autocomplete": "off"}


def _number(label: Any, *, required: bool = False) -> forms.FloatField:
    return forms.FloatField(
        label=label, required=required, widget=forms.TextInput(attrs=dict(_DECIMAL))
    )


def _choice(label: Any, choices: Any) -> forms.ChoiceField:
    widget = forms.Select(attrs={"class": "form-select"})
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=widget)


def _text(label: Any, **attributes: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "form-control", "autocomplete": "off", **attributes})
    return forms.CharField(label=label, required=False, widget=widget)


#: Parameters of each kind of map, in the order of the form.
PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "linear": ("low", "at_low", "high", "at_high", "scale"),
    "bins": ("edges", "points"),
    "as_is": (),
    "percentile": ("min_peers", "falling"),
}


def _parameter(name: str) -> forms.Field:
    labels = {
        "low": gettext_lazy("下限"),
        "at_low": gettext_lazy("下限得分"),
        "high": gettext_lazy("上限"),
        "at_high": gettext_lazy("上限得分"),
        "edges": gettext_lazy("分段边界"),
        "points": gettext_lazy("各段得分"),
    }
    if name == "scale":
        return _choice(gettext_lazy("刻度"), SCALES)
    if name == "falling":
        return forms.BooleanField(label=gettext_lazy("越小越好"), required=False)
    if name == "min_peers":
        return forms.IntegerField(label=gettext_lazy("最少同类数"), required=False, min_value=1)
    if name in ("edges", "points"):
        return _text(labels[name], placeholder="0, 1, 2, ∞" if name == "edges" else "0, 50, 100")
    return _number(labels[name])


@dataclass(frozen=True)
class IndicatorLine:
    """Be one line of the form as the template draws it."""

    code: str
    name: str
    dimension: str
    unit: str
    weight: forms.BoundField
    kind: forms.BoundField
    parameters: tuple[forms.BoundField, ...]


class ModelForm(forms.Form):
    """Edit a score model's draft; field names are ``<part>_<indicator code>``."""

    name = forms.CharField(
        label=gettext_lazy("名称"),
        max_length=100,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    note = forms.CharField(
        label=gettext_lazy("说明"),
        required=False,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 2}),
    )
    based_on = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, definition: Mapping[str, Any], *args: Any, **kwargs: Any) -> None:
        """Make a line for every indicator there is, filled from the definition."""
        initial = {**initial_of(definition), **kwargs.pop("initial", {})}
        kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.before = definition
        self.fields["mode"] = _choice(gettext_lazy("分档方式"), MODES)
        for grade in GRADES[:-1]:
            self.fields[f"cut_{grade}"] = _number(grade, required=True)
        self.fields["missing"] = _choice(gettext_lazy("缺失值处理"), POLICIES)
        self.fields["min_weight"] = _number(gettext_lazy("评级所需最低权重（%）"), required=True)
        self.fields["hold"] = forms.BooleanField(label=gettext_lazy("防抖"), required=False)
        self.fields["margin"] = _number(gettext_lazy("防抖幅度（分）"), required=True)
        self.fields["rule_floor"] = forms.BooleanField(
            label=gettext_lazy("规则保底"), required=False
        )
        for code in SCORE_INDICATORS:
            self.fields[f"weight_{code}"] = _number(gettext_lazy("权重（%）"))
            self.fields[f"kind_{code}"] = _choice(gettext_lazy("映射"), KINDS)
            for name in dict.fromkeys(sum(PARAMETERS.values(), ())):
                self.fields[f"{name}_{code}"] = _parameter(name)

    def lines(self) -> tuple[IndicatorLine, ...]:
        """Return the indicators' lines with the parameters of the kind chosen."""
        return tuple(self._line(code) for code in SCORE_INDICATORS)

    def _line(self, code: str) -> IndicatorLine:
        kind = self[f"kind_{code}"].value() or "linear"
        declared = SCORE_INDICATORS[code]
        return IndicatorLine(
            code=code,
            name=label_of(code),
            dimension=DIMENSION_LABELS[declared.dimension][0 if formats.is_chinese() else 1],
            unit=_unit_of(declared.indicator.unit),
            weight=self[f"weight_{code}"],
            kind=self[f"kind_{code}"],
            parameters=tuple(self[f"{name}_{code}"] for name in PARAMETERS.get(kind, ())),
        )

    def definition(self) -> dict[str, Any]:
        """Return the definition the fields say.

        Raises:
            DomainError: when a list of edges or points cannot be read.
        """
        said = self.cleaned_data
        made: dict[str, Any] = {
            "validity_months": self.before.get("validity_months", 12),
            "rule_floor": said["rule_floor"],
            "missing": {
                "policy": said["missing"] or "reweight",
                "min_weight": round(said["min_weight"] / 100, 6),
            },
            "hysteresis": {"on": said["hold"], "margin": said["margin"]},
            "cutoffs": {"mode": said["mode"] or "absolute", **self._cuts()},
            "indicators": [
                {
                    "code": code,
                    "weight": round(said[f"weight_{code}"] / 100, 6),
                    "map": self._map(code),
                }
                for code in SCORE_INDICATORS
                if said[f"weight_{code}"] is not None
            ],
        }
        made["example"] = bool(self.before.get("example")) and same_model(made, self.before)
        return made

    def _cuts(self) -> dict[str, float]:
        said, share = self.cleaned_data, 1.0
        if said["mode"] == "quota":
            share = 100.0
        return {grade: round(said[f"cut_{grade}"] / share, 6) for grade in GRADES[:-1]}

    def _map(self, code: str) -> dict[str, Any]:
        said = self.cleaned_data
        kind = said[f"kind_{code}"] or "linear"
        values: dict[str, Any] = {"kind": kind}
        for name in PARAMETERS[kind]:
            value = said[f"{name}_{code}"]
            missing = value in (None, "")
            if name in ("edges", "points"):
                values[name] = FRESH[kind][name] if missing else _listed(str(value), name, code)
            else:
                values[name] = FRESH[kind][name] if missing else value
        return values


def same_model(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Tell whether two definitions score and grade alike; only then are weights still 示例."""
    first, second = (
        replace(parse_definition({**said, "example": False}), validity_months=1)
        for said in (one, other)
    )
    return first == second


def label_of(code: str) -> str:
    """Return an indicator's name in the reader's language."""
    indicator = SCORE_INDICATORS[code].indicator
    return indicator.label_zh if formats.is_chinese() else indicator.label_en


def _unit_of(unit: str) -> str:
    units = {
        "li": _("元/月"),
        "people": _("人"),
        "months": _("个月"),
        "ratio": _("比率，0.05 即 5%"),
    }
    return units.get(unit, "")


def _listed(text: str, name: str, code: str) -> list[Any]:
    """Read a list of numbers; commas may be full-width, an end may be open."""
    words = [word.strip() for word in text.replace("，", ",").replace("、", ",").split(",")]
    try:
        return [
            "" if word.strip("+-−") in ("", OPEN_END) and name == "edges" else float(word)
            for word in words
        ]
    except ValueError as problem:
        label = label_of(code)
        raise DomainError(
            "bad_list",
            _("{label}的分段“{text}”无法识别。").format(label=label, text=text),
            _("请用逗号分隔数字，开放的一端写 ∞。"),
            f"{name}_{code}",
        ) from problem


def initial_of(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form's values for a definition."""
    cutoffs, missing = definition["cutoffs"], definition.get("missing", {})
    hold = definition.get("hysteresis", {})
    share = 100 if cutoffs.get("mode") == "quota" else 1
    values: dict[str, Any] = {
        "mode": cutoffs.get("mode", "absolute"),
        **{f"cut_{grade}": _tidy(float(cutoffs[grade]) * share) for grade in GRADES[:-1]},
        "missing": missing.get("policy", "reweight"),
        "min_weight": _tidy(float(missing.get("min_weight", 0.6)) * 100),
        "hold": hold.get("on", True),
        "margin": _tidy(float(hold.get("margin", 2))),
        "rule_floor": definition.get("rule_floor", True),
    }
    for each in definition["indicators"]:
        code, said = each["code"], dict(each["map"])
        values[f"weight_{code}"] = _tidy(float(each["weight"]) * 100)
        values[f"kind_{code}"] = kind = said.pop("kind")
        for name, value in {**FRESH[kind], **said}.items():
            is_list = name in ("edges", "points")
            values[f"{name}_{code}"] = _written(value) if is_list else _tidy(value)
    return values


def _tidy(value: Any) -> Any:
    """Return a number without the noise of a float."""
    return f"{value:.10g}" if isinstance(value, float) else value


def _written(values: list[Any]) -> str:
    return ", ".join(OPEN_END if value in ("", None) else f"{value:g}" for value in values)


def first_error(form: forms.Form) -> str:
    """Return the first thing wrong with a form as one sentence."""
    for name, problems in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        return f"{label}{_('：') if label else ''}{problems[0]}"
    return ""
