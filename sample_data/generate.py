"""Make the sample company again: `python -m sample_data.generate [--scale 100] [--out DIR] [--seed 20] [--truth]`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from time import perf_counter

from sample_data import inventory
from sample_data.files import FILES, Exports
from sample_data.truth import POPULATION_CHUNKS, truth
from sample_data.world import sources

#: The seed of the sample as shipped.
SEED = 20
HERE = Path(__file__).parent


def generate(folder: Path, *, scale: int = 1, seed: int = SEED) -> dict[str, int]:
    """Write every file of the company; returns table → rows. Memory does not grow with `scale`, the workbook's does."""
    with Exports(folder) as exports:
        for chunk in range(scale):
            exports.add(sources(seed, chunk))
    # One organisation has one list of metrics, however many customers it has.
    return {**exports.rows, "inventory": inventory.write(folder, seed)}


def main(arguments: list[str] | None = None) -> None:
    """Read the command line and do it."""
    parser = argparse.ArgumentParser(prog="python -m sample_data.generate", description=__doc__)
    parser.add_argument("--scale", type=int, default=1, help="how many times the shipped size")
    parser.add_argument("--out", type=Path, default=HERE, help="folder to write to")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--truth", action="store_true", help="also work out truth.json from a large population")
    asked = parser.parse_args(arguments)
    began = perf_counter()
    rows = generate(asked.out, scale=asked.scale, seed=asked.seed)
    for table, n in rows.items():
        print(f"{FILES.get(table, inventory.FILE):>24}  {table:<18} {n:>12,} rows")
    print(f"{perf_counter() - began:.1f} s")
    if asked.truth:
        text = json.dumps(truth(POPULATION_CHUNKS), indent=1, ensure_ascii=False)
        (asked.out / "truth.json").write_text(text + "\n", encoding="utf-8")
        print(f"truth.json from {POPULATION_CHUNKS} chunks, {perf_counter() - began:.1f} s in all")


if __name__ == "__main__":
    main()
