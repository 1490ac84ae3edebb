"""The index: what adds up, what must not change it, its interval by formula and by simulation, other weights."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import cxanalysis as cx

COMPONENTS = ["recommend", "csat", {"column": "ease", "worst": 1, "best": 7}]
WEIGHTS = {"recommend": 0.5, "csat": 0.3, "ease": 0.2}
ROLES = {"who": "customer", "recommend": "nps", "csat": "csat", "ease": "ces", "loyal": "number", "shop": "category"}
SCALES = {"recommend": cx.Scale(0, 10), "csat": cx.Scale(1, 5), "ease": cx.Scale(1, 7)}


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
    return table(frame)


def table(frame, name="survey"):
    roles = {column: role for column, role in ROLES.items() if column in frame}
    scales = {column: scale for column, scale in SCALES.items() if column in frame}
    return cx.Table(frame, name=name, kind="survey", roles=roles, scales=scales)


@pytest.fixture(scope="module")
def survey():
    return draw(np.random.default_rng(5), 800)


def quick(*data, components=COMPONENTS, weights=WEIGHTS, **options):
    return cx.index(*data, components=components, weights=weights, **{"weightings": 50, "resamples": 200, **options})


# --- what adds up ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", [None, "shop"])
@pytest.mark.parametrize("weights", ["equal", "derived", WEIGHTS])
def test_the_parts_add_up_to_the_index(survey, by, weights):
    index = quick(survey, by=by, weights=weights, outcome="loyal")
    keys = list(index.by) or [lambda _: 0]
    sums = index.parts.groupby(keys)["contribution"].sum().to_numpy()
    assert sums == pytest.approx(index.table["value"].to_numpy(), abs=1e-9)
    assert index.branches["contribution"].sum() == pytest.approx(index.table["value"].sum(), abs=1e-9)
    assert index.weights["weight"].sum() == pytest.approx(1, abs=1e-12)
    assert (index.table["low"] < index.table["value"]).all()


def test_each_part_is_the_metric_itself(survey):
    value = quick(survey).parts.set_index("component")["value"]
    assert value["recommend"] == pytest.approx(cx.nps(survey).table["value"].iloc[0], abs=1e-9)
    assert value["csat"] == pytest.approx(cx.csat(survey).table["value"].iloc[0], abs=1e-9)
    assert value["ease"] == pytest.approx(survey.frame["ease"].mean(), abs=1e-9)


def test_the_index_by_hand(survey):
    """Σ w·100(x - worst)/(best - worst), written out."""
    frame = survey.frame
    nps = 100 * ((frame["recommend"] >= 9).mean() - (frame["recommend"] <= 6).mean())
    score = 0.5 * (nps + 100) / 2 + 0.3 * 100 * (frame["csat"] >= 4).mean() + 0.2 * 100 * (frame["ease"].mean() - 1) / 6
    assert quick(survey).table["value"].iloc[0] == pytest.approx(score, abs=1e-9)


def test_the_interval_is_that_of_the_sum_where_nothing_is_missing():
    """With one block a row and no gap the index is the mean of one column: its t interval, exactly."""
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"a": rng.integers(1, 6, 200), "b": rng.integers(1, 8, 200)})
    parts = [{"column": "a", "as": "mean", "worst": 1, "best": 5}, {"column": "b", "as": "mean", "worst": 1, "best": 7}]
    index = quick(frame, components=parts, weights={"a": 0.6, "b": 0.4})
    one = 0.6 * 100 * (frame["a"] - 1) / 4 + 0.4 * 100 * (frame["b"] - 1) / 6
    low, high = stats.t.interval(0.95, 199, loc=one.mean(), scale=one.std() / np.sqrt(200))
    assert index.table.loc[0, ["low", "high"]].tolist() == pytest.approx([low, high], abs=1e-9)


# --- what must not change it -----------------------------------------------------------------------------


def numbers(index):
    return index.table[["value", "low", "high"]].to_numpy(float)


def test_the_order_of_rows_and_components_does_not_count(survey):
    plain = quick(survey, weights="derived", outcome="loyal")
    turned = quick(survey, components=COMPONENTS[::-1], weights="derived", outcome="loyal")
    assert numbers(turned) == pytest.approx(numbers(plain), abs=1e-9)
    # Blocks are dealt by place, so another order of rows moves the interval a little, and the value not at all.
    mixed = quick(table(survey.frame.sample(frac=1, random_state=1)))
    assert mixed.table["value"].iloc[0] == pytest.approx(quick(survey).table["value"].iloc[0], abs=1e-9)
    by_customer = quick(survey, cluster="who")
    mixed = quick(table(survey.frame.sample(frac=1, random_state=1)), cluster="who")
    assert numbers(mixed) == pytest.approx(numbers(by_customer), abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(scale=st.floats(0.01, 50), shift=st.floats(-100, 100))
def test_units_do_not_count(scale, shift):
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"a": rng.normal(3, 1, 120), "b": rng.normal(0, 1, 120)})
    parts = [
        {"column": "a", "as": "mean", "worst": 0, "best": 6},
        {"column": "b", "as": "mean", "worst": -3, "best": 3},
    ]
    moved = [{**parts[0], "worst": shift, "best": 6 * scale + shift}, parts[1]]
    plain = quick(frame, components=parts, weights="equal")
    other = quick(frame.assign(a=frame["a"] * scale + shift), components=moved, weights="equal")
    assert numbers(other) == pytest.approx(numbers(plain), abs=1e-6)


def test_turning_a_scale_and_its_ends_changes_nothing(survey):
    turned = survey.frame.assign(ease=8 - survey.frame["ease"])
    parts = [*COMPONENTS[:2], {"column": "ease", "worst": 7, "best": 1}]
    assert numbers(quick(table(turned), components=parts)) == pytest.approx(numbers(quick(survey)), abs=1e-9)


def test_weights_count_by_their_proportions_only(survey):
    ten = quick(survey, weights={name: 10 * weight for name, weight in WEIGHTS.items()})
    assert numbers(ten) == pytest.approx(numbers(quick(survey)), abs=1e-9)
    assert any("add up to 10" in note for note in ten.notes)


def test_equal_row_weights_equal_none(survey):
    weighted = table(survey.frame.assign(w=3.0))
    assert numbers(quick(weighted, weight="w")) == pytest.approx(numbers(quick(survey)), abs=1e-9)


def test_a_component_of_weight_zero_is_not_there(survey):
    without = quick(survey, components=COMPONENTS[:2], weights=[0.5, 0.5])
    zero = quick(survey, weights=[0.5, 0.5, 0.0])
    assert numbers(zero) == pytest.approx(numbers(without), abs=1e-9)


def test_a_component_twice_is_one_of_twice_the_weight(survey):
    parts = ["recommend", "csat", {"column": "csat", "name": "again"}]
    twice = quick(survey, components=parts, weights=[0.4, 0.3, 0.3])
    once = quick(survey, components=COMPONENTS[:2], weights=[0.4, 0.6])
    assert numbers(twice) == pytest.approx(numbers(once), abs=1e-9)


def test_the_same_seed_gives_the_same_bytes(survey):
    first, second = (quick(survey, weights="derived", outcome="loyal", by="shop", seed=3) for _ in range(2))
    assert first.table.to_csv() == second.table.to_csv()
    assert first.sensitivity.ranges.to_csv() == second.sensitivity.ranges.to_csv()


# --- several tables --------------------------------------------------------------------------------------


def test_the_same_customers_in_two_tables_are_known_by_their_name(survey):
    frame = survey.frame.dropna()
    parts = [{"column": "recommend"}, {"column": "csat", "table": 1}, {**COMPONENTS[2], "table": 1}]
    apart = [table(frame[["who", "recommend"]], "one"), table(frame[["who", "csat", "ease"]], "two")]
    joint = quick(*apart, components=parts, cluster="who")
    assert numbers(joint) == pytest.approx(numbers(quick(table(frame), cluster="who")), abs=1e-9)
    assert any("kept together" in note for note in joint.notes)
    known = quick(*apart, components=parts)  # the customer that both tables know
    assert numbers(known) == pytest.approx(numbers(joint), abs=0)
    assert (known.basis.cluster.column, known.basis.cluster.asked) == ("who", False)
    free = quick(*apart, components=parts, cluster=None)
    assert free.basis.cluster is None
    assert any("count as independent" in note for note in free.notes)
    width = np.diff(numbers(free)[0, 1:])
    assert width < np.diff(numbers(joint)[0, 1:])  # the answers of one person move together


def test_a_metric_by_its_name_is_a_component(survey):
    parts = ["csat", {"metric": "nps", "options": {"score": "recommend"}, "worst": -100, "best": 100}]
    index = quick(survey, components=parts, weights="equal", by="shop")
    own = cx.nps(survey, by="shop").table["value"].to_numpy()
    assert index.parts.loc[index.parts["component"] == "nps", "value"].to_numpy() == pytest.approx(own)


def test_periods_are_groups(survey):
    dated = survey.frame.assign(day=pd.date_range("2025-01-01", periods=len(survey.frame), freq="3h"))
    index = quick(table(dated), date="day", period="month")
    assert index.by == ("period",)
    assert len(index.table) == 4
    assert "April 2025" in index.headline or "January 2025" in index.headline


# --- other weights ---------------------------------------------------------------------------------------


def test_other_weights(survey):
    index = quick(survey, outcome="loyal", by="shop", weightings=400)
    tried = index.sensitivity
    variants = tried.table["variant"].unique().tolist()
    assert variants == ["as chosen", "equal", "derived from loyal", "without recommend", "without csat", "without ease"]
    equal = quick(survey, weights="equal", by="shop").table["value"].to_numpy()
    assert tried.table.loc[tried.table["variant"] == "equal", "value"].to_numpy() == pytest.approx(equal, abs=1e-9)
    assert (tried.ranges["lowest"] <= tried.ranges["low"]).all()
    assert (tried.ranges["low"] < index.table["value"]).all()
    assert 0 <= tried.order_kept <= tried.first_kept <= 1


def test_random_weights_scatter_as_stated(survey):
    from cxanalysis.catalogue.index_sensitivity import random_weights

    chosen = np.array([0.5, 0.3, 0.2])
    drawn = random_weights(chosen, 20_000, 20, seed=1)
    assert drawn.mean(axis=0) == pytest.approx(chosen, abs=0.005)
    assert drawn.std(axis=0) == pytest.approx(np.sqrt(chosen * (1 - chosen) / 21), abs=0.003)


def test_an_order_that_holds_under_all_weights_always_stays():
    frame = pd.DataFrame({"recommend": [9, 10] * 30 + [3, 4] * 30, "csat": [5, 4] * 30 + [2, 1] * 30})
    index = quick(
        table(frame.assign(shop=["a"] * 60 + ["b"] * 60)), components=["recommend", "csat"], weights="equal", by="shop"
    )
    assert index.sensitivity.order_kept == 1
    assert "100" in index.headline


def test_derived_weights_are_shares_of_importance(survey):
    frame = survey.frame.dropna()
    coded = pd.DataFrame(
        {
            "recommend": np.where(frame["recommend"] >= 9, 100, np.where(frame["recommend"] <= 6, -100, 0)),
            "csat": np.where(frame["csat"] >= 4, 100, 0),
            "ease": frame["ease"],
            "loyal": frame["loyal"],
        }
    )
    shares = cx.importance(np.corrcoef(coded.to_numpy(float).T))
    index = quick(survey, weights="derived", outcome="loyal")
    assert index.weights["weight"].to_numpy() == pytest.approx(shares / shares.sum(), abs=1e-9)
    assert (index.weights["low"] < index.weights["weight"]).all()
    assert index.how_weighted == "derived from loyal"


# --- what is refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("components", "options", "why"),
    [
        (["csat"], {}, "two components or more"),
        (["csat", "csat"], {}, "wo components are called"),
        (["csat", {"column": "loyal"}], {}, "stand for 0 and for 100"),
        (["csat", {"column": "loyal", "worst": 1, "best": 1}], {}, "both 0 and 100"),
        (["csat", "nothing"], {}, "stand for 0"),
        (["csat", {"column": "nothing", "worst": 0, "best": 1}], {}, "nothing"),
        (["csat", "recommend"], {"weights": {"csat": 1}}, "do not match"),
        (["csat", "recommend"], {"weights": [1, -1]}, "zero or more"),
        (["csat", "recommend"], {"weights": [0, 0]}, "not all zero"),
        (["csat", "recommend"], {"weights": "best"}, "no way to weight"),
        (["csat", "recommend"], {"weights": "derived"}, "only from an outcome"),
        (["csat", "recommend"], {"weights": "derived", "outcome": "csat"}, "both the outcome and a component"),
        (["csat", {"column": "recommend", "table": 3}], {}, "no table 3"),
        (["csat", {"column": "recommend", "colour": 3}], {}, "has no 'colour'"),
        (["csat", {"column": "recommend", "worst": 100, "best": -100}], {"weights": "derived", "outcome": "loyal"},
         "wrong way"),
    ],
)  # fmt: skip
def test_what_cannot_be_an_index(survey, components, options, why):
    with pytest.raises(cx.Problem, match=why):
        quick(survey, components=components, **{"weights": "equal", **options})


def test_where_all_say_the_same_the_interval_is_still_wide():
    frame = pd.DataFrame({"recommend": [10] * 10, "csat": [5] * 10})
    row = quick(table(frame), components=["recommend", "csat"], weights="equal").table.iloc[0]
    assert row["value"] == 100
    assert row["low"] < 95
    assert row["high"] == 100


def test_one_answer_has_no_interval():
    row = quick(
        table(pd.DataFrame({"recommend": [10], "csat": [5]})), components=["recommend", "csat"], weights="equal"
    )
    assert row.table[["low", "high"]].isna().all(axis=None)
    assert any("without an interval" in note for note in row.notes)


def test_an_index_has_a_status_and_a_chart(survey):
    index = quick(survey, by="shop")
    assert len(cx.status(index, 60).table) == 3
    for mode in ("light", "dark"):
        assert cx.charts.index(index, mode=mode).to_dict()["layer"]
        assert cx.charts.weightings(index, mode=mode).to_dict()["layer"]
    assert "recommend adds" in cx.charts.describe(index)


def test_as_a_step(survey):
    step = cx.Step("index", ("survey",), {"components": COMPONENTS, "weights": WEIGHTS, "by": "shop"})
    assert cx.Step.from_json(step.to_json()) == step
    assert step.run({"survey": survey}).table.equals(
        cx.index(survey, components=COMPONENTS, weights=WEIGHTS, by="shop").table
    )
    two = cx.Step("index", ("survey", "other"), {"components": COMPONENTS})
    assert two.code(width=200).startswith("cx.index(survey, other, components=")
    with pytest.raises(cx.Problem):
        cx.Step("index", (), {"components": COMPONENTS})
