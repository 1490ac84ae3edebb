"""One honest sentence: names a first driver only if order and effect are both sure, and something is explained."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import pandas as pd

from cxanalysis import numbers
from cxanalysis.drivers.cautions import SIGNIFICANT, TOO_RARE, Caution
from cxanalysis.drivers.model.case_mix import NAMED
from cxanalysis.drivers.model.plan import GoodEnd
from cxanalysis.labels import opened

#: A first driver is named from this share of resamples on.
SURE: Final = 0.9
#: A driver is offered as a possible first from this share of resamples on.
POSSIBLE: Final = 0.05
#: Less explained than this rounds to 0 %: a first place of nothing is none.
NOTHING: Final = 0.005
#: Less explained than this is said beside a first driver.
LITTLE: Final = 0.05
#: Less explained than this: most differences lie elsewhere, and what was not held equal may be where.
ELSEWHERE: Final = 0.2
#: Words of caution that make the whole result doubtful, and what is said of their drivers before it.
SPEAKS_FIRST: Final = {
    Caution.LEAK: "First look at {names}: nearly the same as {metric}, so probably the outcome in disguise.",
    Caution.CONSEQUENCE: "First look at {names}: it may come after {metric} or be made from it, rather than be a "
    "reason for it.",
    Caution.AFTER_THE_ANSWER: "First look at {names}: some cases happened after the answer, so they are no reason for "
    "it.",
}


def headline(
    table: pd.DataFrame,
    *,
    metric: str,
    unit: str,
    failures: dict[str, bool],
    explained: float,
    joint_p: Callable[[], float],
    detectable: pd.Series[float] | None = None,
    otherwise: tuple[str, str, str] | None = None,
    good_end: GoodEnd = GoodEnd.HIGH,
    not_held_equal: Sequence[str] = (),
) -> str:
    """The sentence for a finished table.

    Parameters
    ----------
    table : DataFrame
        `Drivers.table`, most important first.
    metric, unit : str
        How the outcome and its points are called ("NPS", "NPS points").
    failures : dict
        Driver → whether it is a failure (0/1), whose mean is a prevalence.
    explained : float
        What all drivers explain together (R²).
    joint_p : callable
        The p of "none has an effect"; asked only where no single one has.
    detectable : Series, optional
        Driver → the effect that would have been seen; said where none was.
    otherwise : tuple, optional
        Another driver, and in words where it is first and where this one is: with missing answers dealt with in
        another way.
    good_end : GoodEnd
        Which end of the outcome is the good one.
    not_held_equal : sequence of str
        What the table knows of the cases (channel, product) and the model does not hold equal.
    """
    first = guards_first(table, metric)
    said = _result(table, metric, unit, failures, explained, joint_p, detectable, otherwise, good_end, not_held_equal)
    return f"{first} As long as that is so: {said}" if first else opened(said)


def guards_first(table: pd.DataFrame, metric: str) -> str:
    """What makes the result doubtful as a whole, said before it."""
    said = []
    for word, sentence in SPEAKS_FIRST.items():
        names = [str(row["driver"]) for _, row in table.iterrows() if word in row["flags"]]
        if names:
            said.append(sentence.format(names=" and ".join(names[:3]), metric=metric))
    return " ".join(said)


def _result(
    table: pd.DataFrame,
    metric: str,
    unit: str,
    failures: dict[str, bool],
    explained: float,
    joint_p: Callable[[], float],
    detectable: pd.Series[float] | None,
    otherwise: tuple[str, str, str] | None,
    good_end: GoodEnd,
    not_held_equal: Sequence[str],
) -> str:
    """What the analysis found, whatever the guards say."""
    q = table["q_value"]
    if not bool(q.notna().any()):
        return _none_told(table, metric)
    if not bool((q < SIGNIFICANT).any()):
        if len(table) > 1 and joint_p() < SIGNIFICANT:
            return (
                f"Together these drivers explain {numbers.percent(explained)} of the differences in {metric}, but no "
                "single one is distinguishable from noise: they are too much alike, or the answers too few."
            )
        seen = _would_have_been_seen(detectable, unit)
        return f"Nothing here is distinguishable from noise: no driver of {metric} has an effect of its own.{seen}"
    if explained < NOTHING:
        return _of_nothing(table, metric) + _weighed(metric, LITTLE, not_held_equal)
    first = table.iloc[0]
    if otherwise is not None:
        other, where, here = otherwise
        return (
            f"{first['driver']} or {other} matters most for {metric}: not settled, since it depends on missing answers "
            f"({first['driver']} {here}, {other} {where})."
        )
    if would_name(table):
        named = _named(first, metric, unit, failures.get(str(first["driver"]), False), good_end)
        return named + _weighed(metric, explained, not_held_equal)
    return _not_settled(table, metric)


def _not_settled(table: pd.DataFrame, metric: str) -> str:
    """Who may be first: only drivers with an effect of their own are offered."""
    ranked = table.sort_values("p_first", ascending=False, kind="stable")
    ranked = ranked[ranked["p_first"] >= POSSIBLE]
    own = ranked["q_value"] < SIGNIFICANT
    rivals = [row for _, row in ranked[own].iterrows()][:3]
    silent = [str(name) for name in ranked["driver"][~own]][:2]
    if not rivals:
        return (
            f"{silent[0]} goes with {metric} most, but its own effect cannot be told from noise: "
            f"what matters first is not settled."
        )
    if len(rivals) == 1:
        often = f"first in {_of_hundred(rivals[0]['p_first'])} of 100 resamples"
        if not silent:
            return f"{rivals[0]['driver']} probably matters most for {metric}, but that is not settled: {often}."
        have = "has no effect of its own" if len(silent) == 1 else "have no effects of their own"
        return (
            f"{rivals[0]['driver']} has an effect of its own on {metric} but is {often} only, and "
            f"{' and '.join(silent)} {have} that could be told from noise: what matters first is not settled."
        )
    *others, last = (str(row["driver"]) for row in rivals)
    names = f"{', '.join(others)} or {last}"
    odds = " / ".join(numbers.percent(row["p_first"]) for row in rivals)
    rest = (
        f" {opened(' and '.join(silent))} may come first as well, but without an effect of its own." if silent else ""
    )
    return f"{names} matters most for {metric}: not settled ({odds}).{rest}"


def _of_nothing(table: pd.DataFrame, metric: str) -> str:
    """Effects that are there, but explain nothing."""
    names = [str(name) for name in table["driver"][table["q_value"] < SIGNIFICANT]]
    have = "has an effect" if len(names) == 1 else "have effects"
    told = " and ".join([", ".join(names[:-1]), names[-1]]) if 1 < len(names) <= 3 else ", ".join(names[:3])
    return (
        f"{told} {have} of {'its' if len(names) == 1 else 'their'} own on {metric}, but together these drivers explain "
        f"less than {numbers.percent(NOTHING)} of its differences: none of them is what matters most."
    )


def _weighed(metric: str, explained: float, not_held_equal: Sequence[str]) -> str:
    """What belongs beside a first driver: that little is explained, and what was not held equal."""
    said = ""
    if explained < LITTLE:
        said += f" Together these drivers explain only {numbers.percent(explained)} of the differences in {metric}."
    if not_held_equal and explained < ELSEWHERE:
        more = ", …" if len(not_held_equal) > NAMED else ""
        said += f" Not held equal, though the table has it: {', '.join(not_held_equal[:NAMED])}{more}."
    return said


def _of_hundred(share: float) -> int:
    return math.floor(100 * share + 1e-9)


def _none_told(table: pd.DataFrame, metric: str) -> str:
    """No driver has an effect that could be tested: why."""
    rare = any(Caution.TOO_RARE in flags for flags in table["flags"])
    why = f"too few cases ({TOO_RARE} or more are needed)" if rare else "they repeat each other"
    if any(Caution.OUTCOME_TOO_RARE in flags for flags in table["flags"]):
        why = f"fewer than {TOO_RARE} answers differ from the most frequent one"
    return f"What these drivers do to {metric} cannot be said: {why}."


def would_name(table: pd.DataFrame) -> bool:
    """Whether order and effect of the first driver are both sure, so that only missing answers could still object."""
    first = table.iloc[0]
    return bool(first["p_first"] >= SURE and first["q_value"] < SIGNIFICANT)


def _would_have_been_seen(detectable: pd.Series[float] | None, unit: str) -> str:
    """The effects that a survey like this one finds four times in five."""
    sizes = pd.Series(dtype=float) if detectable is None else detectable.dropna().sort_values()
    if sizes.empty:
        return ""
    decimals = numbers.digits(0.0, float(sizes.iloc[0]))
    least, most = (numbers.number(float(sizes.iloc[at]), decimals) for at in (0, -1))
    size = f"±{most} {unit}" if least == most else f"±{least} ({sizes.index[0]}) to ±{most} {unit} ({sizes.index[-1]})"
    return f" An effect of {size} or more would have been seen, four times in five."


def _named(first: Any, metric: str, unit: str, is_failure: bool, good_end: GoodEnd) -> str:
    """The sentence for a driver that is surely first."""
    sure = f"First in {_of_hundred(first['p_first'])} of 100 resamples."
    if is_failure and math.isfinite(first["at_stake"]):
        lost = tuple(float(first[column]) for column in ("at_stake", "at_stake_low", "at_stake_high"))
        touched = numbers.percent(first["mean"])
        return (
            f"{first['driver']} matters most: it {_stake_in_words(lost, metric, unit, good_end)} "
            f"and touches {touched} of answers. {sure}"
        )
    if math.isfinite(first["effect"]):
        per = "when it happens" if is_failure else "for each point more"
        ends = tuple(float(first[column]) for column in ("effect", "effect_low", "effect_high"))
        if good_end is GoodEnd.LOW:  # effects say how much better, and here better is less
            ends = (-ends[0], -ends[2], -ends[1])
        size = numbers.points(*ends, sign=True, unit=unit)
        return f"{first['driver']} matters most for {metric}: {size} {per}. {sure}"
    share = numbers.percent(first["share"], first["share_low"], first["share_high"])
    return f"{first['driver']} matters most for {metric}: {share} of what these drivers explain. {sure}"


def _stake_in_words(lost: tuple[float, ...], metric: str, unit: str, good_end: GoodEnd) -> str:
    """What goes with a failure: a loss or a gain where more is known to be good, else more or less of the outcome."""
    value, low, high = lost if lost[0] >= 0 else (-lost[0], -lost[2], -lost[1])
    size = numbers.points(value, low, high, unit=unit)
    if good_end is GoodEnd.HIGH:
        return f"costs {size}" if lost[0] >= 0 else f"goes with a gain of {size}"
    more = (lost[0] >= 0) == (good_end is GoodEnd.LOW)
    return f"goes with {size} {'more' if more else 'less'} of {metric}"
