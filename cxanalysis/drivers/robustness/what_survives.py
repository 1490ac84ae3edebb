"""What survives all variants of the analysis: counts of firsts, ranges, and the one sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import pandas as pd

from cxanalysis.drivers.cautions import SIGNIFICANT, SUSPECTED
from cxanalysis.drivers.driver_headline import SURE
from cxanalysis.drivers.drivers_result import Drivers
from cxanalysis.drivers.robustness.robustness_result import SURVIVAL
from cxanalysis.labels import in_words

#: A driver stays first if it is in this share of all ways, and in most ways under every single option.
STAYS: Final = 0.9
#: The choices, in words that finish "… depends on".
CHOICES: Final = {
    "missing": "how missing answers are dealt with",
    "method": "how importance is worked out",
    "outcome_as": "how the outcome is read",
    "rows": "which answers count",
    "weighted": "whether answers are weighted",
    "adjusted": "what is held equal",
    "window": "how long before the answer a failure counts",
}
#: Options, in words that follow a driver's name.
OPTIONS: Final = {
    ("missing", "complete"): "with complete answers only",
    ("missing", "pairwise"): "with every pair of answers",
    ("missing", "impute"): "with gaps filled",
    ("method", "shapley"): "by Shapley values",
    ("method", "johnson"): "by Johnson's weights",
    ("method", "model"): "by a logit or ordered logit",
    ("outcome_as", "mean"): "for the mean",
    ("outcome_as", "nps"): "for the NPS",
    ("outcome_as", "top-box"): "for the top box",
    ("rows", "all"): "with all answers",
    ("rows", "without outliers"): "without outliers",
    ("rows", "without straight-liners"): "without straight-liners",
    ("weighted", True): "with weights",
    ("weighted", False): "without weights",
    ("window", "as linked"): "with the window as linked",
    ("window", "half"): "with half the window",
    ("window", "double"): "with double the window",
    ("adjusted", True): "with adjusters held equal",
    ("adjusted", False): "with nothing held equal",
}


def survival_of(table: pd.DataFrame, outcome_as: str) -> pd.DataFrame:
    """One row a driver, the most often first on top; effects and points at stake in the points asked for."""
    variants = int(table["variant"].max())
    asked = table[table["variant"] == 1].set_index("driver")
    rows = []
    for driver, its in table.groupby("driver", sort=False):
        same = its[its["outcome_as"] == outcome_as]
        effect = float(asked["effect"][str(driver)])
        rows.append(
            {
                "driver": driver,
                "first": int((its["rank"] == 1).sum()),
                "variants": variants,
                "first_share": float((its["rank"] == 1).mean()),
                "rank_asked": int(its["rank"].iloc[0]),
                "rank_best": int(its["rank"].min()),
                "rank_worst": int(its["rank"].max()),
                "effect": effect,
                "effect_least": same["effect"].min(),
                "effect_most": same["effect"].max(),
                "at_stake": float(asked["at_stake"][str(driver)]),
                "at_stake_least": same["at_stake"].min(),
                "at_stake_most": same["at_stake"].max(),
                "sign_changes": int((its["effect"] * effect < 0).sum()),
            }
        )
    out = pd.DataFrame(rows)[list(SURVIVAL)]
    return out.sort_values(["first", "rank_asked"], ascending=[False, True], kind="stable", ignore_index=True)


def depends_of(table: pd.DataFrame) -> pd.DataFrame:
    """Which driver is most often first under each option of each choice that there is."""
    firsts = table[table["rank"] == 1]
    rows = []
    for choice in [choice for choice in CHOICES if choice in table]:
        options = list(dict.fromkeys(table[choice]))
        for option in options if len(options) > 1 else []:
            variants = int(table.loc[table[choice] == option, "variant"].nunique())
            counts = firsts.loc[firsts[choice] == option, "driver"].value_counts()
            rows.append((choice, option, variants, str(counts.index[0]), float(counts.iloc[0]) / variants))
    return pd.DataFrame(rows, columns=["choice", "option", "variants", "first", "first_share"])


def stays_first(survival: pd.DataFrame, depends: pd.DataFrame) -> str | None:
    """The driver that is first nearly always, and most often under every option; None if there is none."""
    top = survival.iloc[0]
    everywhere = ((depends["first"] == top["driver"]) & (depends["first_share"] > 0.5)).all()
    return str(top["driver"]) if top["first_share"] >= STAYS and bool(everywhere) else None


def sentence(survival: pd.DataFrame, depends: pd.DataFrame, asked: Drivers | None, labels: Mapping[str, str]) -> str:
    """What survives, and what another sample of customers could change; suspected leaks are named before it."""
    said = _what_survives(survival, depends, asked, labels)
    if asked is None:
        return said
    suspected = [
        labels[str(row["driver"])] for _, row in asked.table.iterrows() if SUSPECTED.intersection(row["flags"])
    ]
    if not suspected:
        return said
    first = f"First look at {' and '.join(suspected[:3])}: it may be the outcome in disguise, or come after it."
    return f"{first} As long as that is so: {said}"


def _what_survives(
    survival: pd.DataFrame, depends: pd.DataFrame, asked: Drivers | None, labels: Mapping[str, str]
) -> str:
    sure = None if asked is None else _p_first(asked, str(survival["driver"].iloc[0]))
    survival, depends = in_words(survival, labels), in_words(depends, labels, "first")
    top = survival.iloc[0]
    counted = f"{'all' if top['first'] == top['variants'] else top['first']}"
    ways = f"{counted} {top['variants']} ways" if counted == "all" else f"{counted} of {top['variants']} ways"
    found = asked is not None and bool((asked.table["q_value"] < SIGNIFICANT).any())
    if asked is not None and not found:
        return (
            f"No driver can be told from noise, so the order says little: {top['driver']} is first in {ways} "
            "to analyse this."
        )
    if stays_first(survival, depends) is not None:
        start = f"{top['driver']} stays first in {ways} to analyse this"
        if sure is None or sure >= SURE:
            return f"{start}."
        return f"{start}, but another sample could change it: first in {math.floor(100 * sure)} of 100 resamples."
    return _unsettled(survival, depends)


def _p_first(asked: Drivers, driver: str) -> float:
    return float(asked.table.set_index("driver")["p_first"][driver])


def _unsettled(survival: pd.DataFrame, depends: pd.DataFrame) -> str:
    """Name the choice that decides, if one does; else the rivals."""
    best, decided = None, 0.0
    for choice, options in depends.groupby("choice", sort=False):
        explained = float((options["first_share"] * options["variants"]).sum() / options["variants"].sum())
        if options["first"].nunique() > 1 and explained > decided:
            best, decided = str(choice), explained
    if best is not None:
        options = depends[depends["choice"] == best]
        told = [f"{row['first']} {OPTIONS[best, row['option']]}" for row in options.to_dict("records")]
        listed = ", ".join(told[:-1]) + f" and {told[-1]}"
        return f"Which driver comes first depends on {CHOICES[best]}: {listed}."
    rivals = survival[survival["first"] > 0].head(3)
    names = " or ".join(str(name) for name in rivals["driver"])
    counts = ", ".join(str(count) for count in rivals["first"])
    return f"{names} comes first, depending on how this is analysed: in {counts} of {survival['variants'][0]} ways."
