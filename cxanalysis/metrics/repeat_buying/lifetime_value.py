"""Lifetime value: what a customer will still bring, discounted to today."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from cxanalysis.arguments import check_choice, check_confidence, check_number, check_resamples, check_seed, check_share
from cxanalysis.basis import Basis, Reason
from cxanalysis.link.window import common_codes
from cxanalysis.metrics.customers.customer_register import Register
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.log_end import log_end, needed_end
from cxanalysis.metrics.metric_table import MetricTable, key_pair
from cxanalysis.metrics.passport import Passport
from cxanalysis.metrics.repeat_buying.lifetime_model import valued_by_model
from cxanalysis.metrics.repeat_buying.purchase_kinds import chosen_kind
from cxanalysis.metrics.row_values import Options, put_together
from cxanalysis.problem import Problem

Array = NDArray[np.float64]
#: Ways of reckoning; when the first margin comes.
WAYS: Final = ("model", "simple")
FIRST: Final = ("later", "now")
YEAR: Final = pd.DateOffset(years=1)


def simple_value(margin: Any, retention: Any, discount: float, *, first: str = "later") -> tuple[Any, Any, Any]:
    """Value of a customer who brings a margin a period and stays with a constant chance (Gupta & Lehmann 2003).

    Parameters
    ----------
    margin, retention : float
        m a period while the customer is there; r, the chance to stay for another period, 0…1.
    discount : float
        i, the interest of a period.
    first : str
        "later": the first margin comes after one period, m·r/(1 + i - r). "now": it comes today, m(1 + i)/(1 + i - r).

    Returns
    -------
    value, by_margin, by_retention
        The value and its slopes, for the delta method.

    Examples
    --------
    >>> round(simple_value(100, 0.8, 0.1)[0], 4), round(simple_value(100, 0.8, 0.1, first="now")[0], 4)
    (266.6667, 366.6667)
    """
    below = 1 + discount - retention
    if first == "now":
        return margin * (1 + discount) / below, (1 + discount) / below, margin * (1 + discount) / below**2
    return margin * retention / below, retention / below, margin * (1 + discount) / below**2


def lifetime_value(
    transactions: Any,
    customers: Any = None,
    *,
    how: str = "model",
    model: str = "BG/NBD",
    opportunity: str | None = None,
    amount: str | None = None,
    margin_share: float | None = None,
    discount: float = 0.1,
    horizon_days: float = 365.0,
    first: str = "later",
    retention: float | None = None,
    acquisition_cost: float | None = None,
    customer: str | Sequence[str] | None = None,
    date: str | None = None,
    until: str | None = None,
    confidence: float = 0.95,
    resamples: int = 200,
    seed: int = 0,
) -> Estimates:
    """What will a customer still bring us?

    Parameters
    ----------
    transactions : Table or data frame
        One row a purchase.
    customers : Table or data frame, optional
        For "simple": the register, which tells retention (who was there a year ago and still is). Without it
        retention is told by purchases: who bought in the year before last and again in the last year.
    how : str
        "model": expected purchases of every customer (by `model`) × value of a purchase (Gamma-Gamma), discounted, over
        `horizon_days`; the mean over all customers of the log. "simple": margin a year and retention, without end.
    model : str
        Of repeat buying. "BG/NBD": customers leave right after a purchase, so who bought once counts as still there.
        "Pareto/NBD": they leave at any time. "BG/BB": they may buy once at every `opportunity` (a yearly donation, a
        season ticket). The notes say what another model makes of the same log, and how well each foresaw the last
        third of it, kept back.
    opportunity : str, optional
        For "BG/BB": "week", "month", "quarter" or "year" (the default), by the calendar.
    amount : str, optional
        Column of the margin of a purchase. Default: the column called margin, else the one of role "amount". Revenue
        overstates the value: it is taken only if it is the only amount there is, and said.
    margin_share : float, optional
        Share of the amount that is margin, 0…1, where only revenue is yearly.
    discount : float
        Interest a year.
    horizon_days : float
        For "model": how far is looked ahead.
    first : str
        For "simple": "later" (the first margin comes in a year) or "now".
    retention : float, optional
        For "simple": a known rate, 0…1, taken without error.
    acquisition_cost : float, optional
        For "simple" with `first="now"`: subtracted, for the value of a prospect. Never of customers already won.
    customer, date, until : optional
        Default: the columns of that role; the last purchase.
    confidence, resamples, seed
        The interval: delta method from margin and retention over customers ("simple"), or resampled customers, fitted
        anew ("model": from their spread on the log scale).

    Returns
    -------
    Estimates
        `value` in the currency of the data per customer. `detail` has the parameters; for "model" also `purchases`
        (expected, per customer), `worth` (of a purchase), `alive`, and `correlation` of frequency and value.

    Raises
    ------
    Problem
        If a column is not known, the log is too short, or the purchases hold no model.

    Notes
    -----
    Measured for "model" on simulated logs with a tail as heavy as that of real ones: of 95 % intervals 93 % held the
    truth with 500 customers (350 logs), 94 % with 2,000 (200 logs); values were 1 % too high on average, and less.

    References
    ----------
    Gupta & Lehmann (2003, 2005); Fader, Hardie & Lee (2005) Marketing Science 24(2); Fader & Hardie (2013).

    Examples
    --------
    >>> import pandas as pd
    >>> who = [*range(100), *range(80)]
    >>> log = pd.DataFrame({"who": who, "day": ["2023-06-01"] * 100 + ["2024-06-01"] * 80, "margin": 100.0})
    >>> value = lifetime_value(log, how="simple", customer="who", date="day", amount="margin", until="2024-12-31")
    >>> value.table["value"].round(4).tolist()
    [266.6667]
    """
    _check(how, first, discount, margin_share, retention, acquisition_cost, confidence)
    check_resamples(resamples)
    check_seed(seed)
    named = key_pair(customer, "customer")
    source = MetricTable.of(transactions, "transactions", "customer")
    money = money_of(source, amount, margin_share)
    options = Options(confidence=confidence)
    kind, every = chosen_kind(how, model, opportunity)
    if how == "model":
        return valued_by_model(
            source,
            options,
            kind=kind,
            every=every,
            customer=named[0],
            date=date,
            amount=money,
            share=margin_share or 1.0,
            until=until,
            discount=discount,
            horizon_days=horizon_days,
            resamples=resamples,
            seed=seed,
        )
    yearly = _Yearly.of(source, customers, named, date, money, until, margin_share or 1.0, retention)
    return _simple(source, yearly, options, money, discount, first, acquisition_cost)


def _check(
    how: str,
    first: str,
    discount: float,
    margin_share: float | None,
    retention: float | None,
    acquisition_cost: float | None,
    confidence: float,
) -> None:
    check_choice(how, WAYS, "how")
    check_choice(first, FIRST, "first")
    check_value(discount, margin_share, confidence)
    if retention is not None:
        check_share(retention, "retention", above_zero=True)
    if acquisition_cost is not None:
        check_number(acquisition_cost, "acquisition_cost", low=0)
    if acquisition_cost is not None and (how != "simple" or first != "now"):
        raise Problem(
            "the cost of winning a customer is subtracted for prospects only",
            do="Use how='simple' and first='now', or leave acquisition_cost out",
        )


def check_value(discount: float, margin_share: float | None, confidence: float) -> None:
    """A problem if an argument that every form of the value takes makes no sense."""
    check_confidence(confidence)
    check_number(discount, "discount", low=0, high=10, open_high=True, do="Write 10 % as 0.1")
    if margin_share is not None:
        check_share(margin_share, "margin_share", above_zero=True)


def money_of(source: MetricTable, amount: str | None, share: float | None) -> str:
    """The column of the margin of a purchase; what is taken for it is noted."""
    amounts = source.table.columns_of("amount") if source.table is not None else ()
    if amount is None and len(amounts) > 1:
        margins = [name for name in amounts if "margin" in name.lower() or "contribution" in name.lower()]
        amount = margins[0] if len(margins) == 1 else None
    amount = source.column(amount, "amount", "amount")
    if share is None and "margin" not in amount.lower() and "contribution" not in amount.lower():
        source.notes.append(
            f"'{amount}' is taken for the margin of a purchase; if it is revenue the value is overstated: say "
            "margin_share=."
        )
    return amount


class _Yearly:
    """Margin of the last year, and who stayed for it, of everybody who was a customer a year ago.

    Attributes
    ----------
    margin : array (n,)
        What each brought in the last year.
    stayed : bool array (n,)
    by_rule : str
        How it is known who stayed.
    given : float or None
        A retention known from elsewhere.
    basis : Basis
    """

    def __init__(
        self,
        margin: Array,
        stayed: NDArray[np.bool_],
        by_rule: str,
        given: float | None,
        span: tuple[str, str],
        basis: Basis,
    ) -> None:
        self.margin, self.stayed, self.by_rule, self.given, self.span = margin, stayed, by_rule, given, span
        self.basis = basis

    @classmethod
    def of(
        cls,
        source: MetricTable,
        customers: Any,
        named: Any,
        date: str | None,
        money: str,
        until: str | None,
        share: float,
        retention: float | None,
    ) -> _Yearly:
        """From the log of purchases, and the register if there is one."""
        who, when = source.column(named[0], "customer", "customer"), source.first(date, "date", "date")
        rows = source.rows([who, when, money])
        rows[when] = source.moments(rows[when])
        source.leave_out(rows[who].isna().sum(), Reason.NO_KEY, who)
        source.leave_out((rows[who].notna() & rows[when].isna()).sum(), Reason.NO_DATE, when)
        rows = rows[rows[who].notna() & rows[when].notna()]
        last = needed_end(log_end(rows[when], until=until), source.name).moment
        end = last.normalize() + pd.Timedelta(days=1)
        source.leave_out((rows[when] >= end).sum(), Reason.PLANNED, when)
        begin = end - YEAR
        worth = source.amounts(rows, money)
        source.leave_out(np.isnan(worth).sum(), Reason.NO_VALUE, money)
        value = share * np.where(np.isnan(worth), 0.0, worth)  # its customer was there; what was paid is not known
        lately = ((rows[when] >= begin) & (rows[when] < end)).to_numpy()
        if customers is None:
            codes = pd.factorize(rows[who])[0]
            margin = np.bincount(codes[lately], value[lately], minlength=int(codes.max()) + 1)
            before = ((rows[when] >= begin - YEAR) & (rows[when] < begin)).to_numpy()
            there, again = (np.bincount(codes[at], minlength=len(margin)) > 0 for at in (before, lately))
            rule = "bought in the year before and again in the last year"
        else:
            register = Register.of(customers, None, None, None, [named[1]])
            whose = register.source.column(named[1], "customer", "customer")
            mine, theirs = common_codes(register.rows[whose], rows[who])
            size = int(max(mine.max(initial=-1), theirs.max(initial=-1))) + 1
            there_at = (register.rows[register.came] < begin) & ~(register.rows[register.gone] < begin)
            stays = register.rows[register.gone].isna() | (register.rows[register.gone] >= end)
            margin = np.bincount(theirs[lately], value[lately], minlength=size)
            there, again = (
                np.isin(np.arange(size), mine[(flags & (mine >= 0)).to_numpy()])
                for flags in (there_at, there_at & stays)
            )
            rule = f"were there a year ago, by {register.source.name}, and still are"
        if not there.any():
            raise Problem("nobody is known to have been a customer a year ago", where=source.name, do="Say until=")
        span = (begin.date().isoformat(), (end - pd.Timedelta(days=1)).date().isoformat())
        basis = source.basis(*(() if customers is None else (register.source,)))
        return cls(margin[there].astype(float), again[there], rule, retention, span, basis)


def _simple(
    source: MetricTable, yearly: _Yearly, options: Options, money: str, discount: float, first: str, cost: float | None
) -> Estimates:
    """Delta method: the influence of each customer on m and r together, so that their covariance is in."""
    stayed, n = yearly.stayed, len(yearly.stayed)
    if not stayed.any():
        raise Problem("nobody stayed, so nothing tells what a customer brings", where=source.name)
    m = float(yearly.margin[stayed].mean())
    r = float(stayed.mean()) if yearly.given is None else yearly.given
    value, by_m, by_r = simple_value(m, r, discount, first=first)
    influence = by_m * stayed * (yearly.margin - m) / stayed.sum()
    if yearly.given is None:
        influence = influence + by_r * (stayed - r) / n
    se = float(np.sqrt((influence**2).sum() * n / max(n - 1, 1)))
    half = stats.norm.ppf((1 + options.confidence) / 2) * se if se > 0 else np.nan
    less = cost or 0.0
    form = "m(1 + i)/(1 + i - r)" if first == "now" else "m·r/(1 + i - r)"
    begins = "today" if first == "now" else "in a year"
    passport = Passport(
        "Lifetime value" + (" of a prospect" if cost is not None else ""),
        f"What a customer brings, discounted to today; the first margin comes {begins}.",
        form + (" - acquisition cost" if cost is not None else "") + f", i = {discount:g}",
        "customers of a year ago",
        "money per customer",
        tuple(source.exclusions),
    )
    retained = "given, without error" if yearly.given is not None else f"of those who {yearly.by_rule}"
    return put_together(
        pd.DataFrame(index=range(1)),
        {
            "value": np.array([value - less]),
            "low": np.array([value - less - half]),
            "high": np.array([value - less + half]),
            "n": np.array([n]),
            "n_missing": np.zeros(1),
        },
        {"n_eff": np.array([float(n)]), "se": np.array([se]), "margin": np.array([m]), "retention": np.array([r])},
        options,
        passport,
        yearly.basis,
        metric="lifetime_value",
        score=money,
        method="delta method from margin and retention",
        span=yearly.span,
        notes=(
            *source.notes,
            f"m = {m:,.2f} a year of a customer who stayed; r = {r:.3f} ({retained}).",
            "Both are taken to stay as they are for ever.",
        ),
    )
