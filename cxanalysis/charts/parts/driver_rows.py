"""From the table of a driver analysis to rows that can be drawn: what is sure, what is pale, what is a tie."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from cxanalysis.charts.parts.dot_plot import DotRow
from cxanalysis.charts.parts.outcome_unit import outcome_unit
from cxanalysis.drivers.drivers_result import Drivers
from cxanalysis.labels import called
from cxanalysis.numbers import THIN, count, digits, known, number, percent, points

#: A driver counts as one if its false-discovery rate is below this: the rule of `Drivers.headline`.
DISCOVERY: Final = 0.05
#: More rows than this are read by nobody; the rest is counted under the chart.
MOST_DRIVERS: Final = 15
PALE: Final = "cannot tell from zero"
CHANCE: Final = "may be chance among so many"
RARE: Final = "too rare to say"


def named_rows(table: pd.DataFrame) -> list[Any]:
    """The rows of a table as named tuples."""
    return list(table.itertuples(index=False))


def failures(result: Drivers) -> frozenset[str]:
    """Drivers that are 0/1 failures: one column, a mean between 0 and 1, and not every row a case."""
    most = result.n if isinstance(result.n, int) else result.n[1]
    detail = result.detail
    mean, cases = (pd.to_numeric(detail[column], errors="coerce") for column in ("mean", "cases"))
    alone = detail["driver"].map(detail["driver"].value_counts()) == 1
    return frozenset(str(name) for name in detail["driver"][alone & mean.between(0, 1) & (cases < most)])


def is_pale(row: Any, low: float, high: float) -> str:
    """Why a value must not be taken for an effect; empty if it may."""
    if not known(low, high) or low <= 0 <= high:
        return PALE
    return CHANCE if not known(row.q_value) or row.q_value >= DISCOVERY else ""


def rank_ranges(lows: list[float], highs: list[float]) -> list[str]:
    """The ranks that intervals leave open, largest value first: "1–2" for two that overlap at the top.

    A value is surely behind another only if its interval lies wholly below the other's. With intervals of 95 % each
    this is on the cautious side (Klein, Wright and Wieczorek 2020 use joint intervals).

    Examples
    --------
    >>> rank_ranges([1.9, 0.5, -0.5], [4.4, 2.1, 0.3])
    ['1–2', '1–2', '3']
    """
    out = []
    for low, high in zip(lows, highs, strict=True):
        if not known(low, high):
            out.append("")
            continue
        best = 1 + sum(other > high for other in lows if known(other))
        worst = len(lows) - sum(other < low for other in highs if known(other))
        out.append(_range(best, worst))
    return out


def _range(best: float, worst: float) -> str:
    return f"{best:.0f}" if best == worst else f"{best:.0f}–{worst:.0f}"


def at_stake_rows(result: Drivers) -> list[DotRow]:
    """Points lost per driver, most first, and all of them together at the end."""
    table = result.table[pd.to_numeric(result.table["at_stake"], errors="coerce").notna()]
    table = table.sort_values("at_stake", ascending=False, kind="stable")
    flags = failures(result)
    ranks = rank_ranges(list(table["at_stake_low"]), list(table["at_stake_high"]))
    rows = [
        _at_stake_row(row, str(row.driver) in flags, rank, result)
        for row, rank in zip(named_rows(table), ranks, strict=True)
    ]
    together = _together(result, only_failures=set(map(str, table["driver"])) <= flags)
    return [*rows, together] if together and len(rows) > 1 else rows


def _at_stake_row(row: Any, failure: bool, rank: str, result: Drivers) -> DotRow:
    pale = is_pale(row, row.at_stake_low, row.at_stake_high)
    flags = [str(flag) for flag in row.flags]
    often, effect = how_often(row, failure), per_case(row, failure)
    words = points(row.at_stake, row.at_stake_low, row.at_stake_high)
    return DotRow(
        name=called(row.driver, result),
        value=float(row.at_stake),
        low=_or_none(row.at_stake_low),
        high=_or_none(row.at_stake_high),
        number=words,
        quiet=" · ".join(word for word in (often, effect) if word),
        note=", ".join([*([pale] if pale else []), *flags]),
        rank=rank,
        tone="rest" if pale else "loss" if row.at_stake > 0 else "gain",
        tips=(
            (f"{outcome_unit(result)} lost", words),
            ("how often" if failure else "mean", often or "–"),
            ("effect of each", points(row.effect, row.effect_low, row.effect_high, sign=True)),
            ("share of importance", percent(row.share, row.share_low, row.share_high)),
            ("remarks", ", ".join([*([pale] if pale else []), *flags]) or "none"),
        ),
    )


def how_often(row: Any, failure: bool) -> str:
    """Prevalence of a failure, mean of a rating."""
    if not known(row.mean):
        return ""
    return percent(row.mean) if failure else f"mean {number(row.mean, 1)}"


def per_case(row: Any, failure: bool) -> str:
    """What one case, or one scale point, does to the outcome."""
    if not known(row.effect):
        return RARE if failure else ""
    decimals = min(1, digits(row.effect_low, row.effect_high)) if abs(row.effect) >= 1 else 1
    return f"{number(row.effect, decimals, sign=True)} {'per case' if failure else 'per point'}"


def _together(result: Drivers, *, only_failures: bool) -> DotRow | None:
    joint = result.together
    value, low, high, without = (joint.get(key) for key in ("at_stake", "low", "high", "without"))
    if value is None or not known(value):
        return None
    words = points(value, low, high)
    gap = "the gap to “nothing went wrong”" if only_failures else "all of them at their reference"
    seen = (
        f"{number(float(without or 0), 1)} (n = {count(int(joint.get('without_n') or 0))})" if known(without) else "–"
    )
    return DotRow(
        name="together",
        value=float(value),
        low=_or_none(low),
        high=_or_none(high),
        number=words,
        note=gap,
        tone="ink",
        apart=True,
        tips=(
            (f"{outcome_unit(result)} lost", words),
            ("observed where nothing went wrong", seen),
            ("effect of each", "–"),
            ("share of importance", f"100{THIN}%"),
            ("remarks", "none"),
        ),
    )


def importance_rows(result: Drivers) -> list[DotRow]:
    """Share of what the drivers explain, most important first."""
    flags = failures(result)
    rows = []
    for row in named_rows(result.table):
        sure = known(row.q_value) and row.q_value < DISCOVERY
        words = percent(row.share, row.share_low, row.share_high)
        often = f"{100 * row.p_first:.0f} of 100" if known(row.p_first) else ""
        rank = _range(row.rank_low, row.rank_high) if known(row.rank_low, row.rank_high) else ""
        remarks = ", ".join([*([] if sure else ["not distinguishable from noise"]), *(str(f) for f in row.flags)])
        rows.append(
            DotRow(
                name=called(row.driver, result),
                value=100 * float(row.share),
                low=100 * float(row.share_low) if known(row.share_low) else None,
                high=100 * float(row.share_high) if known(row.share_high) else None,
                number=words,
                quiet=f"first in {often}" if often else "",
                note=remarks,
                rank=rank,
                tone="this" if sure else "rest",
                tips=(
                    ("share of importance", words),
                    ("rank", rank or "–"),
                    ("first", often or "–"),
                    (
                        "how often" if str(row.driver) in flags else "mean",
                        how_often(row, str(row.driver) in flags) or "–",
                    ),
                    ("effect of each", points(row.effect, row.effect_low, row.effect_high, sign=True)),
                    ("remarks", remarks or "none"),
                ),
            )
        )
    return rows


def _or_none(value: Any) -> float | None:
    return float(value) if known(value) else None
