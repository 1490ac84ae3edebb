"""The truth: what an analysis of the sample company should find, from millions of answers of the same company.

Not the numbers the company was made from (they are recorded beside it) but the estimand: the coefficients of the linear
regression of the coded outcome on all failures, as linked with the stated window, in a population so large that
sampling error no longer matters.
"""

from __future__ import annotations

from dataclasses import asdict
from itertools import combinations
from math import factorial
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.link.link import link
from cxanalysis.tables.table import Table
from sample_data.company import FAILURES, MOOD_SD, NAME, NOISE, RECOMMEND, RESPONSE, SPANISH, TEMPER_SD, WINDOW_DAYS
from sample_data.world import contacts_table, core, operations_table, survey_table

#: Chunks of the population; each has about as many answers as the sample.
POPULATION_CHUNKS: Final = 220
#: The population's own seed: not one row of the sample is in it.
POPULATION_SEED: Final = 20_230_701

#: How the sample's tables are linked: every argument of `cx.link`, as plain JSON.
LINK: Final[dict[str, Any]] = {
    "on": "customer",
    "answered": "answered",
    "happened": [
        {failure: what.happened for failure, what in FAILURES.items() if what.table == "operations"},
        "opened",
    ],
    "window_days": WINDOW_DAYS,
    "flags": [
        [failure for failure, what in FAILURES.items() if what.table == "operations"],
        [failure for failure, what in FAILURES.items() if what.table == "contacts"],
    ],
    "absent": ["missing", "none"],
}
#: Which failures, and what is held equal.
MODELS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "all failures": (tuple(FAILURES), ()),
    "all failures, adjusted": (tuple(FAILURES), ("market", "language")),
    "operations only": (tuple(f for f, what in FAILURES.items() if what.table == "operations"), ()),
}


def outcomes(frame: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Outcome as coded by `cx.drivers` (missing stays missing), keyed "column as coding"."""
    recommend, csat = frame["recommend"].to_numpy(float), frame["csat"].to_numpy(float)
    ces = frame["ces"].to_numpy(float)
    return {
        "recommend as nps": np.where(
            np.isnan(recommend), np.nan, 100.0 * ((recommend >= 9) * 1 - (recommend <= 6) * 1)
        ),
        "recommend as mean": recommend,
        "csat as mean": csat,
        "csat as top-box": np.where(np.isnan(csat), np.nan, 100.0 * (csat >= 4)),
        "ces as mean": ces,
    }


def population_answers(chunk: int) -> pd.DataFrame:
    """The answers of one chunk of the population, linked by the same call as the sample."""
    world = core(POPULATION_SEED, chunk)
    survey = Table(survey_table(None, world.answers), name="survey", roles={"customer": "customer", "answered": "date"})
    orders = operations_table(None, world.orders)
    dates = dict.fromkeys([str(c) for c in orders if pd.api.types.is_datetime64_any_dtype(orders[c])], "date")
    operations = Table(
        orders, name="operations", roles={**dates, "promised": "due", "delivered": "closed", "order": "id"}
    )
    calls = Table(
        contacts_table(world.contacts), name="contacts", roles={"opened": "date", "closed": "closed", "contact": "id"}
    )
    return link(survey, [operations, calls], **LINK).table.frame


def design(frame: pd.DataFrame, drivers: tuple[str, ...], adjusters: tuple[str, ...]) -> NDArray[np.float64]:
    """Intercept, adjusters as dummies, failures: shape (answers, 1 + adjusters + failures)."""
    dummies = {
        "market": frame["market"] == "business",
        "language": frame["language"] == "es",
    }
    columns = [np.ones(len(frame)), *(dummies[a].to_numpy(float) for a in adjusters)]
    return np.column_stack([*columns, *(frame[d].to_numpy(float) for d in drivers)])


def truth(chunks: int) -> dict[str, Any]:
    """Everything that is true, as plain JSON."""
    sums: dict[tuple[str, str], NDArray[np.float64]] = {}
    for chunk in range(chunks):
        frame = population_answers(chunk)
        for outcome, y in outcomes(frame).items():
            for model, (drivers, adjusters) in MODELS.items():
                rows = np.column_stack([design(frame, drivers, adjusters), y])
                rows = rows[~np.isnan(rows).any(axis=1)]
                product = rows.T @ rows
                sums[model, outcome] = sums.get((model, outcome), 0.0) + product
    return {
        "company": NAME,
        "what": "Coefficients of the linear regression of the coded outcome on the failures in a large population.",
        "link": {"answers": "survey", "events": ["operations", "contacts"], "arguments": LINK},
        "noise": NOISE,
        "population": {"chunks": chunks, "seed": POPULATION_SEED},
        "models": {
            model: {
                "drivers": list(drivers),
                "adjust_for": list(adjusters),
                "outcomes": {
                    outcome: _estimand(sums[model, outcome], drivers, len(adjusters))
                    for outcome in outcomes_known(sums)
                },
            }
            for model, (drivers, adjusters) in MODELS.items()
        },
        "made_from": {
            "recommend_without_failures": RECOMMEND,
            "temper_sd": TEMPER_SD,
            "mood_sd": MOOD_SD,
            "spanish": SPANISH,
            "response": {" ".join(pair): rate for pair, rate in RESPONSE.items()},
            "failures": {failure: asdict(what) for failure, what in FAILURES.items()},
        },
    }


def outcomes_known(sums: dict[tuple[str, str], NDArray[np.float64]]) -> list[str]:
    """The outcomes, in the order in which they were met."""
    return list(dict.fromkeys(outcome for _, outcome in sums))


def _estimand(product: NDArray[np.float64], drivers: tuple[str, ...], adjusters: int) -> dict[str, Any]:
    """Effects, prevalences, points at stake and shares of R² from one matrix of sums of products."""
    n = product[0, 0]
    means = product[0] / n
    covariance = product / n - np.outer(means, means)
    effects = np.linalg.solve(product[:-1, :-1], product[:-1, -1])
    first = 1 + adjusters
    importance = shapley(covariance[1:, 1:], adjusters)
    at_stake = -means[first:-1] * effects[first:]
    return {
        "n": round(n),
        "mean": round(float(means[-1]), 4),
        "r_squared": round(float(importance.sum()) + explained(covariance[1:, 1:], tuple(range(adjusters))), 5),
        "at_stake_together": round(float(at_stake.sum()), 4),
        "failures": {
            driver: {
                "prevalence": round(float(means[first + j]), 5),
                "effect": round(float(effects[first + j]), 4),
                "at_stake": round(float(at_stake[j]), 4),
                "importance": round(float(importance[j]), 6),
            }
            for j, driver in enumerate(drivers)
        },
        "order_by_at_stake": [drivers[j] for j in np.argsort(-at_stake)],
        "order_by_importance": [drivers[j] for j in np.argsort(-importance)],
    }


def explained(covariance: NDArray[np.float64], columns: tuple[int, ...]) -> float:
    """R² of the last column on some of the others."""
    if not columns:
        return 0.0
    chosen = list(columns)
    with_outcome = covariance[chosen, -1]
    return float(with_outcome @ np.linalg.solve(covariance[np.ix_(chosen, chosen)], with_outcome) / covariance[-1, -1])


def shapley(covariance: NDArray[np.float64], adjusters: int) -> NDArray[np.float64]:
    """Share of R² of each driver over all orders of entry, by the definition (few drivers), adjusters always in."""
    held = tuple(range(adjusters))
    players = tuple(range(adjusters, len(covariance) - 1))
    p = len(players)
    r_squared = {
        chosen: explained(covariance, (*held, *chosen)) for k in range(p + 1) for chosen in combinations(players, k)
    }
    values = np.zeros(p)
    for j, player in enumerate(players):
        others = [other for other in players if other != player]
        for k in range(p):
            weight = factorial(k) * factorial(p - k - 1) / factorial(p)
            for chosen in combinations(others, k):
                values[j] += weight * (r_squared[tuple(sorted((*chosen, player)))] - r_squared[chosen])
    return values
