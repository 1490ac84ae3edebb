"""Law 7: the same data, steps and seed give the same bytes, also in another process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from source import ROOT, app, dotted, package

SCRIPT = """
import hashlib, sys
import numpy as np, pandas as pd
import cxanalysis as cx

rng = np.random.default_rng(5)
frame = pd.DataFrame({
    "score": rng.integers(0, 11, 400), "late": rng.integers(0, 2, 400), "returned": rng.integers(0, 2, 400),
    "segment": rng.choice(["a", "b", "c"], 400), "customer": rng.integers(0, 200, 400),
})
table = cx.Table(frame, name="survey")
steps = [
    cx.Step("nps", ("survey",), {"score": "score", "by": "segment"}),
    cx.Step("drivers", ("survey",), {
        "outcome": "score", "outcome_as": "nps", "drivers": ["late", "returned", "segment"], "cluster": "customer",
        "resamples": 100, "seed": 3,
    }),
]
digest = hashlib.sha256()
for step in steps:
    result = step.run({"survey": table})
    digest.update(result.table.to_csv(index=False).encode())
    digest.update(result._repr_html_().encode())
    digest.update(getattr(result, "headline").encode())
    digest.update(step.key({"survey": table.token}).encode())
workspace = cx.Workspace(sys.argv[1])
workspace.add(table)
digest.update(cx.notebook(steps, workspace=workspace))
print(table.token, digest.hexdigest())
"""


def digest(hash_seed: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_another_process_gives_the_same_bytes(tmp_path):
    first = digest("1", tmp_path)
    shutil.rmtree(tmp_path)  # the notebook names the workspace's folder, so the second one is made in the same place
    assert digest("2", tmp_path) == first


def test_random_numbers_come_from_a_seeded_generator_only():
    """`np.random.<anything>` but a generator, an unseeded `default_rng()`, and the random module are all refused."""
    found = []
    for file in (*package(), *app()):
        found += [f"{file.path}:{line} imports random" for name, line in file.imports() if name == "random"]
        for call in file.calls():
            name = dotted(call.func)
            if name.endswith("default_rng"):
                if not call.args and not call.keywords:
                    found.append(f"{file.path}:{call.lineno} default_rng() without a seed")
            elif name.startswith(("np.random.", "numpy.random.")) and not name.endswith(
                (".SeedSequence", ".Generator")
            ):
                found.append(f"{file.path}:{call.lineno} {name}")
    assert not found
