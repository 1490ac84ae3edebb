"""The numbers of the sample company, to the last digit: a change of structure must not change one.

Every public analysis is called with what it needs named, `cluster` above all: a default that changes is no change here.
`python -m tests.reference.sample_company_calls --write` writes the numbers anew, which is right only where a number was
wrong before; without `--write` it says what differs.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections.abc import Callable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import scipy.linalg  # noqa: F401 - what works with several threads must be there before it can be held to one
import sklearn.ensemble  # noqa: F401
from threadpoolctl import threadpool_info, threadpool_limits

import cxanalysis as cx
from tests.reference.plain_numbers import differences, written

FILE: Final = Path(__file__).with_name("sample_company_numbers.json")

Sample = Mapping[str, cx.Table]

FIVE: Final = ["late", "claim", "invoice_corrected", "returned", "slot_changed"]
FAILURES: Final = [*FIVE, "second_contact", "technical_fault"]
RATINGS: Final = ["rate_delivery", "rate_product", "rate_price", "rate_website", "rate_service", "rate_invoicing"]
BY_CUSTOMER: Final = {"cluster": "customer"}
FEW: Final = {"resamples": 100, "seed": 0}
DAY: Final = "2025-07-01"
HAPPENED: Final = {
    "on": "customer",
    "answered": "answered",
    "window_days": 60,
    "happened": [
        {
            "late": "promised",
            "claim": "claim_opened",
            "invoice_corrected": "invoice_corrected_on",
            "returned": "returned_on",
            "slot_changed": "ordered",
        },
        "opened",
    ],
    "flags": [FIVE, FAILURES[5:]],
    "absent": ["missing", "none"],
}
MARGINS: Final = {"market": {"consumer": 0.62, "business": 0.38}, "language": {"en": 0.55, "es": 0.45}}
PARTS: Final = ["recommend", "csat", {"column": "ces", "worst": 1, "best": 7}]
NPS: Final = {"outcome": "recommend", "outcome_as": "nps"}
KEY: Final = bytes(range(32))

#: Libraries whose sums and searches the numbers come from.
LIBRARIES: Final = ("numpy", "scipy", "pandas", "statsmodels", "scikit-learn", "duckdb", "narwhals")


def made_with() -> dict[str, Any]:
    """What the last digits hang on beside our own code: versions, and the instructions of the processor."""
    blas = [pool["architecture"] for pool in threadpool_info() if pool["user_api"] == "blas" and "architecture" in pool]
    instructions = np.show_config(mode="dicts")["SIMD Extensions"]["found"]
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "linear algebra for": sorted(set(blas)),
        "instructions": instructions,
        **{name: metadata.version(name) for name in LIBRARIES},
    }


def sample() -> dict[str, cx.Table]:
    """The sample company, its answers linked to what happened, and the same with weights."""
    tables = cx.load_sample("company")
    tables["linked"] = cx.link(tables["survey"], tables["operations"], tables["contacts"], **HAPPENED).table
    tables["weighted"] = cx.rake(tables["linked"], MARGINS, column="weight").answers
    return tables


def analysed(tables: Sample) -> cx.Drivers:
    """The analysis of failures that others stand on."""
    return cx.drivers(tables["linked"], drivers=FAILURES, **NPS, **BY_CUSTOMER, **FEW)


def rated(tables: Sample) -> cx.Drivers:
    """The analysis of ratings that the map of importance and performance stands on."""
    return cx.drivers(tables["survey"], "csat", RATINGS, **BY_CUSTOMER, **FEW)


def correlations(tables: Sample) -> pd.DataFrame:
    """Correlations of the ratings, the outcome last."""
    return tables["survey"].frame[[*RATINGS, "csat"]].dropna().corr()


def metrics_of(tables: Sample) -> cx.Measurable:
    """What can be measured of the company's own tables."""
    return cx.metrics({name: table for name, table in tables.items() if name not in ("linked", "weighted")})


def inventory() -> cx.Inventory:
    """The company's own list of metrics."""
    return cx.inventory(cx.sample_path("inventory"))


def index(tables: Sample) -> cx.Index:
    """One number for the experience, by market."""
    weights = {"recommend": 0.5, "csat": 0.3, "ces": 0.2}
    more = {"by": "market", **BY_CUSTOMER, "weightings": 100, **FEW}
    return cx.index(tables["survey"], components=PARTS, weights=weights, **more)


def status(tables: Sample, by: str | None) -> cx.Status:
    """How the NPS stands beside a goal and a benchmark."""
    goal = cx.Goal("nps", 55, benchmarks=[cx.Benchmark(50, "last year's report", n=800, year=2024)])
    return cx.status(cx.nps(tables["survey"], "recommend", by=by, **BY_CUSTOMER), goal, today=DAY)


def people(tables: Sample) -> cx.Table:
    """Customers with made-up addresses, for what looks for personal data."""
    frame = tables["customers"].frame.head(600)
    mails = frame["customer"].astype(str).str.lower() + "@example.com"
    frame = frame.assign(**{"e-mail": mails, "note": "write to " + mails})
    return cx.Table(frame, name="people", roles={"customer": "customer", "note": "text"})


def otherwise(survey: cx.Table) -> cx.Table:
    """The survey as another tool might hand it over: a column renamed, one gone, one on another scale."""
    frame = survey.frame.rename(columns={"ces": "effort"}).drop(columns="comment")
    roles = {name: role for name, role in survey.roles.items() if name in frame}
    return cx.Table(frame.assign(csat=2 * frame["csat"]), name="other", roles=roles)


def stepped(tables: Sample, call: str, table: str, **arguments: Any) -> Any:
    """A call as the app makes it, on some rows of the table."""
    return cx.Step(call, (table,), arguments).run(tables)


def steps_log(tables: Sample) -> cx.Table:
    """The contacts with the steps that nobody should need."""
    rules = {"again": ["customer", "reason"]}
    moved = {"moved": ["customer", "channel"]}
    return cx.unnecessary(tables["contacts"], repeated=rules, changed=moved, within_days=30, date="opened")


#: Name of a call → the call.
CALLS: Final[Mapping[str, Callable[[Sample], Any]]] = {
    # --- scores --------------------------------------------------------------------------------------------
    "nps": lambda t: cx.nps(t["survey"], "recommend", cluster=None),
    "nps by market and type": lambda t: cx.nps(
        t["survey"], "recommend", by=["market", "type"], cluster="customer", confidence=0.9
    ),
    "nps weighted": lambda t: cx.nps(t["weighted"], "recommend", weight="weight", cluster="customer", by="channel"),
    "nps by month": lambda t: cx.nps(t["survey"], "recommend", date="answered", period="month", cluster="customer"),
    "nps per customer": lambda t: cx.nps(t["survey"], "recommend", per="customer", customer="customer", cluster=None),
    "nps of some rows": lambda t: stepped(
        t, "nps", "survey", score="recommend", cluster="customer", by="language",
        where={"market": ["business"], "answered": {"from": "2024-01-01", "to": "2024-12-31"}},
    ),
    "csat": lambda t: cx.csat(t["survey"], "csat", cluster=None),
    "csat by channel, neutral out": lambda t: cx.csat(
        t["survey"], "csat", by="channel", neutral="out", cluster="customer"
    ),
    "csat by quarter, top box": lambda t: cx.csat(
        t["weighted"], "csat", top=1, weight="weight", date="answered", period="quarter", cluster=None
    ),
    "csat of reviews": lambda t: cx.csat(t["reviews"], "stars", by="site", cluster=None),
    "ces": lambda t: cx.ces(t["survey"], "ces", cluster=None),
    "ces as a share by week": lambda t: cx.ces(
        t["survey"], "ces", as_share=True, date="answered", period="week", cluster="customer"
    ),
    "ces weighted, of some rows": lambda t: cx.ces(
        t["weighted"].where({"type": "transactional"}), "ces", weight="weight", by="market", cluster="customer"
    ),
    # --- metrics -------------------------------------------------------------------------------------------
    "metrics": metrics_of,
    "metric rating": lambda t: cx.metric(
        "rating", t["survey"], score="rate_delivery", by="market", period="quarter", date="answered", cluster="customer"
    ),
    "metric response_rate": lambda t: cx.metric(
        "response_rate", t["invitations"], outcome="outcome", period="quarter", date="sent", cluster="customer"
    ),
    "metric first_contact_resolution": lambda t: cx.metric(
        "first_contact_resolution", t["contacts"], how="repeat", reason="reason", by="channel", cluster="customer"
    ),
    "metric handle_time": lambda t: cx.metric(
        "handle_time", t["contacts"], seconds="handle_seconds", by="channel", cluster="customer"
    ),
    "metric resolution_time": lambda t: cx.metric(
        "resolution_time", t["complaints"], by="canal", cluster=None, **FEW
    ),
    "metric resolution_time, mean of contacts": lambda t: cx.metric(
        "resolution_time", t["contacts"], opened="opened", closed="closed", statistic="mean", unit="hours",
        by="reason", cluster="customer", **FEW,
    ),
    "metric complaint_rate": lambda t: cx.metric("complaint_rate", t["complaints"], t["customers"]),
    "metric failure_rate": lambda t: cx.metric(
        "failure_rate", t["operations"], failure="late", by="channel", period="quarter", date="ordered",
        cluster="customer",
    ),
    "metric unnecessary_rate": lambda t: cx.metric("unnecessary_rate", t["contacts"], t["operations"]),
    "metric survival": lambda t: cx.metric("survival", t["customers"], by="market", after_days=[90, 365]),
    "metric churn": lambda t: cx.metric("churn", t["customers"], by="segment", period="quarter"),
    "metric retention": lambda t: cx.metric("retention", t["customers"], by="market", period="quarter"),
    "metric revenue_churn": lambda t: cx.metric(
        "revenue_churn", t["customers"], t["transactions"], amount="margin", by="market"
    ),
    "metric churn_without_contract": lambda t: cx.metric("churn_without_contract", t["transactions"], how="rule"),
    "metric repeat_purchase_rate": lambda t: cx.metric(
        "repeat_purchase_rate", t["transactions"], within_days=180, by="category"
    ),
    "metric lifetime_value": lambda t: cx.metric(
        "lifetime_value", t["transactions"], amount="margin", resamples=5, seed=0
    ),
    "metric lifetime_value, simple": lambda t: cx.metric(
        "lifetime_value", t["transactions"], t["customers"], how="simple", amount="margin", resamples=20, seed=0
    ),
    "metric acquisition_cost": lambda t: cx.metric("acquisition_cost", t["spend"], t["customers"], period="quarter"),
    "metric active_users": lambda t: cx.metric(
        "active_users", t["usage"], t["customers"], as_share=True, period="month"
    ),
    "definitions of churn": lambda t: cx.definitions("churn", t["customers"]),
    "definitions of csat": lambda t: cx.definitions("csat", t["survey"], score="csat", cluster="customer"),
    "definitions of first contact resolution": lambda t: cx.definitions(
        "first_contact_resolution", t["contacts"], reason="reason", cluster="customer"
    ),
    "purchase models": lambda t: cx.purchase_models(
        t["transactions"], opportunity="month", amount="margin", each_customer=True, resamples=5, seed=0
    ),
    "unnecessary": steps_log,
    "unnecessary_rate": lambda t: cx.unnecessary_rate(
        steps_log(t), t["operations"], steps=["again", "moved"], unit_cost={"again": 4.5, "moved": (2, 3)}
    ),
    # --- who answered --------------------------------------------------------------------------------------
    "response by type and market": lambda t: cx.response(
        t["invitations"], "outcome", by=["type", "market"], cluster="customer"
    ),
    "response RR3": lambda t: cx.response(t["invitations"], "outcome", rate="RR3", by="channel", cluster=None),
    "answered": lambda t: cx.answered(t["invitations"], outcome="outcome", cluster="customer"),
    "rake": lambda t: cx.rake(t["survey"], MARGINS, column="weight"),
    "rake, trimmed": lambda t: cx.rake(
        t["survey"], t["invitations"], fields=["market", "channel", "language"], trim=1.2
    ),
    "propensity weights": lambda t: cx.propensity_weights(
        t["customers"], t["survey"], on="customer", fields=["market", "segment", "country"], trim=5
    ),
    "beside": lambda t: cx.beside("nps", t["weighted"], weight="weight", cluster="customer", score="recommend"),
    # --- tables --------------------------------------------------------------------------------------------
    "link": lambda t: cx.link(t["survey"], t["operations"], t["contacts"], **HAPPENED, other_windows=True),
    "quality": lambda t: cx.quality(t["survey"], outcome="recommend", today=DAY),
    "quality of contacts": lambda t: cx.quality(t["contacts"], today=DAY),
    "quality of orders": lambda t: cx.quality(t["operations"], today=DAY),
    "clean": lambda t: cx.clean(
        t["survey"], drop=["repeated people", "mostly empty columns"], columns=["comment"], today=DAY
    ),
    "clean orders": lambda t: cx.clean(t["operations"], drop=["duplicates"], today=DAY),
    "drift": lambda t: cx.drift(otherwise(t["survey"]), t["survey"]),
    "personal": lambda t: cx.personal(people(t)),
    "protect": lambda t: cx.protect(people(t), key=KEY),
    # --- drivers -------------------------------------------------------------------------------------------
    "drivers of nps": analysed,
    "drivers of a mean, johnson": lambda t: cx.drivers(
        t["linked"], "csat", FAILURES, method="johnson", cluster=None, **FEW
    ),
    "drivers of the top box": lambda t: cx.drivers(
        t["linked"], "csat", FAILURES, outcome_as="top-box", top=2, cluster="customer", **FEW
    ),
    "drivers in groups, held equal, weighted": lambda t: cx.drivers(
        t["weighted"], "recommend", FAILURES, outcome_as="nps", weight="weight", cluster="customer",
        groups={"delivery": ["late", "slot_changed"], "contact": ["second_contact", "technical_fault"]},
        adjust_for=["market", "channel"], **FEW,
    ),
    "drivers, pairwise": lambda t: cx.drivers(
        t["survey"], "csat", RATINGS, missing="pairwise", cluster="customer", **FEW
    ),
    "drivers, imputed": lambda t: cx.drivers(
        t["survey"].where({"type": "transactional"}), "recommend", RATINGS[:4], missing="impute", cluster=None, **FEW
    ),
    "drivers of ratings": rated,
    "importance": lambda t: cx.importance(correlations(t)),
    "importance, johnson": lambda t: cx.importance(correlations(t), method="johnson"),
    "dominance": lambda t: cx.dominance(correlations(t)),
    "relative importance": lambda t: cx.relative_importance(
        t["survey"], "csat", RATINGS, cluster="customer", **FEW
    ),
    "what if": lambda t: cx.what_if(analysed(t), {"late": {"times": 0.5}, "claim": {"to": 0.01}}, goal=60),
    "at stake, customers and money": lambda t: cx.at_stake(
        t["linked"], t["customers"], loyalty="ended", drivers=FIVE, value_per_customer=(80, 120), currency="EUR",
        within_days=200, cluster="customer", **FEW,
    ),
    "at stake, of the answers": lambda t: cx.at_stake(
        t["linked"], loyalty="recommend", drivers=FAILURES, outcome_as="top-box", top=2, base=4000,
        value_per_customer=50, prevalence={"late": 0.15}, cluster="customer", **FEW,
    ),
    "asymmetry": lambda t: cx.asymmetry(t["survey"], "csat", RATINGS, cluster="customer", **FEW),
    "importance × performance": lambda t: cx.importance_performance(rated(t), t["survey"], goal=75),
    "importance × performance of failures": lambda t: cx.importance_performance(analysed(t), t["linked"]),
    "segments": lambda t: cx.segments(
        t["linked"], drivers=FIVE, by="market", **NPS, **BY_CUSTOMER, **FEW
    ),
    "models": lambda t: cx.models(t["linked"], drivers=FIVE, **NPS, **BY_CUSTOMER, seed=0),
    "models, logit": lambda t: cx.models(
        t["weighted"], "csat", FIVE, outcome_as="top-box", weight="weight", cluster=None, seed=0
    ),
    "robustness": lambda t: cx.robustness(
        t["linked"].where({"market": "business"}), drivers=FIVE[:4], **NPS, **BY_CUSTOMER, resamples=60, seed=0
    ),
    "linear enough": lambda t: cx.linear_enough(
        t["survey"].where({"market": "business"}), "csat", RATINGS[:4], cluster="customer", seed=0
    ),
    "elements": lambda t: cx.elements(
        t["linked"], "recommend", outcome_as="nps", failures=FAILURES, attributes=RATINGS, cluster="customer", **FEW
    ),
    # --- catalogue -----------------------------------------------------------------------------------------
    "index": index,
    "index, its branches": lambda t: index(t).branches,
    "index, derived weights by quarter": lambda t: cx.index(
        t["survey"], components=PARTS[1:], weights="derived", outcome="recommend", date="answered", period="quarter",
        cluster=None, weightings=100, **FEW,
    ),
    "inventory": lambda _: inventory(),
    "audit": lambda t: cx.audit(inventory(), tables=t, today=DAY),
    "tree": lambda _: cx.tree(inventory().entries).table,
    "status": lambda t: status(t, None),
    "status of groups": lambda t: status(t, "market").table,
    # --- over time -----------------------------------------------------------------------------------------
    "control of nps": lambda t: cx.control(
        t["survey"], "nps", score="recommend", date="answered", every="week", cluster="customer"
    ),
    "control of late orders": lambda t: cx.control(
        t["operations"], "failure_rate", failure="late", date="ordered", every="month", group={"channel": "web"},
        cluster="customer",
    ),
    "alerts": lambda t: cx.alerts(
        t["survey"],
        watched=[
            {"metric": "nps", "score": "recommend", "date": "answered", "by": ["market"], "cluster": "customer"},
            {"metric": "csat", "score": "csat", "date": "answered", "cluster": None},
        ],
        every="week",
    ),
    "forecast": lambda t: cx.forecast(
        t["survey"], "nps", score="recommend", date="answered", every="month", horizon=3, cluster="customer"
    ),
    "behind": lambda t: cx.behind(
        t["linked"], "recommend", period="2025-03-03", every="week", date="answered", limit=20
    ),
}  # fmt: skip


def numbers_of(name: str, tables: Sample) -> dict[str, Any]:
    """What one call gives, as it stands in the file.

    All is done by one thread: two that multiply matrices add the rows up in another order, and the last digit of what
    is resampled (the intervals of shares of importance) would hang on the number of processors.
    """
    with threadpool_limits(limits=1):
        return written(CALLS[name](tables))


def main() -> None:
    """Write the numbers, or say which differ."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true", help=f"write {FILE.name} anew")
    options.add_argument("--to", type=Path, default=FILE, help="another file to write to or to compare with")
    asked = options.parse_args()
    began, tables, found = time.perf_counter(), sample(), {}
    with_what = made_with()
    for name in CALLS:
        start = time.perf_counter()
        found[name] = numbers_of(name, tables)
        print(f"{time.perf_counter() - start:6.2f} s  {name}", flush=True)
    print(f"{time.perf_counter() - began:6.2f} s  all {len(CALLS)} calls")
    if asked.write:
        lines = [f"{json.dumps(name)}: {json.dumps(said, ensure_ascii=False)}" for name, said in found.items()]
        text = f'{{"made with": {json.dumps(with_what)},\n"calls": {{\n' + ",\n".join(lines) + "\n}}\n"
        asked.to.write_text(text, encoding="utf-8")
        return
    kept = json.loads(asked.to.read_text(encoding="utf-8"))
    said = differences(kept, {"made with": with_what, "calls": found})
    print("\n".join(said) or "nothing differs")


if __name__ == "__main__":
    main()
