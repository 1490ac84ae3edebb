"""Would the tests notice wrong statistics? Every line of the statistical core is changed, one change at a time.

`python benchmarks/mutation.py` runs all of `CORE` (hours); with modules named, only these. mutmut makes the changes
("mutants") and runs the tests named for the module in a copy of the project; a mutant that no test notices survives.
`benchmarks/mutation.md` holds the share of survivors and each one of them. The reasons in its last column are written
by hand, and stay as long as the mutant does.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
TABLE: Final = ROOT / "benchmarks" / "mutation.md"
COPY: Final = ROOT / "build" / "mutation"
#: Module of the package → the tests that should notice.
CORE: Final[Mapping[str, tuple[str, ...]]] = {
    "cxanalysis/metrics/intervals.py": (
        "tests/metrics/test_intervals.py",
        "tests/metrics/test_weights_and_clusters.py",
        "tests/reference/test_v9_nps.py",
        "tests/reference/test_v10_proportions.py",
    ),
    "cxanalysis/engine/aggregates.py": ("tests/engine/test_adding_up.py", "tests/engine/test_back_ends.py"),
    "cxanalysis/drivers/importance/subset_lattice.py": (
        "tests/reference/test_v1_to_v8_importance.py",
        "tests/drivers/test_dominance.py",
        "tests/drivers/test_invariances.py",
    ),
    "cxanalysis/drivers/importance/importance.py": (
        "tests/reference/test_v1_to_v8_importance.py",
        "tests/drivers/test_invariances.py",
    ),
    "cxanalysis/drivers/effects/regression.py": ("tests/drivers/test_effects.py", "tests/drivers/test_invariances.py"),
    "cxanalysis/drivers/robustness/unmeasured_confounding.py": ("tests/reference/test_unmeasured_confounding.py",),
    "cxanalysis/monitor/control_limits.py": ("tests/monitor/test_control_limits.py", "tests/monitor/test_control.py"),
}
#: Exit codes of a mutant's tests, as mutmut keeps them.
SURVIVED: Final = 0
NOT_REACHED: Final = (5, 33)
#: Columns of the table of survivors.
COLUMNS: Final = ("module", "function", "line", "became", "why it may live")
#: A bar inside a cell is written "\\|".
CELL: Final = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Survivor:
    """A change that no test noticed."""

    module: str
    function: str
    line: str
    became: str


@dataclass(frozen=True, slots=True)
class Run:
    """What became of the mutants of one module."""

    module: str
    mutants: int
    survived: int
    not_reached: int


def main() -> int:
    """Run the modules named, and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("modules", nargs="*", default=list(CORE), help="modules of the core (default: all)")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    if strangers := sorted(set(asked.modules) - set(CORE)):
        parser.error(f"no tests are named for {', '.join(strangers)}")
    text = TABLE.read_text(encoding="utf-8") if TABLE.exists() else ""
    runs, survivors, reasons = parsed(text)
    for module in asked.modules:
        runs[module], survivors[module] = mutated(module, asked.processes)
        TABLE.write_text(written(runs, survivors, reasons), encoding="utf-8")
        print(f"{module}: {runs[module].survived} of {runs[module].mutants} survived")
    return 0


def mutated(module: str, processes: int) -> tuple[Run, list[Survivor]]:
    """Change one module line by line in a copy of the project."""
    shutil.rmtree(COPY, ignore_errors=True)
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in listed.splitlines():
        if (ROOT / name).is_file():
            (COPY / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, COPY / name)
    settings = {
        "source_paths": ["cxanalysis"],
        "only_mutate": [module],
        "also_copy": sorted(path.name for path in COPY.iterdir() if path.name != "cxanalysis"),
        "pytest_add_cli_args_test_selection": list(CORE[module]),
    }
    with (COPY / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n[tool.mutmut]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items()))
    # The environment's own programs first: mutmut calls itself by its name.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path, "OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"}
    environment.pop("PYTHONPATH", None)
    mutmut = [sys.executable, "-m", "mutmut"]
    done = subprocess.run([*mutmut, "run", "--max-children", str(processes)], cwd=COPY, env=environment, check=False)
    meta = COPY / "mutants" / f"{module}.meta"
    if done.returncode or not meta.exists():
        raise SystemExit(f"mutmut could not run {module}: its tests must pass before anything is changed")
    codes: dict[str, int | None] = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
    survivors = []
    for name in (name for name, code in codes.items() if code == SURVIVED):
        shown = subprocess.run(
            [*mutmut, "show", name], cwd=COPY, env=environment, check=True, capture_output=True, encoding="utf-8"
        )
        survivors.append(survivor(module, name, shown.stdout))
    unreached = sum(code in NOT_REACHED for code in codes.values())
    return Run(module, len(codes), len(survivors), unreached), survivors


def survivor(module: str, name: str, difference: str) -> Survivor:
    """What a mutant changed, from its name and its difference.

    >>> survivor("a.py", "a.x_wilson__mutmut_3", "--- a.py\\n+++ a.py\\n-    m = n + 3\\n+    m = n - 3\\n").became
    'm = n - 3'
    """
    lines = [line for line in difference.splitlines() if line[:3] not in ("---", "+++")]
    before, after = (" ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
    function = name.rpartition(".")[2].rpartition("__mutmut_")[0]
    return Survivor(module, re.sub(r"^x[_ǁ]", "", function).replace("ǁ", "."), before, after)


def written(
    runs: Mapping[str, Run], survivors: Mapping[str, Iterable[Survivor]], reasons: Mapping[Survivor, str]
) -> str:
    """The page, from what is known of every module."""
    lines = [
        "# Mutants that live",
        "",
        "Each line of the statistical core was changed, one change at a time; a mutant lives if no test of its module",
        "noticed (`make mutation`). A share is no grade: many survivors change nothing that anybody could see. Those",
        "that do not say why they may live are work to be done.",
        "",
        "| module | mutants | survived | not reached by a test | share of survivors |",
        "| --- | --- | --- | --- | --- |",
    ]
    for module in CORE:
        if module in runs:
            run = runs[module]
            share = f"{(run.survived + run.not_reached) / max(run.mutants, 1):.1%}"
            lines.append(f"| {module} | {run.mutants} | {run.survived} | {run.not_reached} | {share} |")
        else:
            lines.append(f"| {module} | not run yet | | | |")
    lines += ["", f"| {' | '.join(COLUMNS)} |", f"|{' --- |' * len(COLUMNS)}"]
    for module in CORE:
        for one in sorted(survivors.get(module, ()), key=lambda one: (one.function, one.line, one.became)):
            cells = [one.module, one.function, f"`{one.line}`", f"`{one.became}`", reasons.get(one, "")]
            lines.append("| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def parsed(text: str) -> tuple[dict[str, Run], dict[str, list[Survivor]], dict[Survivor, str]]:
    """Runs, survivors and reasons of a page that was written before.

    >>> one = Survivor("cxanalysis/metrics/intervals.py", "student", "a | b", "a & b")
    >>> page = written({one.module: Run(one.module, 9, 1, 0)}, {one.module: [one]}, {one: "the same"})
    >>> parsed(page) == ({one.module: Run(one.module, 9, 1, 0)}, {one.module: [one]}, {one: "the same"})
    True
    """
    runs: dict[str, Run] = {}
    survivors: dict[str, list[Survivor]] = {}
    reasons: dict[Survivor, str] = {}
    for line in text.splitlines():
        cells = [cell.strip().replace(r"\|", "|") for cell in CELL.split(line)[1:-1]]
        if len(cells) != 5 or cells[0] not in CORE:
            continue
        if cells[1].isdigit():
            runs[cells[0]] = Run(cells[0], *(int(cell) for cell in cells[1:4]))
        elif cells[1] != "not run yet":
            known = Survivor(cells[0], cells[1], cells[2].strip("`"), cells[3].strip("`"))
            survivors.setdefault(known.module, []).append(known)
            if cells[4]:
                reasons[known] = cells[4]
    return runs, survivors, reasons


if __name__ == "__main__":
    sys.exit(main())
