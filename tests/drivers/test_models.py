"""Other models than the linear one: what is refused, what must agree, what intervals hold."""

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.drivers.other_models.mcfadden import share_out
from cxanalysis.drivers.other_models.model_likelihood import Ordered, climb

FLAGS = ["late", "returned", "noise"]


def test_the_model_is_chosen_by_the_outcome(answers):
    frame = answers.assign(stays=(answers.csat > 6).astype(int))
    assert cx.models(frame, "stays", FLAGS).model == "logit"
    assert cx.models(frame, "csat", FLAGS, outcome_as="top-box").model == "logit"
    assert cx.models(frame, "csat", FLAGS).model == "ordinal"
    assert cx.models(frame, "recommend", FLAGS, outcome_as="nps").model == "ordinal"


@pytest.mark.parametrize(
    ("outcome", "arguments"),
    [("csat", {}), ("recommend", {"outcome_as": "nps"}), ("csat", {"outcome_as": "top-box"}),
     ("csat", {"outcome_as": "top-box", "model": "ordinal"})],
)  # fmt: skip
def test_effects_are_near_the_linear_ones_in_the_same_points(answers, outcome, arguments):
    table = cx.models(answers, outcome, [*FLAGS, "staff"], **arguments).table
    straight = cx.drivers(answers, outcome, [*FLAGS, "staff"], resamples=100,
                          outcome_as=arguments.get("outcome_as", "mean")).table.set_index("driver")  # fmt: skip
    ours = table.set_index("driver").loc[straight.index]
    np.testing.assert_allclose(ours["linear_effect"], straight["effect"], atol=1e-9)
    np.testing.assert_allclose(ours["linear_importance"], straight["importance"], atol=1e-9)
    width = straight["effect_high"] - straight["effect_low"]
    assert ((ours["effect"] - straight["effect"]).abs() < width).all()
    assert ((ours["effect_high"] - ours["effect_low"]) / width).between(0.5, 1.5).all()
    assert ours["share"].sum() == pytest.approx(1)


def test_low_is_good_turns_the_effects_too(answers):
    scale = cx.Scale(1, 10, higher_is_better=False)
    turned = cx.models(answers.assign(grade=11 - answers.csat), "grade", FLAGS, scale=scale).table
    plain = cx.models(answers, "csat", FLAGS).table
    np.testing.assert_allclose(turned["effect"], plain["effect"], atol=1e-7)
    np.testing.assert_allclose(turned["importance"], plain["importance"], atol=1e-9)


def test_weights_of_one_change_nothing_and_weights_of_two_are_rows_twice(answers):
    plain = cx.models(answers, "csat", FLAGS).table
    ones = cx.models(answers.assign(one=3.0), "csat", FLAGS, weight="one").table
    numeric = ["importance", "effect", "effect_low", "effect_high"]
    np.testing.assert_allclose(ones[numeric], plain[numeric], atol=1e-8)
    doubled = answers.assign(w=1.0 + (np.arange(len(answers)) % 2))
    twice = pd.concat([doubled, doubled[doubled.w == 2]])
    np.testing.assert_allclose(
        cx.models(doubled, "csat", FLAGS, weight="w").table[["importance", "effect"]],
        cx.models(twice, "csat", FLAGS).table[["importance", "effect"]], atol=1e-7,
    )  # fmt: skip


def test_clusters_widen_the_intervals_of_what_is_the_same_within_a_customer(answers):
    frame = pd.concat([answers] * 2, ignore_index=True).assign(who=list(range(len(answers))) * 2)
    once = cx.models(answers, "csat", FLAGS).table
    twice = cx.models(frame, "csat", FLAGS, cluster="who").table
    np.testing.assert_allclose(twice["effect"], once["effect"], atol=1e-7)
    np.testing.assert_allclose(
        twice["effect_high"] - twice["effect_low"], once["effect_high"] - once["effect_low"], rtol=0.01
    )


def test_a_category_is_one_player_whatever_its_base(answers):
    frame = answers.assign(route=np.where(answers.late == 1, "post", np.where(answers.noise == 1, "van", "shop")))
    other = frame.assign(route=frame.route.map({"post": "a", "van": "b", "shop": "c"}))
    first, second = (cx.models(f, "csat", ["route", "staff"]).table.set_index("driver") for f in (frame, other))
    np.testing.assert_allclose(first["importance"], second["importance"], atol=1e-9)
    assert np.isnan(first.loc["route", "effect"])
    assert first.loc["route", "p_value"] < 0.001


def test_duplicates_share_evenly_and_have_no_effect_of_their_own(answers):
    table = cx.models(answers.assign(again=answers.late), "csat", [*FLAGS, "again"]).table.set_index("driver")
    assert table.loc["late", "importance"] == pytest.approx(table.loc["again", "importance"], abs=1e-8)
    assert np.isnan(table.loc["late", "effect"])
    assert np.isfinite(table.loc["noise", "effect"])


def test_adjusters_are_in_every_model(answers):
    found = cx.models(answers, "csat", FLAGS, adjust_for=["staff"])
    alone = cx.models(answers, "csat", ["staff"])
    assert found.table["importance"].sum() == pytest.approx(found.r_squared - alone.r_squared, abs=1e-9)


def test_sampled_orders_come_near_all_subsets_and_say_their_error():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(1500, 9)) + 0.6 * rng.normal(size=(1500, 1))
    y = np.clip(np.round(4 + x[:, 0] + 0.5 * x[:, 1] + rng.logistic(size=1500)), 0, 8).astype(int)
    order = np.argsort(y, kind="stable")
    family, x = Ordered(y[order], np.ones(1500)), (x / x.std(axis=0))[order]
    full = climb(family, x)
    exact = share_out(family, x, [1] * 9, 0, full)
    near = share_out(family, x, [1] * 9, 0, full, exact=5)
    assert exact.fits == 512
    assert near.error is not None
    assert near.importance.sum() == pytest.approx(exact.r_squared, abs=1e-9)
    assert (np.abs(near.importance - exact.importance) < 4 * near.error + 1e-6).all()
    assert near.error.max() < 0.01 * exact.r_squared


@pytest.mark.parametrize(
    ("change", "arguments", "words"),
    [
        ({}, {"model": "probit"}, "model: 'probit' is none of its choices"),
        ({}, {"model": "logit"}, "two values"),
        ({}, {"model": "poisson", "outcome_as": "top-box"}, "explains a count"),
        ({"csat": 2.5}, {"model": "poisson"}, "whole numbers"),
        ({}, {"outcome": "amount"}, "neither yes or no, nor ordered answers"),
        ({}, {"outcome": "amount", "model": "ordinal"}, "no ordered answers"),
        ({}, {"confidence": 2}, "not between 0 and 1"),
    ],
)
def test_what_cannot_be_done_is_said(answers, change, arguments, words):
    frame = answers.assign(amount=np.arange(len(answers)) * 1.7)
    for column, value in change.items():
        frame.loc[0, column] = value
    with pytest.raises(cx.Problem, match=f"(?i){words}"):
        cx.models(frame, **{"outcome": "csat", "drivers": FLAGS, **arguments})


def test_separation_names_one_column_or_the_columns_that_do_it_together(answers):
    frame = answers.assign(stays=(answers.csat > 6).astype(int))
    frame["traitor"] = np.where((frame.stays == 0) & (np.arange(len(frame)) % 3 == 0), 1, 0)
    with pytest.raises(cx.Problem, match=r"[Ss]eparation: 'traitor' alone"):
        cx.models(frame, "stays", [*FLAGS, "traitor"])
    together = answers.assign(a=answers.staff, b=answers.staff + (answers.csat > 6) + 0.1 * answers.late)
    together["stays"] = (answers.csat > 6).astype(int)
    with pytest.raises(cx.Problem, match=r"[Ss]eparation: 'a', 'b' together"):
        cx.models(together, "stays", ["noise", "a", "b"])
    calls = answers.assign(calls=np.where(answers.late == 1, 0, np.arange(len(answers)) % 4))
    with pytest.raises(cx.Problem, match=r"[Ss]eparation: 'late'"):
        cx.models(calls, "calls", FLAGS, model="poisson")


@pytest.mark.calibration
@pytest.mark.parametrize("model", ["logit", "ordinal", "poisson"])
def test_intervals_cover_the_average_effect(model):
    """200 surveys; the truth is the average effect in a very large one."""
    inside = []
    truth = cx.models(drawn(model, 50_000, 999), "y", ["a", "b"], model=model).table.set_index("driver")["effect"]
    for seed in range(200):
        table = cx.models(drawn(model, 300, seed), "y", ["a", "b"], model=model).table.set_index("driver")
        inside += [bool(table.loc[d, "effect_low"] <= truth[d] <= table.loc[d, "effect_high"]) for d in "ab"]
    assert abs(np.mean(inside) - 0.95) <= 0.015 + 3 * np.sqrt(0.95 * 0.05 / 400)


def drawn(model, n, seed):
    rng = np.random.default_rng(seed)
    a, b = rng.normal(size=n), rng.binomial(1, 0.3, n)
    latent = 0.6 * a - 0.8 * b + rng.logistic(size=n)
    y = {"logit": (latent > 0).astype(int), "ordinal": np.clip(np.round(3 + latent), 0, 6),
         "poisson": rng.poisson(np.exp(0.3 + 0.3 * a - 0.4 * b))}[model]  # fmt: skip
    return pd.DataFrame({"a": a, "b": b, "y": y})


def test_jupyter_shows_the_result_and_escapes_names(answers):
    html = cx.models(answers.rename(columns={"late": "<b>late</b>"}), "csat", ["<b>late</b>", "returned"])._repr_html_()
    assert "<b>late" not in html
    assert "&lt;b&gt;late" in html
