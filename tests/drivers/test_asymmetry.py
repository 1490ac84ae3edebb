"""Penalty and reward: right against an independent regression, right by hand, and classes only where they are sure."""

from __future__ import annotations

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import statsmodels.api as sm

import cxanalysis as cx
from cxanalysis.drivers.asymmetry import asymmetry_sums

RATINGS = ["clean", "staff", "gift", "price"]
NUMBERS = ["penalty", "reward", "impact", "sgp", "dgp", "asymmetry", "vif", "n_low", "n_middle", "n_high"]
INTERVALS = [f"{name}_{end}" for name in ("penalty", "reward", "impact", "asymmetry") for end in ("low", "high")]


def answers(n: int = 1500, seed: int = 1) -> pd.DataFrame:
    """clean mainly annoys (-2, +0.4), gift pleases (-0.1, +1.5), staff does both (-1.5, +1.5), price is noise."""
    rng = np.random.default_rng(seed)
    mood = rng.normal(size=n)
    frame = pd.DataFrame(
        {name: np.clip(np.round(3.1 + 0.5 * mood + rng.normal(size=n)), 1, 5) for name in RATINGS}
    )  # fmt: skip
    low, high = frame <= 2, frame >= 4
    score = 6 - 2 * low.clean + 0.4 * high.clean - 1.5 * low.staff + 1.5 * high.staff - 0.1 * low.gift + 1.5 * high.gift
    return frame.assign(
        score=score + rng.normal(size=n),
        customer=[f"C{k // 3}" for k in range(n)],
        market=rng.choice(["B2B", "B2C"], n),
        w=rng.uniform(0.5, 2, n),
    )


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    return answers()


def rows(result: cx.Asymmetry) -> pd.DataFrame:
    return result.table.set_index("driver")


def design(frame: pd.DataFrame, low: int = 2, high: int = 4) -> pd.DataFrame:
    columns = {f"{name} {way}": flag.astype(float) for name in RATINGS
               for way, flag in (("low", frame[name] <= low), ("high", frame[name] >= high))}  # fmt: skip
    return sm.add_constant(pd.DataFrame(columns))


# --- an independent regression ----------------------------------------------------------------------


@pytest.mark.parametrize("weight", [None, "w"])
def test_penalties_and_rewards_are_those_of_statsmodels(frame, weight):
    found = rows(cx.asymmetry(frame, "score", RATINGS, weight=weight, resamples=50))
    X = design(frame)
    w = 1.0 if weight is None else frame[weight]
    model = sm.WLS(frame["score"], X, weights=w).fit(cov_type="HC2")
    for name in RATINGS:
        p, r = model.params[f"{name} low"], model.params[f"{name} high"]
        assert found.loc[name, "penalty"] == pytest.approx(p, abs=1e-9)
        assert found.loc[name, "reward"] == pytest.approx(r, abs=1e-9)
        assert found.loc[name, "impact"] == pytest.approx(r - p, abs=1e-9)
        if p <= 0 <= r:
            assert found.loc[name, "asymmetry"] == pytest.approx((r + p) / (r - p), abs=1e-9)
        half = (found.loc[name, "penalty_high"] - found.loc[name, "penalty_low"]) / 2
        # The same variance (CR2 is HC2 with a row a block); Student's t in place of the normal.
        assert 1.9599 < half / model.bse[f"{name} low"] < 1.98


def test_outcome_as_nps_and_with_a_category_held_equal(frame):
    whole = frame.assign(score=np.clip(np.round(frame.score), 0, 10))
    found = rows(cx.asymmetry(whole, "score", RATINGS, outcome_as="nps", adjust_for=["market"], resamples=50))
    coded = np.select([whole.score >= 9, whole.score >= 7], [100.0, 0.0], -100.0)
    model = sm.OLS(coded, design(whole).assign(b2b=(whole.market == "B2B").astype(float))).fit()
    for name in RATINGS:
        assert found.loc[name, "penalty"] == pytest.approx(model.params[f"{name} low"], abs=1e-8)
        assert found.loc[name, "reward"] == pytest.approx(model.params[f"{name} high"], abs=1e-8)


def test_standardised_coefficients(frame):
    found = rows(cx.asymmetry(frame, "score", RATINGS, standardised=True, resamples=200))
    X = design(frame)
    z = ((X - X.mean()) / X.std(ddof=0)).drop(columns="const")
    model = sm.OLS((frame.score - frame.score.mean()) / frame.score.std(ddof=0), z).fit()
    for name in RATINGS:
        assert found.loc[name, "penalty"] == pytest.approx(model.params[f"{name} low"], abs=1e-9)
        assert found.loc[name, "penalty_low"] < found.loc[name, "penalty"] < found.loc[name, "penalty_high"]


def test_each_resample_is_the_regression_of_its_rows(frame):
    """The sums that are drawn give what a fit of the drawn rows gives."""
    small = frame.head(300)
    X = design(small).drop(columns="const")
    values = np.column_stack([X.to_numpy(), small.score.to_numpy()])
    draws = asymmetry_sums.coefficients(asymmetry_sums.sums_of_rows(values, None, None), 3, seed=5)
    rng = np.random.default_rng(5)
    for draw, drawn in zip(draws, rng.integers(0, 300, size=(3, 300)), strict=True):
        one = values[drawn]
        model = sm.OLS(one[:, -1], sm.add_constant(one[:, :-1])).fit()
        np.testing.assert_allclose(draw, model.params[1:], atol=1e-9)


# --- by hand ----------------------------------------------------------------------------------------


def by_hand(penalty: float, reward: float) -> pd.DataFrame:
    x = np.repeat([1, 2, 3, 4, 5], 30)
    return pd.DataFrame({"x": x, "y": 10 + penalty * (x <= 2) + reward * (x >= 4)})


@pytest.mark.parametrize(
    ("penalty", "reward", "asymmetry", "kind"),
    [
        (-3.0, 0.0, -1.0, "only dissatisfies"),
        (0.0, 2.0, 1.0, "only satisfies"),
        (-2.0, 2.0, 0.0, "performance"),
        (-3.0, 1.0, -0.5, "basic"),
        (-1.0, 3.0, 0.5, "excitement"),
    ],
)
def test_hand_cases(penalty, reward, asymmetry, kind):
    row = cx.asymmetry(by_hand(penalty, reward), "y", ["x"], resamples=100).table.iloc[0]
    assert row["asymmetry"] == pytest.approx(asymmetry, abs=1e-12)
    assert row["impact"] == pytest.approx(reward - penalty)
    assert (row["sgp"], row["dgp"]) == pytest.approx(((1 + asymmetry) / 2, (1 - asymmetry) / 2))
    assert (row["class"], row["support"]) == (kind, 1.0)


def test_wrong_signs_are_undetermined_and_say_so():
    found = cx.asymmetry(by_hand(-1.0, -2.0), "y", ["x"], resamples=100)
    row = found.table.iloc[0]
    assert row["class"] == "undetermined"
    assert np.isnan(row["asymmetry"])
    assert row["flags"] == ["reward below zero"]
    assert any(note.startswith("reward below zero (x)") for note in found.notes)
    assert "cannot be told" in found.headline
    # Beyond doubt on the wrong side: counting it as none would hide it.
    zero = cx.asymmetry(by_hand(-1.0, -2.0), "y", ["x"], resamples=100, wrong_sign="zero").table.iloc[0]
    assert zero["class"] == "undetermined"


def test_a_low_number_may_be_the_good_end():
    frame = by_hand(-3.0, 1.0)
    frame["x"] = 6 - frame["x"]
    scales = {"x": cx.Scale(1, 5, higher_is_better=False)}
    row = cx.asymmetry(frame, "y", ["x"], scales=scales, resamples=100).table.iloc[0]
    assert (row["penalty"], row["reward"]) == pytest.approx((-3.0, 1.0))
    assert (row["low"], row["high"]) == ("4 or more", "up to 2")


def test_an_outcome_on_which_low_is_good_is_turned_round():
    frame = by_hand(-3.0, 1.0).assign(y=lambda f: 20 - f.y)
    scale = cx.Scale(0, 20, higher_is_better=False)
    row = cx.asymmetry(frame, "y", ["x"], scale=scale, resamples=100).table.iloc[0]
    assert (row["penalty"], row["reward"]) == pytest.approx((-3.0, 1.0))


@pytest.mark.parametrize(
    ("choice", "low", "high"),
    [
        ({}, [1, 2], [4, 5]),
        ({"low": 1, "high": 1}, [1], [5]),
        ({"low": {"x": 1}}, [1], [4, 5]),
        ({"low": {"x": 2}, "high": {"x": 5}}, [1, 2], [5]),
    ],
)
def test_low_and_high_are_a_choice(choice, low, high):
    frame = answers().rename(columns={"clean": "x"})
    row = cx.asymmetry(frame, "score", ["x"], resamples=50, **choice).table.iloc[0]
    X = sm.add_constant(np.column_stack([frame.x.isin(low), frame.x.isin(high)]).astype(float))
    assert (row["penalty"], row["reward"]) == pytest.approx(tuple(sm.OLS(frame.score, X).fit().params.iloc[1:]))
    assert (row["n_low"], row["n_high"]) == (frame.x.isin(low).sum(), frame.x.isin(high).sum())


# --- what is refused --------------------------------------------------------------------------------


def test_too_few_answers_refuse_the_driver_and_keep_its_row(frame):
    rare = frame.copy()
    worst = rare.index[rare.price <= 2]
    rare.loc[worst[12:], "price"] = 3
    found = cx.asymmetry(rare, "score", RATINGS, resamples=100)
    row = found.table.iloc[-1]
    assert (row["driver"], row["class"], row["n_low"], row["flags"]) == ("price", "undetermined", 12, ["too few low"])
    assert row[["penalty", "reward", "impact", "asymmetry", "sgp"]].isna().all()
    assert any("price: 12 of 20 needed" in note for note in found.notes)
    assert set(found.table["driver"]) == set(RATINGS)
    # It is still held equal: the others are what statsmodels says with its columns in the model.
    model = sm.OLS(rare.score, design(rare)).fit()
    assert rows(found).loc["clean", "penalty"] == pytest.approx(model.params["clean low"], abs=1e-9)
    assert cx.asymmetry(rare, "score", RATINGS, fewest=12, resamples=100).table["penalty"].notna().all()


def test_enough_counts_more_answers_until_there_are_enough(frame):
    """Nearly everybody is content: 2 gave 1 or 2 of 10, 30 more gave 3 to 5."""
    rng = np.random.default_rng(5)
    x = np.r_[1, 2, rng.integers(3, 6, 30), rng.integers(6, 11, 968)]
    content = pd.DataFrame({"x": x, "y": 5 - 2.0 * (x <= 5) + 1.0 * (x >= 8) + rng.normal(size=1000)})
    refused = cx.asymmetry(content, "y", ["x"], resamples=60)
    assert refused.table["flags"].iloc[0] == ["too few low"]
    assert "refused, for too few answers" in refused.headline
    assert any('low="enough"' in note for note in refused.notes)
    row = cx.asymmetry(content, "y", ["x"], low="enough", resamples=60).table.iloc[0]
    gave = [int((x <= k).sum()) for k in range(3, 6)]
    last = 3 + next(k for k, n in enumerate(gave) if n >= 20)
    assert (row["low"], row["high"], row["n_low"]) == (f"up to {last}", "8 or more", gave[last - 3])
    # Where the usual ends hold enough answers nothing changes.
    same = cx.asymmetry(frame, "score", RATINGS, low="enough", high="enough", resamples=60)
    assert same.table.equals(cx.asymmetry(frame, "score", RATINGS, resamples=60).table)


def test_nobody_in_between_is_refused_too(frame):
    split = frame.assign(price=np.where(frame.price <= 3, 1, 5))
    found = rows(cx.asymmetry(split, "score", RATINGS, resamples=60))
    assert found.loc["price", "flags"] == ["too few in between"]
    assert np.isnan(found.loc["price", "asymmetry"])
    assert found.loc["clean", "class"] == "basic"


def test_twins_have_no_penalty_of_their_own(frame):
    found = rows(cx.asymmetry(frame.assign(twin=frame.clean), "score", [*RATINGS, "twin"], resamples=60))
    assert found.loc["twin", "flags"] == found.loc["clean", "flags"] == ["duplicate"]
    assert found.loc["gift", "class"] == "excitement"


def test_the_outcome_in_disguise_is_said_first(frame):
    copy = np.clip(np.round(frame.score / 2), 1, 5)
    copied = frame.assign(again=copy, score=copy)
    found = cx.asymmetry(copied, "score", ["again", "gift"], resamples=60)
    assert found.headline.startswith("First look at again")
    assert "leak" in rows(found).loc["again", "flags"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"classes": (0.7, 0.2)}, "no two ends"),
        ({"support": 0.3}, "between 0.5 and 1"),
        ({"low": 4}, "leave none in between"),
        ({"low": 3}, "leave none in between"),
        ({"low": {"clean": 4}, "high": {"clean": 4}}, "leave none in between"),
        ({"low": "many"}, "unknown"),
        ({"low": {"speed": 1}}, "not among the drivers"),
        ({"wrong_sign": "ignore"}, "wrong_sign: 'ignore' is none of its choices"),
        ({"missing": "guess"}, "missing: 'guess' is none of its choices"),
        ({"resamples": 10}, "resamples: 10 is below 50"),
    ],
)
def test_impossible_choices_are_problems(frame, arguments, words):
    with pytest.raises(cx.Problem, match=words):
        cx.asymmetry(frame, "score", RATINGS, **arguments)


def test_yes_or_no_has_no_middle(frame):
    with pytest.raises(cx.Problem, match="adjust_for"):
        cx.asymmetry(frame.assign(late=(frame.clean < 2).astype(int)), "score", ["late"])
    with pytest.raises(cx.Problem, match="adjust_for"):
        cx.asymmetry(frame, "score", ["market"])
    with pytest.raises(cx.Problem, match="which of them are low"):
        cx.asymmetry(frame.assign(days=frame.w * 10), "score", ["days"])


# --- invariances ------------------------------------------------------------------------------------


def close(one: cx.Asymmetry, other: cx.Asymmetry, columns: list[str], factor: float = 1.0) -> None:
    scale = [factor if name.split("_")[0] in {"penalty", "reward", "impact"} else 1.0 for name in columns]
    left, right = rows(one).loc[RATINGS, columns].to_numpy(float), rows(other).loc[RATINGS, columns].to_numpy(float)
    np.testing.assert_allclose(right, left * scale, atol=1e-9 * max(1.0, factor))
    assert rows(one).loc[RATINGS, "class"].tolist() == rows(other).loc[RATINGS, "class"].tolist()


def test_shift_and_scale_of_the_outcome_change_points_only(frame):
    one = cx.asymmetry(frame, "score", RATINGS, resamples=200)
    other = cx.asymmetry(frame.assign(score=1000 + 7 * frame.score), "score", RATINGS, resamples=200)
    close(one, other, NUMBERS + INTERVALS, factor=7.0)


def test_order_of_rows_and_drivers(frame):
    one = cx.asymmetry(frame, "score", RATINGS, resamples=400)
    turned = cx.asymmetry(frame, "score", RATINGS[::-1], resamples=400)
    close(one, turned, NUMBERS + INTERVALS)
    shuffled = cx.asymmetry(frame.sample(frac=1, random_state=3), "score", RATINGS, resamples=400)
    close(one, shuffled, NUMBERS)


def test_weights_alike_equal_none_and_whole_weights_equal_copies(frame):
    alike = cx.asymmetry(frame.assign(k=3.0), "score", RATINGS, weight="k", resamples=100)
    close(cx.asymmetry(frame, "score", RATINGS, resamples=100), alike, NUMBERS + INTERVALS)
    whole = frame.assign(k=1 + np.arange(len(frame)) % 3)
    copies = whole.loc[whole.index.repeat(whole.k)]
    weighted = rows(cx.asymmetry(whole, "score", RATINGS, weight="k", resamples=50))
    repeated = rows(cx.asymmetry(copies, "score", RATINGS, resamples=50))
    np.testing.assert_allclose(
        weighted.loc[RATINGS, ["penalty", "reward"]].to_numpy(float),
        repeated.loc[RATINGS, ["penalty", "reward"]].to_numpy(float), atol=1e-9,
    )  # fmt: skip


def test_same_seed_same_table(frame):
    one, two = (cx.asymmetry(frame, "score", RATINGS, resamples=100, seed=4) for _ in range(2))
    pd.testing.assert_frame_equal(one.table, two.table)
    assert one._repr_html_() == two._repr_html_()


# --- engines ----------------------------------------------------------------------------------------


def forms(frame, tmp_path):
    path = tmp_path / "answers.parquet"
    frame.to_parquet(path)
    arrow = pa.Table.from_pandas(frame, preserve_index=False)
    roles = {**dict.fromkeys(RATINGS, "rating"), "score": "number", "market": "category", "customer": "customer"}
    return {
        "polars": pl.from_pandas(frame),
        "pyarrow": arrow,
        "duckdb": duckdb.connect().from_arrow(arrow),
        "parquet": cx.Table(frame, name="answers", roles={**roles, "w": "weight"}, parquet=path),
    }


@pytest.mark.parametrize(
    ("missing", "large"),
    # Hash blocks hold the sums of complete rows only.
    [("complete", False), ("complete", True), ("pairwise", False), ("impute", False)],
)
def test_every_engine_gives_the_same_numbers(frame, tmp_path, monkeypatch, missing, large):
    if large:
        monkeypatch.setattr(asymmetry_sums, "ROWS_AS_BLOCKS", 100)
    gaps = frame.copy()
    gaps.loc[::7, "clean"] = np.nan
    arguments = {"cluster": "customer", "weight": "w", "adjust_for": ["market"], "missing": missing, "resamples": 60}
    plain = cx.asymmetry(gaps, "score", RATINGS, **arguments)
    for data in forms(gaps, tmp_path).values():
        close(plain, cx.asymmetry(data, "score", RATINGS, **arguments), NUMBERS + INTERVALS)


def test_hash_blocks_give_the_estimates_of_rows_and_nearly_their_intervals(monkeypatch):
    frame = answers(6000, seed=4)
    by_row = rows(cx.asymmetry(frame, "score", RATINGS, resamples=400))
    monkeypatch.setattr(asymmetry_sums, "ROWS_AS_BLOCKS", 100)
    by_block = rows(cx.asymmetry(frame, "score", RATINGS, resamples=400))
    np.testing.assert_allclose(by_block[NUMBERS].to_numpy(float), by_row[NUMBERS].to_numpy(float), atol=1e-9)
    width = [(found["asymmetry_high"] - found["asymmetry_low"])[["clean", "staff"]] for found in (by_block, by_row)]
    assert ((width[0] / width[1]).between(0.75, 1.33)).all()


def test_gaps_are_counted_and_each_way_with_them_finds_the_same_classes(frame):
    gaps = frame.copy()
    gaps.loc[::9, "clean"] = np.nan
    complete = cx.asymmetry(gaps, "score", RATINGS, resamples=200)
    assert (complete.n, complete.n_excluded) == (int(gaps.clean.notna().sum()), int(gaps.clean.isna().sum()))
    for missing in ("pairwise", "impute"):
        other = cx.asymmetry(gaps, "score", RATINGS, missing=missing, resamples=200)
        assert rows(other).loc["clean", "n_low"] == (gaps.clean <= 2).sum()
        assert rows(other).loc[["clean", "gift"], "nearest"].tolist() == ["basic", "excitement"]


def test_a_table_knows_its_ratings_and_their_scales(frame):
    table = cx.Table(
        frame[[*RATINGS, "score"]], name="t", roles={**dict.fromkeys(RATINGS, "rating"), "score": "number"},
        scales=dict.fromkeys(RATINGS, cx.Scale(1, 5)),
    )  # fmt: skip
    found = cx.asymmetry(table, "score", resamples=60)
    assert set(found.table["driver"]) == set(RATINGS)
    step = cx.Step("asymmetry", ("t",), {"outcome": "score", "resamples": 60})
    assert step.run({"t": table}).headline == found.headline
    assert step.code() == "cx.asymmetry(t, outcome='score', resamples=60)"


# --- known truth ------------------------------------------------------------------------------------


def test_classes_of_a_known_truth_are_found_and_none_is_invented():
    """In 40 surveys: the sure classes are found nearly always; a noise attribute never gets one it does not have."""
    told = [rows(cx.asymmetry(answers(1200, seed), "score", RATINGS, resamples=150))["class"] for seed in range(40)]
    table = pd.DataFrame(told)
    assert table["clean"].isin(["basic", "only dissatisfies"]).mean() >= 0.95
    assert table["staff"].isin(["performance", "undetermined"]).all()
    assert (table["staff"] == "performance").mean() >= 0.8
    assert table["gift"].isin(["excitement", "only satisfies", "undetermined"]).all()
    assert (table["price"] == "undetermined").mean() >= 0.9
