"""Which sums a need asks of SQL: each once, although many pairs of measures share theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cxanalysis.engine.need import Need

Array = NDArray[Any]


@dataclass
class PairSums:
    """Which sums to ask for: each once, although many pairs share theirs.

    Two measures of one column are present in the same rows, and a measure that is never missing is present in all:
    so the sums of a pair are named after the *columns* that must be present.
    """

    need: Need
    full: frozenset[int]

    @classmethod
    def of(cls, need: Need, missing: Array) -> PairSums:
        """The sums of a need, given each measure's missing values by group: without any, pairs share their sums."""
        never = np.ones(len(need.measures), bool) if need.complete else missing.sum(axis=0) == 0
        return cls(need, frozenset(np.flatnonzero(never).tolist()))

    @property
    def k(self) -> int:
        """Number of measures."""
        return len(self.need.measures)

    def present(self, i: int, j: int) -> tuple[int, ...]:
        """The measures whose presence makes the pair's rows: one for each column that has gaps."""
        first: dict[str, int] = {}
        for at in sorted({i, j} - self.full):
            column = self.need.measures[at].column
            first.setdefault(column, min(n for n in range(self.k) if self.need.measures[n].column == column))
        return tuple(sorted(first.values()))

    def key(self, what: str, i: int, j: int) -> str:
        """Name of the sum."""
        if what == "cross":
            return f"cross_{min(i, j)}_{max(i, j)}"
        rows = "_".join(map(str, self.present(i, j))) or "all"
        return f"{what}_of_{rows}" if what in ("count", "weight") else f"{what}_{i}_of_{rows}"

    def expression(self, what: str, i: int, j: int) -> str:
        """The sum in SQL, over rows z of one cell."""
        times = "" if self.need.weight is None else "w * "
        where = " AND ".join(f"z{at} IS NOT NULL" for at in self.present(i, j)) or "used"
        body = {
            "count": "count(*)",
            "weight": "count(*)" if self.need.weight is None else "sum(w)",
            "total": f"sum({times}z{i})",
            "spread": f"sum({times}z{i} * z{i})",
            "cross": f"sum({times}z{i} * z{j})",
        }[what]
        own = self.present(i, i) == self.present(i, j)
        needs_filter = what in ("count", "weight") or (what in ("total", "spread") and not own)
        return f"{body} FILTER (WHERE {where})" if needs_filter else body

    def asked(self) -> dict[str, str]:
        """Name of each sum → its SQL."""
        out = {"n_rows": "count(*)", "n_unweighted": "count(*) FILTER (WHERE NOT weighted)"}
        for i in range(self.k):
            for j in range(self.k) if self.need.pairs else (i,):
                for what in ("count", "weight", "total", "spread", "cross"):
                    out.setdefault(self.key(what, i, j), self.expression(what, i, j))
        for i in range(self.k if self.need.weight is not None else 0):
            out[f"weight_square_{i}"] = f"sum(w * w) FILTER (WHERE z{i} IS NOT NULL)"
            if self.need.cluster is None:
                out[f"square0_{i}"] = out[f"weight_square_{i}"]
                out[f"square1_{i}"] = f"sum(w * w * z{i})"
                out[f"square2_{i}"] = f"sum(w * w * z{i} * z{i})"
        return out

    def columns(self) -> list[str]:
        """The sums as columns of a query over rows."""
        return [f"{expression} AS {key}" for key, expression in self.asked().items()]

    def over_units(self) -> list[str]:
        """The sums as columns of a query over units, with the sums of the units' squares."""
        out = [f"sum(CAST({key} AS DOUBLE)) AS {key}" for key in self.asked()]
        for i in range(self.k):
            w = f"coalesce(CAST({self.key('weight', i, i)} AS DOUBLE), 0)"
            s = f"coalesce({self.key('total', i, i)}, 0)"
            out += [
                f"sum({w} * {w}) AS square0_{i}",
                f"sum({w} * {s}) AS square1_{i}",
                f"sum({s} * {s}) AS square2_{i}",
            ]
            out.append(f"count(*) FILTER (WHERE {w} > 0) AS units_{i}")
        return out

    def pairs(self, get: Mapping[str, Array], what: str) -> Array:
        """One kind of sum for all pairs, (cells, k, k); 0 for pairs that were not asked for."""
        if not self.need.pairs:
            own = np.stack([get[self.key(what, i, i)] for i in range(self.k)], axis=-1)
            return own[..., :, None] * np.eye(self.k)
        rows = [np.stack([get[self.key(what, i, j)] for j in range(self.k)], axis=-1) for i in range(self.k)]
        return np.stack(rows, axis=-2)

    def squares(self, get: Mapping[str, Array]) -> tuple[Array, Array]:
        """Units (cells, k), and sums of their squares about the centre (cells, k, 3)."""
        own = range(self.k)
        if self.need.weight is None and self.need.cluster is None:
            # A row of weight 1 is its own unit: its squares are the plain sums.
            names = [[self.key(what, i, i) for what in ("count", "total", "spread")] for i in own]
        else:
            names = [[f"square{power}_{i}" for power in range(3)] for i in own]
        raw = np.stack([np.stack([get[key] for key in keys], axis=-1) for keys in names], axis=-2)
        of_units = [f"units_{i}" if self.need.cluster else self.key("count", i, i) for i in own]
        return np.stack([get[key] for key in of_units], axis=-1), raw
