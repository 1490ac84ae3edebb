"""The sentence: digits, ties, and no difference that may be noise."""

from __future__ import annotations

import numpy as np
import pandas as pd

import cxanalysis as cx
from cxanalysis.numbers import THIN


def answers(promoters: int, detractors: int, **columns) -> pd.DataFrame:
    return pd.DataFrame({"r": [10] * promoters + [3] * detractors}).assign(**columns)


def test_one_group():
    found = cx.nps(answers(60, 40), "r")
    assert found.headline == "NPS is 20 [1, 38], from 100 answers."
    satisfied = pd.DataFrame({"c": [5] * 80 + [2] * 20})
    assert cx.csat(satisfied, "c", scale=(1, 5)).headline == f"CSAT is 80{THIN}% [71, 87], from 100 answers."
    assert cx.nps(answers(1, 0), "r").headline == "NPS is 100 (no interval), from 1 answer."


def test_groups_that_differ_and_groups_that_do_not():
    clear = pd.concat([answers(90, 10, g="north"), answers(50, 50, g="south")])
    assert "runs from 0" in cx.nps(clear, "r", by="g").headline
    assert "differ by more than noise" in cx.nps(clear, "r", by="g").headline
    close = pd.concat([answers(52, 48, g="north"), answers(50, 50, g="south")])
    assert cx.nps(close, "r", by="g").headline.startswith("No difference in NPS between the 2 groups")


def test_of_many_equal_groups_the_extremes_are_not_sold():
    """20 groups without any difference: 'more than noise' in about 5 % of tables, although extremes are far apart."""
    claimed = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        frame = pd.DataFrame({"c": rng.choice([5, 2], 4000, p=[0.7, 0.3]), "g": np.arange(4000) % 20})
        claimed += "more than noise" in cx.csat(frame, "c", scale=(1, 5), by="g").headline
    assert claimed <= 20  # 5 % of 200 is 10, and three errors are 9 more


def test_last_period_against_the_one_before():
    jan, feb = (pd.Timestamp(f"2024-0{month}-15") for month in (1, 2))
    fell = pd.concat([answers(80, 20, when=jan), answers(50, 50, when=feb)])
    sentence = cx.nps(fell, "r", date="when", period="month").headline
    assert sentence == "NPS is 0 [−19, 19] in February 2024, 60 below January 2024: more than noise."
    same = pd.concat([answers(52, 48, when=jan), answers(50, 50, when=feb)])
    assert "could be noise" in cx.nps(same, "r", date="when", period="month").headline
    assert cx.nps(same, "r", date="when", period="year").headline == "NPS is 2 [−12, 16] in 2024, from 200 answers."


def test_groups_and_periods_speak_of_the_last_period():
    jan, feb = (pd.Timestamp(f"2024-0{month}-15") for month in (1, 2))
    parts = [answers(80, 20, when=jan, g="a"), answers(90, 10, when=feb, g="a"), answers(40, 60, when=feb, g="b")]
    sentence = cx.nps(pd.concat(parts), "r", by="g", date="when", period="quarter").headline
    assert "Q1 2024" in sentence
    assert "(b)" in sentence


def test_small_groups_are_not_compared():
    frame = pd.concat([answers(30, 20, g="a"), answers(1, 0, g="b")])
    assert "too small to compare" in cx.nps(frame, "r", by="g").headline
