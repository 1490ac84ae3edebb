"""One honest sentence: names a first driver only if the order and the effect are both sure."""

from __future__ import annotations

import math
from typing import Any, Final

import pandas as pd

from cxanalysis.drivers.flags import SIGNIFICANT

#: A first driver is named from this share of resamples on.
SURE: Final = 0.9


def headline(table: pd.DataFrame, *, metric: str, unit: str, failures: dict[str, bool]) -> str:
    """The sentence for a finished table.

    Parameters
    ----------
    table : DataFrame
        `Drivers.table`, most important first.
    metric, unit : str
        How the outcome and its points are called ("NPS", "NPS points").
    failures : dict
        Driver → whether it is a failure (0/1), whose mean is a prevalence.
    """
    q = table["q_value"]
    if not bool((q < SIGNIFICANT).any()):
        return f"Nothing here is distinguishable from noise: no driver of {metric} has an effect of its own."
    first = table.iloc[0]
    if first["p_first"] >= SURE and first["q_value"] < SIGNIFICANT:
        return _named(first, metric, unit, failures.get(str(first["driver"]), False))
    ranked = table.sort_values("p_first", ascending=False, kind="stable")
    rivals = [row for _, row in ranked.iterrows() if row["p_first"] >= 0.05][:3]
    if len(rivals) == 1:
        name = rivals[0]["driver"]
        return (
            f"{name} goes with {metric} most, but its own effect cannot be told from noise: "
            f"what matters first is not settled."
        )
    names = " or ".join(str(row["driver"]) for row in rivals)
    odds = " / ".join(_percent(row["p_first"]) for row in rivals)
    return f"{names} matters most for {metric}: not settled ({odds})."


def _named(first: Any, metric: str, unit: str, is_failure: bool) -> str:
    sure = f"First in {math.floor(100 * first['p_first'] + 1e-9)} of 100 resamples."
    if is_failure and math.isfinite(first["at_stake"]):
        lost = first["at_stake"]
        verb = "costs" if lost >= 0 else "goes with a gain of"
        low, high = (
            sorted((first["at_stake_low"], first["at_stake_high"]), key=abs)
            if lost < 0
            else (first["at_stake_low"], first["at_stake_high"])
        )
        sign = -1 if lost < 0 else 1
        return (
            f"{first['driver']} matters most: it {verb} {number(sign * lost, low, high)} {unit} "
            f"[{number(sign * low, low, high)}, {number(sign * high, low, high)}] "
            f"and touches {_percent(first['mean'])} of answers. {sure}"
        )
    if math.isfinite(first["effect"]):
        low, high = first["effect_low"], first["effect_high"]
        per = "when it happens" if is_failure else "for each point more"
        return (
            f"{first['driver']} matters most for {metric}: {number(first['effect'], low, high, sign=True)} {unit} "
            f"[{number(low, low, high, sign=True)}, {number(high, low, high, sign=True)}] {per}. {sure}"
        )
    return (
        f"{first['driver']} matters most for {metric}: {_percent(first['share'])} of what these drivers explain "
        f"[{_percent(first['share_low'])}, {_percent(first['share_high'])}]. {sure}"
    )


def number(value: float, low: float, high: float, *, sign: bool = False) -> str:
    """A number with as many digits as its interval allows: two significant digits of half the interval's width."""
    half = abs(high - low) / 2
    digits = 1 if not (half > 0 and math.isfinite(half)) else min(4, max(0, 1 - math.floor(math.log10(half))))
    text = f"{value:+,.{digits}f}" if sign else f"{value:,.{digits}f}"
    return text.replace("-", "−")


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
