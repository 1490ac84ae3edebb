"""The same analysis from every kind of data, from rows and from hash blocks."""

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pytest

import cxanalysis as cx
from cxanalysis.drivers.model import gather
from cxanalysis.tables.table import Table

from .conftest import make_answers

FLAGS = ["late", "returned", "noise"]
ESTIMATES = ["importance", "effect", "mean", "at_stake", "vif"]


def numbers(result):
    return result.table.drop(columns=["driver", "flags"]).to_numpy(dtype=float)


def forms(frame, tmp_path):
    path = tmp_path / "answers.parquet"
    frame.to_parquet(path)
    roles = dict.fromkeys([*FLAGS], "flag") | {
        "csat": "csat",
        "customer": "customer",
        "market": "category",
        "w": "weight",
    }
    arrow = pa.Table.from_pandas(frame, preserve_index=False)
    return {
        "polars": pl.from_pandas(frame),
        "pyarrow": arrow,
        "duckdb": duckdb.connect().from_arrow(arrow),
        "table": Table(frame, name="answers", roles=roles),
        "parquet": Table(frame, name="answers", roles=roles, parquet=path),
    }


@pytest.mark.parametrize("missing", ["complete", "pairwise"])
def test_every_kind_of_data_gives_the_same_numbers(answers, tmp_path, missing):
    frame = answers.copy()
    frame.loc[::7, "late"] = np.nan
    arguments = {"cluster": "customer", "weight": "w", "resamples": 60, "missing": missing}
    plain = cx.drivers(frame, "csat", ["market", *FLAGS], **arguments)
    for name, data in forms(frame, tmp_path).items():
        found = cx.drivers(data, "csat", ["market", *FLAGS], **arguments)
        np.testing.assert_allclose(numbers(found), numbers(plain), rtol=0, atol=1e-9, err_msg=name)
        assert list(found.table.driver) == list(plain.table.driver)


@pytest.mark.parametrize("cluster", [None, "customer"])
def test_hash_blocks_give_the_estimates_of_rows_and_nearly_their_intervals(monkeypatch, tmp_path, cluster):
    frame = make_answers(6000, seed=9)
    rows = cx.drivers(frame, "csat", ["staff", *FLAGS], cluster=cluster, resamples=200)
    monkeypatch.setattr(gather, "ROWS_AS_BLOCKS", 100)
    results = {name: cx.drivers(data, "csat", ["staff", *FLAGS], cluster=cluster, resamples=200)
               for name, data in forms(frame, tmp_path).items()}  # fmt: skip
    for name, found in results.items():
        np.testing.assert_allclose(found.table[ESTIMATES].to_numpy(float), rows.table[ESTIMATES].to_numpy(float),
                                   atol=1e-9, err_msg=name)  # fmt: skip
        np.testing.assert_allclose(numbers(found), numbers(results["polars"]), atol=1e-9, err_msg=name)
        width = (found.table.effect_high - found.table.effect_low) / (rows.table.effect_high - rows.table.effect_low)
        assert ((width > 0.8) & (width < 1.25)).all()
        assert found.together["without"] == pytest.approx(rows.together["without"], abs=1e-9)
        assert found.together["without_n"] == rows.together["without_n"]
    assert "blocks of rows" in results["polars"].method or cluster
