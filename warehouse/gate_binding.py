"""Bind source columns to contract columns 列绑定: by a mapping, or by the header's names."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.contracts import Contract, header_form, header_names
from warehouse.gate import Finding
from warehouse.gate_ledger import FileRefused, Ledger
from warehouse.mapping import FileRule
from warehouse.mapping_expressions import Expression

Bound = dict[str, Expression]


@dataclass(frozen=True, slots=True)
class Binding:
    """Be one file's columns about to be bound; ``shown`` is how the file is called."""

    contract: Contract
    rule: FileRule
    shown: str
    names: tuple[str, ...]

    def bind(self, ledger: Ledger) -> Bound:
        """Return which expression feeds which contract column.

        Raises:
            FileRefused: no header, a repeated or missing column, or a mapping that names columns
                the file has not.
        """
        if self.rule.rows:
            bound = {name: Expression(column=name) for name in self.names}
        elif self.rule.columns:
            bound = self._by_mapping()
        else:
            bound = self._by_header(ledger)
        contract = self.contract
        missing = [c.name for c in contract.columns if c.required and c.name not in bound]
        missing += [" / ".join(some) for some in contract.one_of if not set(some) & set(bound)]
        if missing:
            code = "mapping_no_source" if self.rule.columns else "missing_column"
            raise self._refused(code, None, "、".join(missing), "、".join(self.names))
        return bound

    def _refused(
        self, code: str, line: int | None, column: str, value: str, **params: object
    ) -> FileRefused:
        kind = self.contract.kind
        return FileRefused(Finding(code, "R", kind, self.shown, line, column, value, params=params))

    def _by_mapping(self) -> Bound:
        for column, expression in self.rule.columns.items():
            for source in expression.sources:
                if source not in self.names:
                    has = "、".join(self.names)
                    raise self._refused("mapping_unknown_column", None, column, source, has=has)
        return dict(self.rule.columns)

    def _by_header(self, ledger: Ledger) -> Bound:
        accepted = header_names(self.contract)
        columns = [accepted.get(header_form(name)) for name in self.names]
        line = 1 + self.rule.skip_rows
        if not any(columns):
            raise self._refused("no_header", line, "", "、".join(self.names)[:80])
        for column in filter(None, columns):
            same = [n for n, c in zip(self.names, columns, strict=True) if c == column]
            if len(same) > 1:
                value, n = "、".join(same), len(same)
                kind = self.contract.kind
                raise FileRefused(
                    Finding("duplicate_header", "R", kind, self.shown, line, column, value, n)
                )
        for name in self.names:
            if accepted.get(header_form(name)) is None:
                unknown = Finding("unknown_column", "W", self.contract.kind, self.shown, line, name)
                ledger.say(unknown)
        return {
            column: Expression(column=name)
            for name, column in zip(self.names, columns, strict=True)
            if column
        }
