"""One segment against all others: effects in one joint model, importance in the same resamples, changes of sign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.drivers.effects.regression import Fit, Values, fit
from cxanalysis.drivers.importance.importance import shapley
from cxanalysis.drivers.importance.order_of_drivers import adjusted, importance_of, johnson_of
from cxanalysis.drivers.model.plan import Plan
from cxanalysis.drivers.segments.segment_sums import SegmentSums

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: A segment with fewer rows than this, or than so many per driver, is not compared.
FEWEST_ROWS: Final = 30
ROWS_PER_DRIVER: Final = 10
#: A failure with fewer cases than this (or fewer rows without it), in the segment or elsewhere, is not compared.
FEWEST_CASES: Final = 20
#: Fewer customers than this in a segment carry no robust interval.
FEWEST_BLOCKS: Final = 5
#: Both effects must be this many standard errors from zero before a change of sign is called a reversal.
SURE_SIGN: Final = 2.0
#: Where an effect changes its sign if not within a segment, in words that end a sentence.
HELD_EQUAL: Final = "once the segments are held equal"


@dataclass(frozen=True, slots=True)
class Compared:
    """A segment against the rest, per column of the model (adjusters first), each (m,).

    Attributes
    ----------
    here, elsewhere, difference : Values
    joint_p : (players,)
        p of "no column of this driver differs".
    share_here, share_elsewhere : (players,)
    share_low, share_high : (players,)
        Interval of the difference of shares.
    mean_here, mean_elsewhere : (m,)
    """

    here: Values
    elsewhere: Values
    difference: Values
    joint_p: Floats
    share_here: Floats
    share_elsewhere: Floats
    share_low: Floats
    share_high: Floats
    mean_here: Floats
    mean_elsewhere: Floats

    def turned(self) -> Compared:
        """The rest against the segment."""
        gap = self.difference
        return Compared(
            self.elsewhere,
            self.here,
            Values(-gap.value, gap.variance, gap.df),
            self.joint_p,
            self.share_elsewhere,
            self.share_here,
            -self.share_high,
            -self.share_low,
            self.mean_elsewhere,
            self.mean_here,
        )


def why_not(sums: SegmentSums, plan: Plan, inside: Mask) -> str:
    """Why a segment cannot be compared with the rest; empty if it can."""
    needed = max(FEWEST_ROWS, ROWS_PER_DRIVER * (len(plan.members) + len(plan.adjusters)))
    for side, words in ((inside, "rows"), (~inside, "rows elsewhere")):
        n = int(sums.n[side].sum())
        if n < needed:
            return f"{n:,} {words}, {needed:,} needed"
        if sums.blocks(side) < FEWEST_BLOCKS:
            return f"{sums.blocks(side)} customers, {FEWEST_BLOCKS} needed"
    return ""


def enough_cases(sums: SegmentSums, plan: Plan, inside: Mask) -> Mask:
    """Players whose failures happened often enough on both sides: (players,)."""
    fewest = np.minimum(sums.rarest(inside), sums.rarest(~inside))
    return np.array([bool((fewest[list(p.members)] >= FEWEST_CASES).all()) for p in plan.players])


def compare(sums: SegmentSums, plan: Plan, inside: Mask, moments: Floats, method: str, confidence: float) -> Compared:
    """Everything about one segment. `moments` are those of `SegmentSums.resampled`."""
    joint = fit(sums.interacted(inside))
    m = len(plan.members) + len(plan.adjusters)
    nothing, same = np.zeros((m, m)), np.eye(m)
    head = np.zeros((1, m))
    here, elsewhere, difference = (
        joint.combined(np.concatenate([head, plain, extra]))
        for plain, extra in ((same, same), (same, nothing), (nothing, same))
    )
    first = len(plan.adjusters)
    tests = [joint.joint_p([1 + m + first + i for i in player.members]) for player in plan.players]
    here_sums, rest_sums = sums.only(inside), sums.only(~inside)
    shares = [_share(side.correlation(), plan, method) for side in (here_sums, rest_sums)]
    low, high = _share_interval(sums, plan, inside, moments, method, confidence)
    return Compared(
        here,
        elsewhere,
        difference,
        np.array(tests),
        shares[0],
        shares[1],
        low,
        high,
        here_sums.centre[:-1],
        rest_sums.centre[:-1],
    )


def _share(correlation: Floats, plan: Plan, method: str) -> Floats:
    """Each player's part of what the drivers explain; NaN where they explain nothing."""
    adjusters = len(plan.adjusters)
    if method == "johnson":
        points = johnson_of(correlation[:, :, None], adjusters, plan.sizes)[:, 0]
    else:
        points = shapley(adjusted(correlation[:, :, None], adjusters)[:, :, 0], plan.sizes)[0]
    return _parts_of(points[:, None])[:, 0]


def _parts_of(importance: Floats) -> Floats:
    total = importance.sum(axis=0)
    return np.where(total > 0, importance / np.where(total > 0, total, 1.0), np.nan)


def _share_interval(
    sums: SegmentSums, plan: Plan, inside: Mask, moments: Floats, method: str, confidence: float
) -> tuple[Floats, Floats]:
    """Percentiles of the difference of shares, both sides from the same draws of blocks."""
    drawn = []
    for side in (inside, ~inside):
        stack = sums.correlations(moments[side].sum(axis=0))
        importance, _ = importance_of(method, len(plan.adjusters), plan.sizes, sums.only(side).correlation())
        drawn.append(_parts_of(importance(stack)))
    difference = drawn[0] - drawn[1]
    usable = np.isfinite(difference).all(axis=0)
    if not usable.any():
        return np.full(len(difference), np.nan), np.full(len(difference), np.nan)
    tail = (1 - confidence) / 2
    low, high = np.quantile(difference[:, usable], [tail, 1 - tail], axis=1)
    return low, high


def reversals(sums: SegmentSums, plan: Plan, compared: dict[str, Compared]) -> list[dict[str, object]]:
    """Drivers whose effect changes sign in a segment or once segments are in the model, both |t| above 2."""
    whole, added = fit(sums.whole()), fit(sums.with_segments())
    first, m = len(plan.adjusters), len(plan.members) + len(plan.adjusters)
    plain = whole.effects()
    there = {HELD_EQUAL: _last(added, m)}
    there |= {f"within {name}": comparison.here for name, comparison in compared.items()}
    changed: list[dict[str, object]] = []
    for player in plan.players:
        if len(player.members) != 1:
            continue
        at = first + player.members[0]
        for where, values in there.items():
            before, after = _t(plain, at), _t(values, at)
            if before * after < 0 and min(abs(before), abs(after)) > SURE_SIGN:
                changed.append(
                    {
                        "driver": player.name,
                        "where": where,
                        "effect_all": float(plain.value[at]),
                        "t_all": before,
                        "effect_there": float(values.value[at]),
                        "t_there": after,
                    }
                )
    return changed


def _last(regression: Fit, m: int) -> Values:
    """The effects of the last m columns."""
    values = regression.effects()
    return Values(values.value[-m:], values.variance[-m:], values.df[-m:])


def _t(values: Values, at: int) -> float:
    variance = float(values.variance[at])
    return float(values.value[at]) / np.sqrt(variance) if variance > 0 and np.isfinite(values.value[at]) else 0.0
