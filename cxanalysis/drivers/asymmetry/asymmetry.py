"""Asymmetry: does an attribute please when it is good, annoy when it is bad, or both alike?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from cxanalysis import numbers
from cxanalysis.arguments import check_choice, check_mapping, check_number, check_whole, shown
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.drivers.asymmetry import asymmetry_classes as kinds
from cxanalysis.drivers.asymmetry.asymmetry_cuts import Boxes, Cut, Scales, cuts_of
from cxanalysis.drivers.asymmetry.asymmetry_result import Asymmetry, headline
from cxanalysis.drivers.asymmetry.asymmetry_sums import regressed
from cxanalysis.drivers.asymmetry.asymmetry_table import table_of
from cxanalysis.drivers.asymmetry.asymmetry_words import choices, method_of, unit_of, warned
from cxanalysis.drivers.model import leak_guard, row_guards
from cxanalysis.drivers.model.analysis_basis import analysis_basis, column_of
from cxanalysis.drivers.model.checked_arguments import check_how, check_weight
from cxanalysis.drivers.model.guard_rows import guard_rows
from cxanalysis.drivers.model.plan import Member, Plan, Player, plan
from cxanalysis.labels import in_words, labels_of
from cxanalysis.labels import opened as with_capital
from cxanalysis.problem import Problem
from cxanalysis.tables.opened import KNOWN, opened
from cxanalysis.tables.table import Table

WRONG_SIGNS: Final = (kinds.UNDETERMINED, "zero")
#: Fewer answers than this in low, middle or high: nothing is said of the driver.
FEWEST: Final = 20
#: Share of resamples that must fall in a class.
SUPPORT: Final = 0.9
#: Where classes end, as in Mikulić & Prebežac (2008) and much that followed; nobody agrees on it.
CLASSES: Final = (0.2, 0.7)
#: Fewer resamples give no interval.
FEWEST_RESAMPLES: Final = 50


def asymmetry(
    data: Any,
    outcome: str | None = None,
    drivers: Iterable[str] | None = None,
    *,
    low: Boxes = None,
    high: Boxes = None,
    outcome_as: str = "mean",
    standardised: bool = False,
    classes: Sequence[float] = CLASSES,
    support: float = SUPPORT,
    fewest: int = FEWEST,
    wrong_sign: str = "undetermined",
    scales: Scales | None = None,
    adjust_for: Iterable[str] = (),
    weight: str | None = None,
    cluster: Any = KNOWN,
    missing: str = "complete",
    confidence: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
    top: int | None = None,
    scale: Scale | Sequence[float] | None = None,
) -> Asymmetry:
    """Which attributes only annoy when they are bad, and which please when they are good?

    Parameters
    ----------
    data : Table or data frame
        One row an answer. A `Table`, or a pandas, Polars, PyArrow or DuckDB frame.
    outcome : str, optional
        The score; a Table's own if left out.
    drivers : list of str, optional
        Ratings of attributes; a Table's own ratings that most people gave if left out. Yes/no columns and categories
        have no answers in between: put them into `adjust_for`.
    low, high : int, "enough", or mapping of driver → number, optional
        Which answers count as low and as high: so many of the worst and of the best, or each driver's last low and
        first high answer. None: as many as count for the top box (2 of 5 or 7, 3 of 10 or 11; 1 of 3 or 4). "enough":
        as many as that, and more until `fewest` people gave one of them, for ratings that are nearly always high.
    outcome_as : "mean", "nps" or "top-box"
        What is explained; penalties and rewards are in points of it.
    standardised : bool
        Standardised coefficients, which weigh by how common low and high answers are, instead of points.
    classes : (float, float)
        Up to the first |asymmetry| is "performance", beyond the second a class takes its strong form.
    support : float
        Share of the resamples that must fall in a class before it is given.
    fewest : int
        Answers needed in low, in high and in between; with fewer the driver is refused, and its row says so.
    wrong_sign : "undetermined" or "zero"
        What a penalty above zero or a reward below zero does: no asymmetry exists; or it counts as none at all, in
        the estimate as in every resample (unless its interval lies wholly on the wrong side).
    scales : mapping of driver → Scale or (low, high), optional
        Scales that no Table knows and the answers do not tell.
    adjust_for : list of str
        Columns held equal (failures, market, channel).
    weight, cluster
        As in `cx.drivers`.
    missing : "complete", "pairwise" or "impute"
        As in `cx.drivers`.
    confidence : float
        Of all intervals.
    resamples, seed : int
    top, scale
        Of the outcome, as in `cx.drivers`.

    Returns
    -------
    Asymmetry

    Raises
    ------
    Problem
        If a driver has no answers in between or no known scale, if a choice is not possible, or rows are too few.

    Notes
    -----
    y = b₀ + Σ (p_j Low_j + r_j High_j); RIOCS = r + |p|, SGP = r / RIOCS, DGP = |p| / RIOCS, IA = SGP - DGP. Brandt
    (1987); Mikulić & Prebežac (2008) MSQ 18(6); on what there is no consensus: Albayrak & Caber (2013) TQM&BE 24.
    Penalty and reward: CR2 intervals as in `cx.drivers`. All else: percentiles over resampled rows, customers or hash
    blocks.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(1)
    >>> clean = rng.integers(1, 6, 600)
    >>> answers = pd.DataFrame({"clean": clean, "score": 7 - 2 * (clean <= 2) + 2 * (clean >= 4)})
    >>> table = asymmetry(answers, "score", ["clean"], resamples=100).table
    >>> table[["class", "penalty", "reward"]].round(3).values.tolist()
    [['performance', -2.0, 2.0]]
    """
    ends = _checked(classes, support, fewest, wrong_sign)
    check_how(missing=missing, confidence=confidence, resamples=resamples, seed=seed, fewest=FEWEST_RESAMPLES)
    source = opened(data)
    engine = source.engine
    check_weight(engine, weight)
    clustered_by = source.cluster(cluster)
    asked = _ratings(source.table, outcome, drivers)
    asked_plan = plan(
        data, engine, outcome, asked, outcome_as=outcome_as, groups=None, adjust_for=adjust_for, top=top, scale=scale
    )
    check_mapping({} if scales is None else scales, "scales")
    cuts = cuts_of(engine, asked_plan.members, low, high, scales or {}, fewest)
    rows = guard_rows(engine, asked_plan, weight)
    row_guards.refuse_ids(asked_plan, rows)
    one_sided = row_guards.nobody_promotes(asked_plan, rows, missing)
    model = _penalty_reward(asked_plan, cuts)
    fitted = regressed(engine, model, cuts, weight, column_of(clustered_by), missing, resamples, seed)
    table = table_of(
        cuts, fitted, ends, support, fewest, confidence, standardised=standardised, zero=wrong_sign == "zero"
    )
    suspected = leak_guard.suspicions(asked_plan, rows)
    caution = {one.driver: [one.caution.value] for one in suspected}
    table["flags"] = [
        [*caution.get(driver, []), *flags] for driver, flags in zip(table["driver"], table["flags"], strict=True)
    ]
    labels = labels_of(data, table["driver"])
    unit = "standard deviations" if standardised else unit_of(model, outcome_as)
    notes = [
        *one_sided,
        *warned(fitted, table, fewest),
        *leak_guard.notes_of(suspected),
        *fitted.notes,
        *model.notes,
        *choices(cuts, ends, support, wrong_sign, standardised=standardised),
    ]
    if clustered_by is not None:
        clustered_by = replace(clustered_by, n=fitted.clusters, effective=fitted.effective_clusters)
    return Asymmetry(
        table=table,
        classes=ends,
        support=support,
        fewest=fewest,
        wrong_sign=wrong_sign,
        standardised=standardised,
        r_squared=fitted.r_squared,
        outcome=model.outcome.column,
        outcome_as=outcome_as,
        missing=missing,
        method=method_of(fitted, missing),
        basis=analysis_basis(
            source,
            asked_plan,
            n=fitted.n if fitted.n == fitted.n_most else (fitted.n, fitted.n_most),
            left_out=fitted.left_out,
            weight=weight,
            cluster=clustered_by,
            labels=labels,
            confidence=confidence,
            resamples=resamples,
            seed=seed,
        ),
        headline=with_capital(headline(in_words(table, labels), unit)),
        notes=tuple(notes),
    )


def _checked(ends: Any, support: Any, fewest: Any, wrong_sign: Any) -> tuple[float, float]:
    """Where classes end, as numbers; a `Problem` where a choice is not possible."""
    there = isinstance(ends, Sequence) and len(ends) == 2 and all(numbers.known(end) for end in ends)
    if not there or not 0 < ends[0] < ends[1] < 1:
        raise Problem(f"{shown(ends)} are no two ends between 0 and 1", where="classes", do="Use classes=(0.2, 0.7)")
    check_number(support, "support", low=0.5, high=1, open_low=True, do="Use 0.9")
    check_whole(fewest, "fewest", low=2, do=f"Use {FEWEST}")
    check_choice(wrong_sign, WRONG_SIGNS, "wrong_sign")
    return float(ends[0]), float(ends[1])


def _ratings(table: Table | None, outcome: str | None, drivers: Iterable[str] | None) -> Iterable[str]:
    if drivers is not None:
        return drivers
    if table is None:
        raise Problem("it is not said which columns are the drivers", do='Name them: drivers=["staff", "price"]')
    taken = {outcome or table.score, *table.hardly_answered}
    ratings = [column for column in table.columns_of("rating") if column not in taken]
    if not ratings:
        raise Problem("this table has no ratings that could please or annoy", do="Name the drivers")
    return ratings


def _penalty_reward(asked: Plan, cuts: Sequence[Cut]) -> Plan:
    """The same plan with a Low and a High column in place of each rating."""
    members, players = [], []
    for k, cut in enumerate(cuts):
        members += [Member(m.name, cut.driver, m, None, category=False) for m in cut.measures]
        players.append(Player(cut.driver, (2 * k, 2 * k + 1)))
    return replace(asked, members=tuple(members), players=tuple(players))
