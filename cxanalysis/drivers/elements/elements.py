"""All six elements of customers' experience from one table of answers: `elements`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from cxanalysis.arguments import check_choice, check_column, shown
from cxanalysis.columns.kinds import SCORES
from cxanalysis.drivers.drivers import drivers
from cxanalysis.drivers.drivers_result import Drivers
from cxanalysis.drivers.elements import elements_rows, elements_words
from cxanalysis.drivers.elements.elements_result import ANNOYS, FEEL, IMPROVE, MISS, QUESTIONS, WANT, WEIGHS, Elements
from cxanalysis.drivers.model.analysis_basis import column_of
from cxanalysis.drivers.model.checked_arguments import check_how, check_weight
from cxanalysis.drivers.model.plan import OUTCOME_AS, is_number
from cxanalysis.drivers.performance.importance_performance import importance_performance
from cxanalysis.engine.engines import Engine
from cxanalysis.labels import labels_of
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.scores.ces import ces
from cxanalysis.metrics.scores.csat import csat
from cxanalysis.metrics.scores.nps import nps
from cxanalysis.metrics.scores.rating import rating
from cxanalysis.problem import Problem
from cxanalysis.tables.opened import KNOWN, opened
from cxanalysis.tables.table import Table

#: Role of a score → how it is measured as an outcome and as an attitude.
MEASURED: Final = {"nps": ("nps", nps), "csat": ("top-box", csat), "ces": ("mean", ces)}
_ALONE: Final = {"nps": nps, "top-box": csat, "mean": rating}


def elements(
    data: Any,
    outcome: str | None = None,
    *,
    outcome_as: str | None = None,
    failures: Iterable[str] | None = None,
    attributes: Iterable[str] | None = None,
    attitudes: Iterable[str] | None = None,
    goal: float | Mapping[str, float] | None = None,
    weight: str | None = None,
    cluster: Any = KNOWN,
    confidence: float = 0.95,
    resamples: int = 1000,
    seed: int = 0,
) -> Elements:
    """What do customers want, how do they feel, what do they miss, what annoys them, and what should be fixed first?

    Parameters
    ----------
    data : Table or data frame
        One row an answer, with the failures that hit it (`cx.link`) and the ratings it gave.
    outcome : str, optional
        The score that all is held against; a Table's own score if left out.
    outcome_as : "nps", "top-box" or "mean", optional
        As in `cx.drivers`; by the score's role if left out: NPS points, % satisfied, mean effort.
    failures, attributes : list of str, optional
        0/1 columns in which a yes is bad; ratings of attributes. A Table's own if left out.
    attitudes : list of str, optional
        Scores that say how people feel; a Table's scores, else the outcome.
    goal : float or mapping, optional
        Where "good" begins, 0…100, for unmet needs: see `cx.importance_performance`.
    weight, cluster, confidence, resamples, seed
        As in `cx.drivers`.

    Returns
    -------
    Elements

    Raises
    ------
    Problem
        If there is no outcome, a failure is no yes or no or its yes is good, or nothing at all can be measured.

    Notes
    -----
    Two driver analyses, one of failures and one of attributes: a rating given after a failure already holds part of
    its harm, so in one model each would hide the other. Prevalences: Wilson's interval. An element that cannot be
    measured is named in `missing` with the reason. A sentence names one as first only if no other may be as much: see
    `rivals.rivals`.

    Examples
    --------
    >>> import pandas as pd
    >>> late, score = [0, 0, 0, 1] * 30, [9, 10, 8, 4, 9, 9, 7, 6] * 15
    >>> result = elements(pd.DataFrame({"score": score, "late": late}), "score", failures=["late"], resamples=100)
    >>> result.items("dissatisfaction points")[["item", "value"]].values.tolist(), result.missing
    ([['late', 25.0]], ('desired attributes', 'unmet needs'))
    """
    check_how(confidence=confidence, resamples=resamples, seed=seed)
    source = opened(data)
    engine, table = source.engine, source.table
    check_weight(engine, weight)
    clustered_by = source.cluster(cluster)
    outcome = outcome or (table.score if table is not None else None)
    if outcome is None:
        raise Problem("there is no score to hold the rest against", do="Name it with outcome=")
    role = table.roles.get(outcome, "") if table is not None else ""
    if outcome_as is not None:
        check_choice(outcome_as, OUTCOME_AS, "outcome_as")
    outcome_as = outcome_as or MEASURED.get(role, ("mean", None))[0]
    how: dict[str, Any] = {"weight": weight, "cluster": column_of(clustered_by), "confidence": confidence}
    same = {**how, "cluster": cluster, "outcome_as": outcome_as, "resamples": resamples, "seed": seed}
    why = dict[str, str]()
    went_wrong = [c for c in _named(failures, table.failures if table is not None else ()) if c != outcome]
    rated = [c for c in _named(attributes, _ratings(table)) if c != outcome]
    _check_columns(engine, [outcome, *went_wrong, *rated, *_named(attitudes, ())])
    _check_failures(engine, table, went_wrong)
    of_failures = _analysis(data, outcome, went_wrong, same, why, (IMPROVE, WEIGHS), "failures (yes/no columns)")
    of_attributes = _analysis(data, outcome, rated, same, why, (WANT, MISS), "ratings of attributes")
    if of_attributes is not None:
        why.pop(IMPROVE, None)
    if not went_wrong:
        why[ANNOYS] = _lacking("failures (yes/no columns)")
    plan = importance_performance(of_attributes, data, goal=goal) if of_attributes is not None else None
    feel, unmeasured = _attitudes(data, table, attitudes, outcome, outcome_as, how)
    if not feel:
        why[FEEL] = " ".join(unmeasured) or _lacking("scores")
    if len(why) == len(QUESTIONS):
        raise Problem("none of the six elements can be measured", do="Name failures=, attributes= or attitudes=")
    labels = labels_of(data, [*went_wrong, *rated, *feel])
    analysis = of_failures or of_attributes
    rows = {
        WANT: elements_rows.shares(of_attributes),
        FEEL: elements_rows.attitudes(feel, labels),
        MISS: elements_rows.unmet(plan),
        ANNOYS: elements_rows.prevalence(engine, went_wrong, how),
        IMPROVE: elements_rows.at_stake(analysis, outcome_as),
        WEIGHS: elements_rows.effects(of_failures, outcome_as),
    }
    first_feeling = next(iter(feel.values()), None)
    told = {
        WANT: of_attributes.headline if of_attributes is not None else "",
        FEEL: first_feeling.headline if first_feeling is not None else "",
        MISS: plan.headline if plan is not None else "",
        ANNOYS: elements_words.most_frequent(rows[ANNOYS], labels),
        IMPROVE: elements_words.most_at_stake(rows[IMPROVE], analysis, labels, failures=of_failures is not None),
        WEIGHS: elements_words.heaviest(rows[WEIGHS], of_failures, labels, elements_rows.POINTS[outcome_as]),
    }
    return Elements(
        table=elements_rows.tidy(rows),
        sentences={element: why.get(element, told[element]) for element in QUESTIONS},
        missing=tuple(element for element in QUESTIONS if element in why),
        failures=of_failures,
        attributes=of_attributes,
        importance_performance=plan,
        outcome=outcome,
        outcome_as=outcome_as,
        basis=source.basis(
            dict.fromkeys([outcome, *went_wrong, *rated, *feel]),
            n=engine.rows() if analysis is None else analysis.n,
            left_out=() if analysis is None else analysis.basis.left_out,
            weight=weight,
            cluster=clustered_by,
            period=analysis.period if analysis is not None else None,
            confidence=confidence,
            resamples=resamples,
            seed=seed,
            labels=labels,
        ),
        headline=analysis.headline if analysis is not None else told[FEEL],
        notes=elements_words.notes(of_failures, of_attributes, plan, unmeasured if feel else []),
    )


def _named(given: Iterable[str] | None, usual: Sequence[str]) -> list[str]:
    if given is not None and not isinstance(given, Iterable):
        raise Problem(f"a column or a list of columns is needed, not {shown(given)}")
    return list(dict.fromkeys([given] if isinstance(given, str) else usual if given is None else given))


def _ratings(table: Table | None) -> tuple[str, ...]:
    """Ratings that most people gave: one that hardly anybody gave would leave hardly any complete row."""
    if table is None:
        return ()
    rare = set(table.hardly_answered)
    return tuple(c for c in table.columns_of("rating") if c not in rare)


def _lacking(what: str) -> str:
    return f"The table has no {what}."


def _check_columns(engine: Engine, columns: Sequence[str]) -> None:
    """A name that is misspelt is a mistake, not an element that cannot be measured."""
    for column in columns:
        check_column(column, engine.columns(), "outcome, failures, attributes or attitudes")


def _check_failures(engine: Engine, table: Table | None, columns: list[str]) -> None:
    """A failure is a yes or no, and its yes is bad: else "% of answers with it" would say something else."""
    for column in columns:
        low, high = engine.span(column) if is_number(engine, column) else (np.inf, np.inf)
        if low is not None and not (low >= 0 and high <= 1):
            raise Problem(
                "this is no failure: it holds more than yes (1) and no (0)",
                where=f"column '{column}'",
                do="Name ratings in attributes=, scores in attitudes=",
            )
        scale = table.scales.get(column) if table is not None else None
        if scale is not None and scale.higher_is_better:
            raise Problem(
                "this is no failure: a yes in it is good",
                where=f"column '{column}'",
                do="Name the column that says what went wrong, or turn its scale round",
            )


def _analysis(
    data: Any,
    outcome: str,
    columns: list[str],
    how: Mapping[str, Any],
    why: dict[str, str],
    elements: tuple[str, ...],
    what: str,
) -> Drivers | None:
    """The driver analysis of these columns; where there is none, why."""
    if columns:
        try:
            return drivers(data, outcome, columns, **how)
        except Problem as problem:
            why.update(dict.fromkeys(elements, str(problem)))
            return None
    why.update(dict.fromkeys(elements, _lacking(what)))
    return None


def _attitudes(
    data: Any, table: Table | None, given: Iterable[str] | None, outcome: str, outcome_as: str, how: Mapping[str, Any]
) -> tuple[dict[str, Estimates], list[str]]:
    """Each score as its own metric, the outcome first; and why the others cannot be measured."""
    scores = _named(given, (table.columns_of(*SCORES) if table is not None else ()) or (outcome,))
    measured, unmeasured = dict[str, Estimates](), list[str]()
    for column in sorted(scores, key=lambda column: column != outcome):
        role = table.roles.get(column, "") if table is not None else ""
        measure = MEASURED[role][1] if role in MEASURED else _ALONE[outcome_as] if column == outcome else rating
        try:
            measured[column] = measure(data, column, **how)
        except Problem as problem:
            unmeasured.append(f"'{column}' is not measured: {problem}")
    return measured, unmeasured
