"""Random tables, some of their rows, random needs: a frame, columns of a file and DuckDB say the same."""

import numpy as np
import pandas as pd
import pytest

from cxanalysis.engine.columns_in_memory import FileColumns
from cxanalysis.engine.duckdb_engine import DuckEngine
from cxanalysis.engine.engines import engine_of
from cxanalysis.engine.frame_engine import FrameEngine
from cxanalysis.engine.need import Measure, Need, Period
from cxanalysis.engine.where import conditions

MEASURES = (
    Measure("nps", "score", "nps"),
    Measure("top", "rated", "at_least", 4),
    Measure("x", "x"),
    Measure("late", "late"),
    Measure("in a", "group", "equals", "a"),
    Measure("second", "wave", "equals", 2),
)
NEEDS = (
    Need(MEASURES),
    Need(MEASURES, weight="weight", by=("group",), cluster="word_id"),
    Need(MEASURES, blocks="word_id", complete=True),
    Need(MEASURES, blocks="number_id", cluster="number_id", by=("wave",), weight="weight"),
    Need(MEASURES, by=(Period("day", "month"), "late"), cluster="number_id", pairs=False),
    Need(MEASURES, blocks=""),
    Need(MEASURES, weight="weight", pairs=False),
)
SUMS = ("count", "weight", "mean", "cross", "spread", "units", "squares", "weight_squares", "rows", "unweighted",
        "n_missing")  # fmt: skip


def table(rng, rows):
    frame = pd.DataFrame(
        {
            "score": rng.integers(0, 11, rows).astype(float),
            "rated": rng.integers(1, 6, rows).astype(float),
            "x": rng.normal(size=rows),
            "late": rng.random(rows) < 0.3,
            "group": rng.choice(["a", "b", "c"], rows),
            "wave": rng.integers(0, 4, rows),
            "weight": rng.choice([0, 1, 2, 0.5], rows),
            "day": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 200 * 86_400, rows), unit="s"),
            "word_id": rng.choice([f"c{at}" for at in range(max(1, rows // 2))], rows),
            "number_id": rng.integers(0, max(1, rows // 3), rows).astype(float),
        }
    )
    for column in ("score", "rated", "x", "weight", "number_id"):
        frame.loc[rng.random(rows) < rng.choice([0, 0.2]), column] = np.nan
    for column in ("group", "word_id"):
        frame[column] = frame[column].where(rng.random(rows) > 0.1)
    return frame


def some_rows(rng):
    chosen = {
        "group": ["a", None],
        "wave": {"from": 1, "to": 2},
        "day": {"from": "2024-02-01", "to": "2024-05-01"},
        "late": [True],
    }
    return {column: what for column, what in chosen.items() if rng.random() < 0.4}


def alike(one, other):
    return len(one) == len(other) and all(
        a == b or (a is None and b is None) or (a != a and b != b) for a, b in zip(one, other, strict=True)
    )


@pytest.mark.parametrize("seed", range(12))
def test_three_engines_agree(seed, tmp_path):
    rng = np.random.default_rng(seed)
    frame = table(rng, int(rng.integers(40, 400)))
    path = tmp_path / "rows.parquet"
    frame.to_parquet(path, index=False)
    kept = conditions(some_rows(rng))
    held, *others = (
        engine.where(kept) for engine in (FrameEngine(FileColumns(path)), engine_of(frame), DuckEngine.of_parquet(path))
    )
    assert held.rows() > 0
    for other in others:
        assert held.rows() == other.rows()
        for column in frame:
            assert [held.span(column, there) for there in (None, "score", "group", "day")] == [
                other.span(column, there) for there in (None, "score", "group", "day")
            ]
            assert column == "x" or held.levels(column) == other.levels(column)
            assert alike(held.values([column], limit=7)[column], other.values([column], limit=7)[column])
        for column in ("word_id", "wave"):
            (first, again), (theirs, as_often) = held.once(column), other.once(column)
            assert again == as_often
            np.testing.assert_array_equal(first.values(["score"])["score"], theirs.values(["score"])["score"])
        for need in NEEDS:
            ours, found = held.aggregate(need), other.aggregate(need)
            assert ours.groups == found.groups
            for name in SUMS:
                np.testing.assert_allclose(getattr(ours, name), getattr(found, name), rtol=1e-9, atol=1e-7)
