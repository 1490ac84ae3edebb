"""How often alerts are false and how soon a change is found: writes `benchmarks/monitoring.md`.

An hour on two idle cores. `--sets` scales it; `--only` makes one section anew and keeps the others as they were.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

# A look is thousands of small sums: threads of the linear algebra would only wait for each other.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests" / "calibration"))

# Imported here because the tests' designs are found only with the path above.
from monitor_designs import (  # noqa: E402
    PATHS,
    WORLDS,
    World,
    false_in_a_year,
    false_looks,
    false_signals,
    forecast_coverage,
    weeks_until_found,
)

OUT = HERE / "monitoring.md"
#: Sets of series for each share of looks, by the number of series watched: more series take longer.
LOOKS = {1: 4.0, 20: 0.5, 200: 0.16}
#: Years of one series, and series for each time until a change is found, likewise.
YEARS, FOUND = 0.24, 0.3
#: A drop of so many points (NPS), or a failure rate that doubles.
DROPS = (
    *((World(f"NPS, n {n}", n=n), drop, f"−{drop:g} points") for n in (30, 100, 300) for drop in (3.0, 5.0, 10.0)),
    (World("NPS, n 30-300, overdispersed", spread=1.5), 10.0, "−10 points"),
    *(
        (World("NPS, n 30-300, autocorrelated", spread=1.5, memory=0.6), drop, f"−{drop:g} points")
        for drop in (10.0, 20.0)
    ),
    *((World(f"failure rate 10 %, n {n}", n=n, rate=10.0), 10.0, "10 % → 20 %") for n in (30, 100, 300)),
    *((World(f"failure rate 3 %, n {n}", n=n, rate=3.0), 3.0, "3 % → 6 %") for n in (100, 300)),
)


def false_rows(pool: ProcessPoolExecutor, sets: int) -> Iterator[str]:
    """Looks with any false alarm."""
    yield "Share of looks at which any series raises an alarm although nothing changed, week 33, baseline of 20 weeks,"
    yield "Benjamini-Hochberg at 5 %; and false alarms of one series in a year of weekly looks (stated: at most 2.6)."
    counts = {series: int(sets * share) for series, share in LOOKS.items()}
    said = ", ".join(f"{made:,} of {series}" for series, made in counts.items())
    yield f"Sets of series: {said}; {int(sets * YEARS):,} years."
    yield ""
    yield "| series | 1 watched | 20 watched | 200 watched | a year of 1 |"
    yield "| --- | --- | --- | --- | --- |"
    shares = {
        (world, series): pool.submit(false_looks, world, series, made)
        for world in WORLDS
        for series, made in counts.items()
    }
    years = {world: pool.submit(false_in_a_year, world, int(sets * YEARS)) for world in WORLDS}
    for world in WORLDS:
        said = [f"{shares[world, series].result():.1%}" for series in counts]
        yield f"| {world.name} | {' | '.join(said)} | {years[world].result():.1f} |"


def found_rows(pool: ProcessPoolExecutor, sets: int) -> Iterator[str]:
    """Weeks until a real change is found."""
    yield "A lasting change from week 33 on, in one of 1, 20 or 200 watched series: median weeks until the alert (none:"
    yield "not within a year in half of the cases), and share found within 13 / 52 weeks."
    yield f"{int(sets * FOUND):,} series each."
    yield ""
    yield "| series | change | 1 watched | 20 watched | 200 watched |"
    yield "| --- | --- | --- | --- | --- |"
    jobs = [
        [pool.submit(weeks_until_found, world, drop, series, int(sets * FOUND)) for series in LOOKS]
        for world, drop, _ in DROPS
    ]
    for (world, _, words), row in zip(DROPS, jobs, strict=True):
        cells = []
        for job in row:
            median, quarter, year = job.result()
            when = f"{median:.0f} weeks" if median <= 52 else "none"
            cells.append(f"{when} ({quarter:.0%} / {year:.0%})")
        yield f"| {world.name} | {words} | {' | '.join(cells)} |"


def signal_rows(pool: ProcessPoolExecutor, sets: int) -> Iterator[str]:
    """Control charts."""
    yield "Signals of one control chart in a year of weeks without change, as seen and as the chart says to expect:"
    yield f"beyond the limits; runs of 8 (counted once each). {sets:,} charts each."
    yield ""
    yield "| series | beyond limits: seen | stated | runs: seen | stated |"
    yield "| --- | --- | --- | --- | --- |"
    jobs = [[pool.submit(false_signals, world, sets, (rule,)) for rule in ("limits", "run")] for world in WORLDS]
    for world, (limits, run) in zip(WORLDS, jobs, strict=True):
        cells = [f"{value:.2f}" for job in (limits, run) for value in job.result()]
        yield f"| {world.name} | {' | '.join(cells)} |"


def forecast_rows(pool: ProcessPoolExecutor, sets: int) -> Iterator[str]:
    """Forecasts."""
    yield "Share of values measured 1 to 4 periods later that the 95 % interval held (limits: 92-97 %); how often the"
    yield f"model beat the naive forecast in the back-test and was used; n 50 to 150 a period, {sets:,} series each."
    yield ""
    yield "| series | covered | model used |"
    yield "| --- | --- | --- |"
    jobs = [pool.submit(forecast_coverage, path, sets) for path in PATHS]
    for path, job in zip(PATHS, jobs, strict=True):
        covered, used, _ = job.result()
        yield f"| {path.name} | {covered:.1%} | {used:.0%} |"


#: Name for `--only` → heading and rows.
SECTIONS: dict[str, tuple[str, Callable[[ProcessPoolExecutor, int], Iterator[str]]]] = {
    "false": ("False alarms", false_rows),
    "found": ("Weeks until a real change is found", found_rows),
    "signals": ("Signals of control charts", signal_rows),
    "forecast": ("Forecasts", forecast_rows),
}


def written() -> dict[str, str]:
    """Sections of the file as it is: heading → text."""
    text = OUT.read_text(encoding="utf-8") if OUT.exists() else ""
    parts = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)[1:]
    return {heading: body.strip("\n") for heading, body in zip(parts[::2], parts[1::2], strict=True)}


def main() -> None:
    """Run the sections and write the tables, each as soon as it is there."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sets", type=int, default=1000)
    parser.add_argument("--only", choices=SECTIONS, action="append")
    parser.add_argument("--jobs", type=int, default=2)
    told = parser.parse_args()
    with ProcessPoolExecutor(told.jobs) as pool:
        for name in told.only or SECTIONS:
            heading, rows = SECTIONS[name]
            lines = []
            for line in rows(pool, told.sets):
                lines.append(line)
                print(line, flush=True)
            texts = written() | {heading: "\n".join(lines)}
            sections = [f"## {heading}\n\n{texts[heading]}" for heading, _ in SECTIONS.values() if heading in texts]
            head = "# Monitoring: false alarms, and how soon a change is found\n\nSimulated weeks of counted answers. "
            OUT.write_text(
                "\n\n".join([f"{head}Made by `benchmarks/monitoring.py`.", *sections]) + "\n", encoding="utf-8"
            )


if __name__ == "__main__":
    main()
