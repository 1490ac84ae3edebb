"""One SQL query for all sums of a need, and the way back from its rows to `Aggregates`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.engine import sql
from cxanalysis.engine.aggregates import Aggregates, empty
from cxanalysis.engine.canonical_values import canonical
from cxanalysis.engine.need import HASH_BLOCKS, Need, block_count
from cxanalysis.engine.pair_sums import PairSums
from cxanalysis.engine.sums import GRID_STEPS, about_mean, centres, finish

Array = NDArray[Any]
#: Whole numbers up to here are exact in a DOUBLE.
_EXACT: Final = 2.0**53
#: Number of columns about weights and ids in the first look.
HEAD: Final = 8
#: What is asked of each measure in the first look, in this order.
_LOOKS: Final = (
    "count(*) FILTER (WHERE weighted AND {m} IS NULL)",
    "count(*) FILTER (WHERE isinf({m}))",
    "count(*) FILTER (WHERE used AND NOT isinf({m}) AND {m} <> floor({m}))",
    "min({m}) FILTER (WHERE used)",
    "max({m}) FILTER (WHERE used)",
    "avg({m}) FILTER (WHERE used)",
)


@dataclass(frozen=True, slots=True)
class Ranges:
    """What the first look found: the groups, and range and mean of each measure in each."""

    groups: tuple[tuple[Any, ...], ...]
    missing: Array
    infinite: list[int]
    fractions: int
    low: Array
    high: Array
    centre: Array
    weights: float
    infinite_weights: int
    negative_weights: int
    least_weight: float
    largest_weight: float
    without_id: int
    fraction_id: str | None

    @classmethod
    def of(cls, found: Sequence[tuple[Any, ...]], query: Query) -> Ranges:
        """Read the answer of `Query.look`."""
        keys, k = len(query.by), len(query.measures)
        head = [row[keys : keys + HEAD] for row in found]
        body = np.array([row[keys + HEAD :] for row in found], dtype=float).reshape(len(found), k, len(_LOOKS))
        missing, infinite, fractions, low, high, mean = np.moveaxis(body, -1, 0)
        finite = np.where(infinite > 0, 0.0, mean)
        least = [row[4] for row in head if row[4] is not None]
        return cls(
            groups=tuple(tuple(canonical(value) for value in row[:keys]) for row in found),
            missing=missing.astype(np.int64),
            infinite=[int(n) for n in infinite.sum(axis=0)],
            fractions=int(fractions.sum()) + sum(int(row[1]) for row in head),
            low=low,
            high=high,
            centre=np.zeros_like(mean) if infinite.any() else centres(low, high, finite),
            weights=float(sum(row[0] or 0.0 for row in head)),
            infinite_weights=sum(int(row[2]) for row in head),
            negative_weights=sum(int(row[3]) for row in head),
            least_weight=float(min(least, default=0.0)),
            largest_weight=float(max((row[5] for row in head if row[5] is not None), default=0.0)),
            without_id=sum(int(row[6]) for row in head),
            fraction_id=next((str(row[7]) for row in head if row[7] is not None), None),
        )

    def sorted(self, key: Callable[[tuple[Any, ...]], Any]) -> Ranges:
        """The same with its groups in order."""
        order = sorted(range(len(self.groups)), key=lambda at: key(self.groups[at]))
        return replace(
            self,
            groups=tuple(self.groups[at] for at in order),
            missing=self.missing[order],
            low=self.low[order],
            high=self.high[order],
            centre=self.centre[order],
        )


def is_exact(look: Ranges, clustered: bool) -> bool:
    """Whether all sums are exact in any order: whole numbers, few enough for the digits of a DOUBLE."""
    if look.fractions:
        return False
    # In steps of the centres' grid: whole numbers, or at most 2048 steps where the range is narrower than 1024.
    steps = max(float(np.nan_to_num(look.high - look.low).max(initial=0.0)), 2.0 * GRID_STEPS)
    # The largest sum is Σ w² z², over clusters Σ (Σ w z)².
    return look.weights * (look.weights if clustered else look.largest_weight) * steps**2 < _EXACT


@dataclass
class Query:
    """The SQL of one need.

    Attributes
    ----------
    need : Need
    measures : list of str
        Expression of each measure.
    weight : str or None
    by : list of (expression, type)
    id_ : (expression of its text, expression of it where it is a fraction) or None
        The id that makes blocks or clusters.
    """

    need: Need
    measures: list[str]
    weight: str | None
    by: list[tuple[str, str]]
    id_: tuple[str, str] | None

    def _rows(self, row_numbers: bool) -> str:
        """Every row with its measures, weight, group values and id, under short names."""
        items = [f"{m} AS m{at}" for at, m in enumerate(self.measures)]
        items += [f"{g} AS g{at}" for at, (g, _) in enumerate(self.by)]
        items += [f"{self.weight or '1.0::DOUBLE'} AS w"]
        if self.id_:
            items += [f"{self.id_[0]} AS id_text", f"{self.id_[1]} AS fraction"]
        if row_numbers:
            items.append("row_number() OVER () - 1 AS row_number")
        weighted = "coalesce(w > 0, FALSE)"
        whole = " AND ".join(f"m{at} IS NOT NULL" for at in range(len(self.measures)))
        used = f"({weighted} AND {whole})" if self.need.complete else weighted
        return f"(SELECT *, {weighted} AS weighted, {used} AS used FROM (SELECT {', '.join(items)} FROM {sql.ROWS}))"

    def look(self) -> str:
        """The first look: groups, ranges, and whatever would make sums meaningless."""
        keys = [f"g{at}" for at in range(len(self.by))]
        head = [
            "sum(w) FILTER (WHERE used AND NOT isinf(w))",
            "count(*) FILTER (WHERE weighted AND NOT isinf(w) AND w <> floor(w))",
            "count(*) FILTER (WHERE isinf(w))",
            "count(*) FILTER (WHERE w < 0)",
            "min(w)",
            "max(w)",
            "count(*) FILTER (WHERE id_text IS NULL)" if self.id_ else "0",
            "min(fraction)" if self.id_ else "NULL",
        ]
        body = [look.format(m=f"m{at}") for at in range(len(self.measures)) for look in _LOOKS]
        end = f" GROUP BY {', '.join(keys)}" if keys else ""
        return f"SELECT {', '.join([*keys, *head, *body])} FROM {self._rows(False)}{end}"

    # --- the sums -----------------------------------------------------------------------------------

    def sums(self, look: Ranges) -> str:
        """The query of all sums, one row a cell."""
        sums = PairSums.of(self.need, look.missing)
        numbered = self.need.blocks == "" or look.without_id > 0
        centred = [f"CASE WHEN used THEN m{at} - c{at} END AS z{at}" for at in range(len(self.measures))]
        block = "0" if self.need.blocks is None else f"row_number % {HASH_BLOCKS}"
        if self.need.blocks:
            block = sql.block("id_text", "row_number" if numbered else "0")
        unit = "id_text" if not numbered else "coalesce(id_text, chr(1) || row_number)"
        extra = [f"{unit} AS unit"] if self.need.cluster else []
        rows = (
            f"(SELECT gid, {block} AS block, w, used, weighted, {', '.join([*extra, *centred])} "
            f"FROM {self._rows(numbered)} AS r JOIN {self._centres(look)} ON {self._same_group()})"
        )
        if not self.need.cluster:
            return f"SELECT gid, block, {', '.join(sums.columns())} FROM {rows} GROUP BY gid, block"
        units = f"(SELECT gid, block, {', '.join(sums.columns())} FROM {rows} GROUP BY gid, block, unit)"
        return f"SELECT gid, block, {', '.join(sums.over_units())} FROM {units} GROUP BY gid, block"

    def _centres(self, look: Ranges) -> str:
        """The groups with their numbers and centres, as a table in the query."""
        lines = []
        for gid, (group, centre) in enumerate(zip(look.groups, look.centre, strict=True)):
            keys = [sql.literal(value, kind) for value, (_, kind) in zip(group, self.by, strict=True)]
            lines.append(f"({', '.join([str(gid), *keys, *(sql.literal(float(c), 'DOUBLE') for c in centre)])})")
        names = ["gid", *(f"k{at}" for at in range(len(self.by))), *(f"c{at}" for at in range(len(self.measures)))]
        return f"(VALUES {', '.join(lines)}) AS centres({', '.join(names)})"

    def _same_group(self) -> str:
        return " AND ".join(f"r.g{at} IS NOT DISTINCT FROM centres.k{at}" for at in range(len(self.by))) or "TRUE"

    def aggregates(self, found: Mapping[str, Array], look: Ranges) -> Aggregates:
        """From the query's answer to `Aggregates`."""
        sums = PairSums.of(self.need, look.missing)
        names = tuple(measure.name for measure in self.need.measures)
        out = empty(names, self.need.by_names, look.groups, block_count(self.need), self.need.cluster)
        out.n_missing[...] = look.missing
        get = {key: np.ma.filled(np.ma.asarray(found[key]).astype(float), 0.0) for key in found}
        g, b = get["gid"].astype(np.int64), get["block"].astype(np.int64)
        out.rows[g, b] = get["n_rows"]
        out.unweighted[g, b] = get["n_unweighted"]
        out.count[g, b] = np.rint(sums.pairs(get, "count"))
        weight, total = sums.pairs(get, "weight"), sums.pairs(get, "total")
        finish(out, g, b, look.centre[g], weight, total, sums.pairs(get, "cross"), sums.pairs(get, "spread"))
        own, own_weight = (np.diagonal(array, axis1=-2, axis2=-1) for array in (total, weight))
        units, raw = sums.squares(get)
        out.units[g, b] = units
        of_weights = [sums.key("count", i, i) if self.weight is None else f"weight_square_{i}" for i in range(sums.k)]
        out.weight_squares[g, b] = np.stack([get[key] for key in of_weights], axis=-1)
        out.squares[g, b] = about_mean(raw, own, own_weight)
        return out
