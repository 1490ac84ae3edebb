"""Does the interval of an index cover its truth? Several designs, with gaps, clusters, and weights from an outcome."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx

COMPONENTS = ["recommend", "csat", {"column": "ease", "worst": 1, "best": 7}]
WEIGHTS = {"recommend": 0.5, "csat": 0.3, "ease": 0.2}
DERIVED = {"weights": "derived", "outcome": "loyal", "resamples": 200}
#: Data sets a design; the bounds of 93-97 % are widened by three Monte-Carlo errors of these many.
SETS = 200
SLACK = 3 * np.sqrt(0.95 * 0.05 / SETS)


def draw(rng, people, each=1, gaps=0.1):
    """Three answers that hang together, and how loyal people are."""
    n = people * each
    mood = np.repeat(rng.normal(0, 0.7, people), each) + rng.normal(0, 0.7, n)
    frame = pd.DataFrame(
        {
            "who": np.repeat(np.arange(people), each),
            "recommend": np.clip(np.round(7.8 + 1.6 * mood + rng.normal(0, 1, n)), 0, 10),
            "csat": np.clip(np.round(4 + 0.7 * mood + rng.normal(0, 0.6, n)), 1, 5),
            "ease": np.clip(np.round(5.2 + mood + rng.normal(0, 1, n)), 1, 7),
            "shop": rng.choice(["a", "b", "c"], n),
        }
    )
    frame["loyal"] = mood + 0.5 * frame["csat"] + 0.3 * frame["ease"] + rng.normal(0, 1, n)
    frame.loc[rng.random(n) < gaps, "ease"] = np.nan
    roles = {"who": "customer", "recommend": "nps", "csat": "csat", "ease": "ces", "loyal": "number"}
    scales = {"recommend": cx.Scale(0, 10), "csat": cx.Scale(1, 5), "ease": cx.Scale(1, 7)}
    return cx.Table(frame.drop(columns="shop"), name="survey", kind="survey", roles=roles, scales=scales)


def index(data, **options):
    return cx.index(data, components=COMPONENTS, weightings=10, **({"weights": WEIGHTS} | options))


#: Design → how one data set is drawn and analysed, and which truth it has.
DESIGNS = {
    "100 answers": (lambda rng: index(draw(rng, 100)), "by hand"),
    "1,000 answers": (lambda rng: index(draw(rng, 1000)), "by hand"),
    "5 answers of each of 80": (lambda rng: index(draw(rng, 80, 5), cluster="who"), "by hand"),
    "derived weights": (lambda rng: index(draw(rng, 300), **DERIVED), "derived"),
}


@pytest.fixture(scope="module")
def truth():
    many = draw(np.random.default_rng(99), 300_000)
    derived = index(many, **(DERIVED | {"resamples": 10}))
    return {"by hand": index(many).table["value"].iloc[0], "derived": derived.table["value"].iloc[0]}


@pytest.mark.parametrize("name", DESIGNS)
def test_the_interval_covers(name, truth):
    make, kind = DESIGNS[name]
    rows = [make(np.random.default_rng(seed)).table.iloc[0] for seed in range(SETS)]
    covered = np.mean([row["low"] <= truth[kind] <= row["high"] for row in rows])
    assert 0.93 - SLACK <= covered <= 0.97 + SLACK
