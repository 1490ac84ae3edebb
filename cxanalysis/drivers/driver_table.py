"""From numbers to the tables of the result: one row a driver, one row a member, all together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from cxanalysis.arguments import check_mapping, check_number
from cxanalysis.columns.scales.scale import told_by_ends
from cxanalysis.drivers import cautions as words
from cxanalysis.drivers.cautions import Caution
from cxanalysis.drivers.drivers_result import COLUMNS
from cxanalysis.drivers.effects.rare_outcome import ENOUGH
from cxanalysis.drivers.effects.regression import Regression, Values
from cxanalysis.drivers.importance.order_of_drivers import Order
from cxanalysis.drivers.model.gather import Sample
from cxanalysis.drivers.model.plan import Plan
from cxanalysis.problem import Problem

Floats = NDArray[np.float64]

#: An effect counts as one that would have been seen if this share of surveys find it.
POWER: Final = 0.8


def references(model: Plan, sample: Sample, asked: Mapping[str, float], notes: list[str]) -> Floats:
    """Where `at_stake` of each member starts to count; NaN where nothing says so. What was taken is noted."""
    check_mapping(asked, "reference", do='Write reference={"wait": 0}')
    for name, value in asked.items():
        check_number(value, f"reference of '{name}'")
        if name not in {member.driver for member in model.members}:
            raise Problem(f"'{name}' is not among the drivers", where="reference", do="Name drivers only")
    out = np.full(len(model.members), np.nan)
    silent = []
    for i, member in enumerate(model.members):
        if member.driver in asked:
            out[i] = asked[member.driver]
        elif member.category:
            continue
        elif sample.is_flag[i]:
            out[i] = 0.0
        elif member.scale is not None:
            out[i] = member.scale.best
        elif member.rating and (scale := told_by_ends(sample.low[i], sample.high[i])) is not None:
            out[i] = scale.best
        else:
            silent.append(member.driver)
    told = [f"{m.label} {r:g}" for m, r in zip(model.members, out, strict=True) if np.isfinite(r) and r != 0]
    if told:
        notes.append(f"Points at stake count from a reference, for ratings the best answer: {', '.join(told)}.")
    if silent:
        notes.append(
            f"No points at stake for {', '.join(silent)}: no value of it counts as good. Name one with reference={{…}}."
        )
    return out


def detail_of(
    model: Plan, sample: Sample, regression: Regression, reference: Floats, confidence: float
) -> pd.DataFrame:
    """One row a member: its own effect."""
    first = len(model.adjusters)
    effects = regression.effects()
    low, high = effects.interval(confidence)
    detail = pd.DataFrame(
        {
            "driver": [member.driver for member in model.members],
            "member": [member.label for member in model.members],
            "effect": effects.value[first:],
            "effect_low": low[first:],
            "effect_high": high[first:],
            "p_value": effects.p()[first:],
            "mean": regression.mean[first:],
            "reference": reference,
            "cases": sample.cases,
            "df": effects.df[first:],
            "detectable": detectable(effects, len(model.players))[first:],
        }
    )
    withheld = ["effect", "effect_low", "effect_high", "p_value", "detectable"]
    detail.loc[sample.rarest < words.TOO_RARE, withheld] = np.nan
    return detail


def detectable(effects: Values, looked_at: int) -> Floats:
    """The effect that would be called real in `POWER` of surveys like this one, were it the only one.

    (t at 1 - α/2m + t at the power) × standard error, with α = 0.05 and m drivers looked at: the smallest of m p-values
    must be below α/m for its q to be below α.
    """
    reach = stats.t.ppf(1 - words.SIGNIFICANT / (2 * looked_at), effects.df) + stats.t.ppf(POWER, effects.df)
    return np.asarray(np.where(np.isfinite(effects.value), reach * np.sqrt(effects.variance), np.nan))


def table_of(
    model: Plan,
    sample: Sample,
    regression: Regression,
    detail: pd.DataFrame,
    points: Floats,
    sure: Order,
    correlation: Floats,
    confidence: float,
    by_chance: Floats | None = None,
) -> pd.DataFrame:
    """One row a player, most important first, with the columns of the contract.

    With `by_chance` (players,), what their columns would explain without any effect, that comes off before players are
    put in order, and is shown.
    """
    first = len(model.adjusters)
    full_reference = np.concatenate([np.full(first, np.nan), detail["reference"].to_numpy()])
    total = points.sum()
    rows = []
    for number, player in enumerate(model.players):
        members = list(player.members)
        columns = [first + i for i in members]
        tested = [first + i for i in members if sample.rarest[i] >= words.TOO_RARE]
        row: dict[str, Any] = _effect_of(detail, members, regression, tested)
        row |= _stake_of(regression, columns, full_reference, detail, members, confidence)
        row |= {
            "driver": player.name,
            "importance": points[number],
            "share": points[number] / total if total > 0 else np.nan,
            "share_low": sure.share_low[number],
            "share_high": sure.share_high[number],
            "rank_low": sure.rank_low[number],
            "rank_high": sure.rank_high[number],
            "p_first": sure.p_first[number],
            "vif": float(regression.vif[columns].max()),
        }
        rows.append(row)
    table = pd.DataFrame(rows)
    table["q_value"] = q_values(table["p_value"].to_numpy(dtype=float))
    together = regression.expected_together[first:]
    table["flags"] = [
        _flags(row, model, sample, together, correlation, list(player.members))
        for (_, row), player in zip(table.iterrows(), model.players, strict=True)
    ]
    if by_chance is None:
        return table.sort_values("importance", ascending=False, kind="stable", ignore_index=True)[list(COLUMNS)]
    table["by_chance"] = by_chance
    order = np.argsort(-(points - by_chance), kind="stable")
    return table.iloc[order].reset_index(drop=True)[[*COLUMNS, "by_chance"]]


def _effect_of(detail: pd.DataFrame, members: list[int], regression: Regression, tested: list[int]) -> dict[str, float]:
    """A single column's effect; of several columns one test. A level of a few cases fits itself exactly, which would
    make any joint test certain, so the test is of the others."""
    if len(members) == 1:
        row = detail.iloc[members[0]]
        return {name: row[name] for name in ("effect", "effect_low", "effect_high", "p_value", "mean")}
    nothing = dict.fromkeys(("effect", "effect_low", "effect_high", "mean"), np.nan)
    return {**nothing, "p_value": regression.joint_p(tested) if tested else np.nan}


def _stake_of(
    regression: Regression,
    columns: list[int],
    reference: Floats,
    detail: pd.DataFrame,
    members: list[int],
    confidence: float,
) -> dict[str, float]:
    known = np.isfinite(reference[columns]).all() and detail["effect"].iloc[members].notna().all()
    if not known:
        return dict.fromkeys(("at_stake", "at_stake_low", "at_stake_high"), np.nan)
    stake = regression.stake(columns, reference)
    low, high = stake.interval(confidence)
    return {"at_stake": float(stake.value[0]), "at_stake_low": float(low[0]), "at_stake_high": float(high[0])}


def q_values(p: Floats) -> Floats:
    """Benjamini-Hochberg over the drivers that have a p."""
    q = np.full(len(p), np.nan)
    there = np.isfinite(p)
    if there.any():
        q[there] = stats.false_discovery_control(p[there])
    return q


def _flags(
    row: pd.Series[Any], model: Plan, sample: Sample, together: Floats, correlation: Floats, members: list[int]
) -> list[str]:
    """The words of caution that a driver deserves."""
    first = len(model.adjusters)
    r = correlation[[first + i for i in members], -1]
    flags = []
    alone = [first + i for i in members]
    inner = np.linalg.pinv(correlation[np.ix_(alone, alone)], hermitian=True)
    if float(r @ inner @ r) > words.LEAK**2:
        flags.append(Caution.LEAK.value)
    fewest = sample.fewest_cases[members][sample.is_flag[members]].min(initial=words.RARE)
    if fewest < words.RARE:
        flags.append((Caution.TOO_RARE if fewest < words.TOO_RARE else Caution.RARE).value)
    if sample.rare_answers < words.TOO_RARE:
        flags.append(Caution.OUTCOME_TOO_RARE.value)
    elif (together[members] < ENOUGH).any():
        flags.append(Caution.RARE_OUTCOME.value)
    if np.isinf(row["vif"]):
        flags.append(Caution.DUPLICATE.value)
    elif row["vif"] > words.HIGH_VIF:
        flags.append(Caution.COLLINEAR.value)
    if len(members) == 1 and row["effect"] * r[0] < 0:
        flags.append(Caution.SUPPRESSOR.value)
    if row["share"] > 1 / len(model.players) and row["q_value"] > words.SIGNIFICANT:
        flags.append(Caution.BY_ASSOCIATION.value)
    return flags


def together_of(
    model: Plan, sample: Sample, regression: Regression, detail: pd.DataFrame, confidence: float
) -> dict[str, float | int | None]:
    """All drivers with a reference together: points at stake with their joint interval."""
    first = len(model.adjusters)
    counted = [i for i in range(len(model.members)) if np.isfinite(detail["reference"].iloc[i])]
    if not counted:
        return {"at_stake": None, "low": None, "high": None}
    reference = np.concatenate([np.full(first, np.nan), detail["reference"].to_numpy()])
    stake = regression.stake([first + i for i in counted], reference)
    low, high = stake.interval(confidence)
    return {"at_stake": float(stake.value[0]), "low": float(low[0]), "high": float(high[0])}
