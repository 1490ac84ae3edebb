"""How each case counts under a definition, so that two definitions can be compared case by case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from cxanalysis.columns.scales.scale import Scale
from cxanalysis.metrics.customers.active_users import USUAL_DAYS
from cxanalysis.metrics.customers.customer_register import Register
from cxanalysis.metrics.durations.first_contact import settled
from cxanalysis.metrics.log_end import log_end, needed_end
from cxanalysis.metrics.metric_question import column_of_role, question
from cxanalysis.metrics.metric_table import MetricTable
from cxanalysis.metrics.response.response import dispositions_counted
from cxanalysis.metrics.scores.ces import EASY_OF_SEVEN
from cxanalysis.metrics.scores.latest_answers import latest_rows
from cxanalysis.metrics.scores.scale_in_use import best_answers, directed, scale_in_use


def counted_as(name: str, tables: tuple[Any, ...], options: Mapping[str, Any]) -> pd.Series | None:
    """One value a case: what it adds above the line, missing where it does not count; None where that is not told.

    A mean, a median or a value in money classifies nobody, so there is nothing to compare case by case.
    """
    if name not in _COUNTED:
        return None
    return _COUNTED[name](tables[0], dict(options))


def _score(data: Any, options: dict[str, Any], role: str) -> tuple[Any, pd.Series]:
    score = options.get("score") or column_of_role(data, role)
    asked = question(data, score, None, by=None, weight=None, cluster=None, confidence=0.95, date=None, period=None)
    return asked, pd.Series(asked.engine.values([score])[score].astype(float))


def _once(data: Any, options: dict[str, Any], score: str, value: pd.Series) -> pd.Series:
    """Without answers that are not the customer's latest, where customers are counted."""
    if options.get("per", "answer") != "customer":
        return value
    source = MetricTable.of(data, "answers")
    who = source.column(options.get("customer"), "customer", "customer")
    when = source.first(options.get("date"), "date", "date")
    return value.where(latest_rows(source, score, who, when, options.get("period")))


def _nps(data: Any, options: dict[str, Any]) -> pd.Series:
    asked, value = _score(data, options, "nps")
    coded = np.select([value >= 9, value >= 7], [100.0, 0.0], -100.0)
    return _once(data, options, asked.score, pd.Series(coded).where(value.notna()))


def _csat(data: Any, options: dict[str, Any]) -> pd.Series:
    asked, value = _score(data, options, "csat")
    scale, _ = scale_in_use(asked, options.get("scale"))
    top = options.get("top") or scale.top
    coded = _among_best(asked, value, scale, top)
    if options.get("neutral") == "out":
        turned = Scale(scale.low, scale.high, not scale.higher_is_better, scale.step, scale.labels)
        coded = coded.where((coded == 100) | (_among_best(asked, value, turned, top) == 100))
    return _once(data, options, asked.score, coded)


def _ces(data: Any, options: dict[str, Any]) -> pd.Series | None:
    if not options.get("as_share"):
        return None
    asked, value = _score(data, options, "ces")
    scale = directed(asked, *scale_in_use(asked, options.get("scale")), options.get("direction"))
    top = EASY_OF_SEVEN if scale.points == 7 else scale.top
    return _once(data, options, asked.score, _among_best(asked, value, scale, top))


def _among_best(asked: Any, value: pd.Series, scale: Scale, top: int) -> pd.Series:
    best = best_answers(asked, "best", scale, top)
    hit = value >= best.against if best.coding == "at_least" else value <= best.against
    return (100.0 * hit).where(value.notna())


def _contacts(data: Any, options: dict[str, Any]) -> pd.Series:
    return settled(data, **{name: value for name, value in options.items() if name not in _SHARED})


def _churn(data: Any, options: dict[str, Any]) -> pd.Series | None:
    """2 × left + 1 for each customer of the base: who came within the period counts half in an average base."""
    if options.get("period"):
        return None
    register = Register.of(data, options.get("started"), options.get("ended"), options.get("until"), [])
    (one,) = register.stretches(options.get("since"), None)
    opening, left, closing = register.opening(one), register.left(one), register.closing(one)
    if options.get("base", "opening") == "opening":
        return pd.Series(np.where(left, 100.0, 0.0)).where(opening)
    # Who was there at one end only is half a customer below the line; who came and went is only above it.
    value = np.where(left, 100.0, 0.0) + np.where(opening & ~left, 0.0, np.where(closing | left & ~opening, 0.5, 0.0))
    return pd.Series(value).where(opening | closing | left)


def _active(data: Any, options: dict[str, Any]) -> pd.Series:
    """The people who count, 1 each."""
    source = MetricTable.of(data, "usage")
    who, when = (
        source.column(options.get("customer"), "customer", "customer"),
        source.first(options.get("date"), "date", "date"),
    )
    rows = source.rows([who, when], once=False)
    times = source.moments(rows[when])
    end = needed_end(log_end(times, until=options.get("until")), source.name).moment.normalize() + pd.Timedelta(days=1)
    days = pd.Timedelta(days=float(options.get("window_days", USUAL_DAYS)))
    there = rows[who][(times >= end - days) & (times < end)].dropna().unique()
    return pd.Series(1.0, index=pd.Index(there))


def _rates(data: Any, options: dict[str, Any]) -> pd.Series:
    return dispositions_counted(
        data, options.get("outcome"), options.get("dispositions"), options.get("rate", "RR1"), options.get("e")
    )


#: Options that do not change how a case counts.
_SHARED: Final = frozenset({"by", "weight", "cluster", "confidence", "period"})
_COUNTED: Final[Mapping[str, Callable[[Any, dict[str, Any]], pd.Series | None]]] = {
    "nps": _nps,
    "csat": _csat,
    "ces": _ces,
    "first_contact_resolution": _contacts,
    "response_rate": _rates,
    "churn": _churn,
    "active_users": _active,
}
