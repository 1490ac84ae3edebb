"""Every way to analyse: the one asked for is cx.drivers itself, flips are shown, nothing is dropped in silence."""

import time

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx

FLAGS = ["late", "returned", "noise"]


def gappy(answers, seed=2):
    rng = np.random.default_rng(seed)
    frame = answers.copy()
    for column in ("late", "staff"):
        frame.loc[rng.random(len(frame)) < 0.1, column] = np.nan
    return frame


def flipping(n=2000, seed=4):
    """Fault 6: among complete answers `price` comes first, over all answers `staff` does.

    Half of the people skipped `price`; staff matters to them and hardly to the others.
    """
    rng = np.random.default_rng(seed)
    price, staff, other = (np.clip(np.round(3.5 + rng.normal(size=n)), 1, 5) for _ in range(3))
    skipped = rng.random(n) < 0.6
    score = 5 + 0.9 * (price - 3.5) * ~skipped + np.where(skipped, 1.6, 0.5) * (staff - 3.5) + rng.normal(size=n)
    frame = pd.DataFrame({"price": price, "staff": staff, "other": other, "score": np.clip(np.round(score), 0, 10)})
    frame.loc[skipped, "price"] = np.nan
    return frame


@pytest.mark.parametrize("missing", ["complete", "pairwise", "impute"])
@pytest.mark.parametrize("weight", [None, "w"])
def test_variant_1_is_the_analysis_itself(answers, missing, weight):
    frame, drivers = gappy(answers), [*FLAGS, "staff"]
    how = {"missing": missing, "weight": weight, "adjust_for": ["market"], "cluster": "customer"}
    found = cx.robustness(frame, "csat", drivers, **how, resamples=60)
    asked = cx.drivers(frame, "csat", drivers, **how, resamples=60).table.set_index("driver")
    first = found.table[found.table.variant == 1].set_index("driver").loc[asked.index]
    for column in ("importance", "share", "effect", "at_stake"):
        np.testing.assert_allclose(first[column], asked[column], atol=1e-8, err_msg=column)
    if missing == "complete":
        for column in ("effect_low", "effect_high", "p_value"):
            np.testing.assert_allclose(first[column], asked[column], atol=1e-8, err_msg=column)


def test_any_variant_is_the_analysis_made_that_way(answers):
    found = cx.robustness(answers, "recommend", [*FLAGS, "staff"], outcome_as="nps", weight="w")
    table = found.table
    one = table[(table.outcome_as == "top-box") & (table.method == "johnson") & ~table.weighted & (table.rows == "all")]
    asked = cx.drivers(answers, "recommend", [*FLAGS, "staff"], outcome_as="top-box", method="johnson", resamples=1)
    np.testing.assert_allclose(
        one.set_index("driver").loc[asked.table.driver, "importance"], asked.table.importance, atol=1e-9
    )
    model = table[(table.outcome_as == "nps") & (table.method == "model") & table.weighted & (table.rows == "all")]
    other = cx.models(answers, "recommend", [*FLAGS, "staff"], outcome_as="nps", weight="w").table
    np.testing.assert_allclose(
        model.set_index("driver").loc[other.driver, ["importance", "effect", "effect_low"]],
        other[["importance", "effect", "effect_low"]], atol=1e-8,
    )  # fmt: skip


def test_a_flip_by_missing_answers_is_shown_and_nobody_is_named():
    frame, drivers = flipping(), ["price", "staff", "other"]
    found = cx.robustness(frame, "score", drivers)
    assert "stays first" not in found.headline
    assert found.headline.startswith("Which driver comes first depends on how missing answers are dealt with: ")
    by_gaps = found.depends[found.depends.choice == "missing"].set_index("option")["first"]
    assert by_gaps["complete"] == "price"
    assert by_gaps["pairwise"] == "staff"
    for missing in ("complete", "pairwise"):
        plain = cx.drivers(frame, "score", drivers, missing=missing, resamples=200)
        assert plain.table["p_first"][0] >= 0.9, "each way alone would be sure of itself"
        assert "not settled, since it depends on missing answers" in plain.headline
        assert "price among complete answers" in plain.headline
        assert "staff over every pair of answers" in plain.headline


def test_gaps_that_change_nothing_do_not_unsettle_a_headline(answers):
    frame = gappy(answers)
    assert cx.drivers(frame, "csat", FLAGS, resamples=200).headline.startswith("Late matters most")
    assert cx.robustness(frame, "csat", FLAGS).headline.startswith("Late stays first in all ")


def test_only_ways_that_differ_are_counted(answers):
    found = cx.robustness(answers, "csat", FLAGS)
    assert set(found.table["missing"]) == {"complete"}
    assert set(found.table["weighted"]) == {False}
    assert "nps" not in set(found.table["outcome_as"]), "answers from 1 to 10 are no NPS"
    assert any("No answer is missing" in note for note in found.notes)
    assert any("Not read as an NPS" in note for note in found.notes)
    assert len(found.table) == found.variants * len(FLAGS)
    keys = ["missing", "method", "outcome_as", "rows", "weighted", "adjusted"]
    assert len(found.table[keys].drop_duplicates()) == found.variants


def test_what_cannot_be_done_is_listed_with_its_reason(answers):
    frame = gappy(answers)
    found = cx.robustness(frame, "csat", [*FLAGS, "staff"])
    assert set(found.left_out["reason"].str.contains("whole rows")) == {True}
    keys = ["missing", "method", "outcome_as", "rows", "weighted", "adjusted"]
    possible = found.table[keys].drop_duplicates()
    options = [frame_[k].nunique() for k in keys for frame_ in [pd.concat([possible, found.left_out[keys]])]]
    assert found.variants + len(found.left_out) == np.prod(options)


def test_pairs_that_fit_no_data_are_listed_and_the_rest_goes_on():
    """a goes with b, b with c, and a against c, each pair seen by other people."""
    rng = np.random.default_rng(0)
    n = 900
    common = rng.normal(size=n)
    frame = pd.DataFrame({"a": common, "b": common, "c": common, "y": rng.normal(size=n)})
    part = np.arange(n) % 3
    frame.loc[part == 0, "c"] = np.nan
    frame.loc[part == 1, "a"] = np.nan
    frame.loc[part == 2, "b"] = np.nan
    frame.loc[part == 2, "c"] = -common[part == 2]
    few = np.arange(n) < 60
    frame.loc[few, ["a", "b", "c"]] = rng.normal(size=(60, 3))
    found = cx.robustness(frame, "y", ["a", "b", "c"])
    assert found.left_out["reason"].str.contains("cannot belong to any data").any()
    assert {"complete", "impute"} <= set(found.table["missing"])
    assert any("ways not worked out: These pairwise correlations" in note for note in found.notes)


def test_separation_in_a_panel_is_a_reason_not_an_end(answers):
    frame = answers.assign(stays=(answers.csat > 6).astype(int))
    frame["traitor"] = np.where((frame.stays == 0) & (np.arange(len(frame)) % 3 == 0), 1, 0)
    found = cx.robustness(frame, "stays", [*FLAGS, "traitor"])
    assert found.left_out["reason"].str.contains("'traitor' alone").any()
    assert set(found.table["method"]) == {"shapley", "johnson"}


def test_outliers_and_straight_liners_are_left_out_and_counted():
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(rng.integers(1, 6, (600, 6)).astype(float), columns=list("abcdef"))
    frame["amount"] = rng.lognormal(size=600)
    frame.loc[0, "amount"] = 1e5
    frame["score"] = np.clip(np.round(5 + frame.a - 3 + rng.normal(size=600)), 0, 10)
    frame.loc[:29, list("abcdef")] = 3.0
    found = cx.robustness(frame, "score", [*"abcdef", "amount"])
    assert set(found.table["rows"]) == {"all", "without outliers", "without straight-liners"}
    n = found.table.groupby("rows")["n"].first()
    assert n["all"] - n["without straight-liners"] >= 30
    assert n["without outliers"] < n["all"]
    assert any(note.startswith("Straight-liners: ") for note in found.notes)


def test_noise_is_not_made_a_survivor():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.normal(size=(300, 3)), columns=list("abc")).assign(y=rng.integers(0, 11, 300))
    headline = cx.robustness(frame, "y", list("abc")).headline
    assert headline.startswith("No driver can be told from noise, so the order says little: ")


def test_a_close_race_says_that_another_sample_could_change_it():
    rng = np.random.default_rng(2)
    x = rng.normal(size=(400, 2))
    frame = pd.DataFrame(x, columns=["a", "b"]).assign(y=x @ [1.05, 1.0] + rng.normal(size=400))
    found = cx.robustness(frame, "y", ["a", "b"])
    assert "another sample could change it: first in " in found.headline or "depend" in found.headline


def test_sign_changes_and_ranges_are_those_of_the_table(answers):
    found = cx.robustness(gappy(answers), "csat", [*FLAGS, "staff"], weight="w")
    for row in found.survival.itertuples():
        its = found.table[found.table.driver == row.driver]
        assert row.first == (its["rank"] == 1).sum()
        assert (row.rank_best, row.rank_worst) == (its["rank"].min(), its["rank"].max())
        same = its[its.outcome_as == "mean"]
        assert row.effect_least == same.effect.min()
        assert row.sign_changes == (np.sign(its.effect) != np.sign(row.effect)).sum()


def test_chance_finds_about_five_percent(answers):
    found = cx.robustness(answers, "csat", [*FLAGS, "staff"], cluster="customer")
    # 800 tests of 4 drivers in 200 shuffles, not independent: four errors of 200.
    assert abs(found.permutation_flagged - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 200)
    assert found.permutation_any < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 200)
    assert "By luck alone we would have flagged" in found.permutation_sentence


def test_weights_and_clusters_without_a_gap_same_seed_same_numbers(answers):
    one, two = (cx.robustness(answers, "csat", FLAGS, weight="w", cluster="customer", seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(one.table, two.table)
    assert one.permutation_sentence == two.permutation_sentence


def test_forty_eight_ways_over_five_thousand_rows_in_ten_seconds():
    rng = np.random.default_rng(1)
    x = np.clip(np.round(3.5 + rng.normal(size=(5000, 8)) + 0.6 * rng.normal(size=(5000, 1))), 1, 5)
    frame = pd.DataFrame(x, columns=[f"r{i}" for i in range(8)]).assign(
        late=rng.binomial(1, 0.2, 5000), w=rng.uniform(0.5, 2, 5000)
    )
    frame["recommend"] = np.clip(np.round(7 + 0.8 * (x[:, 0] - 3.5) - 2 * frame.late + rng.normal(size=5000)), 0, 10)
    drivers = [f"r{i}" for i in range(8)] + ["late"]
    frame[drivers] = frame[drivers].mask(rng.random((5000, 9)) < 0.05)
    start = time.process_time()
    found = cx.robustness(frame, "recommend", drivers, outcome_as="nps", weight="w")
    assert found.variants >= 48
    assert time.process_time() - start < 20  # processor time of two cores; the clock is in benchmarks/robustness.md


def test_jupyter_shows_the_result_and_escapes_names(answers):
    html = cx.robustness(answers.rename(columns={"late": "<b>late</b>"}), "csat", ["<b>late</b>"])._repr_html_()
    assert "<b>late</b>" not in html
    assert "&lt;b&gt;late" in html
