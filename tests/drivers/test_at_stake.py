"""Customers and money at stake: they add up to the loss of loyalty, and no money comes from nowhere."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import cxanalysis as cx
from cxanalysis.drivers.model import gather

DRIVERS = ["late", "broken", "rate"]


def answers(n: int = 1500, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    late = rng.binomial(1, 0.2, n)
    broken = rng.binomial(1, 0.08 + 0.1 * late)
    rate = rng.integers(1, 6, n)
    stays = rng.binomial(1, np.clip(0.8 - 0.2 * late - 0.3 * broken + 0.03 * (rate - 3), 0, 1))
    frame = pd.DataFrame({"late": late, "broken": broken, "rate": rate, "stays": stays, "who": np.arange(n) // 2})
    return frame.assign(worth=np.exp(rng.normal(4 + 0.5 * late, 0.4)), w=rng.uniform(0.5, 2, n))


@pytest.fixture(scope="module")
def found() -> cx.AtStake:
    return cx.at_stake(answers(), loyalty="stays", drivers=DRIVERS, base=20_000, value_per_customer=50)


def test_customers_are_base_times_prevalence_times_effect(found):
    of = cx.drivers(answers(), "stays", DRIVERS, resamples=50).table.set_index("driver")
    for row in found.table.to_dict("records"):
        linear = of.loc[row["driver"]]
        assert row["customers"] == pytest.approx(20_000 * row["prevalence"] * -row["effect"] / 100)
        assert row["effect"] == pytest.approx(linear["effect"])
        ends = [200 * linear[f"at_stake_{end}"] for end in ("low", "high")]
        assert (row["customers_low"], row["customers_high"]) == pytest.approx(ends, rel=0.01)
        assert row["money"] == pytest.approx(50 * row["customers"])
    assert set(found.table["driver"]) == {"late", "broken"}  # a rating is held equal, it does not happen to anybody
    assert found.together["customers"] == pytest.approx(found.table["customers"].sum())
    separate = np.sqrt(((found.table["customers_high"] - found.table["customers"]) ** 2).sum())
    assert found.together["high"] - found.together["customers"] == pytest.approx(separate, rel=0.35)


def test_paf_is_the_relative_twin(found):
    """p(RR - 1) / (1 + p(RR - 1)) with the risk of leaving of those who were spared, adjusted for the others."""
    for row in found.table.to_dict("records"):
        spared = 1 - found.stays + row["prevalence"] * row["effect"] / 100
        p, rr = row["prevalence"], (spared - row["effect"] / 100) / spared
        assert row["paf"] == pytest.approx(p * (rr - 1) / (1 + p * (rr - 1)))
        assert row["paf_low"] < row["paf"] < row["paf_high"]


def test_without_a_value_there_is_no_money():
    found = cx.at_stake(answers(), loyalty="stays", drivers=DRIVERS, base=20_000)
    assert found.table[["money", "money_low", "money_high"]].isna().all(axis=None)
    assert "worth" not in found.headline
    assert any("No money" in note for note in found.notes)


def test_a_range_of_values_widens_the_interval(found):
    ranged = cx.at_stake(answers(), loyalty="stays", drivers=DRIVERS, base=20_000, value_per_customer=(40, 60)).table
    assert ranged["money"].to_numpy() == pytest.approx(found.table["money"].to_numpy())
    assert ranged["money_low"].to_numpy() == pytest.approx(40 * ranged["customers_low"].to_numpy())
    assert ranged["money_high"].to_numpy() == pytest.approx(60 * ranged["customers_high"].to_numpy())


@pytest.mark.parametrize("how", [{}, {"cluster": "who"}, {"weight": "w", "cluster": "who"}])
def test_each_customer_has_a_value_of_their_own(monkeypatch, how):
    """Late customers are worth more here; the same from rows and from hash blocks."""
    arguments = {"loyalty": "stays", "drivers": DRIVERS, "base": 1000, "value_per_customer": "worth", **how}
    frame = answers()
    rows = cx.at_stake(frame, **arguments)
    w = frame["w"] if "weight" in how else np.ones(len(frame))
    for row in rows.table.to_dict("records"):
        mean = np.average(frame[row["driver"]] * frame["worth"], weights=w)
        assert row["money"] == pytest.approx(-1000 * mean * row["effect"] / 100)
        assert row["money_low"] < row["money"] < row["money_high"]
    late = rows.table.set_index("driver").loc["late"]
    assert late["money"] / late["customers"] > frame["worth"].mean()
    monkeypatch.setattr(gather, "ROWS_AS_BLOCKS", 100)
    blocks = cx.at_stake(frame, **arguments)
    np.testing.assert_allclose(blocks.table["money"], rows.table["money"], rtol=1e-9)
    width = [t["money_high"] - t["money_low"] for t in (blocks.table, rows.table)]
    assert ((width[0] / width[1] > 0.75) & (width[0] / width[1] < 1.3)).all()


def test_a_constant_value_of_every_customer_is_that_one_value(found):
    frame = answers().assign(worth=50.0)
    same = cx.at_stake(frame, loyalty="stays", drivers=DRIVERS, base=20_000, value_per_customer="worth").table
    for name in ("money", "money_low", "money_high"):
        np.testing.assert_allclose(same[name], found.table[name], rtol=1e-6)


def test_where_a_yes_is_bad_the_same_customers_are_lost(found):
    frame = answers()
    frame["left"] = 1 - frame.pop("stays")
    roles = dict.fromkeys(("late", "broken", "left"), "flag") | {"rate": "rating"}
    table = cx.Table(frame, name="answers", roles=roles, scales={"left": cx.Scale(0, 1, higher_is_better=False)})
    turned = cx.at_stake(table, loyalty="left", drivers=DRIVERS, base=20_000, value_per_customer=50)
    pd.testing.assert_frame_equal(turned.table, found.table, check_exact=False, rtol=1e-9)
    assert turned.stays == pytest.approx(found.stays)


@pytest.mark.parametrize("missing", ["complete", "pairwise", "impute"])
def test_a_bad_yes_as_the_outcome_of_any_analysis(missing):
    frame = answers().astype(float)
    frame.loc[::9, "rate"] = np.nan
    frame["left"] = 1 - frame["stays"]
    scales = {"left": cx.Scale(0, 1, higher_is_better=False)}
    table = cx.Table(frame, name="answers", roles={"left": "flag"}, scales=scales)
    how = {"missing": missing, "resamples": 100}
    good, bad = (cx.drivers(table, outcome, DRIVERS, **how) for outcome in ("stays", "left"))
    # Filled gaps are drawn given the outcome, so that another coding draws other values.
    near = 0.5 if missing == "impute" else 1e-9
    np.testing.assert_allclose(bad.table["effect"], good.table["effect"], atol=near)
    np.testing.assert_allclose(bad.table["at_stake"], good.table["at_stake"], atol=near)
    assert bad.outcome_mean == pytest.approx(100 - good.outcome_mean)
    change = cx.what_if(bad, {"late": {"to": 0.0}})
    assert change.level == pytest.approx(100 - cx.what_if(good, {"late": {"to": 0.0}}).level, abs=near)


def test_prevalence_among_all_customers_can_be_named():
    named = cx.at_stake(answers(), loyalty="stays", drivers=DRIVERS, base=1000, prevalence={"late": 0.05})
    row = named.table.set_index("driver").loc["late"]
    assert row["customers"] == pytest.approx(1000 * 0.05 * -row["effect"] / 100)
    assert row["customers_low"] == pytest.approx(1000 * 0.05 * -row["effect_high"] / 100)
    assert np.isnan(row["paf"])
    assert any("taken as exact" in note for note in named.notes)


def company(n: int = 1200) -> tuple[cx.Table, cx.Table]:
    """Answers, and customers who leave within a year after a failure more often."""
    frame = answers(n)
    rng = np.random.default_rng(3)
    day = pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 600, n), unit="D")
    gone = day + pd.to_timedelta(rng.integers(1, 365, n), unit="D")
    people = pd.DataFrame(
        {"customer": np.arange(n), "ended": gone.where(frame["stays"] == 0), "margin": frame["worth"]}
    )
    people = pd.concat(
        [people, pd.DataFrame({"customer": [n], "ended": [pd.Timestamp("2024-10-31")], "margin": [1.0]})]
    )
    frame = frame.drop(columns=["stays", "worth"]).assign(customer=np.arange(n), answered=day)
    roles = {"customer": "customer", "answered": "date", "late": "flag", "broken": "flag", "rate": "rating"}
    bad = cx.Scale(0, 1, higher_is_better=False)
    sheet = cx.Table(frame, name="answers", roles=roles, scales={"late": bad, "broken": bad})
    kept = cx.Table(people.reset_index(drop=True), name="customers", kind="customers",
                    roles={"customer": "customer", "ended": "closed", "margin": "amount"})  # fmt: skip
    return sheet, kept


def test_customers_who_left_are_found_in_their_own_table():
    sheet, people = company()
    found = cx.at_stake(sheet, people, value_per_customer="margin")
    frame, ended = sheet.frame, people.frame["ended"].iloc[:-1].reset_index(drop=True)
    seen = frame["answered"] + pd.Timedelta(days=365) <= people.frame["ended"].max()
    assert 0 < seen.sum() < 1200
    assert found.n == int(seen.sum())
    assert found.stays == pytest.approx(1 - ended[seen].notna().mean())
    assert found.base == people.frame["ended"].isna().sum()
    assert set(found.table["driver"]) == {"late", "broken"}
    assert (found.table["customers_low"] > 0).all()
    assert found.table["money"].notna().all()
    assert any("not seen yet" in note for note in found.notes)


def test_customers_without_an_id_are_of_no_answer_and_in_the_base():
    sheet, people = company()
    nameless = people.raw.tail(3).assign(customer=None, ended=pd.NaT)
    more = cx.Table(pd.concat([people.raw, nameless], ignore_index=True), name="customers", roles=people.roles)
    told, whole = cx.at_stake(sheet, people), cx.at_stake(sheet, more)
    assert whole.base == told.base + 3
    assert whole.table["effect"].tolist() == pytest.approx(told.table["effect"].tolist())


def test_a_yes_or_no_of_the_customers():
    sheet, people = company()
    active = cx.Table(
        people.raw.assign(active=people.raw["ended"].isna()).drop(columns="ended"), name="customers",
        roles={"customer": "customer", "active": "flag", "margin": "amount"},
    )  # fmt: skip
    found = cx.at_stake(sheet, active, loyalty="active", base=5000)
    assert found.n == 1200
    assert found.stays == pytest.approx(people.raw["ended"].iloc[:-1].isna().mean())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"base": None}, "how many customers"),
        ({"base": 0}, "more than zero"),
        ({"loyalty": None}, "which column tells"),
        ({"loyalty": "worth"}, "no yes or no"),
        ({"drivers": ["rate"]}, "[Nn]one of these drivers is a failure"),
        ({"value_per_customer": -3}, "zero or more"),
        ({"value_per_customer": (5, 2)}, "no range"),
        ({"value_per_customer": "nothing"}, "no such column"),
        ({"value_per_customer": "rate"}, "in the model already"),
        ({"value_per_customer": "worth", "missing": "impute"}, "whole rows"),
        ({"prevalence": {"late": 1.2}}, "between 0 and 1"),
        ({"prevalence": {"nothing": 0.2}}, "no failure"),
        ({"outcome_as": "nps"}, "outcome_as: 'nps' is none of its choices"),
    ],
)
def test_what_cannot_be_is_refused(changed, said):
    arguments = {"loyalty": "stays", "drivers": DRIVERS, "base": 100, **changed}
    with pytest.raises(cx.Problem, match=said):
        cx.at_stake(answers(), **arguments)


def test_the_step_is_the_call(found):
    step = cx.Step("at_stake", ("survey",), {"loyalty": "stays", "drivers": DRIVERS, "base": 20_000,
                                             "value_per_customer": 50})  # fmt: skip
    assert step.run({"survey": answers()}).together == found.together
    assert eval(step.code(), {"cx": cx, "survey": answers()}).headline == found.headline
    assert cx.Step.from_json(step.to_json()) == step
    two = cx.Step("at_stake", ("answers", "customers"), {"within_days": 365})
    sheet, people = company()
    assert two.run({"answers": sheet, "customers": people}).headline == cx.at_stake(sheet, people).headline
    assert json.loads(two.to_json())["tables"] == ["answers", "customers"]


def test_noise_costs_no_customers():
    rng = np.random.default_rng(7)
    frame = answers(600).assign(stays=rng.binomial(1, 0.7, 600))
    found = cx.at_stake(frame, loyalty="stays", drivers=DRIVERS, base=1000)
    assert "cannot be told from noise" in found.headline


def test_the_interval_of_the_attributable_share_is_that_of_resampled_rows():
    """Nearly all who leave had the failure: then the errors of what is lost and of all leaving go together."""
    rng = np.random.default_rng(5)
    late = rng.binomial(1, 0.2, 900)
    frame = pd.DataFrame({"late": late, "stays": rng.binomial(1, np.where(late == 1, 0.6, 0.98))})
    row = cx.at_stake(frame, loyalty="stays", drivers=["late"], base=1000, resamples=1).table.iloc[0]

    def attributable(x, y):
        return x.mean() * (y[x == 0].mean() - y[x == 1].mean()) / (1 - y.mean())

    x, y = frame["late"].to_numpy(), frame["stays"].to_numpy()
    assert row["paf"] == pytest.approx(attributable(x, y))
    draws = rng.integers(0, 900, (3000, 900))
    spread = np.std([attributable(x[draw], y[draw]) for draw in draws])
    assert (row["paf_high"] - row["paf_low"]) / 2 == pytest.approx(1.97 * spread, rel=0.1)


def test_the_window_ends_with_its_last_day():
    """Gone on the last day of the window: left; a day later: stayed; on the day of the answer: had left before."""
    days = {"before": [-1, 0], "within": [1, 29, 30], "after": [31, 90], "never": [None]}
    answered = pd.Timestamp("2024-01-01")
    rows = []
    for kind, gaps in days.items():
        for gap in gaps * 40:
            end = pd.NaT if gap is None else answered + pd.Timedelta(days=gap)
            rows.append({"who": f"{kind}{len(rows)}", "ended": end, "late": len(rows) % 3 == 0})
    people = pd.DataFrame(rows)
    sheet = cx.Table(
        people[["who"]].assign(at=answered, late=people["late"].astype(float)), name="answers",
        roles={"who": "customer", "at": "date", "late": "flag"},
    )  # fmt: skip
    # One more customer, who left on the last day of which the register can tell: exactly the window after the answer.
    for last, judged in ((90, 240), (30, 160), (29, 0)):
        kept = people[~(people["ended"] > answered + pd.Timedelta(days=last))]
        register = cx.Table(kept[["who", "ended"]], name="register", roles={"who": "customer", "ended": "closed"})
        how = {"loyalty": "ended", "drivers": ["late"], "within_days": 30, "resamples": 20}
        if not judged:
            with pytest.raises(cx.Problem):
                cx.at_stake(sheet, register, **how)
            continue
        result = cx.at_stake(sheet, register, **how)
        assert result.n == judged
        assert result.stays == pytest.approx(1 - 120 / judged)
        assert result.base == 40  # who had left by the end is no customer to lose


def test_customers_who_had_left_are_no_customers_to_lose():
    names = [f"C{number}" for number in range(300)]
    people = pd.DataFrame({"who": names, "active": np.arange(300) % 4 > 0})
    sheet = answers(300).drop(columns="stays").assign(who=names)
    joined = cx.at_stake(sheet, people.astype({"active": float}), loyalty="active", on="who", drivers=["late"])
    assert joined.base == 225
    churned = cx.Table(
        people.assign(churned=1.0 - people["active"])[["who", "churned"]], name="customers",
        roles={"who": "customer", "churned": "flag"}, scales={"churned": cx.Scale(0, 1, higher_is_better=False)},
    )  # fmt: skip
    assert cx.at_stake(sheet, churned, loyalty="churned", on="who", drivers=["late"]).base == 225


def test_with_a_register_the_customer_is_known_whatever_the_column_is_called():
    sheet = answers(600).drop(columns="stays").assign(person=np.arange(600) // 3)
    people = pd.DataFrame({"person": np.arange(200), "active": (np.arange(200) % 4 > 0) * 1.0})
    how = {"loyalty": "active", "on": "person", "drivers": ["late"], "resamples": 20}
    known, asked, alone = (
        cx.at_stake(sheet, people, **how, **more) for more in ({}, {"cluster": "person"}, {"cluster": None})
    )
    assert (known.cluster, known.basis.cluster.asked) == ("person", False)
    pd.testing.assert_frame_equal(known.table, asked.table)
    width = [float((r.table["customers_high"] - r.table["customers_low"])[0]) for r in (known, alone)]
    assert width[0] != width[1]
    assert [source.name for source in known.basis.sources] == ["data", "customers"]


@pytest.mark.calibration
def test_intervals_cover_with_five_answers_a_customer():
    """300 registers of 120 customers with five answers each: 93-97 % widened to three errors, by default."""
    covered, alone = 0, 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        prone = rng.normal(0, 1.2, 120)
        often = 1 / (1 + np.exp(1.4 - prone))
        late = rng.binomial(1, np.repeat(often, 5))
        # Who leaves is decided once a customer, by how often it went wrong: no effect of any single answer.
        active = rng.binomial(1, 0.75, 120) * 1.0
        sheet = pd.DataFrame({"who": np.repeat(np.arange(120), 5), "late": late})
        people = pd.DataFrame({"who": np.arange(120), "active": active})
        how = {"loyalty": "active", "on": "who", "drivers": ["late"], "base": 1000, "resamples": 1}
        for cluster, counted in (({}, "known"), ({"cluster": None}, "alone")):
            row = cx.at_stake(sheet, people, **how, **cluster).table.iloc[0]
            inside = row["customers_low"] <= 0 <= row["customers_high"]
            covered += inside if counted == "known" else 0
            alone += inside if counted == "alone" else 0
    assert 0.93 - 0.038 <= covered / 300 <= 0.97 + 0.03
    assert alone / 300 < 0.9  # what the known customer is for


@pytest.mark.calibration
@pytest.mark.parametrize("value", ["worth", 50.0])
def test_intervals_cover(value):
    """Money with one value for all and with each customer's own: 93-97 %, widened to three errors of 300 sets."""
    large = answers(400_000, seed=99)
    x = np.column_stack([np.ones(len(large)), large[DRIVERS]])
    effect = np.linalg.lstsq(x, large["stays"], rcond=None)[0][1]
    truth = -1000 * effect * (large["late"] * (large["worth"] if value == "worth" else 50.0)).mean()
    covered = 0
    for seed in range(300):
        row = cx.at_stake(answers(500, seed), loyalty="stays", drivers=DRIVERS, base=1000, value_per_customer=value,
                          resamples=1).table.set_index("driver").loc["late"]  # fmt: skip
        covered += row["money_low"] <= truth <= row["money_high"]
    assert 0.93 - 0.044 <= covered / 300 <= 0.97 + 0.03
