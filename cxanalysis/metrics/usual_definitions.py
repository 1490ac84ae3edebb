"""The definitions of each metric that people quarrel about, the usual one first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from cxanalysis.columns.scales.scale import Scale
from cxanalysis.metrics.metric_question import MetricQuestion, column_of_role, question
from cxanalysis.metrics.metric_table import MetricTable
from cxanalysis.metrics.response.response import RATES
from cxanalysis.metrics.scores.scale_in_use import directed, scale_in_use
from cxanalysis.problem import Problem

Asks = dict[str, dict[str, Any]]
#: Windows of first contact resolution that are in use, in days.
WINDOWS: Final = (7, 1, 14, 30)


def usual_definitions(name: str, tables: tuple[Any, ...], options: Mapping[str, Any]) -> tuple[Asks, list[str]]:
    """Definition → options of the metric, and what to say about those left out.

    Examples
    --------
    >>> list(usual_definitions("churn", (), {})[0])
    ['over the opening base', 'over the average base']
    """
    if name not in _USUAL:
        return {}, []
    notes: list[str] = []
    found = _USUAL[name](tables, dict(options), notes)
    return found, notes


def _asked(data: Any, role: str, options: Mapping[str, Any]) -> MetricQuestion:
    score = options.get("score") or column_of_role(data, role)
    return question(data, score, None, by=None, weight=None, cluster=None, confidence=0.95, date=None, period=None)


def has_customers(data: Any) -> bool:
    """Whether the table knows who answered and when, so that the latest answer of each can be told."""
    source = MetricTable.of(data, "answers")
    return (
        source.table is not None
        and source.maybe(None, "customer") is not None
        and bool(source.table.columns_of("date"))
    )


def _per_customer(data: Any, chosen: Asks) -> Asks:
    return chosen | ({"the latest answer of each customer": {"per": "customer"}} if has_customers(data) else {})


def _nps(tables: Any, options: dict[str, Any], notes: list[str]) -> Asks:
    return _per_customer(tables[0], {"every answer": {}})


def _csat(tables: Any, options: dict[str, Any], notes: list[str]) -> Asks:
    scale, _ = scale_in_use(_asked(tables[0], "csat", options), options.get("scale"))
    if scale.step == 0 or scale.points < 3:
        notes.append("On this scale there is only one way to be satisfied.")
        return {}
    n, top = scale.points, options.get("top") or scale.top
    cuts = [top, *(k for k in (top - 1, top + 1) if 1 <= k < n)]
    out: Asks = {f"the best {k} of {n}": {"top": k} for k in cuts}
    if 2 * top < n:
        out["neutral answers left out"] = {"top": top, "neutral": "out"}
        out["100 minus % unhappy"] = {"top": n - top}
    return _per_customer(tables[0], out)


def _ces(tables: Any, options: dict[str, Any], notes: list[str]) -> Asks:
    asked = _asked(tables[0], "ces", options)
    scale = directed(asked, *scale_in_use(asked, options.get("scale")), options.get("direction"))
    turned = Scale(scale.low, scale.high, not scale.higher_is_better, scale.step, scale.labels)
    way = "high" if scale.higher_is_better else "low"
    other = {"scale": turned, "direction": None}
    return _per_customer(
        tables[0],
        {
            f"mean, a {way} answer is easy": {"as_share": False},
            f"% easy, a {way} answer is easy": {"as_share": True},
            f"% easy, if a {'low' if way == 'high' else 'high'} answer were easy": {"as_share": True, **other},
        },
    )


def _contacts(tables: Any, options: dict[str, Any], notes: list[str]) -> Asks:
    out: Asks = {}
    plain = {name: options[name] for name in ("solved", "eligible") if options.get(name)}
    if "solved" in plain:
        out["gross: all contacts"] = {"how": "gross"}
        if "eligible" in plain:
            out["net: what level one can solve"] = {"how": "net"}
    else:
        notes.append("Gross and net need a 0/1 column of contacts solved at once: solved=…, and eligible=… for net.")
    first = options.get("window_days", WINDOWS[0])
    windows = [first, *(days for days in WINDOWS if days != first)]
    out |= {
        f"no repeat within {days:g} day{'' if days == 1 else 's'}": {"how": "repeat", "window_days": days}
        for days in windows
    }
    out["no repeat, per customer"] = {"how": "repeat", "window_days": first, "per": "customer"}
    return out


def _rates(tables: Any, options: dict[str, Any], notes: list[str]) -> Asks:
    first = options.get("rate", "RR1")
    return {f"{rate}: {RATES[rate]}": {"rate": rate} for rate in (first, *(r for r in RATES if r != first))}


def _churn(tables: Any, options: dict[str, Any], notes: list[str]) -> Asks:
    both = {"over the opening base": {"base": "opening"}, "over the average base": {"base": "average"}}
    return dict(reversed(both.items())) if options.get("base") == "average" else both


def _lapsed(tables: Any, options: dict[str, Any], notes: list[str]) -> Asks:
    days = float(options.get("inactive_days", 180.0))
    return {
        f"nothing bought in {each:g} days": {"how": "rule", "inactive_days": each}
        for each in (days, days / 2, days / 4)
    } | {
        "chance of being gone (BG/NBD)": {"how": "model"},
        "chance of being gone (Pareto/NBD)": {"how": "model", "model": "Pareto/NBD"},
    }


def _value(tables: Any, options: dict[str, Any], notes: list[str]) -> Asks:
    return {
        "simple, first margin in a year": {"how": "simple", "first": "later"},
        "simple, first margin now": {"how": "simple", "first": "now"},
        "model, one year": {"how": "model", "horizon_days": 365.0},
        "model, three years": {"how": "model", "horizon_days": 1096.0},
        "model (Pareto/NBD), one year": {"how": "model", "model": "Pareto/NBD", "horizon_days": 365.0},
    }


def _durations(tables: Any, options: dict[str, Any], notes: list[str]) -> Asks:
    first = options.get("statistic", "median")
    return {each: {"statistic": each} for each in (first, *(s for s in ("median", "mean", "p90") if s != first))}


def _complaints(tables: Any, options: dict[str, Any], notes: list[str]) -> Asks:
    return {"complaining customers of 100": {"per": "customer"}, "complaints per 100 orders": {"per": "order"}}


def _active(tables: Any, options: dict[str, Any], notes: list[str]) -> Asks:
    if options.get("period"):
        raise Problem("calendar periods have one definition", do="Leave period= out to compare windows")
    return {f"in the last {days} days": {"window_days": days} for days in (30, 28, 31, 7)}


_USUAL: Final[Mapping[str, Callable[[Any, dict[str, Any], list[str]], Asks]]] = {
    "nps": _nps,
    "csat": _csat,
    "ces": _ces,
    "first_contact_resolution": _contacts,
    "response_rate": _rates,
    "churn": _churn,
    "churn_without_contract": _lapsed,
    "lifetime_value": _value,
    "resolution_time": _durations,
    "complaint_rate": _complaints,
    "active_users": _active,
}
