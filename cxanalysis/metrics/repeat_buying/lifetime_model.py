"""Lifetime value by model: expected purchases × what a purchase is worth, discounted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from cxanalysis import numbers
from cxanalysis.arguments import check_number
from cxanalysis.metrics.durations.kaplan_meier import log_interval, resampled_fits
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.metric_table import MetricTable
from cxanalysis.metrics.passport import Passport
from cxanalysis.metrics.repeat_buying.customer_influence import standard_errors, through_fit
from cxanalysis.metrics.repeat_buying.gamma_gamma import SpendModel, fit_spend
from cxanalysis.metrics.repeat_buying.gamma_gamma import scores as spend_scores
from cxanalysis.metrics.repeat_buying.hold_out import hold_out
from cxanalysis.metrics.repeat_buying.purchase_histories import UNIT_DAYS, Days, Lives, purchase_days
from cxanalysis.metrics.repeat_buying.purchase_kinds import KINDS, Kind
from cxanalysis.metrics.row_values import Options, put_together
from cxanalysis.problem import Problem

Array = NDArray[np.float64]
#: Purchases are discounted at the end of each month ahead.
STEP_DAYS: Final = UNIT_DAYS["month"]
#: Frequency and value correlated beyond this break the model's assumption that they are independent.
CORRELATED: Final = 0.1
#: Fewer customers than this: 95 % intervals held the truth in 93 % of simulated logs (with 500; 94 % with 2,000).
FEW: Final = 1000
#: From so many customers on the interval comes from each customer's influence: at 5,000 customers resamples give the
#: same, to a tenth or less; at a million they would take hours.
MANY: Final = 20_000
#: A horizon may fall this much of an opportunity short of a whole number of them: 365 days are a year of 365.25.
_SHORT: Final = 0.05
#: Points as likely as the fit may differ in value by this factor at most.
_SAME: Final = 1.5
#: Models that need nothing but a log, so that either can be set beside the other.
ANY_TIME: Final = ("BG/NBD", "Pareto/NBD")


@dataclass(frozen=True, eq=False)
class Outlook:
    """What the customers of a log will bring within a horizon, by one model.

    Attributes
    ----------
    kind : Kind
    lives : Lives
    horizon_days, discount : float
    """

    kind: Kind
    lives: Lives
    horizon_days: float
    discount: float

    @cached_property
    def ends(self) -> Array:
        """Days ahead at which purchases are counted and discounted."""
        if not self.kind.discrete:
            return np.append(np.arange(STEP_DAYS, self.horizon_days, STEP_DAYS), self.horizon_days)
        turns = int(self.horizon_days / self.lives.unit_days + _SHORT)
        if turns < 1:
            raise Problem("the horizon holds no opportunity to buy", where="horizon_days", do="Look further ahead")
        return self.lives.unit_days * np.arange(1.0, turns + 1)

    def ahead(self, buys: Any, some: Any = slice(None)) -> tuple[Array, Array, Array]:
        """Of each different history (or some): discounted purchases, purchases, chance of still being a customer.

        Discounted: Σ_k (E[Y(t_k)] - E[Y(t_{k-1})])/(1 + i)^(t_k in years), over months (or opportunities) t_k.
        """
        x, t_x, age = (column[some] for column in self.lives.different)
        t = self.ends[:, None] / self.lives.unit_days
        t = np.round(t) if self.kind.discrete else t
        bought = np.diff(buys.expected_given(t, x, t_x, age), axis=0, prepend=0.0)
        factor = (1 + self.discount) ** -(self.ends / UNIT_DAYS["year"])
        return factor @ bought, bought.sum(axis=0), buys.alive(x, t_x, age)

    def worth(self, spends: SpendModel) -> Array:
        """What a purchase of each customer is worth."""
        return spends.expected(np.where(self.lives.spending, self.lives.x, 0.0), self.lives.value)

    def fitted(self, weight: Array | None = None, start: Any = None) -> tuple[Any, SpendModel]:
        """Both models, each customer as often as its weight."""
        lives = self.lives
        some = lives.spending if weight is None else lives.spending & (weight > 0)
        w = None if weight is None else weight[some]
        before = start or (None, None)
        buys = self.kind.fitted(lives, weight, before[0])
        spends = fit_spend(lives.x[some], lives.value[some], w, before[1])
        if not np.isfinite(spends.mean):
            raise Problem("what customers spend has no finite mean in this model")
        return buys, spends

    def means(self, models: tuple[Any, SpendModel], weight: Array | None = None) -> Array:
        """Value, purchases, and % still customers, on average over customers."""
        counted = self.lives.counted(weight)
        there = counted > 0
        discounted, bought, alive = self.ahead(models[0], there)
        worth = self.worth(models[1])
        value = discounted @ self.lives.counted(worth if weight is None else weight * worth)[there]
        return np.array([value, bought @ counted[there], 100 * (alive @ counted[there])]) / counted.sum()

    def check_told(self, models: tuple[Any, SpendModel]) -> None:
        """A problem if the likelihood is flat and the value changes along its ridge: then the data do not tell it."""
        at = self.means(models)[0]
        for other in self.kind.as_likely(self.lives, models[0]):
            value = self.means((other, models[1]))[0]
            if not 1 / _SAME < value / at < _SAME:
                raise Problem(
                    f"the likelihood of {self.kind.name} is flat: {numbers.number(value)} a customer is as likely as "
                    f"{numbers.number(at)}, so these purchases do not tell it",
                    do="Use more customers over a longer time, another model, or how='simple'",
                )

    def errors(self, models: tuple[Any, SpendModel]) -> Array:
        """Standard errors of the means, from each customer's influence."""
        lives, (buys, spends) = self.lives, models
        logs = np.log(list(buys.parameters.values()))
        money = np.log([spends.p, spends.q, spends.v])
        per_history, bought, alive = self.ahead(buys)
        worth = self.worth(spends)

        def made(at: Array) -> Any:
            return self.kind.make(*np.exp(at), 0.0, lives.n)

        def spent(p: float, q: float, v: float) -> SpendModel:
            return SpendModel(p, q, v, 0.0, 0)

        by_buys = through_fit(
            self.kind.scores, logs, lives.different, lives.counted(), lambda at: self.means((made(at), spends))
        )
        some = lives.spending
        by_spends = through_fit(
            spend_scores,
            money,
            (lives.x[some], lives.value[some]),
            np.ones(int(some.sum())),
            lambda at: np.array([per_history @ lives.counted(self.worth(spent(*np.exp(at)))) / lives.n, 0.0, 0.0]),
        )
        own = np.stack([per_history[lives.which] * worth, bought[lives.which], 100 * alive[lives.which]], axis=1)
        influence = own - own.mean(axis=0) + by_buys[lives.which]
        influence[some] += by_spends * lives.n / some.sum()
        return np.asarray(standard_errors(influence))


@dataclass(frozen=True, slots=True)
class Interval:
    """Intervals of value, purchases and % still customers: low (3,), high (3,), standard errors, how, notes."""

    low: Array
    high: Array
    se: Array
    method: str
    notes: tuple[str, ...]


def interval_of(
    outlook: Outlook, models: tuple[Any, SpendModel], confidence: float, resamples: int, seed: int
) -> Interval:
    """From resampled customers, fitted anew; of many customers from the influence of each."""
    found = outlook.means(models)
    z = stats.norm.ppf((1 + confidence) / 2)
    if outlook.lives.n >= MANY:
        se = outlook.errors(models)
        half = z * se / found
        method = f"influence of each of {outlook.lives.n:,} customers (normal on the log scale)"
        low, high = found * np.exp(-half), found * np.exp(half)
        notes: tuple[str, ...] = ()
    else:

        def again(w: Array) -> Any:
            drawn = outlook.means(outlook.fitted(w, models), w)
            if not (np.isfinite(drawn) & (drawn > 0)).all():
                raise Problem("this resample holds no value")
            return drawn

        drawn, failed = resampled_fits(again, outlook.lives.n, resamples, seed)
        ends = np.array([log_interval(one, at, confidence) for one, at in zip(drawn.T, found, strict=True)])
        low, high, se = ends[:, 0], ends[:, 1], drawn.std(axis=0, ddof=1)
        method = f"{resamples:,} resamples of customers (normal on the log scale)"
        lost = f"{failed:,} of {resamples:,} resamples held no model and are left out of the interval."
        notes = (lost,) if failed else ()
    high[2] = min(high[2], 100.0)
    return Interval(low, high, se, method, notes)


def valued_by_model(
    source: MetricTable,
    options: Options,
    *,
    kind: Kind,
    every: str,
    customer: str | None,
    date: str | None,
    amount: str,
    share: float,
    until: str | None,
    discount: float,
    horizon_days: float,
    resamples: int,
    seed: int,
) -> Estimates:
    """Mean value of all customers in the log, and what another model says; see `lifetime_value`."""
    check_number(horizon_days, "horizon_days", low=0, open_low=True)
    days = purchase_days(source, customer=customer, date=date, amount=amount, until=until)
    value = valued(
        source,
        days,
        options,
        kind=kind,
        every=every,
        amount=amount,
        share=share,
        discount=discount,
        horizon_days=horizon_days,
        resamples=resamples,
        seed=seed,
    )
    others = [KINDS[name] for name in ANY_TIME if name != kind.name]
    check = hold_out(days, [kind, *others], every, options.confidence)
    compared = _beside(value, days, others, share, discount, horizon_days)
    return replace(value, notes=(*compared, *check.sentences(), *value.notes))


def valued(
    source: MetricTable,
    days: Days,
    options: Options,
    *,
    kind: Kind,
    every: str,
    amount: str,
    share: float,
    discount: float,
    horizon_days: float,
    resamples: int,
    seed: int,
) -> Estimates:
    """Mean value of all customers by one model."""
    lives = kind.lives(days, every, share)
    exclusions = [*source.exclusions, *lives.exclusions]
    odd = int(((lives.x > 0) & ~lives.spending).sum())
    if odd:
        exclusions.append(f"{odd:,} customers with purchases worth nothing or less are valued like new ones.")
    outlook = Outlook(kind, lives, horizon_days, discount)
    models = buys, spends = outlook.fitted()
    outlook.check_told(models)
    found = outlook.means(models)
    interval = interval_of(outlook, models, options.confidence, resamples, seed)
    some = lives.spending
    correlation = float(np.corrcoef(lives.x[some], lives.value[some])[0, 1]) if some.sum() > 2 else float("nan")
    bought = outlook.ahead(buys)[1][lives.which]
    details = {
        "n_eff": lives.n,
        "se": interval.se[0],
        "purchases": found[1],
        "purchases_low": interval.low[1],
        "purchases_high": interval.high[1],
        "worth": (bought * outlook.worth(spends)).sum() / bought.sum(),
        "alive": found[2],
        "alive_low": interval.low[2],
        "alive_high": interval.high[2],
        "correlation": correlation,
        "log_likelihood": buys.log_likelihood,
        **buys.parameters,
        "p": spends.p,
        "q": spends.q,
        "v": spends.v,
    }
    drawn = {} if lives.n >= MANY else {"resamples": resamples, "seed": seed}
    return put_together(
        pd.DataFrame(index=range(1)),
        {
            "value": found[:1],
            "low": interval.low[:1],
            "high": interval.high[:1],
            "n": np.array([lives.n]),
            "n_missing": np.zeros(1),
        },
        {name: np.array([float(one)]) for name, one in details.items()},
        options,
        _passport(tuple(exclusions), kind, every, horizon_days, discount),
        source.basis(**drawn),
        metric="lifetime_value",
        score=amount,
        method=f"{interval.method}, {kind.name} × Gamma-Gamma",
        span=(days.begin.date().isoformat(), days.end.date().isoformat()),
        notes=(*source.notes, *_notes(correlation, int(some.sum()), lives.n), *interval.notes),
    )


def _beside(
    found: Estimates, days: Days, others: list[Kind], share: float, discount: float, horizon_days: float
) -> list[str]:
    """What the other models say of the same customers."""
    row, said = found.table.iloc[0], []
    decimals = numbers.digits(row["low"], row["high"])
    for kind in others:
        try:
            outlook = Outlook(kind, kind.lives(days, "week", share), horizon_days, discount)
            models = outlook.fitted()
            outlook.check_told(models)
            value = outlook.means(models)[0]
        except Problem as problem:
            said.append(f"{kind.name}, a model to compare with, has no answer here: {problem.what}.")
            continue
        said.append(
            f"By {kind.name}, where customers leave {kind.leaves}, it would be {numbers.number(value, decimals)}, "
            f"not {numbers.number(row['value'], decimals)}."
        )
    return said


def _passport(exclusions: tuple[str, ...], kind: Kind, every: str, horizon_days: float, discount: float) -> Passport:
    turns = f" Customers may buy once a {every}." if kind.discrete else ""
    return Passport(
        "Lifetime value",
        f"What a customer in the log will bring on average in the next {horizon_days:g} days, discounted to today."
        + turns,
        f"mean of Σ expected purchases ({kind.name}) × value of a purchase (Gamma-Gamma)/(1 + i)^t, "
        f"i = {discount:g} a year",
        "customers with a purchase in the log",
        "money per customer",
        exclusions,
    )


def _notes(correlation: float, spending: int, n: int) -> list[str]:
    out = [f"The value of a purchase is learnt from {spending:,} of {n:,} customers, who bought again."]
    if n < FEW:
        out.append(
            f"With fewer than {FEW:,} customers this interval is a little too narrow: in simulated logs of 500, 95 % "
            "intervals held the truth in 93 %."
        )
    if abs(correlation) > CORRELATED:
        way = "more" if correlation > 0 else "less"
        out.append(
            f"Who buys more often spends {way} each time (correlation {correlation:.2f}): the model takes the two for "
            "independent, so read its value with care."
        )
    return out
