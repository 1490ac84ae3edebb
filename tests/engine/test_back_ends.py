"""The same need has the same answer on every back end, and it is the one that plain arithmetic gives."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from back_ends import as_if_large, elsewhere, stored
from plain_sums import plain_sums

from cxanalysis.engine import engines
from cxanalysis.engine.blocks import block_of
from cxanalysis.engine.duckdb_engine import DuckEngine
from cxanalysis.engine.engines import engine_of
from cxanalysis.engine.frame_engine import FrameEngine
from cxanalysis.engine.need import HASH_BLOCKS, Measure, Need, Period
from cxanalysis.problem import Problem

ODD = 'how "likely", 0–10?; DROP TABLE'
MEASURES = (
    Measure("nps", ODD, "nps"),
    Measure("csat", "csat"),
    Measure("amount", "amount"),
    Measure("happy", "csat", "at_least", 4),
    Measure("unhappy", "csat", "at_most", 2),
    Measure("north", "region", "equals", "no'rth"),
    Measure("late", "late"),
)


@pytest.fixture
def answers() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    n = 230
    frame = pd.DataFrame(
        {
            ODD: rng.integers(0, 11, n).astype(float),
            "csat": rng.integers(1, 6, n).astype(float),
            "amount": rng.normal(1e9, 1.0, n),
            "region": rng.choice(["no'rth", 'so"uth', None], n),
            "late": rng.choice([True, False], n),
            "wave": rng.choice([1.0, 2.0, np.nan], n),
            "customer": rng.integers(1, 40, n).astype(float),
            "w": rng.choice([0.0, 0.3, 1.0, 2.7], n),
            "answered": pd.Timestamp("2024-01-30 23:59:59") + pd.to_timedelta(rng.integers(0, 90 * 24, n), unit="h"),
        }
    )
    frame.loc[rng.random(n) < 0.2, ODD] = np.nan
    frame.loc[rng.random(n) < 0.3, "csat"] = np.nan
    frame.loc[rng.random(n) < 0.1, "amount"] = np.nan
    frame.loc[rng.random(n) < 0.1, "customer"] = np.nan
    frame.loc[rng.random(n) < 0.1, "w"] = np.nan
    frame.loc[rng.random(n) < 0.1, "answered"] = pd.NaT
    return frame


def coded(frame: pd.DataFrame) -> np.ndarray:
    """The measures by hand."""
    likely, csat = frame[ODD], frame["csat"]
    nps = np.where(likely.isna(), np.nan, np.select([likely >= 9, likely >= 7], [100, 0], -100))
    columns = [
        nps,
        csat,
        frame["amount"],
        np.where(csat.isna(), np.nan, 100 * (csat >= 4)),
        np.where(csat.isna(), np.nan, 100 * (csat <= 2)),
        [np.nan if pd.isna(r) else float(r == "no'rth") for r in frame["region"]],
        frame["late"].astype(float),
    ]
    return np.column_stack([np.asarray(column, dtype=float) for column in columns])


def plain(value):
    return None if pd.isna(value) else int(value) if isinstance(value, float) else value


NEEDS = {
    "plain": Need(MEASURES),
    "groups": Need(MEASURES, by=("region", "wave")),
    "weights": Need(MEASURES, by=("region",), weight="w"),
    "complete": Need(MEASURES, by=("wave",), weight="w", complete=True),
    "customers": Need(MEASURES, by=("region",), weight="w", cluster="customer"),
    "customers, no weights": Need(MEASURES, cluster="customer"),
    "blocks": Need(MEASURES, by=("wave",), weight="w", blocks="customer"),
    "blocks in order": Need(MEASURES, blocks=""),
    "blocks of customers": Need(MEASURES, by=("wave",), blocks="customer", cluster="customer"),
    "months": Need(MEASURES, by=("region", Period("answered", "month"))),
}


@pytest.mark.parametrize("name", NEEDS)
def test_sums_are_those_of_plain_arithmetic(on, answers, name):
    need = NEEDS[name]
    months = answers["answered"].dt.to_period("M").dt.start_time
    by = [answers[item] if isinstance(item, str) else months for item in need.by]
    keys = [tuple(plain(column.iloc[r]) for column in by) for r in range(len(answers))]
    ids = [plain(value) for value in answers["customer"]]
    block = [0] * len(answers)
    if need.blocks is not None:
        block = [r % HASH_BLOCKS for r in range(len(answers))]
    if need.blocks:
        block = [own if one is None else block_of(str(one)) for one, own in zip(ids, block, strict=True)]
    weight = answers["w"].fillna(0).to_numpy() if need.weight else np.ones(len(answers))
    units = [("row", r) if one is None or not need.cluster else one for r, one in enumerate(ids)]
    wanted = plain_sums(coded(answers), weight, list(zip(keys, block, strict=True)), units, complete=need.complete)

    found = on(answers).aggregate(need)

    assert found.measures == tuple(measure.name for measure in MEASURES)
    assert set(found.groups) == set(keys)
    for g, group in enumerate(found.groups):
        for b in range(found.blocks):
            cell = wanted.get((group, b))
            if cell is None:
                assert found.rows[g, b] == 0
                assert not found.count[g, b].any()
                assert not found.weight[g, b].any()
                assert np.isnan(found.mean[g, b]).all()
                continue
            for what, expected in cell.items():
                np.testing.assert_allclose(
                    getattr(found, what)[g, b], expected, rtol=1e-9, atol=1e-9, err_msg=f"{what} of {group}"
                )
    values = coded(answers)
    for g, group in enumerate(found.groups):
        inside = np.array([key == group for key in keys]) & (weight > 0)
        np.testing.assert_array_equal(found.n_missing[g], np.isnan(values[inside]).sum(axis=0))


@pytest.mark.parametrize("name", ["groups", "weights", "customers", "customers, no weights", "blocks of customers"])
def test_without_pairs_each_measure_has_its_own_sums_and_no_others(on, answers, name):
    whole, apart = (on(answers).aggregate(replace(NEEDS[name], pairs=pairs)) for pairs in (True, False))
    own = np.eye(len(MEASURES), dtype=bool)
    for what in ("count", "weight", "mean", "cross", "spread"):
        np.testing.assert_allclose(getattr(apart, what)[..., own], getattr(whole, what)[..., own], rtol=1e-12)
    for what in ("units", "squares", "weight_squares", "n_missing", "rows", "unweighted"):
        np.testing.assert_allclose(getattr(apart, what), getattr(whole, what), rtol=1e-12)
    for what in ("count", "weight", "cross", "spread"):
        assert not getattr(apart, what)[..., ~own].any()
    assert np.isnan(apart.mean[..., ~own]).all()


def test_groups_stand_in_order_with_missing_last(on, answers):
    groups = on(answers).aggregate(Need(MEASURES[:1], by=("region", "wave"))).groups
    assert groups[0] == ("no'rth", 1)
    assert groups[-1] == (None, None)
    assert len(groups) == 9


def test_a_tiny_spread_on_a_huge_mean_keeps_its_digits(on):
    small = np.tile([0.0, 0.25, 0.5, 0.75], 500)
    frame = pd.DataFrame({"a": 1e9 + small, "b": small})
    found = on(frame).aggregate(Need((Measure("a", "a"), Measure("b", "b"))))
    np.testing.assert_allclose(found.covariance()[0, 0], np.var(small), rtol=1e-12)
    np.testing.assert_allclose(found.correlation()[0, 0], 1.0, rtol=1e-12)


def test_groups_far_apart_each_keep_their_digits(on):
    small = np.tile([0.0, 0.25, 0.5, 0.75], 100)
    frame = pd.DataFrame({"a": np.concatenate([small, 1e9 + small]), "g": ["low"] * 400 + ["high"] * 400})
    found = on(frame).aggregate(Need((Measure("a", "a"),), by=("g",)))
    np.testing.assert_allclose(found.covariance().ravel(), np.var(small), rtol=1e-12)


def test_sums_of_whole_numbers_are_the_same_to_the_last_bit(on, answers):
    need = Need((Measure("nps", ODD, "nps"), Measure("csat", "csat")), by=("region",), blocks="customer")
    known = answers.dropna(subset=["customer"])
    backwards = engine_of(known.iloc[::-1]).aggregate(need)
    found = on(known).aggregate(need)
    for what in ("count", "weight", "mean", "cross", "spread", "squares"):
        np.testing.assert_array_equal(getattr(backwards, what), getattr(found, what))


def test_levels_are_most_frequent_first_then_by_value(on):
    frame = pd.DataFrame({"x": [2.0, 1.0, 3.0, 2.0, np.nan, 1.0, 7.5], "word": ["b", "a", None, "b", "a", "c", ""]})
    engine = on(frame)
    assert engine.levels("x") == [(1, 2), (2, 2), (3, 1), (7.5, 1)]
    assert engine.levels("x", 2) == [(1, 2), (2, 2)]
    assert engine.levels("word") == [("a", 2), ("b", 2), ("", 1), ("c", 1)]


def test_rows_come_in_their_order_and_in_four_types(on, answers):
    found = on(answers).values([ODD, "region", "answered", "late", Measure("good", "csat", "at_least", 4)])
    np.testing.assert_array_equal(found[ODD], answers[ODD])
    assert found["late"].dtype == np.float64
    assert found["region"].dtype == object
    assert [None if pd.isna(r) else r for r in answers["region"]] == list(found["region"])
    assert found["answered"].dtype == np.dtype("datetime64[us]")
    np.testing.assert_array_equal(found["answered"], answers["answered"].to_numpy("datetime64[us]"))
    np.testing.assert_array_equal(found["good"], coded(answers)[:, 3])


def test_a_limit_takes_rows_evenly_from_the_whole_table(on):
    frame = pd.DataFrame({"x": np.arange(1000.0)})
    found = on(frame).values(["x"], limit=7)["x"]
    assert len(found) == 7
    assert np.diff(found).min() >= 142
    assert np.diff(found).max() <= 143
    np.testing.assert_array_equal(found, [142, 285, 428, 571, 714, 857, 999])


def test_span_of_numbers_dates_and_of_rows_with_an_answer(on, answers):
    engine = on(answers)
    assert engine.span("csat") == (1, 5)
    assert engine.span("answered") == (answers["answered"].min(), answers["answered"].max())
    answered = answers.loc[answers["csat"].notna(), "answered"]
    assert engine.span("answered", present="csat") == (answered.min(), answered.max())
    assert on(pd.DataFrame({"x": [np.nan, np.nan]})).span("x") == (None, None)


@pytest.mark.parametrize(
    ("every", "start"),
    [("day", (2024, 12, 31)), ("week", (2024, 12, 30)), ("month", (2024, 12, 1)), ("quarter", (2024, 10, 1)),
     ("year", (2024, 1, 1))],
)  # fmt: skip
def test_periods_begin_where_the_calendar_says(on, every, start):
    frame = pd.DataFrame({"x": [1.0, 2.0], "when": [pd.Timestamp("2024-12-31 23:59:59.999"), pd.NaT]})
    found = on(frame).aggregate(Need((Measure("x", "x"),), by=(Period("when", every),)))
    assert found.groups == ((dt.datetime(*start),), (None,))
    assert found.by == ("period",)


def test_dates_before_1970_and_with_a_time_zone(on):
    when = pd.to_datetime(["1969-12-28 12:00", "2024-03-31 23:30"]).tz_localize("America/New_York")
    engine = on(pd.DataFrame({"x": [1.0, 2.0], "when": when}))
    groups = engine.aggregate(Need((Measure("x", "x"),), by=(Period("when", "week"),))).groups
    assert groups == ((dt.datetime(1969, 12, 22),), (dt.datetime(2024, 4, 1),))
    assert engine.span("when") == (dt.datetime(1969, 12, 28, 17), dt.datetime(2024, 4, 1, 3, 30))


def test_an_unknown_column_is_named_with_its_neighbours(on, answers):
    with pytest.raises(Problem, match=r"'Csat'.*Did you mean 'csat'"):
        on(answers).aggregate(Need((Measure("x", "Csat"),)))
    with pytest.raises(Problem, match="no column 'zzz'"):
        on(answers).levels("zzz")


def test_words_where_numbers_are_needed_are_shown(on, answers):
    with pytest.raises(Problem, match=r"column 'region': numbers are needed.*such as .*(no'rth|so\"uth)"):
        on(answers).aggregate(Need((Measure("x", "region"),)))
    with pytest.raises(Problem, match="dates are needed"):
        on(answers).aggregate(Need((Measure("x", "csat"),), by=(Period("region", "day"),)))


def test_infinite_values_and_negative_weights_are_refused(on):
    frame = pd.DataFrame({"x": [1.0, np.inf], "w": [1.0, -2.0]})
    with pytest.raises(Problem, match=r"column 'x'.*1 infinite"):
        on(frame).aggregate(Need((Measure("x", "x"),)))
    with pytest.raises(Problem, match=r"column 'w'.*1 weights are negative \(the least is -2\)"):
        on(frame).aggregate(Need((Measure("w", "w", "at_least", 1),), weight="w"))


def test_a_number_with_a_fraction_is_no_id(on):
    frame = pd.DataFrame({"x": [1.0, 2.0], "id": [1.0, 2.5]})
    with pytest.raises(Problem, match=r"column 'id'.*2\.5"):
        on(frame).aggregate(Need((Measure("x", "x"),), blocks="id"))


def test_columns_called_like_the_engines_own_words(on):
    names = ["w", "m0", "m1", "g0", "v", "c0", "gid", "n", "used", "weighted", "id_text", "row_number", "cx_rows", "z0"]
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({name: rng.integers(1, 4, 50).astype(float) for name in names})
    frame.loc[::5, "m0"] = np.nan
    engine = on(frame)
    for name in names:
        need = Need((Measure("a", name), Measure("b", "m0")), by=("g0",), weight="w", blocks="id_text")
        found = engine.aggregate(need).total()
        for group, mean in zip(found.groups, found.mean[:, 0, 0, 0], strict=True):
            inside = frame[frame["g0"] == group[0]].dropna(subset=[name])
            assert mean == pytest.approx(np.average(inside[name], weights=inside["w"]))
    picked = engine.values(names, limit=10)
    np.testing.assert_array_equal(picked["n"], frame["n"].iloc[4::5])
    assert engine.levels("v") == sorted(frame["v"].value_counts().items(), key=lambda pair: (-pair[1], pair[0]))


@pytest.mark.parametrize("name", ["Late", "late", "LATE "])
def test_names_that_differ_in_case_are_different_columns(name, tmp_path, monkeypatch):
    frame = pd.DataFrame({"Late": [0.0, 1.0], "late": [1.0, 1.0], "LATE ": [5.0, 7.0]})
    for back_end in ("pandas", "polars", "pyarrow", "columns", "parquet"):
        as_if_large(monkeypatch, back_end)
        engine = engine_of(elsewhere(frame, back_end, tmp_path))
        assert engine.columns() == ("Late", "late", "LATE ")
        assert engine.aggregate(Need((Measure("x", name),))).mean.item() == frame[name].mean()
        assert engine.values([name])[name].tolist() == frame[name].tolist()
        assert engine.span(name) == (frame[name].min(), frame[name].max())


def test_a_column_without_any_value(on):
    frame = pd.DataFrame({"x": pd.Series([None, None], dtype=object), "y": [1.0, 2.0]})
    found = on(frame).aggregate(Need((Measure("x", "x"), Measure("y", "y")), by=("x",)))
    assert found.groups == ((None,),)
    assert found.n_missing.tolist() == [[2, 0]]
    assert np.isnan(found.mean[0, 0, 0, 0])
    assert np.isnan(found.correlation()[0, 0, 0, 1])


def test_no_rows_at_all(on):
    frame = pd.DataFrame({"x": pd.Series([], dtype=float), "g": pd.Series([], dtype=str)})
    found = on(frame).aggregate(Need((Measure("x", "x"),)))
    assert found.count.sum() == 0
    assert on(frame).aggregate(Need((Measure("x", "x"),), by=("g",))).groups == ()
    assert on(frame).levels("x") == []
    assert on(frame).rows() == 0


def test_ids_are_dealt_alike_as_numbers_and_as_text(on):
    ids = [7, 8, 9007199254740993, 12]
    whole = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "id": ids})
    words = whole.assign(id=[str(one) for one in ids])
    need = Need((Measure("x", "x"),), blocks="id")
    found = on(whole).aggregate(need)
    np.testing.assert_array_equal(found.rows, on(words).aggregate(need).rows)
    assert found.rows[0, block_of("9007199254740993")] == 1


def test_a_large_table_is_summed_column_by_column_and_a_larger_one_where_it_lies(answers, tmp_path, monkeypatch):
    small = engine_of(stored(answers, tmp_path))
    assert isinstance(small, FrameEngine)
    monkeypatch.setattr(engines, "ROWS_IN_MEMORY", len(answers) - 1)
    table = stored(answers, tmp_path)
    large = engine_of(table)
    assert isinstance(large, FrameEngine)
    monkeypatch.setattr(engines, "VALUES_IN_MEMORY", answers.size - 1)
    larger = engine_of(stored(answers, tmp_path))
    assert isinstance(larger, DuckEngine)
    for name in ("customers", "blocks of customers", "weights"):
        a, b, c = (engine.aggregate(NEEDS[name]) for engine in (small, large, larger))
        np.testing.assert_allclose(a.squares, b.squares, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(a.squares, c.squares, rtol=1e-9, atol=1e-9)
    assert not table.rows.loaded


def test_order_of_columns_changes_nothing(on, answers):
    need = NEEDS["weights"]
    turned = replace(need, measures=need.measures[::-1])
    names = [measure.name for measure in need.measures]
    a, b = on(answers).aggregate(need), on(answers[answers.columns[::-1]]).aggregate(turned).take(names)
    np.testing.assert_allclose(a.cross, b.cross, rtol=1e-9, atol=1e-7)
    np.testing.assert_array_equal(a.count, b.count)
