"""Hold-out check of models of repeat buying: fitted to the first part of the log, compared with the last part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from cxanalysis import numbers
from cxanalysis.arguments import check_number
from cxanalysis.engine.frame_columns import starts
from cxanalysis.metrics.periods import whole_periods
from cxanalysis.metrics.repeat_buying.customer_influence import standard_errors, through_fit
from cxanalysis.metrics.repeat_buying.purchase_histories import UNIT_DAYS, Days
from cxanalysis.metrics.repeat_buying.purchase_kinds import Kind
from cxanalysis.problem import Problem

Array = NDArray[np.float64]
#: The last third of the log is kept back, and no more than a year of it.
SHARE, MOST_DAYS = 1 / 3, 365.0
#: Fewer purchases than this in the part kept back tell nothing.
FEWEST: Final = 10
#: Points of the curve of purchases counted and expected.
_POINTS: Final = 13
#: What a model must beat: everybody buys on at the rate of their past.
AS_BEFORE: Final = "as before"


@dataclass(frozen=True, slots=True)
class HoldOutCheck:
    """How well one model predicted the hold-out.

    Attributes
    ----------
    model : str
    days : float
        Length of the part kept back.
    n : int
        Customers known before.
    counted : int
        Purchases they made in the part kept back.
    expected : float
        Purchases expected of them.
    off, off_low, off_high : float
        (expected - counted)/counted, and its interval over customers, the fit's own error in it.
    error : float
        Mean distance of expected and counted purchases of one customer.
    curve : DataFrame
        `day, counted, expected`: both added up from the first kept-back day on.
    """

    model: str
    days: float
    n: int
    counted: int
    expected: float
    off: float
    off_low: float
    off_high: float
    error: float
    curve: pd.DataFrame

    def words(self) -> str:
        """The model and how far it was off."""
        if self.off_low <= 0 <= self.off_high:
            verdict = "as near as chance allows"
        else:
            verdict = "too many" if self.off > 0 else "too few"
        share = numbers.percent(self.off, self.off_low, self.off_high)
        return f"{self.model} had expected {numbers.number(self.expected)} ({share} off, {verdict})"


@dataclass(frozen=True, slots=True)
class HoldOut:
    """A part of the log that the models did not see.

    Attributes
    ----------
    checks : tuple of HoldOutCheck
    failed : mapping of model → why
    confidence : float
    """

    checks: tuple[HoldOutCheck, ...]
    failed: dict[str, str]
    confidence: float

    def sentences(self) -> list[str]:
        """One sentence a count, and one a model that could not be checked."""
        said = [f"{model} is not checked against purchases kept back: {why}" for model, why in self.failed.items()]
        for days, counted in dict.fromkeys((one.days, one.counted) for one in self.checks):
            words = "; ".join(one.words() for one in self.checks if (one.days, one.counted) == (days, counted))
            said.append(f"In the last {days:.0f} days, kept back, {counted:,} repeat purchases are counted: {words}.")
        return said


def hold_out(
    days: Days, kinds: Sequence[Kind], every: str, confidence: float, holdout_days: float | None = None
) -> HoldOut:
    """Fit each model to the first part of the log and compare what it expects of the rest with what came."""
    length = (days.end - days.begin) / pd.Timedelta(days=1)
    back = min(SHARE * length, MOST_DAYS) if holdout_days is None else check_number(holdout_days, "holdout_days")
    if not 0 < back < length:
        raise Problem(f"{back:g} days cannot be kept back of a log of {length:g} days", where="holdout_days")
    back = float(max(np.floor(back), 1.0))
    checks: list[HoldOutCheck] = []
    failed: dict[str, str] = {}
    for kind in kinds:
        try:
            checks += _checked(days, kind, every, confidence, back)
        except Problem as problem:
            failed[kind.name] = f"{problem.what}."
    # The past carried on is one and the same for all models that count alike.
    rows = {(one.model, one.days, one.counted): one for one in checks}
    ordered = sorted(rows.values(), key=lambda one: one.model == AS_BEFORE)
    return HoldOut(tuple(ordered), failed, confidence)


@dataclass(frozen=True, slots=True, eq=False)
class _Cut:
    """Where the log is cut: the last day seen, the moments after it, and the time from one to the other."""

    seen: pd.Timestamp
    moments: pd.DatetimeIndex
    ahead: Array

    @classmethod
    def at(cls, days: Days, kind: Kind, every: str, back: float) -> _Cut:
        if not kind.discrete:
            seen = days.end - pd.Timedelta(days=back)
            step = max(7.0, np.ceil(back / _POINTS))
            ahead = np.append(np.arange(step, back, step), back)
            return cls(seen, pd.DatetimeIndex(seen + pd.to_timedelta(ahead, unit="D")), ahead / UNIT_DAYS["week"])
        whole, _ = whole_periods(days.begin, days.end + pd.Timedelta(days=1), every)
        turns = max(1, round(back / UNIT_DAYS[every]))
        if len(whole) - turns < 3:
            raise Problem(f"{len(whole)} whole {every}s are too few to keep {turns} of them back")
        day = pd.Timedelta(days=1)
        ends = pd.DatetimeIndex([one.end - day for one in whole[-turns:]])
        return cls(whole[-turns].start - day, ends, np.arange(1.0, turns + 1))

    def came(self, days: Days, kind: Kind, every: str, known: pd.Series) -> Array:
        """Purchases of known customers up to each moment; with opportunities, one at most at each."""
        rows = days.frame[(days.frame["day"] > self.seen) & days.frame["customer"].isin(known)]
        if kind.discrete:
            turn = starts(rows["day"].to_numpy("datetime64[us]"), every)
            rows = rows[~rows.assign(day=turn)[["customer", "day"]].duplicated()]
        return np.searchsorted(np.sort(rows["day"].to_numpy()), self.moments.to_numpy(), "right").astype(float)


def _checked(days: Days, kind: Kind, every: str, confidence: float, back: float) -> list[HoldOutCheck]:
    """What the model foresaw, and what the past carried on would have said."""
    cut = _Cut.at(days, kind, every, back)
    whole, then = (kind.lives(log, every, 1.0) for log in (days, days.until(cut.seen)))
    counted = whole.frame.set_index("customer")["x"].reindex(then.frame["customer"]).to_numpy() - then.x
    if counted.sum() < FEWEST:
        raise Problem(f"only {int(counted.sum())} repeat purchases lie in the part kept back")
    model = kind.fitted(then)
    logs, customers = np.log(list(model.parameters.values())), then.counted()

    def expected(at: Array) -> Array:
        made: Any = kind.make(*np.exp(at), 0.0, then.n)
        return np.asarray(made.expected_given(cut.ahead[-1], *then.different))

    moved = through_fit(
        kind.scores, logs, then.different, customers, lambda at: np.array([expected(at) @ customers / then.n])
    )[:, 0]
    grown = model.expected_given(cut.ahead[:, None], *then.different) @ customers
    usual = np.where(then.age > 0, then.x / np.maximum(then.age, 1e-12), 0.0) * cut.ahead[-1]
    straight = usual.sum() * cut.ahead / cut.ahead[-1]
    came = cut.came(days, kind, every, then.frame["customer"])
    curves = [pd.DataFrame({"day": cut.moments, "counted": came, "expected": one}) for one in (grown, straight)]
    length = (cut.moments[-1] - cut.seen) / pd.Timedelta(days=1)
    return [
        _check(kind.name, length, counted, expected(logs)[then.which], moved[then.which], curves[0], confidence),
        _check(AS_BEFORE, length, counted, usual, np.zeros(then.n), curves[1], confidence),
    ]


def _check(
    model: str, days: float, counted: Array, expected: Array, moved: Array, curve: pd.DataFrame, confidence: float
) -> HoldOutCheck:
    ratio = expected.sum() / counted.sum()
    influence = (expected - ratio * counted + moved)[:, None] / counted.mean()
    half = stats.norm.ppf((1 + confidence) / 2) * float(standard_errors(influence)[0])
    return HoldOutCheck(
        model,
        days,
        len(counted),
        int(counted.sum()),
        float(expected.sum()),
        ratio - 1,
        ratio - 1 - half,
        ratio - 1 + half,
        float(np.abs(expected - counted).mean()),
        curve,
    )
