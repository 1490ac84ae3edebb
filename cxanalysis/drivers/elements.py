"""All six elements of customers' experience from one table of answers: `elements`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from cxanalysis import numbers
from cxanalysis.drivers.analysis import drivers
from cxanalysis.drivers.elements_result import (
    ANNOYS,
    COLUMNS,
    FEEL,
    IMPROVE,
    MISS,
    QUESTIONS,
    WANT,
    WEIGHS,
    Elements,
)
from cxanalysis.drivers.flags import SIGNIFICANT
from cxanalysis.drivers.importance_performance import importance_performance
from cxanalysis.drivers.map_result import ImportancePerformance
from cxanalysis.drivers.result import Drivers
from cxanalysis.engine.engines import Engine, engine_of
from cxanalysis.engine.need import Measure, Need
from cxanalysis.labels import labels_of
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.intervals import Precision, wilson
from cxanalysis.metrics.rating import rating
from cxanalysis.metrics.scores import ces, csat, nps
from cxanalysis.problem import Problem
from cxanalysis.tables.kinds import SCORES
from cxanalysis.tables.table import Table

#: Role of a score → how it is measured as an outcome and as an attitude.
MEASURED: Final = {"nps": ("nps", nps), "csat": ("top-box", csat), "ces": ("mean", ces)}
_ALONE: Final = {"nps": nps, "top-box": csat, "mean": rating}
_ROW: Final = ("item", "value", "low", "high", "unit", "n")


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
    cluster: str | None = None,
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
        0/1 columns of what went wrong; ratings of attributes. A Table's own if left out.
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
        If there is no outcome, or neither a failure nor an attribute nor an attitude can be measured.

    Notes
    -----
    Two driver analyses, one of failures and one of attributes: a rating given after a failure already holds part of
    its harm, so in one model each would hide the other. Prevalences: Wilson's interval. An element that cannot be
    measured is named in `missing` with the reason.

    Examples
    --------
    >>> import pandas as pd
    >>> late, score = [0, 0, 0, 1] * 30, [9, 10, 8, 4, 9, 9, 7, 6] * 15
    >>> found = elements(pd.DataFrame({"score": score, "late": late}), "score", failures=["late"], resamples=100)
    >>> found.items("dissatisfaction points")[["item", "value"]].values.tolist(), found.missing
    ([['late', 25.0]], ('desired attributes', 'unmet needs'))
    """
    table = data if isinstance(data, Table) else None
    outcome = outcome or (table.score if table is not None else None)
    if outcome is None:
        raise Problem("there is no score to hold the rest against", do="Name it with outcome=")
    role = table.roles.get(outcome, "") if table is not None else ""
    outcome_as = outcome_as or MEASURED.get(role, ("mean", None))[0]
    how: dict[str, Any] = {"weight": weight, "cluster": cluster, "confidence": confidence}
    same = {**how, "outcome_as": outcome_as, "resamples": resamples, "seed": seed}
    engine, why = engine_of(data), dict[str, str]()
    went_wrong = [c for c in _named(failures, table.failures if table is not None else ()) if c != outcome]
    rated = [c for c in _named(attributes, _ratings(table)) if c != outcome]
    of_failures = _analysis(data, outcome, went_wrong, same, why, (IMPROVE, WEIGHS), "failures (yes/no columns)")
    of_attributes = _analysis(data, outcome, rated, same, why, (WANT, MISS), "ratings of attributes")
    plan = None
    if of_attributes is not None:
        plan = importance_performance(of_attributes, data, goal=goal)
    feel = _attitudes(data, table, attitudes, outcome, outcome_as, how, why)
    labels = labels_of(data, [*went_wrong, *rated])
    rows = {
        WANT: _shares(of_attributes),
        FEEL: [_estimate(one) for one in feel],
        MISS: _unmet(plan),
        ANNOYS: _prevalence(engine, went_wrong, how),
        IMPROVE: _at_stake(of_failures or of_attributes, outcome_as),
        WEIGHS: _effects(of_failures, outcome_as),
    }
    if of_attributes is not None:
        why.pop(IMPROVE, None)
    if not went_wrong:
        why[ANNOYS] = _lacking("failures (yes/no columns)")
    sentences = {element: _sentence(element, rows[element], why, of_failures, of_attributes, plan, feel, labels)
                 for element in QUESTIONS}  # fmt: skip
    if len(why) == len(QUESTIONS):
        raise Problem("none of the six elements can be measured", do="Name failures=, attributes= or attitudes=")
    analysis = of_failures or of_attributes
    return Elements(
        table=_tidy(rows), sentences=sentences, missing=tuple(e for e in QUESTIONS if e in why), failures=of_failures,
        attributes=of_attributes, importance_performance=plan, outcome=outcome, outcome_as=outcome_as,
        n=engine.rows(), resamples=resamples, seed=seed, period=analysis.period if analysis is not None else None,
        headline=analysis.headline if analysis is not None else feel[0].headline,
        notes=_notes(of_failures, of_attributes, plan), labels=labels, **how,
    )  # fmt: skip


def _named(given: Iterable[str] | None, usual: Sequence[str]) -> list[str]:
    return list(usual if given is None else given)


def _ratings(table: Table | None) -> tuple[str, ...]:
    """Ratings that most people gave: one that hardly anybody gave would leave hardly any complete row."""
    if table is None:
        return ()
    rare = set(table.hardly_answered)
    return tuple(c for c in table.columns_of("rating") if c not in rare)


def _lacking(what: str) -> str:
    return f"The table has no {what}."


def _analysis(
    data: Any, outcome: str, columns: list[str], how: Mapping[str, Any], why: dict[str, str],
    elements: tuple[str, ...], what: str,
) -> Drivers | None:  # fmt: skip
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
    data: Any, table: Table | None, given: Iterable[str] | None, outcome: str, outcome_as: str, how: Mapping[str, Any],
    why: dict[str, str],
) -> list[Estimates]:  # fmt: skip
    """Each score as its own metric; one that cannot be measured is said."""
    scores = table.columns_of(*SCORES) if table is not None else ()
    found = []
    for column in _named(given, scores or (outcome,)):
        role = table.roles.get(column, "") if table is not None else ""
        measure = MEASURED[role][1] if role in MEASURED else _ALONE[outcome_as] if column == outcome else rating
        try:
            found.append(measure(data, column, **how))
        except Problem as problem:
            why[FEEL] = str(problem)
    if found:
        why.pop(FEEL, None)
    return found


def _estimate(found: Estimates) -> list[Any]:
    row = found.table.iloc[0]
    return [found.passport.name, row["value"], row["low"], row["high"], found.passport.unit, int(row["n"])]


def _n(found: Drivers) -> int:
    return found.n if isinstance(found.n, int) else found.n[0]


def _shares(found: Drivers | None) -> list[list[Any]]:
    if found is None:
        return []
    return [
        [row["driver"], 100 * row["share"], 100 * row["share_low"], 100 * row["share_high"],
         "% of what they explain", _n(found)]
        for _, row in found.table.iterrows()
    ]  # fmt: skip


def _unmet(found: ImportancePerformance | None) -> list[list[Any]]:
    if found is None:
        return []
    return [
        [row["driver"], row["performance"], row["performance_low"], row["performance_high"],
         f"of 100 (goal {row['goal']:g})", int(row["n"])]
        for _, row in found.table[found.table["unmet"].astype(bool)].iterrows()
    ]  # fmt: skip


def _prevalence(engine: Engine, flags: list[str], how: Mapping[str, Any]) -> list[list[Any]]:
    """Share of answers with each failure, the most frequent first."""
    if not flags:
        return []
    measures = tuple(Measure(name, name, "at_least", 1) for name in flags)
    sums = engine.aggregate(Need(measures, weight=how["weight"], cluster=how["cluster"], pairs=False))
    rows = []
    for name in flags:
        precision = Precision.of(sums, name)
        low, high = wilson(precision.mean / 100, precision.n_eff, precision.quantile(how["confidence"]))
        ends = float(precision.mean[0]), 100 * float(low[0]), 100 * float(high[0])
        rows.append([name, *ends, "% of answers", int(precision.n[0])])
    return sorted(rows, key=lambda row: -row[1])


def _at_stake(found: Drivers | None, outcome_as: str) -> list[list[Any]]:
    if found is None:
        return []
    table = found.table.sort_values("at_stake", ascending=False, kind="stable", na_position="last")
    return [
        [row["driver"], row["at_stake"], row["at_stake_low"], row["at_stake_high"], points(outcome_as), _n(found)]
        for _, row in table.iterrows()
    ]


def _effects(found: Drivers | None, outcome_as: str) -> list[list[Any]]:
    if found is None:
        return []
    table = found.table.sort_values("effect", kind="stable", na_position="last")
    return [
        [row["driver"], row["effect"], row["effect_low"], row["effect_high"], f"{points(outcome_as)} a case", _n(found)]
        for _, row in table.iterrows()
    ]


def points(outcome_as: str) -> str:
    """How points of the outcome are called."""
    return {"nps": "NPS points", "top-box": "percentage points"}.get(outcome_as, "points")


def _tidy(rows: Mapping[str, list[list[Any]]]) -> pd.DataFrame:
    flat = [[element, rank, *row] for element, several in rows.items() for rank, row in enumerate(several, start=1)]
    return pd.DataFrame(flat, columns=["element", "rank", *_ROW])[list(COLUMNS)]


def _sentence(
    element: str, rows: list[list[Any]], why: Mapping[str, str], of_failures: Drivers | None,
    of_attributes: Drivers | None, plan: ImportancePerformance | None, feel: list[Estimates],
    labels: Mapping[str, str],
) -> str:  # fmt: skip
    if element in why:
        return why[element]
    if element == FEEL:
        return feel[0].headline
    if element == MISS and plan is not None:
        return plan.headline
    if element == ANNOYS:
        name, value, low, high, _, n = rows[0]
        name = labels[name]
        often = numbers.percent(value / 100, low / 100, high / 100)
        return f"'{name}' is the most frequent of {len(rows)}: {often} of {n:,} answers." if len(rows) > 1 else (
            f"'{name}' hit {often} of {n:,} answers.")  # fmt: skip
    if element == WEIGHS and of_failures is not None:
        return _heaviest(of_failures, rows, labels)
    analysis = of_attributes if element == WANT else of_failures or of_attributes
    return analysis.headline if analysis is not None else ""


def _heaviest(found: Drivers, rows: list[list[Any]], labels: Mapping[str, str]) -> str:
    """Which failure costs most a case, if the intervals can tell."""
    sure = set(found.table.loc[found.table["q_value"] < SIGNIFICANT, "driver"])
    known = [row for row in rows if row[0] in sure and row[1] < 0]
    if not known:
        return "No failure's cost can be told from noise."
    name, value, low, high, unit, _ = known[0]
    name, cost = labels[name], numbers.points(-value, -high, -low)
    rivals = [labels[row[0]] for row in known[1:] if row[2] < high]
    if rivals:
        return f"A case of '{name}' costs {cost} {unit.removesuffix(' a case')}; {_also(rivals)} may weigh as much."
    return f"A case of '{name}' weighs most: it costs {cost} {unit.removesuffix(' a case')}."


def _also(names: list[str]) -> str:
    quoted = [f"'{name}'" for name in names[:2]]
    return " and ".join(quoted) + (f" and {len(names) - 2} more" if len(names) > 2 else "")


def _notes(*parts: Drivers | ImportancePerformance | None) -> tuple[str, ...]:
    lines = [note for part in parts if part is not None for note in part.notes]
    both = [
        "Failures and attributes are two analyses: a rating given after a failure already holds part of its harm."
    ] if all(part is not None for part in parts) else []  # fmt: skip
    return tuple(dict.fromkeys([*both, *lines]))
