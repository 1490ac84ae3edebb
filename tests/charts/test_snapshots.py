"""What people see of the sample company, kept: every chart's headline, quiet line and drawing.

After a change that is meant, `pytest tests/charts/test_snapshots.py --snapshot-update` writes them anew; the difference
is then read like code.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

import cxanalysis as cx

#: Resamples: the figures of a snapshot are the same every time, they need not be sure.
QUICK = 50
FAILURES = ["late", "claim", "returned"]
RATINGS = ["rate_delivery", "rate_product", "rate_price", "rate_service"]
COMPONENTS = [
    {"column": "recommend", "as": "nps", "branch": "advocacy"},
    {"column": "csat", "as": "mean", "branch": "satisfaction"},
]


@cache
def company() -> Mapping[str, cx.Table]:
    return cx.load_sample("company")


@cache
def linked() -> cx.Linked:
    tables = company()
    happened = {"late": "promised", "claim": "claim_opened", "returned": "returned_on"}
    return cx.link(
        tables["survey"], tables["operations"], on="customer", answered="answered", happened=happened, flags=FAILURES,
        window_days=60,
    )  # fmt: skip


@cache
def weighted() -> cx.Weights:
    return cx.rake(company()["survey"], {"market": {"business": 0.4, "consumer": 0.6}})


@cache
def drivers() -> cx.Drivers:
    return cx.drivers(linked().table, "recommend", FAILURES, outcome_as="nps", cluster="customer", resamples=QUICK)


@cache
def rating_drivers() -> cx.Drivers:
    return cx.drivers(company()["survey"], "recommend", RATINGS, cluster="customer", resamples=QUICK)


@cache
def nps(**options: Any) -> cx.Estimates:
    return cx.nps(company()["survey"], "recommend", cluster="customer", **options)


@cache
def made(name: str) -> Any:
    """A result, once."""
    return RESULTS[name]()


#: Name → the result.
RESULTS: dict[str, Callable[[], Any]] = {
    "alerts": lambda: cx.alerts(
        company()["survey"],
        company()["operations"],
        watched=[
            {"table": "survey", "metric": "nps", "score": "recommend", "by": ["market"]},
            {"table": "operations", "metric": "failure_rate", "failure": "late"},
        ],
    ),
    "asymmetry": lambda: cx.asymmetry(company()["survey"], "recommend", RATINGS, resamples=QUICK),
    "answered": lambda: cx.answered(company()["invitations"], cluster="customer"),
    "at_stake": lambda: cx.at_stake(
        linked().table, loyalty="recommend", outcome_as="top-box", drivers=FAILURES, base=5000, resamples=QUICK
    ),
    "behind": lambda: cx.behind(linked().table, "recommend", period="2025-03-03", group={"market": "business"}),
    "beside": lambda: cx.beside("nps", weighted().answers, score="recommend", weight="weight"),
    "clean": lambda: cx.clean(company()["survey"], drop=["straight-liners", "duplicates"], today="2026-06-01"),
    "control": lambda: cx.control(company()["operations"], "failure_rate", failure="late"),
    "drift": lambda: cx.drift(company()["contacts"], company()["survey"]),
    "drivers": drivers,
    "elements": lambda: cx.elements(company()["survey"], "recommend", cluster="customer", resamples=QUICK),
    "estimates": nps,
    "forecast": lambda: cx.forecast(company()["survey"], "nps", score="recommend"),
    "importance_performance": lambda: cx.importance_performance(rating_drivers(), company()["survey"], goal=80),
    "index": lambda: cx.index(company()["survey"], components=COMPONENTS, by="market", weightings=QUICK),
    "link": linked,
    "missing": lambda: cx.quality(company()["survey"], today="2026-06-01"),
    "purchase_models": lambda: cx.purchase_models(company()["transactions"], resamples=QUICK),
    "response": lambda: cx.response(company()["invitations"], by="channel"),
    "robustness": lambda: cx.robustness(linked().table, "recommend", FAILURES, resamples=QUICK),
    "segments": lambda: cx.segments(linked().table, "recommend", FAILURES, by="market", resamples=QUICK),
    "status": lambda: cx.status(nps(by="market"), 45, today="2026-01-01"),
    "tree": lambda: cx.tree([cx.Entry("NPS", key="nps", branch="advocacy"), cx.Entry("Stars", under="nps")]),
}

#: Name → a chart of one of them.
CHARTS: dict[str, Callable[[], Any]] = {
    "answered": lambda: cx.charts.answered(made("answered")),
    "asymmetry": lambda: cx.charts.asymmetry(made("asymmetry")),
    "at_stake": lambda: cx.charts.at_stake(made("at_stake")),
    "beside": lambda: cx.charts.beside(made("beside")),
    "control": lambda: cx.charts.control(made("control"), width=700),
    "distribution": lambda: cx.charts.distribution(nps(by="market")),
    "drivers": lambda: cx.charts.drivers(drivers(), width=700),
    "elements": lambda: cx.charts.elements(made("elements"), "desired attributes"),
    "estimates alone": lambda: cx.charts.estimates(nps()),
    "estimates by group": lambda: cx.charts.estimates(nps(by="channel")),
    "estimates over time": lambda: cx.charts.estimates(nps(by="market", period="quarter")),
    "forecast": lambda: cx.charts.forecast(made("forecast"), mode="dark"),
    "importance": lambda: cx.charts.importance(rating_drivers()),
    "importance_performance": lambda: cx.charts.importance_performance(made("importance_performance")),
    "index": lambda: cx.charts.index(made("index")),
    "missing": lambda: cx.charts.missing(made("missing")),
    "prevalence": lambda: cx.charts.prevalence(drivers()),
    "purchase_models": lambda: cx.charts.purchase_models(made("purchase_models")),
    "response": lambda: cx.charts.response(made("response")),
    "robustness": lambda: cx.charts.robustness(made("robustness")),
    "segments": lambda: cx.charts.segments(made("segments")),
    "weightings": lambda: cx.charts.weightings(made("index")),
}


def rounded(spec: Any) -> Any:
    """A piece of a spec without its rows, numbers with four digits."""
    if isinstance(spec, Mapping):
        return {key: rounded(value) for key, value in spec.items() if key != "data"}
    if isinstance(spec, list):
        return [rounded(item) for item in spec]
    return float(f"{spec:.4g}") if isinstance(spec, float) else spec


def drawing(spec: Mapping[str, Any]) -> list[str]:
    """A chart as lines to read: its frame, then each layer's mark and where its fields go."""
    outer = {key: value for key, value in spec.items() if key not in ("$schema", "config", "datasets", "layer")}
    lines = [f"{key}: {json.dumps(rounded(value), ensure_ascii=False)}" for key, value in outer.items()]
    for layer in spec["layer"]:
        inner = rounded(layer)
        channels = inner.pop("encoding", {})
        lines.append(json.dumps(inner, ensure_ascii=False))
        lines += [f"    {channel}: {json.dumps(of, ensure_ascii=False)}" for channel, of in channels.items()]
    return lines


@pytest.mark.parametrize("name", sorted(RESULTS))
def test_what_a_result_says_is_kept(name: str, snapshot: SnapshotAssertion) -> None:
    result = made(name)
    assert [result.headline, *getattr(result, "facts", ())] == snapshot


@pytest.mark.parametrize("name", sorted(CHARTS))
def test_what_a_chart_draws_is_kept(name: str, snapshot: SnapshotAssertion) -> None:
    assert drawing(CHARTS[name]().to_dict()) == snapshot


def test_the_house_style_is_kept(snapshot: SnapshotAssertion) -> None:
    assert CHARTS["estimates alone"]().to_dict()["config"] == snapshot


def test_every_chart_has_a_snapshot() -> None:
    drawn = {name.partition(" ")[0] for name in CHARTS}
    others = {"caption_of", "chart_of", "describe"}
    assert drawn | others == set(cx.charts.__all__)
