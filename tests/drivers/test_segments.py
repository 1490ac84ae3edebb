"""Differences between segments: against statsmodels, on every engine, and what may be said of them."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import cxanalysis as cx
from cxanalysis.drivers.segments import segment_compare, segment_sums

from .conftest import make_answers
from .test_effects import plain_cr2
from .test_engines_agree import forms

FLAGS = ["late", "returned", "noise"]
FEW = {"resamples": 60}


@pytest.fixture(scope="module")
def answers():
    """Late delivery costs three points more in B2B; channel has no bearing on anything."""
    frame = make_answers(1200, seed=5)
    rng = np.random.default_rng(1)
    frame["csat"] -= 3 * frame.late * (frame.market == "B2B")
    return frame.assign(channel=rng.choice(["web", "shop", "phone"], len(frame), p=[0.5, 0.3, 0.2]))


def row_of(found, segment, driver):
    return found.table.set_index(["segment", "driver"]).loc[(segment, driver)]


def interacted(frame, by, segment, names):
    inside = (frame[by] == segment).to_numpy(float)
    x = frame[names].to_numpy(float)
    return np.column_stack([inside, x, inside[:, None] * x])


def test_differences_are_the_interactions_of_statsmodels_with_hc2(answers, monkeypatch):
    monkeypatch.setattr(segment_compare, "FEWEST_CASES", 3)
    names = ["staff", *FLAGS]
    found = cx.segments(answers, "csat", names, by="channel", **FEW)
    for segment in ("web", "shop", "phone"):
        X = sm.add_constant(interacted(answers, "channel", segment, names))
        peer = sm.OLS(answers.csat.to_numpy(), X).fit(cov_type="HC2")
        for position, name in enumerate(names):
            row = row_of(found, segment, name)
            at = 2 + len(names) + position
            assert row.difference == pytest.approx(peer.params[at], abs=1e-9)
            assert row.effect == pytest.approx(peer.params[at] + peer.params[2 + position], abs=1e-9)
            assert row.elsewhere == pytest.approx(peer.params[2 + position], abs=1e-9)
            # Satterthwaite's t is a little wider than 1.96 standard errors.
            reach = (row.difference_high - row.difference_low) / 2 / peer.bse[at]
            assert 1.95 < reach < 2.15


@pytest.mark.parametrize("weighted", [False, True])
def test_clustered_and_weighted_differences_are_cr2_of_the_joint_model(answers, weighted, monkeypatch):
    monkeypatch.setattr(segment_compare, "FEWEST_CASES", 3)
    frame = answers.iloc[:300]
    w = frame.w.to_numpy() if weighted else np.ones(300)
    block = pd.factorize(frame.customer)[0]
    b, error, df = plain_cr2(interacted(frame, "market", "B2B", FLAGS), frame.csat.to_numpy(), w, block)
    found = cx.segments(frame, "csat", FLAGS, by="market", cluster="customer", weight="w" if weighted else None, **FEW)
    from scipy import stats

    for position, name in enumerate(FLAGS):
        row = row_of(found, "B2B", name)
        assert row.status != "too few"
        at = 1 + len(FLAGS) + position
        assert row.difference == pytest.approx(b[at], abs=1e-9)
        assert row.difference_high - row.difference == pytest.approx(stats.t.ppf(0.975, df[at]) * error[at], rel=1e-7)


def test_of_two_segments_one_is_the_other_turned_round(answers):
    found = cx.segments(answers, "csat", FLAGS, by="market", **FEW)
    for name in FLAGS:
        here, there = row_of(found, "B2B", name), row_of(found, "B2C", name)
        assert here.difference == -there.difference
        assert here.difference_low == -there.difference_high
        assert here.share_difference_low == -there.share_difference_high
        assert here.effect == there.elsewhere
        assert here.q_value == there.q_value
    assert found.comparisons == 3


def test_shares_are_those_of_the_analysis_of_each_part(answers):
    found = cx.segments(answers, "csat", FLAGS, by="channel", **FEW)
    for inside, column in ((True, "share"), (False, "share_elsewhere")):
        part = answers[(answers.channel == "web") == inside]
        alone = cx.drivers(part, "csat", FLAGS, resamples=1).table.set_index("driver")
        for name in FLAGS:
            assert row_of(found, "web", name)[column] == pytest.approx(alone.share[name], abs=1e-9)
            effect = row_of(found, "web", name)["effect" if inside else "elsewhere"]
            assert effect == pytest.approx(alone.effect[name], abs=1e-9)
    low, high = found.table.share_difference_low, found.table.share_difference_high
    assert (low < found.table.share_difference).all()
    assert (found.table.share_difference < high).all()


@pytest.mark.parametrize("most", [100, 20_000])
def test_sizes_hold_the_metric_and_the_prevalence_of_each_segment(answers, monkeypatch, most):
    monkeypatch.setattr(segment_sums, "ROWS_AS_BLOCKS", most)
    found = cx.segments(answers, "recommend", FLAGS, by="channel", outcome_as="nps", **FEW)
    for row in found.sizes.itertuples():
        part = answers[answers.channel == row.segment]
        nps = cx.nps(part, "recommend").table.iloc[0]
        assert row.outcome_mean == pytest.approx(nps.value, abs=1e-9)
        assert row.outcome_low == pytest.approx(nps.low, abs=2)
        assert row.n == len(part)
        for name in FLAGS:
            seen = row_of(found, row.segment, name)
            assert seen["mean"] == pytest.approx(part[name].mean(), abs=1e-9)
            assert seen.cases == part[name].sum()
            assert seen.mean_elsewhere == pytest.approx(answers[name][answers.channel != row.segment].mean(), abs=1e-9)
    alone = cx.drivers(answers[answers.channel == "web"], "recommend", FLAGS, outcome_as="nps", resamples=1)
    assert found.sizes.r_squared[0] == pytest.approx(alone.r_squared, abs=1e-9)


def test_johnson_adjusters_groups_and_categories(answers):
    found = cx.segments(
        answers, "csat", ["staff", "channel", *FLAGS], by="market", method="johnson",
        groups={"failures": ["late", "returned"]}, adjust_for=["w"], **FEW,
    )  # fmt: skip
    assert set(found.table.driver) == {"staff", "channel", "failures", "noise"}
    row = row_of(found, "B2B", "failures")
    assert np.isnan(row.effect)
    assert row.p_value < 1e-4
    assert row.status == "differs"
    assert found.table.groupby("segment").share.sum().to_numpy() == pytest.approx(1.0)
    assert "Failures does not matter alike in B2C and in B2B" in found.headline


@pytest.mark.parametrize("few_rows", [False, True])
@pytest.mark.parametrize("cluster", [None, "customer"])
def test_every_engine_gives_the_same_numbers(answers, tmp_path, monkeypatch, cluster, few_rows):
    if few_rows:  # hash blocks instead of rows
        monkeypatch.setattr(segment_sums, "ROWS_AS_BLOCKS", 100)
        monkeypatch.setattr(segment_sums, "CUSTOMERS_AS_BLOCKS", 100)
    frame = answers.copy()
    frame.loc[::9, "late"] = np.nan
    frame.loc[5::50, "market"] = None
    plain = cx.segments(frame, "csat", ["staff", *FLAGS], by="market", weight="w", cluster=cluster, **FEW)
    numbers = plain.table.drop(columns=["segment", "driver", "status"]).to_numpy(float)
    for name, data in forms(frame, tmp_path).items():
        found = cx.segments(data, "csat", ["staff", *FLAGS], by="market", weight="w", cluster=cluster, **FEW)
        assert found.table.status.tolist() == plain.table.status.tolist()
        np.testing.assert_allclose(
            found.table.drop(columns=["segment", "driver", "status"]).to_numpy(float), numbers, atol=1e-9, err_msg=name
        )
    complete = frame[["late", "market"]].notna().all(axis=1)
    assert plain.n == complete.sum()
    assert plain.n_excluded == (~complete).sum()


def test_hash_blocks_keep_the_estimates_and_nearly_the_intervals(monkeypatch):
    frame = make_answers(6000, seed=9)
    rows = cx.segments(frame, "csat", ["staff", *FLAGS], by="market", cluster="customer", **FEW).table
    monkeypatch.setattr(segment_sums, "CUSTOMERS_AS_BLOCKS", 100)
    blocks = cx.segments(frame, "csat", ["staff", *FLAGS], by="market", cluster="customer", **FEW).table
    for name in ("effect", "elsewhere", "difference", "share", "mean", "n", "cases"):
        np.testing.assert_allclose(blocks[name], rows[name], atol=1e-9)
    width = (blocks.difference_high - blocks.difference_low) / (rows.difference_high - rows.difference_low)
    assert width.between(0.75, 1.3).all()


def test_a_real_difference_is_named_with_both_effects_and_its_interval(answers):
    found = cx.segments(answers, "csat", FLAGS, by="market", **FEW)
    assert row_of(found, "B2B", "late").status == "differs"
    assert found.headline.startswith("Late costs more in B2B than in B2C: −")
    assert "also after correcting for 3 comparisons" in found.headline
    assert row_of(found, "B2B", "noise").status == "not shown"


def test_no_difference_is_said_so_and_nothing_is_claimed(answers):
    found = cx.segments(answers, "csat", FLAGS, by="channel", **FEW)
    assert found.headline.startswith("No difference between the segments of channel can be told from chance: ")
    assert "comparisons; the most likely one is" in found.headline
    assert not (found.table.status == "differs").any()


def test_a_difference_that_would_count_only_alone_is_called_that():
    rng = np.random.default_rng(12)
    for _ in range(200):  # a p just below 0.05 among several comes soon
        frame = pd.DataFrame(rng.normal(size=(200, 4)), columns=list("abcy")).assign(s=np.arange(200) % 2)
        found = cx.segments(frame, "y", list("abc"), by="s", resamples=1)
        lowest = found.table.sort_values("p_value").iloc[0]
        if lowest.p_value < 0.05 <= lowest.q_value:
            assert found.headline.endswith(", which would count alone but not among 3.")
            return
        assert "would count alone" not in found.headline
    pytest.fail("no such case was drawn")


def test_small_segments_and_rare_failures_are_counted_not_tested(answers):
    frame = answers.copy()
    frame.loc[frame.index[:25], "channel"] = "fax"
    frame["rare"] = 0.0
    frame.loc[frame.index[::60], "rare"] = 1.0
    found = cx.segments(frame, "csat", [*FLAGS, "rare"], by="channel", **FEW)
    fax = found.sizes.set_index("segment").loc["fax"]
    assert not fax.compared
    assert fax.why_not == "25 rows, 40 needed"
    assert fax.n == 25
    few = found.table[found.table.segment == "fax"]
    assert (few.status == "too few").all()
    assert few.p_value.isna().all()
    rare = row_of(found, "web", "rare")
    assert rare.status == "too few"
    assert np.isnan(rare.effect)
    assert rare.cases == frame.rare[frame.channel == "web"].sum()
    tested = found.table[found.table.status != "too few"]
    assert (np.minimum(tested.cases, tested.n - tested.cases) >= 20).all()
    assert (np.minimum(tested.cases_elsewhere, tested.n_elsewhere - tested.cases_elsewhere) >= 20).all()
    nothing = cx.segments(answers.iloc[:60], "csat", FLAGS, by="market", **FEW)
    assert "too small to be compared" in nothing.headline
    assert nothing.comparisons == 0


def test_a_failure_that_never_happens_in_a_segment_leaves_the_others_tested(answers):
    frame = answers.assign(returned=answers.returned.where(answers.market == "B2C", 0.0))
    found = cx.segments(frame, "csat", FLAGS, by="market", **FEW)
    assert row_of(found, "B2B", "returned").status == "too few"
    assert row_of(found, "B2B", "late").status == "differs"


def simpson(n=600, seed=0):
    """A call costs half a point in each market; one market calls much more and is much happier."""
    rng = np.random.default_rng(seed)
    south = rng.random(n) < 0.5
    calls = rng.poisson(np.where(south, 6, 2))
    score = 5 + 6.0 * south - 0.5 * calls + 0.8 * rng.normal(size=n)
    return pd.DataFrame({"calls": calls.astype(float), "market": np.where(south, "south", "north"), "score": score})


def test_simpsons_paradox_is_named():
    found = cx.segments(simpson(), "score", ["calls"], by="market", **FEW)
    assert set(found.reversals["where"]) == {
        "once the segments are held equal", "within north", "within south"
    }  # fmt: skip
    assert (found.reversals.t_all * found.reversals.t_there < 0).all()
    assert found.headline.startswith("Calls changes its direction: +")
    assert any("Simpson's paradox" in note for note in found.notes)


def test_without_a_reversal_none_is_named(answers):
    for by in ("market", "channel"):
        assert len(cx.segments(answers, "csat", ["staff", *FLAGS], by=by, **FEW).reversals) == 0


@pytest.mark.parametrize(
    ("change", "arguments", "words"),
    [
        ({}, {"by": "late"}, "cannot cut it into segments"),
        ({}, {"by": "csat"}, "cannot cut it into segments"),
        ({}, {"by": "customer"}, "more than 20 different values"),
        ({"market": "B2B"}, {}, "fewer than two different values"),
        ({}, {"by": "markt"}, "markt"),
        ({}, {"method": "guess"}, "method: 'guess' is none of its choices"),
        ({}, {"confidence": 2}, "not between 0 and 1"),
        ({}, {"resamples": 0}, "resamples: 0 is below 1"),
        ({"late": 1.0}, {}, "same value in every row"),
    ],
)
def test_what_cannot_be_done_is_said(answers, change, arguments, words):
    with pytest.raises(cx.Problem) as caught:
        cx.segments(answers.assign(**change), "csat", FLAGS, **{"by": "market", **FEW, **arguments})
    assert words.lower() in str(caught.value).lower()


def test_segments_of_numbers_are_named_with_their_column(answers):
    found = cx.segments(answers.assign(region=np.arange(1200) % 3), "csat", FLAGS, by="region", **FEW)
    assert sorted(found.sizes.segment) == ["region 0", "region 1", "region 2"]


def test_low_is_good_keeps_the_metric_of_each_segment_as_answered(answers):
    table = cx.Table(
        answers[[*FLAGS, "market"]].assign(grade=11 - answers.csat),
        name="t",
        roles=dict.fromkeys(FLAGS, "flag") | {"grade": "csat", "market": "category"},
        scales={"grade": cx.Scale(-2, 13, higher_is_better=False)},
    )
    found = cx.segments(table, by="market", **FEW)
    plain = cx.segments(answers, "csat", FLAGS, by="market", **FEW)
    np.testing.assert_allclose(found.table.difference, plain.table.difference, atol=1e-9)
    np.testing.assert_allclose(found.sizes.outcome_mean, 11 - plain.sizes.outcome_mean, atol=1e-9)
    grades = table.frame.groupby("market").grade.mean()
    np.testing.assert_allclose(found.sizes.outcome_mean, grades[found.sizes.segment], atol=1e-9)
    assert (found.sizes.outcome_low < found.sizes.outcome_mean).all()


def test_same_seed_same_bytes_and_jupyter_escapes(answers):
    frame = answers.rename(columns={"late": "<b>late</b>"})
    a, b = (cx.segments(frame, "csat", ["<b>late</b>", "noise"], by="market", **FEW) for _ in range(2))
    numbers = [one.table.drop(columns=["segment", "driver", "status"]).to_numpy(float).tobytes() for one in (a, b)]
    assert numbers[0] == numbers[1]
    assert "<b>late" not in a._repr_html_()
