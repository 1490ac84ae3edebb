"""Series made by hand: weeks of answers whose sums are known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

#: The first day of every series here.
MONDAY = pd.Timestamp("2024-01-01")


def answers(weeks: Sequence[Sequence[float]], start: pd.Timestamp = MONDAY, market: str = "north") -> pd.DataFrame:
    """One row an answer: the scores of each week, dealt over its days from Monday to Sunday."""
    rows = []
    for week, scores in enumerate(weeks):
        days = np.linspace(0, 6, num=max(len(scores), 2)).round().astype(int)
        rows += [
            (start + pd.Timedelta(days=7 * week + int(day)), score, market)
            for day, score in zip(days, scores, strict=False)
        ]
    return pd.DataFrame(rows, columns=["answered", "score", "market"])


def drawn(seed: int, weeks: int, n: int, low: int = 0, high: int = 10) -> list[np.ndarray]:
    """Weeks of n whole scores each, drawn evenly."""
    rng = np.random.default_rng(seed)
    return [rng.integers(low, high + 1, n) for _ in range(weeks)]
