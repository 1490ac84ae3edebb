"""A scale that was changed on the way: found in the first answers as it is found in all of them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import cxanalysis as cx
from cxanalysis.tables.scale_change import scale_changes

DAY = np.timedelta64(1, "D")


def answers(days, grades):
    frame = pd.DataFrame({"answered": np.datetime64("2024-01-01") + np.asarray(days) * DAY, "rating": grades})
    return cx.Table(
        frame,
        name="survey",
        roles={"answered": "date", "rating": "rating"},
        scales={"rating": cx.Scale(1.0, 10.0, step=1.0)},
    )


def from_all(days, grades):
    """Every place tried: the last answer before the change, or None."""
    order = np.argsort(days, kind="stable")
    upper = np.asarray(grades)[order] > 5
    best, turn = 0.0, None
    for place in range(31, len(upper) - 29):
        before, after = upper[:place].mean(), upper[place:].mean()
        gain = (after - before) * np.sqrt(place * (len(upper) - place))
        if before <= 0.01 and after >= 0.2 and gain > best + 1e-9:
            best, turn = gain, place
    return turn


@settings(deadline=None, max_examples=150)
@given(
    seed=st.integers(0, 10_000),
    rows=st.integers(60, 300),
    span=st.sampled_from([1, 3, 40, 5_000]),
    gap=st.booleans(),
    low=st.sampled_from([0.0, 0.005, 0.03]),
    high=st.sampled_from([0.1, 0.3, 0.8]),
)
def test_the_first_answers_tell_what_all_of_them_tell(seed, rows, span, gap, low, high):
    rng = np.random.default_rng(seed)
    days = rng.integers(0, span, rows)
    turn = rng.integers(0, span + 1)
    grades = np.where(rng.random(rows) < np.where(days < turn, low, high), 9.0, 2.0)
    days = np.where(days >= turn, days + 20 * span, days) if gap else days
    notes, place = scale_changes(answers(days, grades)), from_all(days, grades)
    if place is None:
        assert notes == []
    else:
        day = (np.datetime64("2024-01-01") + np.sort(days)[place] * DAY).astype(str)
        assert f"from {day} on ({rows - place:,} answers, {place:,} before)" in notes[0]


@pytest.mark.parametrize("missing", ["answered", "rating"])
def test_answers_without_a_day_or_a_grade_do_not_count(missing):
    days, grades = np.arange(200), np.where(np.arange(200) < 100, 3.0, 8.0)
    table = answers(days, grades)
    frame = table.raw.copy()
    frame.loc[::4, missing] = None
    thinned = cx.Table(frame, name="survey", roles=table.roles, scales=table.scales)
    assert "from 2024-04-11 on (75 answers, 75 before)" in scale_changes(thinned)[0]
