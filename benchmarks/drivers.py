"""Speed of the driver analysis beside the same work in pingouin and statsmodels: `make benchmarks`.

Writes `benchmarks/drivers.md`. Medians; peers are timed in the same run, and where they would take hours, on fewer
drivers or resamples, which is said. Compare ratios, not seconds: machines differ.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pingouin
import statsmodels.api as sm

import cxanalysis as cx
from cxanalysis.drivers.order import importance_of, resample
from cxanalysis.drivers.sums import sums_of_rows


def median(work: Callable[[], object], times: int = 7) -> float:
    """Median seconds of `times` runs, after one that warms up."""
    work()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def answers(n: int, p: int, seed: int = 0) -> pd.DataFrame:
    """Correlated ratings and an outcome."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) + 0.7 * rng.normal(size=(n, 1))
    frame = pd.DataFrame(x, columns=[f"x{i}" for i in range(p)])
    return frame.assign(y=x[:, : p // 2].sum(axis=1) + 3 * rng.normal(size=n))


def shapley_by_regressions(frame: pd.DataFrame) -> np.ndarray:
    """What a user would write: one statsmodels regression for each subset, then the weighted gains."""
    from math import factorial

    names = [name for name in frame.columns if name != "y"]
    p, y = len(names), frame["y"].to_numpy()
    r2 = {(): 0.0}
    for size in range(1, p + 1):
        for subset in combinations(range(p), size):
            r2[subset] = sm.OLS(y, sm.add_constant(frame[[names[i] for i in subset]].to_numpy())).fit().rsquared
    out = np.zeros(p)
    for subset, value in r2.items():
        for j in range(p):
            if j not in subset:
                weight = factorial(len(subset)) * factorial(p - len(subset) - 1) / factorial(p)
                out[j] += weight * (r2[tuple(sorted((*subset, j)))] - value)
    return out


def johnson_by_loop(frame: pd.DataFrame, resamples: int) -> np.ndarray:
    """What a user would write: draw rows, correlate, decompose, again and again."""
    rng = np.random.default_rng(0)
    out = []
    for _ in range(resamples):
        matrix = frame.iloc[rng.integers(0, len(frame), len(frame))].corr().to_numpy()
        values, V = np.linalg.eigh(matrix[:-1, :-1])
        Lambda = (V * np.sqrt(values)) @ V.T
        out.append(Lambda**2 @ np.linalg.solve(Lambda, matrix[:-1, -1]) ** 2)
    return np.array(out)


def resampled(frame: pd.DataFrame, method: str) -> np.ndarray:
    """A thousand resampled analyses of ours, from the rows."""
    p = frame.shape[1] - 1
    sums = sums_of_rows(frame.to_numpy(), None, None)
    importance, _ = importance_of(method, 0, [1] * p, sums.correlation())
    return importance(resample(sums, 1000, 0))


def whole(data: object, p: int) -> float:
    """Median seconds of the public call with all its intervals."""
    return median(lambda: cx.drivers(data, "y", [f"x{i}" for i in range(p)]), 3)


def main() -> None:
    """Time everything and write the table."""
    lines = ["# Speed of the driver analysis", "",
             "Medians in seconds on two cores; peers in the same run. Made by `make benchmarks`.", "",
             "| work | cxanalysis | peer | peer's seconds | ratio |", "| --- | --- | --- | --- | --- |"]  # fmt: skip

    def row(work: str, ours: float, peer: str = "—", theirs: float | None = None) -> None:
        told = f"{theirs:.3g} | {theirs / ours:,.0f} ×" if theirs else "— | —"
        lines.append(f"| {work} | {ours:.3g} | {peer} | {told} |")
        print(lines[-1], flush=True)

    small = answers(5000, 10)
    matrix = small.corr().to_numpy()
    ours = median(lambda: cx.importance(matrix))
    names = [f"x{i}" for i in range(10)]
    theirs = median(lambda: pingouin.linear_regression(small[names], small["y"], relimp=True), 1)
    row("Shapley, 10 drivers x 5,000 rows, matrix at hand", ours, "pingouin, relimp=True", theirs)
    theirs = median(lambda: shapley_by_regressions(small), 1)
    np.testing.assert_allclose(shapley_by_regressions(small), cx.importance(matrix), atol=1e-9)
    row("the same", ours, "1,023 regressions in statsmodels", theirs)
    wide = answers(5000, 20).corr().to_numpy()
    row("Shapley, 20 drivers (1,048,576 subsets), from the matrix", median(lambda: cx.importance(wide)))
    row("Shapley, 25 drivers, from the matrix", median(lambda: cx.importance(answers(5000, 25).corr().to_numpy()), 1))

    twelve = answers(5000, 12)
    theirs = 20 * median(lambda: johnson_by_loop(twelve, 50), 3)
    row("Johnson, 1,000 resamples, 12 drivers x 5,000 rows", median(lambda: resampled(twelve, "johnson")),
        "loop in pandas and numpy (50 resamples x 20)", theirs)  # fmt: skip
    row("Shapley, 1,000 resamples, 12 drivers x 5,000 rows", median(lambda: resampled(twelve, "shapley")))
    fifteen = answers(5000, 15)
    row("Shapley, 1,000 resamples, 15 drivers x 5,000 rows", median(lambda: resampled(fifteen, "shapley"), 3))

    for p in (12, 20):
        row(f"whole analysis, all intervals, {p} drivers x 5,000 rows", whole(answers(5000, p), p))
        connection = duckdb.connect()
        connection.register("frame", answers(1_000_000, p))
        connection.execute("create table answers as select * from frame")
        row(
            f"whole analysis, all intervals, {p} drivers x 1,000,000 rows in DuckDB",
            whole(connection.table("answers"), p),
        )
    (Path(__file__).parent / "drivers.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
