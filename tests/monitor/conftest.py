"""A survey of two markets, one of which changes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from weekly_answers import MONDAY, answers, drawn

import cxanalysis as cx


@pytest.fixture
def survey() -> cx.Table:
    """Thirty weeks in two markets; from week 26 on the south is unhappy."""
    north, south = drawn(3, 30, 60, 5, 10), drawn(2, 30, 60, 5, 10)
    south = [scores - 4 if week >= 26 else scores for week, scores in enumerate(south)]
    frame = pd.concat([answers(north), answers(south, market="south")], ignore_index=True)
    frame["customer"] = [f"c{row}" for row in range(len(frame))]
    frame["late"] = ((frame["market"] == "south") & (frame["answered"] >= MONDAY + pd.Timedelta(weeks=26))).astype(int)
    frame["said"] = np.where(frame["late"] == 1, "late <script>", "")
    roles = {"answered": "date", "score": "nps", "market": "category", "customer": "customer"}
    roles |= {"late": "flag", "said": "text"}
    return cx.Table(frame, name="survey", kind="survey", roles=roles, scales={"score": cx.Scale(0, 10)})
