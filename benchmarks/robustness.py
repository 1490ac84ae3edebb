"""Speed of the robustness panel and of the other models, beside what a user would write: `make benchmarks`.

Writes `benchmarks/robustness.md`. Medians; where a peer would take many minutes, a part of its work is timed and scaled
up, which is said. Compare ratios, not seconds: machines differ.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.miscmodels.ordinal_model import OrderedModel

import cxanalysis as cx

DRIVERS = [*(f"r{i}" for i in range(9)), "late"]


def median(work: Callable[[], object], times: int = 3) -> float:
    """Median seconds of `times` runs."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def answers(n: int, gaps: float = 0.0) -> pd.DataFrame:
    """Nine ratings, one failure, weights, customers and a recommendation from 0 to 10."""
    rng = np.random.default_rng(1)
    x = np.clip(np.round(3.5 + rng.normal(size=(n, 9)) + 0.6 * rng.normal(size=(n, 1))), 1, 5)
    frame = pd.DataFrame(x, columns=DRIVERS[:9]).assign(
        late=rng.binomial(1, 0.2, n), w=rng.uniform(0.5, 2, n), customer=np.arange(n) // 2
    )
    latent = 7 + 0.8 * (x[:, 0] - 3.5) + 0.4 * (x[:, 1] - 3.5) - 2 * frame["late"] + 1.5 * rng.normal(size=n)
    frame["recommend"] = np.clip(np.round(latent), 0, 10)
    frame[DRIVERS] = frame[DRIVERS].mask(rng.random((n, 10)) < gaps)
    return frame


def one_by_one(frame: pd.DataFrame) -> int:
    """The linear ways of the panel as separate calls of `cx.drivers`, without resamples."""
    done = 0
    for missing in ("complete", "pairwise", "impute"):
        for method in ("shapley", "johnson"):
            for weight in ("w", None):
                for coding in ("nps", "mean", "top-box"):
                    cx.drivers(frame, "recommend", DRIVERS, outcome_as=coding, method=method, weight=weight,
                               missing=missing, resamples=50)  # fmt: skip
                    done += 1
    return done


def main() -> None:
    """Time everything and write the table."""
    lines = ["# Speed of robustness and of the other models", "",
             "Medians in seconds on two cores, 10 drivers; peers in the same run. Made by `make benchmarks`.", "",
             "| work | cxanalysis | peer | peer's seconds |", "| --- | --- | --- | --- |"]  # fmt: skip

    def row(work: str, ours: float, peer: str = "—", theirs: float | None = None) -> None:
        lines.append(f"| {work} | {ours:.3g} | {peer} | {'—' if theirs is None else f'{theirs:.3g}'} |")
        print(lines[-1], flush=True)

    gappy, whole = answers(5000, 0.04), answers(5000)
    for cluster in (None, "customer"):

        def panel(cluster: str | None = cluster) -> cx.Robustness:
            return cx.robustness(gappy, "recommend", DRIVERS, outcome_as="nps", weight="w", cluster=cluster)

        work = f"robustness, {panel().variants} ways x 5,000 rows{', clustered' if cluster else ''}"
        row(work, median(panel))
    start = time.perf_counter()
    done = one_by_one(gappy)
    row(f"{done} of these ways as calls of cx.drivers with 50 resamples", time.perf_counter() - start)
    x = sm.add_constant(whole[DRIVERS])
    satisfied = (whole["recommend"] >= 8).astype(int)
    theirs = 1024 * median(lambda: sm.Logit(satisfied, x).fit(disp=0))
    ours = median(lambda: cx.models(whole, "recommend", DRIVERS, outcome_as="top-box"))
    row("logit with McFadden dominance, 1,024 fits", ours, "statsmodels, 1 fit x 1,024", theirs)
    ordered = OrderedModel(whole["recommend"].to_numpy(), whole[DRIVERS].to_numpy(), distr="logit")
    theirs = 1024 * median(lambda: ordered.fit(method="bfgs", disp=0), 1)
    ours = median(lambda: cx.models(whole, "recommend", DRIVERS))
    row("ordered logit with McFadden dominance, 1,024 fits", ours, "statsmodels, 1 fit x 1,024", theirs)
    row("is a straight line enough, 5 folds", median(lambda: cx.linear_enough(whole, "recommend", DRIVERS)))
    (Path(__file__).parent / "robustness.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
