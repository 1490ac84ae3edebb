"""What columns are called in sentences and charts; tables keep their real names."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.labels import labels_of

DRIVERS = ["second_contact", "late_delivery", "rate_price"]
ROLES = {"would_recommend": "nps", "second_contact": "flag", "late_delivery": "flag", "rate_price": "rating",
         "sales_region": "category", "stays_on": "flag"}  # fmt: skip


def table(labels: dict[str, str] | None = None) -> cx.Table:
    rng = np.random.default_rng(1)
    second, late = rng.binomial(1, 0.3, 800), rng.binomial(1, 0.2, 800)
    rate = rng.integers(1, 6, 800)
    region = rng.choice(["north_west", "south"], 800)
    score = 6 - 3 * second - late + 0.3 * rate + rng.normal(size=800) - 1.5 * second * (region == "south")
    frame = pd.DataFrame(
        {
            "would_recommend": np.clip(np.round(score), 0, 10), "second_contact": second, "late_delivery": late,
            "rate_price": rate, "sales_region": region, "stays_on": rng.binomial(1, 0.8 - 0.4 * second),
        }
    )  # fmt: skip
    scales = {"would_recommend": cx.Scale(0, 10), "rate_price": cx.Scale(1, 5)}
    return cx.Table(frame, name="answers", roles=ROLES, scales=scales, labels=labels)


def results(data: cx.Table) -> list:
    score = {"outcome": "would_recommend", "drivers": DRIVERS}
    return [
        cx.drivers(data, **score, resamples=100),
        cx.segments(data, **score, by="sales_region", resamples=50),
        cx.robustness(data, **score, resamples=100),
        cx.at_stake(data, loyalty="stays_on", drivers=DRIVERS, base=1000),
    ]


@pytest.fixture(scope="module")
def found() -> list:
    return results(table())


def test_sentences_have_blanks_and_tables_the_real_names(found):
    for result in found:
        assert "second contact" in result.headline.lower()
        assert "_" not in result.headline.replace("north_west", "")
    for result in (*found[:2], found[3]):
        assert "second_contact" in set(result.table["driver"])
    assert all("_" not in text for text in found[2].confounding_sentences)


def test_charts_and_their_words_say_the_same(found):
    for draw, result in zip(("drivers", "segments", "robustness", "at_stake"), found, strict=True):
        text = json.dumps(getattr(cx.charts, draw)(result).to_dict())
        assert "second contact" in text
        assert "second_contact" not in text
        assert "second_contact" not in cx.charts.describe(result)
    for draw in ("importance", "prevalence"):
        text = json.dumps(getattr(cx.charts, draw)(found[0]).to_dict())
        assert "second contact" in text
        assert "second_contact" not in text


def test_a_label_of_the_file_comes_first():
    asked = "Did you have to contact us a second time?"
    for result in results(table({"second_contact": asked})):
        assert asked in result.headline


def test_a_long_question_is_cut_and_two_of_a_kind_keep_their_names():
    long = cx.Table(pd.DataFrame({"a": [1]}), name="t", labels={"a": "word " * 40})
    assert len(labels_of(long, ["a"])["a"]) == 60
    assert labels_of(None, ["late_delivery", "late delivery"]) == {
        "late_delivery": "late_delivery", "late delivery": "late delivery",
    }  # fmt: skip
