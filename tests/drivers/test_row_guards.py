"""Each guard with data that trip it and with data that do not."""

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.drivers.model import gather, guard_rows
from cxanalysis.tables.table import Table

from .test_segments import simpson

FLAGS = ["late", "returned", "noise"]
FEW = {"resamples": 20}


def flags_of(found, driver):
    return found.table.set_index("driver")["flags"][driver]


def noted(found, words):
    return [note for note in found.notes if words in note]


# --- the outcome in disguise ------------------------------------------------------------------------


def test_a_copy_of_the_answer_is_a_leak_also_under_the_nps_coding(answers):
    frame = answers.assign(again=answers.recommend)
    found = cx.drivers(frame, "recommend", ["again", *FLAGS], outcome_as="nps", **FEW)
    coded = np.where(frame.recommend >= 9, 100, np.where(frame.recommend >= 7, 0, -100))
    assert np.corrcoef(frame.again, coded)[0, 1] < 0.95  # the coding hides it from a plain correlation
    assert "leak" in flags_of(found, "again")
    assert all("leak" not in flags_of(found, name) for name in FLAGS)


def test_a_bent_copy_is_a_leak_by_its_ranks(answers):
    # As skewed as an amount: hardly any plain correlation, but the same order.
    found = cx.drivers(answers.assign(bent=np.exp(3 * answers.csat)), "csat", ["bent", *FLAGS], **FEW)
    assert np.corrcoef(np.exp(3 * answers.csat), answers.csat)[0, 1] < 0.9
    assert "leak" in flags_of(found, "bent")


@pytest.mark.parametrize(("overlap", "leak"), [(0.0, True), (0.25, False)])
def test_near_perfect_separation_of_a_loyalty_flag(overlap, leak):
    rng = np.random.default_rng(0)
    stayed = (rng.random(600) < 0.8).astype(float)
    # Days since the contract ended: nearly always 0 for those who stayed, long and very uneven for the others.
    gone = np.where((stayed == 0) & (rng.random(600) > overlap), rng.lognormal(3, 2, 600) + 1, 0.0)
    frame = pd.DataFrame({"stayed": stayed, "days_gone": gone, "late": (rng.random(600) < 0.2).astype(float)})
    assert abs(np.corrcoef(gone, stayed)[0, 1]) < 0.6
    found = cx.drivers(frame, "stayed", ["days_gone", "late"], **FEW)
    assert ("leak" in flags_of(found, "days_gone")) is leak
    assert "leak" not in flags_of(found, "late")


def test_a_category_made_from_the_outcome_is_a_leak(answers):
    group = np.where(answers.csat > 7, "happy", np.where(answers.csat > 5, "so-so", "angry"))
    honest = cx.drivers(answers.assign(group=answers.market), "csat", ["group", *FLAGS], **FEW)
    assert "leak" not in flags_of(honest, "group")
    exact = answers.assign(group=answers.csat.astype(int).astype(str) + " points")
    assert "leak" in flags_of(cx.drivers(exact, "csat", ["group", *FLAGS], **FEW), "group")
    # Three groups of ten answers explain less than 0.95 squared of them, and are not called a disguise.
    assert "leak" not in flags_of(cx.drivers(answers.assign(group=group), "csat", ["group", *FLAGS], **FEW), "group")


# --- ids --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["complete", "pairwise", "impute"])
def test_an_id_is_refused_however_gaps_are_dealt_with(answers, missing):
    frame = answers.assign(row=np.arange(800.0))
    with pytest.raises(cx.Problem, match="as in an id"):
        cx.drivers(frame, "csat", ["row", *FLAGS], missing=missing, resamples=60)


def test_an_id_is_refused_in_a_table_too_large_for_rows(answers, monkeypatch):
    for module in (gather, guard_rows):
        monkeypatch.setattr(module, "ROWS_AS_BLOCKS", 300)
    with pytest.raises(cx.Problem, match="as in an id"):
        cx.drivers(answers.assign(row=np.arange(800.0)), "csat", ["row", *FLAGS], **FEW)
    amounts = answers.assign(amount=np.random.default_rng(0).integers(1, 1100, 800))
    assert "amount" in set(cx.drivers(amounts, "csat", ["amount", *FLAGS], **FEW).table.driver)


# --- events after the answer ------------------------------------------------------------------------


def dated(answers, later):
    answered = pd.Timestamp("2024-05-01") + pd.to_timedelta(np.arange(800) % 30, unit="D")
    returned_on = (answered - pd.Timedelta("3D")).where(answers.returned == 1)
    first = np.flatnonzero(answers.returned == 1)[:later]
    returned_on = returned_on.to_series(index=range(800))
    returned_on.iloc[first] = answered[first] + pd.Timedelta("2D")
    frame = answers.assign(answered=answered, returned_on=returned_on)
    roles = dict.fromkeys(FLAGS, "flag") | {"csat": "csat", "answered": "date", "returned_on": "date"}
    return Table(frame, name="t", roles=roles)


def test_what_came_after_the_answer_is_flagged_with_its_cases(answers):
    table = dated(answers, 5)
    found = cx.drivers(table, "csat", FLAGS, **FEW)
    assert "after the answer" in flags_of(found, "returned")
    cases = int(answers.returned.sum())
    assert noted(found, f"in 5 of {cases} cases of returned its date (returned_on) lies after the answer (answered)")
    assert "after the answer" not in flags_of(found, "late")
    compared = cx.segments(table.with_(roles={"market": "category"}), "csat", FLAGS, by="market", **FEW)
    assert noted(compared, "lies after the answer")


def test_what_came_before_the_answer_is_not_flagged(answers):
    found = cx.drivers(dated(answers, 0), "csat", FLAGS, **FEW)
    assert not noted(found, "after the answer")


# --- straight-liners --------------------------------------------------------------------------------


def ratings(straight, seed=0, items=6, n=400):
    """Six items; only the first one moves the outcome. Straight-liners give one answer to all and to the outcome."""
    rng = np.random.default_rng(seed)
    x = rng.integers(1, 6, size=(n, items)).astype(float)
    y = np.clip(np.round(x[:, 0] + rng.normal(size=n)), 1, 5)
    same = rng.integers(1, 6, size=straight)
    x[:straight], y[:straight] = same[:, None], same
    return pd.DataFrame(x, columns=[f"q{i}" for i in range(items)]).assign(csat=y, amount=rng.lognormal(3, 1, n))


def test_straight_liners_are_counted_and_what_they_do_is_said():
    frame = ratings(120)
    found = cx.drivers(frame, "csat", [f"q{i}" for i in range(6)] + ["amount"], **FEW)
    (told,) = noted(found, "gave the same answer to all 6 ratings")
    alone = (frame[[f"q{i}" for i in range(6)]].nunique(axis=1) == 1).sum()
    assert told.startswith(f"{alone} of 400 people")
    kept = frame[frame[[f"q{i}" for i in range(6)]].nunique(axis=1) > 1]
    other = cx.drivers(kept, "csat", [f"q{i}" for i in range(6)] + ["amount"], **FEW)
    before, after = (one.table.set_index("driver").effect["q0"] for one in (found, other))
    assert told.endswith(
        "Without them q0 stays first; no effect moves beyond its interval, "
        f"most q0, from +{before:.2f} to +{after:.2f}."
    )


def test_straight_liners_who_make_the_winner_are_exposed():
    rng = np.random.default_rng(3)
    frame = ratings(0, n=600)
    names = [f"q{i}" for i in range(6)]
    # Honest people hardly differ on q0; what varies there are the 200 who answer everything, the outcome too, alike.
    frame["q0"] = np.where(rng.random(600) < 0.1, 4.0, 3.0)
    frame["csat"] = np.clip(np.round(0.25 * frame.q1 + 2.25 + 0.6 * rng.normal(size=600)), 1, 5)
    same = rng.choice([1.0, 5.0], 200)
    frame.loc[:199, [*names, "csat"]] = np.column_stack([same] * 7)
    frame.loc[200, "q0"], frame.loc[201, "q0"] = 1.0, 5.0  # the scale is used by others, too
    found = cx.drivers(frame, "csat", names, **FEW)
    kept = frame[frame[names].nunique(axis=1) > 1]
    assert found.table.driver[0] == "q0"
    assert cx.drivers(kept, "csat", names, **FEW).table.driver[0] == "q1"
    (told,) = noted(found, "gave the same answer to all 6 ratings")
    assert "Without them q1 would be first instead of q0; effects move beyond their intervals, most " in told


@pytest.mark.parametrize("items", [4, 6])
def test_four_items_or_different_answers_are_no_straight_lining(items):
    frame = ratings(60 if items == 4 else 0, items=items)
    names = [f"q{i}" for i in range(items)]
    frame = frame[(frame[names].nunique(axis=1) > 1) | (items == 4)]
    assert not noted(cx.drivers(frame, "csat", names, **FEW), "the same answer")


# --- halo, overlap, few rows, few clusters ----------------------------------------------------------


@pytest.mark.parametrize(("shared", "halo"), [(2.0, True), (0.5, False)])
def test_halo_from_a_mean_correlation_above_six_tenths(shared, halo):
    rng = np.random.default_rng(1)
    x = shared * rng.normal(size=(500, 1)) + rng.normal(size=(500, 4))
    frame = pd.DataFrame(x, columns=list("abcd")).assign(y=x.sum(axis=1) + rng.normal(size=500))
    assert bool(noted(cx.drivers(frame, "y", list("abcd"), **FEW), "The ratings move together")) is halo


@pytest.mark.parametrize(("noise", "collinear"), [(0.25, True), (0.5, False)])
def test_overlap_above_ten_is_flagged(noise, collinear):
    rng = np.random.default_rng(2)
    a = rng.normal(size=500)
    frame = pd.DataFrame({"a": a, "b": a + noise * rng.normal(size=500), "y": a + rng.normal(size=500)})
    found = cx.drivers(frame, "y", ["a", "b"], **FEW)
    assert ("collinear" in flags_of(found, "a")) is collinear
    assert (found.table.vif.max() > 10) is np.True_ if collinear else found.table.vif.max() < 10


@pytest.mark.parametrize(("customers", "few"), [(29, True), (30, False)])
def test_fewer_than_thirty_clusters_are_said(answers, customers, few):
    frame = answers.assign(customer=np.arange(800) % customers)
    found = cx.drivers(frame, "csat", FLAGS, cluster="customer", **FEW)
    assert bool(noted(found, f"Only {customers} clusters")) is few


@pytest.mark.parametrize("missing", ["complete", "pairwise", "impute"])
def test_fewer_rows_than_drivers_and_three_are_refused_however_gaps_are_dealt_with(answers, missing):
    frame = answers[["staff", "w", "csat"]].iloc[:4]
    with pytest.raises(cx.Problem):
        cx.drivers(frame, "csat", ["staff", "w"], missing=missing, resamples=60)
    assert cx.drivers(answers.iloc[:5], "csat", ["staff", "w"], **FEW).n == 5


# --- Simpson ----------------------------------------------------------------------------------------


def as_table(frame):
    return Table(frame, name="t", roles={"calls": "number", "market": "category", "score": "rating"})


def test_a_known_segment_that_turns_an_effect_round_is_flagged():
    found = cx.drivers(as_table(simpson()), "score", ["calls"], **FEW)
    assert flags_of(found, "calls") == ["reversed"]
    (told,) = [note for note in found.notes if note.startswith("Simpson's paradox: calls")]
    assert "once market is held equal" in told
    assert "where market is north" in told
    # A frame knows no segments; an adjusted analysis has no paradox left.
    assert flags_of(cx.drivers(simpson(), "score", ["calls"], **FEW), "calls") == []
    adjusted = cx.drivers(as_table(simpson()), "score", ["calls"], adjust_for=["market"], **FEW)
    assert "reversed" not in flags_of(adjusted, "calls")


def test_the_guard_works_on_a_sample_of_large_tables(monkeypatch):
    for module in (gather, guard_rows):
        monkeypatch.setattr(module, "ROWS_AS_BLOCKS", 400)
    assert flags_of(cx.drivers(as_table(simpson()), "score", ["calls"], **FEW), "calls") == ["reversed"]


def test_a_segment_that_changes_nothing_is_not_flagged():
    flagged = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        frame = pd.DataFrame({"calls": rng.poisson(3, 300).astype(float), "market": rng.choice(list("abc"), 300)})
        frame["score"] = 5 - 0.3 * frame.calls + rng.normal(size=300)
        flagged += bool(flags_of(cx.drivers(as_table(frame), "score", ["calls"], **FEW), "calls"))
    assert flagged == 0
