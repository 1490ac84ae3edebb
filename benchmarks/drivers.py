"""Speed and memory of the driver analysis beside the same work in pingouin and statsmodels: `make benchmarks`.

Writes `benchmarks/drivers.md`. Medians; peers are timed in the same run, and where they would take hours, on fewer
drivers or resamples, which is said. Compare ratios, not seconds: machines differ.
"""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pingouin
import statsmodels.api as sm

import cxanalysis as cx
from cxanalysis.drivers.importance.importance import sampled_shapley
from cxanalysis.drivers.importance.order_of_drivers import importance_of, resample
from cxanalysis.drivers.model.centred_sums import sums_of_rows

#: Rows of the large table.
LARGE = 1_000_000


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


def failures(n: int, p: int, seed: int = 0) -> pd.DataFrame:
    """Failures (0/1), customers with two answers each, and a recommendation from 0 to 10."""
    rng = np.random.default_rng(seed)
    x = (rng.normal(size=(n, p)) + 0.5 * rng.normal(size=(n, 1)) > 1.2).astype(float)
    score = np.clip(np.round(8 - x[:, :4] @ [2.0, 1.5, 1.0, 0.5] + rng.normal(size=n)), 0, 10)
    return pd.DataFrame(x, columns=[f"x{i}" for i in range(p)]).assign(y=score, customer=np.arange(n) // 2)


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


def whole(data: object, p: int, **how: object) -> float:
    """Median seconds of the public call with all its intervals."""
    return median(lambda: cx.drivers(data, "y", [f"x{i}" for i in range(p)], **how), 3)


def kept(frame: pd.DataFrame, folder: str) -> cx.Table:
    """The table as a workspace keeps it: rows in a Parquet file, read by DuckDB."""
    roles = {name: "flag" for name in frame.columns if name.startswith("x")} | {"y": "nps", "customer": "customer"}
    workspace = cx.Workspace(folder)
    workspace.add(cx.Table(frame, name="answers", roles=roles, scales={"y": cx.Scale(0, 10)}))
    return cx.Workspace(folder).tables["answers"]


def _analyse_kept(folder: str, p: int, sender: object) -> None:
    cx.drivers(cx.Workspace(folder).tables["answers"], "y", [f"x{i}" for i in range(p)], outcome_as="nps")
    sender.send(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def peak(folder: str, p: int) -> float:
    """The most memory, in MB, of a new process that makes the analysis of the kept table."""
    receiver, sender = multiprocessing.get_context("spawn").Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=_analyse_kept, args=(folder, p, sender))
    process.start()
    found = receiver.recv()
    process.join()
    return float(found)


Line = tuple[str, float, str, float | None]


def from_a_matrix() -> Iterator[Line]:
    """Importance alone."""
    small = answers(5000, 10)
    matrix = small.corr().to_numpy()
    ours = median(lambda: cx.importance(matrix))
    names = [f"x{i}" for i in range(10)]
    theirs = median(lambda: pingouin.linear_regression(small[names], small["y"], relimp=True), 1)
    yield "Shapley, 10 drivers x 5,000 rows, matrix at hand", ours, "pingouin, relimp=True", theirs
    np.testing.assert_allclose(shapley_by_regressions(small), cx.importance(matrix), atol=1e-9)
    theirs = median(lambda: shapley_by_regressions(small), 1)
    yield "the same", ours, "1,023 regressions in statsmodels", theirs
    wide, wider, widest = (answers(5000, p).corr().to_numpy() for p in (20, 25, 40))
    yield "Shapley, 20 drivers (1,048,576 subsets), from the matrix", median(lambda: cx.importance(wide)), "—", None
    yield "Shapley, 25 drivers, from the matrix", median(lambda: cx.importance(wider), 1), "—", None
    importance, error = sampled_shapley(widest, [1] * 40)
    told = f"{100 * float((error / importance.sum()).max()):.2f}"
    seconds = median(lambda: sampled_shapley(widest, [1] * 40), 1)
    yield f"sampled Shapley, 40 drivers, until each share is known to {told} points", seconds, "—", None


def from_resamples() -> Iterator[Line]:
    """How sure the order is."""
    twelve, fifteen = answers(5000, 12), answers(5000, 15)
    theirs = 20 * median(lambda: johnson_by_loop(twelve, 50), 3)
    loop = "loop in pandas and numpy (50 resamples x 20)"
    ours = median(lambda: resampled(twelve, "johnson"))
    yield "Johnson, 1,000 resamples, 12 drivers x 5,000 rows", ours, loop, theirs
    ours = median(lambda: resampled(twelve, "shapley"))
    yield "Shapley, 1,000 resamples, 12 drivers x 5,000 rows", ours, "—", None
    ours = median(lambda: resampled(fifteen, "shapley"), 3)
    yield "Shapley, 1,000 resamples, 15 drivers x 5,000 rows", ours, "—", None


def from_tables() -> Iterator[Line]:
    """The public call with everything it gives, on small and large tables."""
    for p in (12, 15, 20):
        yield f"whole analysis, all intervals, {p} drivers x 5,000 rows", whole(answers(5000, p), p), "—", None
    for p in (12, 20):
        for n in (LARGE // 4, LARGE):
            with tempfile.TemporaryDirectory() as folder:
                table = kept(failures(n, p), folder)
                work = f"whole analysis, {p} failures x {n:,} rows kept in a workspace"
                yield work, whole(table, p, outcome_as="nps"), "—", None
                if n == LARGE:
                    clustered = whole(table, p, outcome_as="nps", cluster="customer")
                    yield (
                        f"the same, whole customers kept together ({peak(folder, p):,.0f} MB at most)",
                        clustered,
                        "—",
                        None,
                    )


def main() -> None:
    """Time everything and write the table."""
    lines = ["# Speed of the driver analysis", "",
             "Medians in seconds on two cores; peers in the same run. Memory is the peak of a process of its own, with "
             "Python and its libraries. Made by `make benchmarks`.", "",
             "| work | cxanalysis | peer | peer's seconds | ratio |", "| --- | --- | --- | --- | --- |"]  # fmt: skip
    for part in (from_a_matrix, from_resamples, from_tables):
        for work, ours, peer, theirs in part():
            told = f"{theirs:.3g} | {theirs / ours:,.0f} ×" if theirs else "— | —"
            lines.append(f"| {work} | {ours:.3g} | {peer} | {told} |")
            print(lines[-1], flush=True)
    (Path(__file__).parent / "drivers.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
