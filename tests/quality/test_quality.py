"""Every check: data made with exactly that fault, and the same data without it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx

TODAY = "2026-06-30"
ROLES = {
    "answer": "id",
    "customer": "customer",
    "answered": "date",
    "closed": "closed",
    "nps": "nps",
    **{f"q{k}": "rating" for k in range(6)},
    "market": "category",
    "spent": "amount",
    "visits": "number",
    "duration_seconds": "number",
    "late": "flag",
}
SCALES = {"nps": cx.Scale(0, 10), **{f"q{k}": cx.Scale(1, 5) for k in range(6)}}


def sound(rows: int = 400, seed: int = 1, shared: float = 0.3) -> pd.DataFrame:
    """Answers with nothing wrong: correlated ratings, complete, everybody once."""
    rng = np.random.default_rng(seed)
    mood = rng.standard_normal(rows)
    own = rng.standard_normal((rows, 6))
    grades = np.clip(np.round(3 + np.sqrt(shared) * mood[:, None] + np.sqrt(1 - shared) * own), 1, 5)
    opened = pd.Timestamp("2025-01-01") + pd.to_timedelta(rng.integers(0, 500, rows), unit="D")
    return pd.DataFrame(
        {
            "answer": np.arange(rows),
            "customer": [f"c{number}" for number in range(rows)],
            "answered": opened,
            "closed": opened + pd.to_timedelta(rng.integers(0, 9, rows), unit="D"),
            "nps": np.clip(np.round(6 + 2 * mood + rng.standard_normal(rows)), 0, 10),
            **{f"q{k}": grades[:, k] for k in range(6)},
            "market": rng.choice(["north", "south"], rows),
            "spent": rng.gamma(2, 50, rows),
            "visits": rng.poisson(3, rows),
            "duration_seconds": rng.lognormal(5, 0.25, rows),
            "late": rng.binomial(1, 0.2, rows),
        }
    )


def table(frame: pd.DataFrame, **more: str) -> cx.Table:
    return cx.Table(frame, name="survey", kind="survey", roles={**ROLES, **more}, scales=SCALES)


def look(frame: pd.DataFrame, **more: str) -> pd.DataFrame:
    return cx.quality(table(frame, **more), today=TODAY).table.set_index("check")


def _first(frame: pd.DataFrame, column: str, rows: int, value: object) -> pd.DataFrame:
    out = frame.copy()
    out.loc[: rows - 1, column] = value
    return out


def _straight(frame: pd.DataFrame) -> pd.DataFrame:
    out = frame.copy()
    for k in range(6):
        out.loc[:59, f"q{k}"] = 3.0
    return out


def _twice(frame: pd.DataFrame, rows: int, **changed: object) -> pd.DataFrame:
    return pd.concat([frame, frame.head(rows).assign(**changed)], ignore_index=True)


def _later(frame: pd.DataFrame) -> pd.DataFrame:
    """The same people again, on the same day, with other numbers and answers."""
    return _twice(frame, 12, answer=np.arange(1000, 1012), nps=2.0)


def _empty_if_unhappy(frame: pd.DataFrame) -> pd.DataFrame:
    out = frame.copy()
    out.loc[(out["nps"] <= 5) & (out["answer"] % 3 > 0), "q0"] = np.nan
    return out


def _empty_together(frame: pd.DataFrame) -> pd.DataFrame:
    out = frame.copy()
    out.loc[out["answer"] % 5 == 0, ["q4", "q5"]] = np.nan
    return out


def _one_impression(frame: pd.DataFrame) -> pd.DataFrame:
    return sound(shared=0.85)


def _promoter(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(group=np.where(frame["nps"] >= 9, "promoter", np.where(frame["nps"] <= 6, "detractor", "none")))


def _longer_scale(frame: pd.DataFrame) -> pd.DataFrame:
    late = frame["answered"] > pd.Timestamp("2025-09-01")
    return frame.assign(nps=np.where(late, frame["nps"], np.minimum(frame["nps"], 5)))


FAULTS = {
    "duplicates": (lambda f: _twice(f, 30), 30),
    "repeated ids": (lambda f: _twice(f, 12, customer=[f"x{k}" for k in range(12)]), 12),
    "repeated people": (_later, 12),
    "straight-liners": (_straight, None),
    "speeders": (lambda f: _first(f, "duration_seconds", 15, 20.0), 15),
    "outside the scale": (lambda f: _first(f, "q2", 7, 9.0), 7),
    "impossible dates": (lambda f: _first(f, "answered", 5, pd.Timestamp("1970-01-01")), 5),
    "closed before opened": (lambda f: _first(f, "closed", 6, pd.Timestamp("2020-01-01")), 6),
    "negative amounts": (lambda f: _first(f, "spent", 8, -10.0), 8),
    "mostly empty columns": (lambda f: _first(f, "q1", 300, np.nan), 300),
    "constant columns": (lambda f: f.assign(late=1), None),
    "id-like columns": (lambda f: f.assign(visits=np.arange(len(f))[::-1] + 1000), None),
    "leakage": (lambda f: f.assign(q3=f["nps"] / 2), None),
    "missing with the outcome": (_empty_if_unhappy, None),
    "incomplete rows": (_empty_together, 80),
    "missing together": (_empty_together, 80),
    "ceiling": (lambda f: _first(f, "nps", 250, 10.0), None),
    "floor": (lambda f: _first(f, "q0", 250, 1.0), None),
    "halo": (_one_impression, None),
    "small groups": (lambda f: _first(f, "market", 4, "east"), 4),
    "scale changed": (_longer_scale, None),
}


def test_sound_data_have_no_finding():
    assert look(sound()).empty


@pytest.mark.parametrize("check", FAULTS)
def test_a_fault_is_found_and_counted(check):
    make, rows = FAULTS[check]
    frame = make(sound())
    roles = {"late": "ignore"} if check in ("incomplete rows", "missing together") else {}
    found = look(frame, **roles)
    assert check in found.index
    if rows is not None:
        assert found.loc[check, "rows"] == rows
        assert found.loc[check, "share"] == pytest.approx(rows / len(frame))
    for said in ("finding", "effect", "advice"):
        assert found.loc[check, said].endswith(".")


def test_a_future_date_depends_on_the_day_that_is_asked_about():
    frame = _first(sound(), "answered", 3, pd.Timestamp("2026-07-02"))
    frame["closed"] = frame["answered"]
    assert look(frame).loc["impossible dates", "rows"] == 3
    assert cx.quality(table(frame), today="2026-07-02").table.empty


def test_a_day_in_1970_among_others_of_that_time_is_a_date():
    frame = sound()
    frame["closed"] = pd.Timestamp("1970-01-01") + pd.to_timedelta(np.arange(400) % 50, unit="D")
    frame["answered"] = pd.Timestamp("1969-12-20")
    assert "impossible dates" not in look(frame).index


def test_a_group_that_the_outcome_tells_is_leakage():
    frame = _promoter(sound())
    assert look(frame, group="category").loc["leakage", "columns"] == ["group"]
    assert "leakage" not in look(frame.assign(group=frame["market"]), group="category").index


def test_a_count_far_below_zero_is_impossible_but_being_early_is_not():
    assert look(_first(sound(), "visits", 1, -1806)).loc["negative amounts", "columns"] == ["visits"]
    early = sound().assign(visits=np.random.default_rng(0).normal(0, 5, 400).round())
    assert "negative amounts" not in look(early).index


def test_short_rows_that_agree_by_chance_are_not_called_copies():
    short = sound(2000)[["nps", "q0", "late"]]
    found = cx.quality(cx.Table(short, name="t", roles=ROLES | {"nps": "nps"}, scales=SCALES)).table.set_index("check")
    assert "duplicates" not in found.index
    assert found.loc["rows alike", "action"] == ""


def test_orders_of_one_customer_on_one_day_are_no_fault():
    orders = _later(sound())
    kept = cx.Table(orders, name="orders", kind="operations", roles={**ROLES, "nps": "ignore"})
    assert "repeated people" not in set(cx.quality(kept, today=TODAY).table["check"])


def test_a_few_rows_in_a_thousand_distort_nothing():
    found = look(_twice(sound(1000), 3))
    assert found.loc["duplicates", "matters"] == "to know"
    assert look(_twice(sound(1000), 30)).loc["duplicates", "matters"] == "distorts"


def test_what_distorts_comes_first_and_is_the_headline():
    frame = _twice(_straight(_first(sound(), "market", 4, "east")), 40)
    result = cx.quality(table(frame), today=TODAY)
    assert list(result.table["matters"]) == sorted(
        result.table["matters"], key=["distorts", "weakens", "to know"].index
    )
    assert result.headline == "40 rows of 440 are exact copies of another row."
    assert "<table" in result._repr_html_()
    assert "<script" not in cx.quality(table(frame.rename(columns={"market": "<script>"})), today=TODAY)._repr_html_()


def test_the_rows_order_is_nothing_and_the_table_stays():
    frame = _later(_twice(_empty_if_unhappy(_straight(sound())), 20))
    kept = frame.copy()
    shuffled = frame.sample(frac=1, random_state=3).reset_index(drop=True)
    one, other = (cx.quality(table(rows), today=TODAY) for rows in (frame, shuffled))
    pd.testing.assert_frame_equal(one.table, other.table, rtol=1e-9)
    pd.testing.assert_frame_equal(one.missing, other.missing, rtol=1e-9)
    assert one.headline == other.headline
    pd.testing.assert_frame_equal(frame, kept)
    drop = ["duplicates", "repeated people", "straight-liners"]
    left = [cx.clean(table(rows), drop=drop).table.frame for rows in (frame, shuffled)]
    assert sorted(map(tuple, left[0].astype(str).to_numpy())) == sorted(map(tuple, left[1].astype(str).to_numpy()))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"outcome": "nothing"}, "no column"),
        ({"outcome": "market"}, "does not hold numbers"),
        ({"today": "soon"}, "no date"),
        ({"confidence": 95}, "confidence"),
    ],
)
def test_what_cannot_be_asked_is_said(arguments, words):
    with pytest.raises(cx.Problem, match=words):
        cx.quality(table(sound()), **arguments)


def test_an_empty_table_is_a_problem_and_a_bare_frame_is_looked_through_for_copies():
    with pytest.raises(cx.Problem, match="no rows"):
        cx.quality(table(sound().head(0)))
    bare = pd.concat([sound(), sound().head(5)])
    assert cx.quality(bare).table["check"].tolist() == ["duplicates"]


def test_gaps_are_listed_by_column():
    result = cx.quality(table(_empty_if_unhappy(sound())), today=TODAY)
    first = result.missing.iloc[0]
    assert first["column"] == "q0"
    assert first["q_value"] < 0.001
    assert first["high"] < 0
    assert result.complete == 400
    drawn = cx.charts.missing(result).to_dict()
    assert "q0" in str(drawn)
    assert "q0" in cx.charts.describe(result)
    with pytest.raises(cx.Problem):
        cx.charts.missing(cx.quality(table(sound()), today=TODAY))
