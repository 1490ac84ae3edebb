"""What is refused, what is said first, and what a headline may claim."""

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.numbers import percent
from cxanalysis.tables.table import Table

FLAGS = ["late", "returned", "noise"]
FEW = {"resamples": 100}


@pytest.mark.parametrize(
    ("change", "arguments", "words"),
    [
        ({}, {"drivers": []}, "no driver"),
        ({}, {"drivers": ["lat"]}, "Did you mean 'late'"),
        ({}, {"drivers": ["late", "late"]}, "named twice"),
        ({}, {"drivers": ["late", "csat"]}, "cannot be its own driver"),
        ({"late": 0.0}, {}, "same value in every row"),
        ({"csat": 5.0}, {}, "nothing to explain"),
        ({}, {"method": "gut feeling"}, "method: 'gut feeling' is none of its choices"),
        ({}, {"missing": "zero"}, "missing: 'zero' is none of its choices"),
        ({}, {"outcome_as": "vibes"}, "outcome_as: 'vibes' is none of its choices"),
        ({}, {"confidence": 95}, "not between 0 and 1"),
        ({"csat": 11.0}, {"outcome_as": "nps"}, "NPS needs answers from 0 to 10"),
        ({}, {"drivers": ["customer"]}, "more than 50 different values"),
        ({}, {"adjust_for": ["late"]}, "cannot be adjusted for"),
        ({}, {"groups": {"g": ["staff"]}}, "not among the drivers"),
        ({}, {"groups": {"g": ["late"], "h": ["late"]}}, "in two groups"),
        ({}, {"weight": "negative"}, "zero or more"),
        ({}, {"reference": {"staff": 5}}, "not among the drivers"),
        ({"number": np.arange(800)}, {"drivers": ["number"]}, "as in an id"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(answers, change, arguments, words):
    frame = answers.assign(negative=-1.0, **change)
    call = {"drivers": FLAGS, **FEW, **arguments}
    with pytest.raises(cx.Problem) as caught:
        cx.drivers(frame, "csat", **call)
    assert words.lower() in str(caught.value).lower()
    assert str(caught.value).rstrip().endswith((".", "?", ")", "}")) or caught.value.do


def test_too_few_rows_are_refused_and_few_are_warned_of(answers):
    with pytest.raises(cx.Problem, match="Only 5 rows"):
        cx.drivers(answers.iloc[:5], "csat", ["staff", "late", "noise"], **FEW)
    found = cx.drivers(answers.iloc[:25], "csat", ["staff", "w"], **FEW)
    assert not any("fragile" in note for note in found.notes)
    found = cx.drivers(answers.iloc[:19], "csat", ["staff", "w"], **FEW)
    assert any("Only 19 rows for 2 columns" in note for note in found.notes)


def test_rare_failures_are_counted_but_their_effect_is_withheld(answers):
    rare = np.zeros(len(answers))
    rare[[5, 80, 300]] = 1
    seldom = np.zeros(len(answers))
    seldom[:600:50] = 1
    found = cx.drivers(answers.assign(rare=rare, seldom=seldom), "csat", [*FLAGS, "rare", "seldom"], **FEW)
    table = found.table.set_index("driver")
    assert np.isnan(table.effect["rare"])
    assert np.isnan(table.at_stake["rare"])
    assert table["mean"]["rare"] == pytest.approx(3 / 800)
    assert table["flags"]["rare"] == ["too rare"]
    assert np.isfinite(table.effect["seldom"])
    assert "rare" in table["flags"]["seldom"]
    assert any(note.startswith("too rare (rare)") for note in found.notes)


def test_the_outcome_in_disguise_is_flagged(answers):
    disguised = answers.assign(smile=answers.csat * 2 + np.random.default_rng(0).normal(size=800) * 0.3)
    found = cx.drivers(disguised, "csat", ["smile", *FLAGS], **FEW)
    assert "leak" in found.table.set_index("driver")["flags"]["smile"]
    assert any("outcome in disguise" in note for note in found.notes)


def test_a_named_winner_carries_points_interval_prevalence_and_sureness(answers):
    found = cx.drivers(answers, "recommend", FLAGS, outcome_as="nps", cluster="customer", **FEW)
    first = found.table.iloc[0]
    assert first.driver == "late"
    assert found.headline.startswith("Late matters most: it costs ")
    assert "NPS points [" in found.headline
    assert f"touches {percent(first['mean'])} of answers" in found.headline
    assert found.headline.endswith("of 100 resamples.")


def test_equal_drivers_are_not_settled():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 2))
    noise = np.tile(rng.normal(size=200), 2)
    # Every answer once as it is and once with the drivers exchanged: the two are exactly equal.
    x = np.concatenate([x, x[:, ::-1]])
    frame = pd.DataFrame({"a": x[:, 0], "b": x[:, 1], "y": x.sum(axis=1) + noise})
    found = cx.drivers(frame, "y", ["a", "b"], resamples=200)
    assert "not settled (" in found.headline
    assert {int(low) for low in found.table.rank_low} == {1}


def test_noise_is_called_noise_and_what_would_have_been_seen_is_said():
    frame = pd.DataFrame(np.random.default_rng(2).normal(size=(300, 4)), columns=list("abcy"))
    found = cx.drivers(frame, "y", list("abc"), **FEW)
    assert found.headline.startswith("Nothing here is distinguishable from noise")
    sizes = found.detail.detectable
    # Three drivers: t at 1 - 0.05/6 and at 0.8 of about 300 degrees of freedom, times the standard error of 1/√300.
    np.testing.assert_allclose(sizes, (2.409 + 0.843) / np.sqrt(300), rtol=0.15)
    assert f"±{sizes.max():.2f} points" in found.headline
    assert "or more would have been seen, four times in five." in found.headline


@pytest.mark.calibration
def test_an_effect_that_would_have_been_seen_is_seen_four_times_in_five():
    rng = np.random.default_rng(21)
    seen = []
    for _ in range(300):
        x = rng.normal(size=(200, 4))
        # Standard error 1/√200, four drivers: (2.52 + 0.84) standard errors.
        frame = pd.DataFrame(x, columns=list("abcd")).assign(y=x[:, 0] * 3.365 / np.sqrt(200) + rng.normal(size=200))
        seen.append(cx.drivers(frame, "y", list("abcd"), resamples=1).table.set_index("driver").q_value["a"] < 0.05)
    assert abs(np.mean(seen) - 0.8) < 3 * np.sqrt(0.8 * 0.2 / 300)


def test_a_leak_is_said_before_the_result(answers):
    disguised = answers.assign(smile=answers.csat * 2 + np.random.default_rng(0).normal(size=800) * 0.3)
    headline = cx.drivers(disguised, "csat", ["smile", *FLAGS], **FEW).headline
    assert headline.startswith("First look at smile: nearly the same as csat, so probably the outcome in disguise. ")
    assert "says nothing about reasons: leave it out and look again" in headline
    assert "matters most" not in headline


def test_alike_drivers_that_matter_only_together_are_not_called_noise():
    rng = np.random.default_rng(4)
    common = rng.normal(size=120)
    frame = pd.DataFrame({name: common + 0.1 * rng.normal(size=120) for name in "abcde"})
    frame["y"] = common + 1.5 * rng.normal(size=120)
    found = cx.drivers(frame, "y", list("abcde"), **FEW)
    assert (found.table.q_value > 0.05).all()
    assert found.headline.startswith("Together these drivers explain ")
    assert "no single one is distinguishable from noise" in found.headline


def test_low_is_good_turns_the_outcome_but_not_its_mean(answers):
    roles = dict.fromkeys(FLAGS, "flag") | {"grade": "csat"}
    frame = answers[[*FLAGS]].assign(grade=11 - answers.csat)
    table = Table(frame, name="t", roles=roles, scales={"grade": Scale(1, 10, higher_is_better=False)})
    found = cx.drivers(table, **FEW)
    plain = cx.drivers(answers, "csat", FLAGS, **FEW)
    np.testing.assert_allclose(found.table.effect, plain.table.effect, atol=1e-9)
    assert found.outcome_mean == pytest.approx(frame.grade.mean())
    assert any("turned round" in note for note in found.notes)


def test_a_yes_no_outcome_is_read_in_percent(answers):
    frame = answers.assign(stays=(answers.csat > 6).astype(int))
    found = cx.drivers(frame, "stays", FLAGS, **FEW)
    assert found.outcome_mean == pytest.approx(100 * (answers.csat > 6).mean())
    assert "percentage points" in found.headline


def test_top_box_takes_the_scale_of_the_table_or_of_the_answers(answers):
    found = cx.drivers(answers, "csat", FLAGS, outcome_as="top-box", **FEW)
    assert found.outcome_mean == pytest.approx(100 * (answers.csat >= 8).mean())
    assert any("best 3 answers of 1–10" in note for note in found.notes)
    short = answers[answers.csat > 2]
    with pytest.raises(cx.Problem, match="do not tell which scale"):
        cx.drivers(short, "csat", FLAGS, outcome_as="top-box", **FEW)
    stated = cx.drivers(short, "csat", FLAGS, outcome_as="top-box", scale=(1, 10), **FEW)
    assert stated.outcome_mean == pytest.approx(100 * (short.csat >= 8).mean())
    one = cx.drivers(answers, "csat", FLAGS, outcome_as="top-box", top=1, **FEW)
    assert one.outcome_mean == pytest.approx(100 * (answers.csat >= 10).mean())


def test_a_table_knows_its_outcome_and_its_failures(answers):
    roles = dict.fromkeys(FLAGS, "flag") | {"csat": "csat", "customer": "customer"}
    found = cx.drivers(Table(answers, name="t", roles=roles), **FEW)
    assert found.outcome == "csat"
    assert set(found.table.driver) == set(FLAGS)
    with pytest.raises(cx.Problem, match="its role is customer"):
        cx.drivers(Table(answers, name="t", roles=roles), drivers=["customer"])


def test_ratings_count_from_the_best_answer_and_say_so(answers):
    found = cx.drivers(answers, "csat", ["staff", *FLAGS], **FEW)
    row = found.table.set_index("driver").loc["staff"]
    assert row.at_stake == pytest.approx(row.effect * (5 - row["mean"]), abs=1e-9)
    assert any("staff 5" in note for note in found.notes)
    other = cx.drivers(answers, "csat", ["staff", *FLAGS], reference={"staff": 4}, **FEW)
    row = other.table.set_index("driver").loc["staff"]
    assert row.at_stake == pytest.approx(row.effect * (4 - row["mean"]), abs=1e-9)


def test_jupyter_shows_the_result_and_escapes_names(answers):
    frame = answers.rename(columns={"late": "<b>late</b>"})
    html = cx.drivers(frame, "csat", ["<b>late</b>", "returned"], **FEW)._repr_html_()
    assert "<b>late" not in html
    assert "&lt;b&gt;late" in html


def test_who_are_first_together_share_the_first_place(answers):
    """A driver and its copy tie in every resample: half of the first places each, and one in all."""
    twins = answers.assign(again=answers["late"])
    table = cx.drivers(twins, "csat", ["late", "again", "noise"], **FEW).table.set_index("driver")
    assert table["p_first"].sum() == pytest.approx(1)
    assert table["p_first"]["late"] == pytest.approx(table["p_first"]["again"])
    assert table["p_first"]["late"] > 0.4
