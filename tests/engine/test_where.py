"""Rows kept by a condition: the same rows on every back end, and the ones that a plain filter keeps."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from back_ends import BACK_ENDS, as_if_large, elsewhere, stored

import cxanalysis as cx
from cxanalysis.engine.engines import engine_of
from cxanalysis.engine.need import Measure, Need
from cxanalysis.engine.where import conditions

ODD = 'mar"ket; --'


@pytest.fixture
def answers() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    n = 300
    frame = pd.DataFrame(
        {
            "recommend": rng.integers(0, 11, n).astype(float),
            ODD: rng.choice(["B2B", "B2C", "it's", None], n),
            "size": rng.choice([1.0, 2.0, 3.5, np.nan], n),
            "late": rng.choice([True, False], n),
            "answered": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 90 * 24 * 60, n), unit="min"),
        }
    )
    frame.loc[rng.random(n) < 0.1, "answered"] = pd.NaT
    return frame


def by_hand(frame: pd.DataFrame) -> dict[str, tuple[dict, pd.Series]]:
    day = frame["answered"]
    return {
        "one value": ({ODD: "B2B"}, frame[ODD].eq("B2B")),
        "a quote": ({ODD: ["it's", "B2C"]}, frame[ODD].isin(["it's", "B2C"])),
        "no value": ({ODD: [None, "B2B"]}, frame[ODD].isna() | frame[ODD].eq("B2B")),
        "a number": ({"size": [1, 3.5]}, frame["size"].isin([1, 3.5])),
        "no number": ({"size": None}, frame["size"].isna()),
        "a flag": ({"late": True}, frame["late"]),
        "a flag as a number": ({"late": 0}, ~frame["late"]),
        "a range": ({"size": {"from": 2}}, frame["size"].ge(2)),
        "days, the last one whole": (
            {"answered": {"from": "2024-01-10", "to": "2024-02-01"}},
            day.ge("2024-01-10") & day.lt("2024-02-02"),
        ),
        "a moment": ({"answered": {"to": "2024-02-01T12:00"}}, day.le("2024-02-01 12:00")),
        "two columns": ({ODD: "B2B", "size": {"to": 2}}, frame[ODD].eq("B2B") & frame["size"].le(2)),
        "a word among numbers": ({"size": ["1", 2]}, frame["size"].eq(2)),
    }


@pytest.mark.parametrize("back_end", BACK_ENDS)
def test_every_back_end_keeps_the_same_rows(answers, tmp_path, monkeypatch, back_end):
    as_if_large(monkeypatch, back_end)
    need = Need((Measure("nps", "recommend", "nps"),), by=(ODD,), blocks="")
    for where, mask in by_hand(answers).values():
        expected = answers[mask].reset_index(drop=True)
        assert 0 < len(expected) < len(answers)
        wanted = engine_of(expected).aggregate(need)
        engine = engine_of(elsewhere(answers, back_end, tmp_path)).where(conditions(where))
        assert engine.rows() == len(expected)
        found = engine.aggregate(need)
        assert found.groups == wanted.groups
        np.testing.assert_allclose(found.mean, wanted.mean, rtol=1e-12)
        np.testing.assert_array_equal(found.count, wanted.count)


@pytest.mark.parametrize("back_end", BACK_ENDS)
def test_an_event_that_is_there_twice_counts_once(answers, tmp_path, monkeypatch, back_end):
    as_if_large(monkeypatch, back_end)
    twice = pd.concat([answers.assign(id=[f"o{i}" if i % 7 else None for i in range(300)])] * 2, ignore_index=True)
    expected = twice[~(twice["id"].duplicated() & twice["id"].notna())]
    engine, again = engine_of(elsewhere(twice, back_end, tmp_path)).once("id")
    assert again == len(twice) - len(expected)
    np.testing.assert_array_equal(engine.values(["recommend"])["recommend"], expected["recommend"])
    same, none = engine.once("id")
    assert none == 0
    assert same.rows() == len(expected)


@pytest.mark.parametrize("back_end", ["parquet", "columns"])
def test_an_analysis_of_a_part_is_the_one_of_these_rows(answers, tmp_path, monkeypatch, back_end):
    as_if_large(monkeypatch, back_end)
    only = answers[ODD].eq("B2B")
    alone = cx.nps(answers[only], "recommend")
    for table in (cx.Table(answers, name="survey"), stored(answers, tmp_path)):
        part = table.where({ODD: ["B2B"]})
        some = cx.nps(part, "recommend")
        pd.testing.assert_frame_equal(some.table, alone.table)
        assert some.basis.part == ({ODD: ["B2B"]},)
        assert f"only rows where '{ODD}' is B2B" in some.basis.facts[1]
        found, by_hand = (cx.drivers(d, "recommend", ["late"], resamples=50) for d in (part, answers[only]))
        pd.testing.assert_frame_equal(found.table, by_hand.table)
        assert part.n_rows == int(only.sum())
        assert part.token != table.token
        assert part.token == table.where({ODD: "B2B"}).token
        assert part.only(["size"])["size"].equals(answers[only]["size"].reset_index(drop=True))
        assert part.where({"size": {"to": 2}}).n_rows == int((only & answers["size"].le(2)).sum())


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({"markt": "B2B"}, "no column 'markt'"),
        ({ODD: []}, "no value is left"),
        ({ODD: {"from": 2}}, "needs numbers or dates"),
        ({"size": {"from": "soon"}}, "'soon' is no number"),
        ({"answered": {"to": "soon"}}, "'soon' is no date"),
        ({"size": {"least": 2}}, "a 'from', a 'to'"),
        ({ODD: "elsewhere"}, "no row where"),
        (["B2B"], "named by column"),
    ],
)
def test_what_cannot_be_kept_is_said(answers, tmp_path, where, message):
    for table in (cx.Table(answers, name="survey"), stored(answers, tmp_path)):
        with pytest.raises(cx.Problem, match=message):
            table.where(where)


def test_a_step_about_some_rows_says_so_in_its_code(answers):
    survey = cx.Table(answers, name="survey").with_(roles={"recommend": "nps"})
    step = cx.Step("nps", ("survey",), {"where": {"size": [1, 2]}})
    assert step.code() == "cx.nps(survey.where({'size': [1, 2]}))"
    by_code = eval(step.code(), {"cx": cx, "survey": survey})
    pd.testing.assert_frame_equal(step.run({"survey": survey}).table, by_code.table)
    with pytest.raises(cx.Problem, match="named by column"):
        cx.Step("nps", ("survey",), {"where": ["B2B"]})
