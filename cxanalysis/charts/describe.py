"""A chart in words, for those who cannot see it: the `alt` text of every picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from cxanalysis.catalogue.index_result import Index
from cxanalysis.charts.parts.driver_rows import at_stake_rows, importance_rows
from cxanalysis.charts.parts.group_name import group_name
from cxanalysis.charts.parts.outcome_unit import outcome_unit
from cxanalysis.drivers.asymmetry.asymmetry_result import Asymmetry
from cxanalysis.drivers.at_stake.at_stake_result import AtStake
from cxanalysis.drivers.drivers_result import Drivers
from cxanalysis.drivers.elements.elements_result import Elements
from cxanalysis.drivers.performance.importance_performance_result import ImportancePerformance
from cxanalysis.drivers.robustness.robustness_result import Robustness
from cxanalysis.drivers.segments.segments_result import Segments
from cxanalysis.labels import called, in_words
from cxanalysis.metrics.beside import Beside
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.repeat_buying.purchase_models_result import PurchaseModels
from cxanalysis.metrics.response.answered import Answered
from cxanalysis.monitor.control_result import Control
from cxanalysis.monitor.forecast_result import Forecast
from cxanalysis.monitor.series import words_for
from cxanalysis.numbers import count, day, known, number, percent, period, points
from cxanalysis.problem import Problem
from cxanalysis.quality.quality_result import Quality
from cxanalysis.result import Result

#: So many rows are read out; the rest stands in the table below every chart.
_FIRST: Final = 3


def describe(result: Any) -> str:
    """What a reader who cannot see the chart needs, in one to three sentences; and of which rows it is.

    Parameters
    ----------
    result : any result that has a chart

    Returns
    -------
    str
        Plain text, to be handed over as `alt`. Not escaped: it is no HTML.

    Raises
    ------
    Problem
        If the result is of a kind that has no chart.
    """
    words = _WORDS.get(type(result))
    if words is None:
        raise Problem(
            f"there is no chart of a {type(result).__name__}", do="Describe a result of drivers or of a metric"
        )
    parts = [source.words for source in result.basis.sources if source.part] if isinstance(result, Result) else []
    return " ".join([words(result), *(f"{part[:1].upper()}{part[1:]}." for part in parts)])


def _headline(result: Any) -> str:
    return str(result.headline)


def _forecast(result: Forecast) -> str:
    return f"{result.headline} Measured so far from {count(result.n)} {words_for(result.counts, result.n)}."


def _asymmetry(result: Asymmetry) -> str:
    rows = in_words(result.table, result.labels).to_dict("records")
    rows = [row for row in rows if known(row["penalty"], row["reward"])]
    said = [
        f"{row['driver']} {row['class']}, low answers {points(row['penalty'], row['penalty_low'], row['penalty_high'])}"
        f", high answers {points(row['reward'], row['reward_low'], row['reward_high'])}"
        for row in rows[:_FIRST]
    ]
    return f"What low answers cost and high answers bring: {'; '.join(said)}. {result.headline}"


def _map(result: ImportancePerformance) -> str:
    rows = in_words(result.table, result.labels).to_dict("records")
    rows = [row for row in rows if known(row["performance"])]
    said = [
        f"{row['driver']} importance {percent(row['importance'])}, performance {points(row['performance'])} of 100, "
        f"{row['quadrant']}"
        for row in rows[:_FIRST]
    ]
    return f"Importance against performance: {'; '.join(said)}. {result.headline}"


def _index(result: Index) -> str:
    own = result.parts.head(len(result.weights)).to_dict("records")
    said = [f"{row['component']} adds {number(row['contribution'], 1)}" for row in own]
    where = "" if len(result.table) == 1 else " in the first group"
    return f"{result.headline} Its parts{where}: {'; '.join(said)}. From {count(result.n)} answers."


def _robustness(result: Robustness) -> str:
    rows = in_words(result.survival.head(_FIRST), result.labels).to_dict("records")
    said = [f"{row['driver']} first in {row['first']}, rank {row['rank_best']} to {row['rank_worst']}" for row in rows]
    return f"Rank of each driver in {result.variants} ways to analyse: {'; '.join(said)}. {result.headline}"


def _control(result: Control) -> str:
    table = result.table
    values, open_ = int(table["value"].notna().sum()), int((~table["complete"]).sum())
    signals = table[table["signal"] != ""]
    said = [
        f"{day(row['period'].date().isoformat())} {row['signal']}" for row in signals.tail(_FIRST).to_dict("records")
    ]
    which = f" Latest signals: {'; '.join(said)}." if said else " No signal." if result.enough else ""
    hollow = f" {open_} not complete." if open_ else ""
    many = f"{count(result.n)} {words_for(result.counts, result.n)}"
    return f"{result.headline} {count(values)} {result.every}s from {many}.{hollow}{which}"


def _missing(result: Quality) -> str:
    empty = result.missing[result.missing["missing"] > 0]
    said = [f"{called(row['column'], result)} {percent(row['share'])}" for row in empty.head(_FIRST).to_dict("records")]
    first = f"Rows without an answer, by column: {'; '.join(said) or 'none'}."
    return f"{first} {len(empty)} of {len(result.missing)} columns have gaps. From {count(result.n)} rows."


def _drivers(result: Drivers) -> str:
    rows = [row for row in at_stake_rows(result) if not row.apart]
    end = f"From {count(result.n)} answers{_when(result)}."
    if rows:
        sure = [f"{row.name} {row.number}" for row in rows if row.tone == "loss"]
        pale = sum(row.tone == "rest" for row in rows)
        first = f"{outcome_unit(result)} lost, most first: {'; '.join(sure[:_FIRST])}."
        none = "No driver costs points that can be told from zero."
        rest = f" {pale} of {len(rows)} drivers cannot be told from zero." if pale and sure else ""
        start = first[:1].upper() + first[1:] if sure else none
        return f"{start}{rest} {end}"
    shares = [f"{row.name} {row.number}" for row in importance_rows(result)[:_FIRST]]
    return f"Share of what the drivers explain, most important first: {'; '.join(shares)}. {end}"


def _estimates(result: Estimates) -> str:
    table = result.table[[known(value) for value in result.table["value"]]]
    name = result.passport.name
    end = f"From {count(result.n)} answers{_when(result)}."
    if table.empty:
        return f"{name}: no value. {end}"
    rows = table.to_dict("records")
    said = [
        (group_name({str(k): v for k, v in row.items()}, result.by), points(row["value"], row["low"], row["high"]))
        for row in rows
    ]
    if not result.by:
        missing = result.n_missing / (result.n + result.n_missing) if result.n_missing else 0.0
        left_out = f" {percent(missing)} gave no answer." if missing else ""
        return f"{name} is {said[0][1]}. {end}{left_out}"
    if "period" in result.by and len(result.by) == 1:
        return f"{name} over {len(rows)} periods: first {said[0][1]}, latest {said[-1][1]}. {end}"
    best, worst = (pick(range(len(rows)), key=lambda k: rows[k]["value"]) for pick in (max, min))
    what = "groups and periods" if "period" in result.by else "groups"
    return (
        f"{name} in {len(rows)} {what}: highest {said[best][0]} {said[best][1]}, "
        f"lowest {said[worst][0]} {said[worst][1]}. {end}"
    )


def _when(result: Drivers | Estimates) -> str:
    return f", {period(result.period)}" if result.period else ""


#: Class of a result → its chart in words.
_WORDS: Final[Mapping[type, Callable[[Any], str]]] = MappingProxyType(
    {
        Answered: _headline,
        Asymmetry: _asymmetry,
        AtStake: _headline,
        Beside: _headline,
        Control: _control,
        Drivers: _drivers,
        Elements: _headline,
        Estimates: _estimates,
        Forecast: _forecast,
        ImportancePerformance: _map,
        Index: _index,
        PurchaseModels: _headline,
        Quality: _missing,
        Robustness: _robustness,
        Segments: _headline,
    }
)
