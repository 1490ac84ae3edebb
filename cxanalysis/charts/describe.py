"""A chart in words, for those who cannot see it: the `alt` text of every picture."""

from __future__ import annotations

from cxanalysis.charts.caption import unit
from cxanalysis.charts.estimate_plots import group_name
from cxanalysis.charts.rows import at_stake_rows, importance_rows
from cxanalysis.drivers.at_stake_result import AtStake
from cxanalysis.drivers.result import Drivers
from cxanalysis.drivers.robustness_result import Robustness
from cxanalysis.drivers.segments_result import Segments
from cxanalysis.labels import in_words
from cxanalysis.metrics.answered import Answered
from cxanalysis.metrics.beside import Beside
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.numbers import count, known, percent, period, points
from cxanalysis.problem import Problem
from cxanalysis.tables.quality_result import Quality

#: So many rows are read out; the rest stands in the table below every chart.
_FIRST = 3


def describe(result: Drivers | Estimates | Answered | Beside | Quality | Segments | Robustness | AtStake) -> str:
    """What a reader who cannot see the chart needs, in one to three sentences.

    Parameters
    ----------
    result : Drivers, Estimates, Answered, Beside, Quality, Segments, Robustness or AtStake

    Returns
    -------
    str
        Plain text, to be handed over as `alt`. Not escaped: it is no HTML.

    Raises
    ------
    Problem
        If the result is of a kind that has no chart.
    """
    if isinstance(result, Drivers):
        return _drivers(result)
    if isinstance(result, Answered | Beside | Segments | AtStake):
        return result.headline
    if isinstance(result, Estimates):
        return _estimates(result)
    if isinstance(result, Quality):
        return _gaps(result)
    if isinstance(result, Robustness):
        return _survival(result)
    raise Problem(f"there is no chart of a {type(result).__name__}", do="Describe a result of drivers or of a metric")


def _survival(result: Robustness) -> str:
    rows = in_words(result.survival.head(_FIRST), result.labels).to_dict("records")
    said = [f"{row['driver']} first in {row['first']}, rank {row['rank_best']} to {row['rank_worst']}" for row in rows]
    return f"Rank of each driver in {result.variants} ways to analyse: {'; '.join(said)}. {result.headline}"


def _gaps(result: Quality) -> str:
    empty = result.missing[result.missing["missing"] > 0]
    said = [f"{row['column']} {percent(row['share'])}" for row in empty.head(_FIRST).to_dict("records")]
    first = f"Rows without an answer, by column: {'; '.join(said) or 'none'}."
    return f"{first} {len(empty)} of {len(result.missing)} columns have gaps. From {count(result.n)} rows."


def _drivers(result: Drivers) -> str:
    rows = [row for row in at_stake_rows(result) if not row.apart]
    end = f"From {count(result.n)} answers{_when(result)}."
    if rows:
        sure = [f"{row.name} {row.number}" for row in rows if row.tone == "loss"]
        pale = sum(row.tone == "rest" for row in rows)
        first = f"{unit(result)} lost, most first: {'; '.join(sure[:_FIRST])}."
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
