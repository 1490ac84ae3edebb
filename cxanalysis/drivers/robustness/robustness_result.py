"""The result of a robustness panel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Final

import pandas as pd

#: Columns of `Robustness.survival`, in order.
SURVIVAL: Final = (
    "driver", "first", "variants", "first_share", "rank_asked", "rank_best", "rank_worst", "effect", "effect_least",
    "effect_most", "at_stake", "at_stake_least", "at_stake_most", "sign_changes",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Robustness:
    """Every defensible way to make one driver analysis, side by side.

    Attributes
    ----------
    table : DataFrame
        One row a variant and driver: `variant` (from 1, the one asked for first), the options that make it
        (`missing, method, outcome_as, rows, weighted, adjusted, window`), `driver, importance, share, rank`, `effect`
        with interval and p (where rows are complete; in points of that variant's metric), `at_stake`, `n`.
    survival : DataFrame
        One row a driver, the most often first on top: `first` in how many `variants` (a tie counts for both), its rank
        as asked, best and worst, its effect and points at stake as asked and over all variants in the same points, and
        in how many variants the effect has the other sign than as asked.
    left_out : DataFrame
        Ways that could not be worked out: `missing, method, outcome_as, rows, weighted, adjusted, window, reason`.
    depends : DataFrame
        One row a choice and option: `choice, option, variants, first` (the driver most often first), `first_share`.
    hidden : DataFrame
        How strong a cause that nobody measured would have to be: `driver, partial_r2` (what the driver explains of what
        the others leave), `t, df` of the ordinary regression, `rv` and `rv_interval`: the part of what is left of
        driver and outcome that the cause must explain to bring the effect, or the interval's end, to zero.
    hidden_said : tuple of str
        The same in words, for the drivers that matter.
    luck_flagged, luck_any : float
        With the outcome shuffled: share of drivers flagged at 5 %, and share of shuffles in which the headline's rule
        would have found a driver. NaN where there are no complete rows.
    luck_said : str
    n, n_excluded : int
        Rows that have an outcome, and rows that have none; each variant says its own n.
    variants : int
    method, outcome, outcome_as : str
    weight, cluster : str or None
    confidence : float
    seed : int
    headline : str
    notes : tuple of str
    labels : mapping of name → str
        What outcome and drivers are called in sentences and in charts.

    Examples
    --------
    >>> import numpy as np, pandas as pd, cxanalysis as cx
    >>> rng = np.random.default_rng(0)
    >>> answers = pd.DataFrame(rng.binomial(1, 0.3, (300, 2)), columns=["late", "returned"])
    >>> answers["score"] = (8 - answers["late"] * 3 - answers["returned"] + rng.integers(-3, 4, 300)).clip(0, 10)
    >>> found = cx.robustness(answers, "score", ["late", "returned"], scale=(0, 10))
    >>> str(found.survival["driver"][0]), int(found.survival["first"][0]), found.variants
    ('late', 9, 9)
    """

    table: pd.DataFrame
    survival: pd.DataFrame
    left_out: pd.DataFrame
    depends: pd.DataFrame
    hidden: pd.DataFrame
    hidden_said: tuple[str, ...]
    luck_flagged: float
    luck_any: float
    luck_said: str
    n: int
    n_excluded: int
    variants: int
    method: str
    outcome: str
    outcome_as: str
    weight: str | None
    cluster: str | None
    confidence: float
    seed: int
    headline: str
    notes: tuple[str, ...]
    labels: Mapping[str, str] = field(default_factory=dict)

    def _repr_html_(self) -> str:
        said = [self.headline, *self.hidden_said, self.luck_said]
        notes = "".join(f"<li>{escape(note)}</li>" for note in self.notes)
        line = f"n = {self.n:,}, {self.n_excluded:,} left out · {self.variants} variants · {self.method}"
        return (
            "".join(f"<p>{'<b>' if not i else ''}{escape(text)}{'</b>' if not i else ''}</p>"
                    for i, text in enumerate(said) if text)
            + f"{self.survival.to_html(index=False)}<p>{escape(line)}</p><ul>{notes}</ul>"
        )  # fmt: skip
