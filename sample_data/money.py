"""What is bought, used and spent."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sample_data.company import DAYS, LOG_BEGIN
from sample_data.operations import moments


def transactions(rng: np.random.Generator, placed: pd.DataFrame) -> pd.DataFrame:
    """One row a purchase: what an order brought in and what was left of it."""
    n = len(placed)
    amount = placed["amount"].to_numpy()
    margin = np.round(amount * rng.normal(0.24, 0.05, n), 2)
    return pd.DataFrame(
        {
            "customer": placed["customer"].to_numpy(),
            "date": moments(np.floor(placed["ordered"].to_numpy())),
            "amount": amount,
            "margin": margin,
            "category": rng.choice(["paper", "ink and toner", "furniture", "electronics", "writing"], n),
        }
    )


def usage(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """One row a day on which a customer was logged in."""
    visits = rng.poisson(people["_rate"].to_numpy() * DAYS / 30.4 * 1.2)
    who = np.repeat(np.arange(len(people)), visits)
    day = np.floor(rng.random(len(who)) * DAYS)
    here = (day >= people["_start"].to_numpy()[who]) & (day < people["_end"].to_numpy()[who])
    frame = pd.DataFrame({"_who": who[here], "day": day[here]}).drop_duplicates()
    frame = frame.sort_values(["day", "_who"], ignore_index=True)
    return pd.DataFrame(
        {
            "customer": people["customer"].to_numpy()[frame["_who"]],
            "date": moments(frame["day"].to_numpy(float)),
            "device": rng.choice(["phone", "computer"], len(frame), p=[0.55, 0.45]),
        }
    )


def spend(rng: np.random.Generator) -> pd.DataFrame:
    """One row a month and channel: sales and marketing cost."""
    months = pd.date_range(LOG_BEGIN.astype("datetime64[M]").astype("datetime64[D]"), periods=24, freq="MS")
    channels = {"search ads": 9_500, "social ads": 6_200, "trade fairs": 2_400, "sales team": 14_000}
    rows = [
        {"month": month, "channel": channel, "amount": round(float(base * rng.lognormal(0, 0.15)), 2)}
        for month in months
        for channel, base in channels.items()
    ]
    return pd.DataFrame(rows)
