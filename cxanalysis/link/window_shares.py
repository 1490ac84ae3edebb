"""The share of answers that a failure hit, with its interval."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from cxanalysis.link.event_log import Mask
from cxanalysis.link.window import Ints

#: Confidence of the intervals of shares.
CONFIDENCE: Final = 0.95


def hit_share(hit: Mask, people: Ints) -> tuple[float, float, float]:
    """Share of answers hit, and Wilson's 95 % interval on the effective number of answers.

    One customer's answers share the customer's failures, so they count as less than as many answers of strangers:
    with u = hit − share summed by person and G < n persons, variance = Σu²/n² · G/(G−1), and n_eff =
    share (1 − share) / variance, not above n. Answers without a person (−1) are each a person of their own.

    Parameters
    ----------
    hit : bool array, shape (n,)
    people : int array, shape (n,)

    Returns
    -------
    share, low, high : float, 0…1
        All missing without an answer; without interval for one person.

    Examples
    --------
    >>> import numpy as np
    >>> share, low, high = hit_share(np.array([True] * 8 + [False] * 2), np.arange(10))
    >>> round(share, 2), round(low, 3), round(high, 3)
    (0.8, 0.49, 0.943)
    """
    n = len(hit)
    if n == 0:
        return math.nan, math.nan, math.nan
    share = float(hit.mean())
    named, alone = people >= 0, people < 0
    groups = np.bincount(people[named], minlength=1).nonzero()[0]
    persons = len(groups) + int(alone.sum())
    if persons < 2:
        return share, math.nan, math.nan
    away = hit - share
    spread = float((np.bincount(people[named], away[named], minlength=1) ** 2).sum() + (away[alone] ** 2).sum())
    variance = spread / n**2 * (1.0 if persons == n else persons / (persons - 1))
    effective = min(float(n), share * (1 - share) / variance) if 0 < share < 1 and variance > 0 else float(persons)
    low, high = proportion_confint(share * effective, effective, alpha=1 - CONFIDENCE, method="wilson")
    return share, float(low), float(high)
