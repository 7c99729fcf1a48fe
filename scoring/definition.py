"""Read and check the definition of a score model 评分模型: what JSON or TOML says, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DomainError
from scoring.grades import GRADES, Cutoffs, Hysteresis
from scoring.indicators import SCORE_INDICATORS, columns_read
from scoring.maps import PointMap, parse_map
from scoring.weights import FULL_WEIGHT, MissingPolicy, to_hundredths


@dataclass(frozen=True, slots=True)
class WeightedMap:
    """Hold one indicator of a model: its code, weight (hundredths of a percent) and map."""

    code: str
    weight: int
    map: PointMap


@dataclass(frozen=True, slots=True)
class ModelDefinition:
    """Hold everything a score and a suggested grade follow from."""

    indicators: tuple[WeightedMap, ...]
    cutoffs: Cutoffs
    missing: MissingPolicy
    hysteresis: Hysteresis
    rule_floor: bool = True
    validity_months: int = 12
    example: bool = False

    def __post_init__(self) -> None:
        """Refuse weights that do not add up, unknown or doubled indicators."""
        codes = self.codes
        unknown = [code for code in codes if code not in SCORE_INDICATORS]
        if unknown or len(set(codes)) != len(codes) or not codes:
            raise _bad(f"指标未知或重复: {' '.join(unknown or codes)}。", "indicators")
        total = sum(each.weight for each in self.indicators)
        if total != FULL_WEIGHT:
            raise _bad(f"权重合计为 {total / 100:g}%, 应为 100%。", "indicators")
        if self.validity_months < 1:
            raise _bad("有效期至少 1 个月。", "validity_months")

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the indicators' codes in the order of all arrays."""
        return tuple(each.code for each in self.indicators)

    @property
    def weights(self) -> NDArray[np.int64]:
        """Return the weights in hundredths of a percent."""
        return np.array([each.weight for each in self.indicators], dtype=np.int64)

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns of ``group_month`` that scores and peers are read from."""
        return (*columns_read(self.codes), "industry_code", "size_band")


def parse_definition(said: Mapping[str, Any]) -> ModelDefinition:
    """Read a definition.

    Raises:
        DomainError: with a sentence that names what is missing or wrong.
    """
    try:
        missing, hold = said.get("missing", {}), said.get("hysteresis", {})
        return ModelDefinition(
            indicators=tuple(_indicator(each) for each in said["indicators"]),
            cutoffs=_cutoffs(said["cutoffs"]),
            missing=MissingPolicy(
                missing.get("policy", "reweight"), to_hundredths(missing.get("min_weight", 0.6))
            ),
            hysteresis=Hysteresis(bool(hold.get("on", True)), float(hold.get("margin", 2))),
            rule_floor=bool(said.get("rule_floor", True)),
            validity_months=int(said.get("validity_months", 12)),
            example=bool(said.get("example", False)),
        )
    except KeyError as problem:
        raise _bad(f"模型定义缺少 {problem}。", str(problem)) from problem
    except (TypeError, ValueError, AttributeError) as problem:
        raise _bad(f"模型定义的数值不正确: {problem}。", "definition") from problem


def _indicator(said: Mapping[str, Any]) -> WeightedMap:
    return WeightedMap(str(said["code"]), to_hundredths(said["weight"]), parse_map(said["map"]))


def _cutoffs(said: Mapping[str, Any]) -> Cutoffs:
    return Cutoffs(said.get("mode", "absolute"), tuple(float(said[grade]) for grade in GRADES[:-1]))


def _bad(message: str, where: str) -> DomainError:
    return DomainError("bad_definition", message, "请修改模型定义后重试。", where)
