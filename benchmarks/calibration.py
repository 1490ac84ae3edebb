"""The full calibration: `make calibration`. Writes `benchmarks/calibration.md`.

2,000 surveys a design (Monte-Carlo error of a coverage of 95 %: 0.5 points), 500 where every survey is resampled.
`--only` makes one section anew and keeps the others as they were written.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests" / "calibration"))

# Imported here because the tests' designs are found only with the path above.
import asymmetry_designs  # noqa: E402
import hard_designs  # noqa: E402
import metric_designs  # noqa: E402
import order_designs as designs  # noqa: E402
import purchase_designs  # noqa: E402
from designs import WORLDS, Hits, World, simulate  # noqa: E402

OUT = HERE / "calibration.md"
#: Power lost to the partial t-test at most; how many times the surveys of a check that failed once.
LESS_POWER = 0.03
REPEATED = 4


def effects(world: World, sets: int) -> Hits:
    """One design of effects."""
    return simulate(world, sets, truth_rows=4_000_000 if world.n > 1000 else 2_000_000)


def shares(world: World, sets: int) -> float:
    """One design of shares."""
    return designs.share_coverage(world, sets, truth_rows=4_000_000)


def effect_rows(pool: ProcessPoolExecutor, sets: int) -> Iterator[str]:
    """Effects and points at stake."""
    yield "Share of 95 % intervals that hold the truth, of noise drivers with p < 0.05, of surveys in which any"
    yield "q < 0.05 (only where all drivers are noise). Limits: coverage 93.5-96.5 %, false positives 3.5-6.5 %, any"
    yield "q 6.5 %; with 5 to 19 cases 91.5-98.5 % and 8 %; below 5 cases effects are withheld."
    yield f"{sets:,} surveys a design."
    yield ""
    yield "| design | effect | at stake | together | noise p < 0.05 | any q < 0.05 | withheld |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for world, hits in zip(WORLDS, pool.map(effects, WORLDS, [sets] * len(WORLDS)), strict=True):
        any_q = f"{hits.any_q:.1%}" if world.null else "—"
        yield (
            f"| {world.name} | {hits.effect:.1%} | {hits.stake:.1%} | {hits.together:.1%} "
            f"| {hits.false_positive:.1%} | {any_q} | {hits.withheld:.0%} |"
        )


def share_rows(pool: ProcessPoolExecutor, sets: int) -> Iterator[str]:
    """Shares of importance."""
    yield "Share of 95 % intervals of a driver's share of importance that hold its true share, where that is 5 % or"
    yield f"more. Limits: 91-97.5 %, three Monte-Carlo errors wider. {sets // 4:,} surveys a design, each resampled."
    yield ""
    yield "| design | share |"
    yield "| --- | --- |"
    for world, coverage in zip(
        designs.SHARES, pool.map(shares, designs.SHARES, [sets // 4] * len(designs.SHARES)), strict=True
    ):
        yield f"| {world.name} | {coverage:.1%} |"


def order_rows(pool: ProcessPoolExecutor, sets: int) -> Iterator[str]:
    """Who is first."""
    named = pool.submit(designs.named_among_equals, sets)
    bins = pool.submit(designs.first_in_ten_bins, 2 * sets)
    yield "What p_first said and how often it was so; truths drawn at random, four correlated drivers, n = 200,"
    yield f"{2 * sets:,} surveys. Limit: 5 points in every bin."
    yield ""
    yield "| p_first from | drivers | said on average | was first |"
    yield "| --- | --- | --- | --- |"
    for one in bins.result():
        yield f"| {one.low:.1f} | {one.n:,} | {one.said:.1%} | {one.was:.1%} |"
    yield ""
    yield f"Of two exactly equal drivers (n = 300, {sets:,} surveys) the headline named one in {named.result():.1%}."
    yield "Limit: 23 %."


def power_rows(pool: ProcessPoolExecutor, sets: int) -> Iterator[str]:
    """Power."""
    yield "Share of surveys in which the one real driver has p < 0.05, by ours and by the ordinary partial t-test, on"
    yield f"the same {sets:,} surveys with at least {designs.ENOUGH_CASES} cases of it. Limit: at most 3 points less. A"
    yield f"design outside it is repeated once with {REPEATED * sets:,} surveys, and that counts."
    yield ""
    yield "| design | surveys | ours | partial t | less |"
    yield "| --- | --- | --- | --- | --- |"
    outside = []
    for design, found in zip(
        designs.POWERS, pool.map(designs.power, designs.POWERS, [sets] * len(designs.POWERS)), strict=True
    ):
        yield _power_row(design, sets, *found)
        if found[1] - found[0] > LESS_POWER:
            found = pool.submit(designs.power, design, REPEATED * sets).result()
            yield _power_row(design, REPEATED * sets, *found)
        outside += [design.name] if found[1] - found[0] > LESS_POWER else []
    yield ""
    yield f"Outside the limit: {'; '.join(outside) or 'none'}."


def _power_row(design: designs.PowerDesign, sets: int, ours: float, theirs: float) -> str:
    return f"| {design.name} | {sets:,} | {ours:.1%} | {theirs:.1%} | {100 * (theirs - ours):.1f} points |"


def segment_rows(pool: ProcessPoolExecutor, sets: int) -> Iterator[str]:
    """Segments."""
    yield "Each segment against all others, four drivers; the first segment has half as much noise again. Share of"
    yield "95 % intervals of the difference of effects that hold the truth, the same for shares of importance (both"
    yield "true shares 5 % or more), of surveys with any q < 0.05, and in which the real difference was found."
    yield "Limits: 93.5-96.5 %, for shares 91-97.5 %, any q without difference 6.5 %."
    yield f"{sets:,} surveys a design, each resampled."
    yield ""
    yield "| design | difference | shares | any q < 0.05 | found |"
    yield "| --- | --- | --- | --- | --- |"
    for design, told in zip(
        designs.SEGMENTS, pool.map(designs.compared, designs.SEGMENTS, [sets] * len(designs.SEGMENTS)), strict=True
    ):
        found = f"{told.found:.1%}" if design.extra else "—"
        yield f"| {design.name} | {told.difference:.1%} | {told.share:.1%} | {told.any_q:.1%} | {found} |"


def asymmetry_rows(pool: ProcessPoolExecutor, sets: int) -> Iterator[str]:
    """Asymmetry."""
    sets = sets // 4
    yield "Three correlated ratings: one annoys more (IA -0.50), one does both alike (IA 0), one pleases more (0.56)."
    yield "Share of 95 % intervals of asymmetry and impact that hold the truth, of surveys that give the true class,"
    yield "and that give a wrong one; the others say undetermined. Limits: 93-97 %, widened by three errors."
    yield f"{sets:,} surveys a design, 1,000 resamples each."
    yield ""
    yield "| design | attribute | asymmetry | impact | true class | wrong class |"
    yield "| --- | --- | --- | --- | --- | --- |"
    worlds = asymmetry_designs.WORLDS
    for world, found in zip(worlds, pool.map(asymmetry_designs.simulate, worlds, [sets] * len(worlds)), strict=True):
        for name, (penalty, reward, _) in asymmetry_designs.TRUTH.items():
            yield (
                f"| {world.name} | {penalty:g} / {reward:+g} | {found.asymmetry[name]:.1%} | {found.impact[name]:.1%} "
                f"| {found.right[name]:.1%} | {found.wrong[name]:.1%} |"
            )


def lifetime_rows(pool: ProcessPoolExecutor, sets: int) -> Iterator[str]:
    """Lifetime value by model."""
    sets = sets // 10
    yield "Logs of purchases simulated beyond their end: the truth is what customers then brought. Share of 95 %"
    yield "intervals that hold it, for the value of a customer, the purchases ahead and the share still there, and the"
    yield "mean value over the true one. Limits where the model is the true one: 93-97 %, widened by three errors."
    yield f"{sets:,} logs a design, 100 resamples each."
    yield ""
    yield "| world | value | purchases | still there | mean over truth | no answer |"
    yield "| --- | --- | --- | --- | --- | --- |"
    shops = purchase_designs.SHOPS
    for one, held in zip(shops, pool.map(purchase_designs.simulate, shops, [sets] * len(shops)), strict=True):
        yield (
            f"| {one.name} | {held.value:.1%} | {held.purchases:.1%} | {held.active:.1%} | {held.bias:.3f} "
            f"| {held.failed} |"
        )


def metric_rows(pool: ProcessPoolExecutor, sets: int) -> Iterator[str]:
    """Intervals of metrics."""
    sets = sets // 2
    yield "Share of 95 % intervals that hold the truth: the default call where customers answered several times,"
    yield "customers of Pareto size, failures that come together in few customers, cases still open when the log ends"
    yield "(an end that is not reached is beyond everything). Limits are widened by three errors."
    yield f"{sets:,} data sets a design."
    yield ""
    yield "| design | coverage | limits |"
    yield "| --- | --- | --- |"
    names = [design.name for design in metric_designs.DESIGNS]
    for design, share in zip(
        metric_designs.DESIGNS, pool.map(metric_coverage, names, [sets] * len(names)), strict=True
    ):
        yield f"| {design.name} | {share:.1%} | {100 * design.low:g}-{100 * design.high:g} % |"


def metric_coverage(name: str, sets: int) -> float:
    """One design by its name: its draws are closures, which no other process can be handed."""
    (design,) = [one for one in metric_designs.DESIGNS if one.name == name]
    return metric_designs.coverage(design, sets)


def level_rows(pool: ProcessPoolExecutor, sets: int) -> Iterator[str]:
    """Categories with rare levels."""
    yield "A category of seven levels, four of them with 2-4 % of the answers (of customers: five levels, the"
    yield "rarest 5 %), beside a number. Share of surveys in which the joint test has p < 0.05, and in which the"
    yield "classical F test has, which is valid only where the noise is equal and answers are independent. Limits:"
    yield "without effect 3.5-6.5 %, with effects at most 3 points under F where that is valid."
    yield f"{sets:,} surveys a design."
    yield ""
    outside: list[str] = []
    yield "| design | ours | classical F | |"
    yield "| --- | --- | --- | --- |"
    levels = (*hard_designs.LEVELS, *hard_designs.LEVELS_NOT_REACHED)
    for design, found in zip(levels, pool.map(hard_designs.joint_tests, levels, [sets] * len(levels)), strict=True):
        valid = "" if design.equal_noise else "F not valid"
        yield f"| {design.name} | {found.ours:.1%} | {found.classical:.1%} | {valid} |"
        less = found.classical - found.ours if design.equal_noise else 0.0
        if less > LESS_POWER if design.effect else not 0.035 <= found.ours <= 0.065:
            outside.append(f"{design.name} ({found.ours:.1%})")
    yield from _outside(outside)


def mixed_rows(pool: ProcessPoolExecutor, sets: int) -> Iterator[str]:
    """Drivers of several columns among single ones."""
    yield "Three correlated ratings, a category of eight levels and a group of six columns. The strength of each is"
    yield "drawn at random and is nothing in 30 %. What p_first said and how often it was so. Limit: 5 points in"
    yield f"every bin, three Monte-Carlo errors wider. {2 * sets:,} surveys a design, 200 resamples each."
    yield ""
    yield "| design | p_first from | drivers | said on average | was first |"
    yield "| --- | --- | --- | --- | --- |"
    mixed = hard_designs.MIXED
    for design, bins in zip(
        mixed, pool.map(hard_designs.first_among_mixed, mixed, [2 * sets] * len(mixed)), strict=True
    ):
        for one in bins:
            yield f"| {design.name} | {one.low:.1f} | {one.n:,} | {one.said:.1%} | {one.was:.1%} |"


def customer_rows(pool: ProcessPoolExecutor, sets: int) -> Iterator[str]:
    """Answers of one customer, customers of uneven size."""
    yield "Failures of 20 %: one within customers, one half between them, one of noise; half the noise of the"
    yield "outcome is shared. Pareto sizes: (Σ n)² / Σ n² is the effective number. Share of 95 % intervals that hold"
    yield "the truth. Limits: 93-97 %; where fewer than 30 count in effect 92-98 %; noise with p < 0.05 at most"
    yield f"6.5 %. {sets:,} surveys a design."
    yield ""
    yield "| design | effective | effect within | between | at stake within | between | together | noise p < 0.05 |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    designs_, outside = hard_designs.CUSTOMERS, list[str]()
    for design, found in zip(
        designs_, pool.map(hard_designs.customers, designs_, [sets] * len(designs_)), strict=True
    ):  # fmt: skip
        effects_, stakes = ([f"{share:.1%}" for share in part[:2]] for part in (found.effect, found.stake))
        cells = [design.name, f"{found.effective:.1f}", *effects_, *stakes, f"{found.together:.1%}"]
        yield f"| {' | '.join([*cells, f'{found.noise:.1%}'])} |"
        low, high = (0.92, 0.98) if found.effective < 30 else (0.93, 0.97)
        shares = {"effect": found.effect[:2], "at stake": found.stake[:2], "together": (found.together,)}
        out = [f"{what} {one:.1%}" for what, part in shares.items() for one in part if not low <= one <= high]
        out += [f"noise {found.noise:.1%}"] if found.noise > 0.065 else []
        outside += [f"{design.name} ({', '.join(out)})"] if out else []
    yield from _outside(outside)


def ceiling_rows(pool: ProcessPoolExecutor, sets: int) -> Iterator[str]:
    """Outcomes at the ceiling."""
    yield "93 % give the best answer; four correlated failures. Expected: cases that would be unsatisfied by chance;"
    yield "below 20 the driver is flagged as rare outcome and its interval guarded, which is too wide where hardly one"
    yield "is expected. Share of 95 % intervals that hold the truth (all four), and of surveys in which the last"
    yield f"driver, noise, has p < 0.05. Limits: coverage 93-97 %, noise 3.5-6.5 %. {sets:,} surveys a design."
    yield ""
    yield "| design | expected | effect | at stake | together | noise p < 0.05 |"
    yield "| --- | --- | --- | --- | --- | --- |"
    all_, outside = hard_designs.CEILINGS, list[str]()
    for design, found in zip(all_, pool.map(hard_designs.ceiling, all_, [sets] * len(all_)), strict=True):
        effect, stake = (sum(part) / len(part) for part in (found.effect, found.stake))
        shares = {"effect": effect, "at stake": stake, "together": found.together}
        out = [f"{what} {share:.1%}" for what, share in shares.items() if not 0.93 <= share <= 0.97]
        out += [] if 0.035 <= found.noise <= 0.065 else [f"noise {found.noise:.1%}"]
        outside += [f"{design.name} ({', '.join(out)})"] if out else []
        yield (
            f"| {design.name} | {design.expected:.1f} | {effect:.1%} | {stake:.1%} | {found.together:.1%} "
            f"| {found.noise:.1%} |"
        )
    yield from _outside(outside)


def _outside(designs_: list[str]) -> Iterator[str]:
    """Which designs do not keep the limits."""
    yield ""
    yield f"Outside the limits: {'; '.join(designs_) or 'none'}."


#: Name for `--only` → heading and rows.
SECTIONS: dict[str, tuple[str, Callable[[ProcessPoolExecutor, int], Iterator[str]]]] = {
    "effects": ("Effects and points at stake", effect_rows),
    "shares": ("Shares of importance", share_rows),
    "order": ("The order of drivers", order_rows),
    "power": ("Power", power_rows),
    "levels": ("Categories with rare levels", level_rows),
    "mixed": ("The order of drivers of one and of several columns", mixed_rows),
    "customers": ("Answers of one customer, and customers of uneven size", customer_rows),
    "ceiling": ("Outcomes at the ceiling", ceiling_rows),
    "segments": ("Differences between segments", segment_rows),
    "asymmetry": ("Asymmetry", asymmetry_rows),
    "lifetimes": ("Lifetime value by model", lifetime_rows),
    "metrics": ("Intervals of metrics", metric_rows),
}


def written() -> dict[str, str]:
    """Sections of the file as it is: heading → text."""
    text = OUT.read_text(encoding="utf-8") if OUT.exists() else ""
    parts = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)[1:]
    return {heading: body.strip("\n") for heading, body in zip(parts[::2], parts[1::2], strict=True)}


def main() -> None:
    """Run the sections on both cores and write the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sets", type=int, default=2000)
    parser.add_argument("--only", choices=SECTIONS, action="append")
    parser.add_argument("--jobs", type=int, default=2)
    told = parser.parse_args()
    texts = written()
    with ProcessPoolExecutor(told.jobs) as pool:
        for name in told.only or SECTIONS:
            heading, rows = SECTIONS[name]
            lines = []
            for line in rows(pool, told.sets):
                lines.append(line)
                print(line, flush=True)
            texts[heading] = "\n".join(lines)
    sections = [f"## {heading}\n\n{texts[heading]}" for heading, _ in SECTIONS.values() if heading in texts]
    head = "# Calibration of the driver analysis\n\nSimulated surveys with known truths. Made by `make calibration`."
    OUT.write_text("\n\n".join([head, *sections]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
