"""One honest sentence on segments: a change of sign first, then a difference that stands, else that none does."""

from __future__ import annotations

from typing import Any

import pandas as pd

from cxanalysis import numbers
from cxanalysis.drivers.model.plan import GoodEnd
from cxanalysis.drivers.segments.segment_compare import HELD_EQUAL

#: A difference with a q below this stands.
STANDS = 0.05


def sentence(
    table: pd.DataFrame,
    reversals: pd.DataFrame,
    *,
    by: str,
    unit: str,
    failures: frozenset[str],
    comparisons: int,
    good_end: GoodEnd = GoodEnd.HIGH,
) -> str:
    """The headline of a finished comparison.

    Parameters
    ----------
    table, reversals : DataFrame
        As in `Segments`.
    by, unit : str
        The segment column, and what the outcome's points are called.
    failures : frozenset of str
        Drivers that are failures (0/1).
    comparisons : int
        Tests that were made.
    good_end : GoodEnd
        Which end of the outcome is the good one.
    """
    if len(reversals):
        return _reversed(reversals.iloc[0], by, unit)
    if comparisons == 0:
        return f"The segments of {by} are too small to be compared, or the failures in them too few."
    tested = table[table["status"] != "too few"]
    # Of two segments both rows tell the same difference: it is told from the one with the stronger effect.
    tested = tested.assign(size=tested["effect"].abs()).sort_values(["p_value", "size"], ascending=[True, False])
    differ = tested[tested["status"] == "differs"]
    names = list(dict.fromkeys(table["segment"]))
    if differ.empty:
        row = tested.iloc[0]
        surest = ""
        if numbers.known(row["difference"]):
            size = numbers.points(
                row["difference"], row["difference_low"], row["difference_high"], sign=True, unit=unit
            )
            alone = row["difference_low"] > 0 or row["difference_high"] < 0
            among = f", which would count alone but not among {comparisons}" if alone and comparisons > 1 else ""
            surest = f"; the most likely one is {row['driver']} in {row['segment']} ({size}){among}"
        told = "1 comparison" if comparisons == 1 else f"{comparisons} comparisons"
        return f"No difference between the segments of {by} can be told from chance: {told}{surest}."
    first = differ.iloc[0]
    others = (len(differ) // 2 if len(names) == 2 else len(differ)) - 1
    more = "" if others == 0 else f" {others} more {'difference stands' if others == 1 else 'differences stand'}."
    return _differs(first, names, unit, str(first["driver"]) in failures, comparisons, good_end) + more


def _differs(row: Any, names: list[str], unit: str, failure: bool, comparisons: int, good_end: GoodEnd) -> str:
    here = row["segment"]
    other = next(name for name in names if name != here) if len(names) == 2 else ""
    rest = f"in {other}" if other else "elsewhere"
    corrected = "" if comparisons == 1 else f", also after correcting for {comparisons} comparisons"
    if not numbers.known(row["difference"]):
        return f"{row['driver']} does not matter alike in {here} and {rest}{corrected}."
    per = "per case" if failure else "for each point more"
    effect = numbers.points(row["effect"], row["effect_low"], row["effect_high"], sign=True, unit=unit)
    against = numbers.points(row["elsewhere"], row["elsewhere_low"], row["elsewhere_high"], sign=True)
    gap = numbers.points(row["difference"], row["difference_low"], row["difference_high"], sign=True)
    return (
        f"{row['driver']} {_how(row, good_end)} in {here} than {rest}: {effect} {per}, {rest} {against}. "
        f"The difference, {gap}, is more than chance{corrected}."
    )


def _how(row: Any, good_end: GoodEnd) -> str:
    """Costs or gives where it is known what is good, else lowers or raises; more where the effect is larger."""
    here, elsewhere = float(row["effect"]), float(row["elsewhere"])
    stronger = abs(here) >= abs(elsewhere)
    down, up = ("lowers it", "raises it") if good_end is GoodEnd.UNKNOWN else ("costs", "gives")
    return f"{down if (here if stronger else elsewhere) < 0 else up} {'more' if stronger else 'less'}"


def _reversed(row: Any, by: str, unit: str) -> str:
    before = numbers.number(row["effect_all"], _decimals(row["effect_all"]), sign=True)
    after = numbers.number(row["effect_there"], _decimals(row["effect_there"]), sign=True)
    where = f"once {by} is held equal" if row["where"] == HELD_EQUAL else row["where"]
    return (
        f"{row['driver']} changes its direction: {before} {unit} over all answers, {after} {where}. "
        f"The total misleads; read it by {by}."
    )


def _decimals(value: float) -> int:
    return 0 if abs(value) >= 10 else 1 if abs(value) >= 1 else 2


def notes(by: str, comparisons: int, segments: int, reversals: pd.DataFrame) -> list[str]:
    """What the reader must know about the comparisons."""
    rest = "the other one" if segments == 2 else "all others together"
    out = [
        f"Each segment of {by} is held against {rest} in one joint model; a difference counts only by its own test, "
        "never by two separate ones.",
    ]
    if comparisons:
        out.append(
            f"{comparisons} {'difference was' if comparisons == 1 else 'differences were'} tested; q corrects for that "
            "(Benjamini-Hochberg). Differences of importance shares are shown with their intervals and not tested."
        )
    out += [
        f"Simpson's paradox: the effect of {row['driver']} has one sign over all answers (t = {row['t_all']:.1f}) "
        f"and the other {row['where']} (t = {row['t_there']:.1f})."
        for row in reversals.to_dict("records")
    ]
    return out
