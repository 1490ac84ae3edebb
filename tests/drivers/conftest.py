"""Self-made answers with known effects."""

import numpy as np
import pandas as pd
import pytest


def make_answers(n=800, seed=3):
    """Failures, ratings and noise; csat on 1-10, recommend on 0-10, several answers a customer."""
    rng = np.random.default_rng(seed)
    shared = rng.normal(size=n)
    late = (shared + rng.normal(size=n) > 1.6).astype(float)
    returned = (shared + rng.normal(size=n) > 2.2).astype(float)
    noise = (rng.random(n) < 0.15).astype(float)
    staff = np.clip(np.round(3.6 + rng.normal(size=n)), 1, 5)
    latent = 7.4 - 2.0 * late - 1.2 * returned + 0.6 * (staff - 3.6) + 1.3 * rng.normal(size=n)
    return pd.DataFrame(
        {
            "customer": [f"C{i // 3}" for i in range(n)],
            "market": np.where(rng.random(n) < 0.3, "B2B", "B2C"),
            "late": late,
            "returned": returned,
            "noise": noise,
            "staff": staff,
            "csat": np.clip(np.round(latent), 1, 10),
            "recommend": np.clip(np.round(latent - 0.5), 0, 10),
            "w": rng.uniform(0.5, 2, n),
        }
    )


@pytest.fixture(scope="session")
def answers():
    return make_answers()
