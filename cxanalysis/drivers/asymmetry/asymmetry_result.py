"""The result of an asymmetry analysis, and its sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from cxanalysis import numbers
from cxanalysis.basis import Basis
from cxanalysis.drivers.asymmetry import asymmetry_classes as classes
from cxanalysis.drivers.cautions import Caution
from cxanalysis.result import Result

#: Columns of `Asymmetry.table`, in order.
COLUMNS: Final = (
    "driver", "class", "support", "nearest", "penalty", "penalty_low", "penalty_high", "reward", "reward_low",
    "reward_high", "impact", "impact_low", "impact_high", "sgp", "sgp_low", "sgp_high", "dgp", "dgp_low", "dgp_high",
    "asymmetry", "asymmetry_low", "asymmetry_high", "n_low", "n_middle", "n_high", "low", "high", "vif", "flags",
)  # fmt: skip
#: Names told in a sentence; the others are counted.
_TOLD: Final = 3


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Asymmetry(Result):
    """Which attributes annoy when bad, which please when good, and which do both alike.

    Attributes
    ----------
    table : DataFrame
        One row a driver, the largest impact first, refused ones last; columns as in `COLUMNS`.
        class: "basic" (annoys more than it pleases; in its strong form "only dissatisfies"), "performance" (both
        alike), "excitement" (pleases more; "only satisfies") or "undetermined". support (0…1): share of the resamples
        in that class; where it is undetermined, in `nearest`, the class most of them fall in.
        penalty, reward (low, high): points of the outcome's metric by which low and high answers differ from those in
        between, all others held equal (with `standardised`: in standard deviations).
        impact (low, high): RIOCS, what lies between low and high answers, reward + |penalty|.
        sgp, dgp (low, high): what satisfaction and dissatisfaction generate of it; they add up to 1.
        asymmetry (low, high): IA = sgp - dgp, from -1 (only dissatisfies) to 1 (only satisfies).
        n_low, n_middle, n_high: answers. low, high: which answers those are, in words. flags: short words, explained
        in `notes`.
    classes : (float, float)
        Where a class ends: |asymmetry| up to the first is "performance", beyond the second the strong form.
    support : float
        Share of resamples that must lie in a class before it is given.
    fewest : int
        Answers needed in each of low, middle and high.
    wrong_sign : str
    standardised : bool
    r_squared : float
    outcome, outcome_as, missing, method : str
    basis : Basis
    headline : str
    notes : tuple of str

    Examples
    --------
    >>> import numpy as np, pandas as pd, cxanalysis as cx
    >>> rng = np.random.default_rng(1)
    >>> clean, gift = rng.integers(1, 6, (2, 800))
    >>> score = 7 - 2 * (clean <= 2) + 0.1 * (clean >= 4) + 1.5 * (gift >= 4) + rng.normal(size=800)
    >>> answers = pd.DataFrame({"score": score, "clean": clean, "gift": gift})
    >>> result = cx.asymmetry(answers, "score", ["clean", "gift"], wrong_sign="zero", resamples=200)
    >>> result.table[["driver", "class"]].values.tolist()
    [['clean', 'only dissatisfies'], ['gift', 'only satisfies']]
    """

    table: pd.DataFrame
    classes: tuple[float, float]
    support: float
    fewest: int
    wrong_sign: str
    standardised: bool
    r_squared: float
    outcome: str
    outcome_as: str
    missing: str
    method: str
    basis: Basis
    headline: str
    notes: tuple[str, ...]

    def _further_facts(self) -> tuple[str, ...]:
        return (f"R²\u00a0=\u00a0{self.r_squared:.3f}",)


def headline(table: pd.DataFrame, unit: str) -> str:
    """One honest sentence: what was told apart, and for how many it could not be."""
    leaks = [str(row["driver"]) for _, row in table.iterrows() if Caution.LEAK in row["flags"]]
    after = [str(row["driver"]) for _, row in table.iterrows() if Caution.CONSEQUENCE in row["flags"]]
    if after and not leaks:
        return f"First look at {_listed(after)}: it may come after the outcome, not before it. {_told(table, unit)}"
    if not leaks:
        return _told(table, unit)
    return f"First look at {_listed(leaks)}: nearly the outcome itself, so probably in disguise. {_told(table, unit)}"


def _told(table: pd.DataFrame, unit: str) -> str:
    annoys = table[table["class"].isin([classes.BASIC, classes.ONLY_ANNOYS])]
    pleases = table[table["class"].isin([classes.EXCITEMENT, classes.ONLY_PLEASES])]
    both = table[table["class"] == classes.PERFORMANCE]
    said = []
    if len(annoys):
        row = annoys.iloc[0]
        cost = numbers.points(-row["penalty"], -row["penalty_high"], -row["penalty_low"], unit=unit)
        said.append(
            f"{_listed(list(annoys['driver']))} {'annoy' if len(annoys) > 1 else 'annoys'} when bad more than good "
            f"pleases (low answers to {row['driver']}: {cost} less)"
        )
    if len(pleases):
        row = pleases.iloc[0]
        gain = numbers.points(row["reward"], row["reward_low"], row["reward_high"], unit=unit)
        said.append(
            f"{_listed(list(pleases['driver']))} {'please' if len(pleases) > 1 else 'pleases'} when good more than bad "
            f"annoys (high answers to {row['driver']}: {gain} more)"
        )
    if len(both):
        said.append(f"{_listed(list(both['driver']))} {'do' if len(both) > 1 else 'does'} both about alike")
    refused = int(table["impact"].isna().sum())
    few = f" ({refused} of them refused, for too few answers)" if refused else ""
    if not said:
        several = len(table) > 1
        start = f"For none of these {len(table)} can it" if several else f"For {table['driver'].iloc[0]} it cannot"
        return f"{start} be told yet whether good pleases more than bad annoys{few}."
    unsure = int((table["class"] == classes.UNDETERMINED).sum())
    rest = f"; for {unsure} of {len(table)} it cannot be told yet{few}" if unsure else ""
    return f"{'; '.join(said)}{rest}."


def _listed(names: list[str]) -> str:
    shown = [str(name) for name in names[:_TOLD]]
    if len(names) > _TOLD:
        shown.append(f"{len(names) - _TOLD} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
