"""How the scales are used: ends that are full, questions answered from one impression, scales that changed."""

from __future__ import annotations

from typing import Final

import numpy as np

from cxanalysis import numbers
from cxanalysis.quality.change_of_mean import mean_correlation
from cxanalysis.quality.examined import GRADES, Examined
from cxanalysis.quality.quality_result import QualityFinding
from cxanalysis.tables.scale_change import changed_scales

#: More than this share at one end of the scale.
_HALF: Final = 0.5
#: A mean correlation between the questions of a block above this: people answer from one impression.
_HALO: Final = 0.6
#: Fewer answers than this tell nothing about the use of a scale.
_FEWEST: Final = 30


def ceiling(seen: Examined) -> list[QualityFinding]:
    """More than half of the answers are the best there is."""
    return _full_end(seen, best=True)


def floor(seen: Examined) -> list[QualityFinding]:
    """More than half of the answers are the worst there is."""
    return _full_end(seen, best=False)


def _full_end(seen: Examined, *, best: bool) -> list[QualityFinding]:
    full: dict[str, float] = {}
    for column in seen.table.columns_of(*GRADES):
        scale = seen.table.scales.get(column)
        # On two or three steps half the answers are at an end without anything being wrong.
        if scale is None or (scale.points and scale.points < 4):
            continue
        values = seen.numbers_of(column)
        there = values[~np.isnan(values)]
        end = scale.best if best else scale.low + scale.high - scale.best
        if len(there) >= _FEWEST and (there == end).mean() > _HALF:
            full[column] = float((there == end).mean())
    if not full:
        return []
    columns = sorted(full, key=lambda c: -full[c])
    most, outcome = columns[0], seen.outcome in full
    word, way = ("best", "better") if best else ("worst", "worse")
    effect = f"Who is already at the end cannot answer {way}, so correlations with these questions come out too small"
    effect += ", and what matters most may look unimportant." if best else "."
    if outcome:
        effect = f"The outcome itself hardly varies: what moves it shows only in those who are not at its end. {effect}"
    return [
        QualityFinding(
            "ceiling" if best else "floor",
            tuple(columns),
            round(full[most] * seen.n),
            full[most],
            f"In {seen.listed(columns)} more than half of the answers are the {word} there "
            f"{'is' if best else 'could be'}: "
            f"{numbers.percent(full[most])} in {seen.called(most)}.",
            effect,
            f"Look at the share of the {word} answer instead of the mean, and at ordinal effects.",
            "weakens" if outcome or len(full) > 1 else "to know",
        )
    ]


def halo(seen: Examined) -> list[QualityFinding]:
    """The questions of a block move together."""
    found: list[tuple[float, list[str], int]] = []
    for block in seen.blocks:
        answers = np.column_stack([seen.numbers_of(c) for c in block if c != seen.outcome])
        complete = answers[~np.isnan(answers).any(axis=1)]
        complete = complete[:, np.ptp(complete, axis=0) > 0] if len(complete) >= _FEWEST else complete[:, :0]
        if complete.shape[1] >= 3 and (r := mean_correlation(complete)) > _HALO:
            found.append((r, block, len(complete)))
    if not found:
        return []
    r, block, n = max(found)
    k = len(block)
    # Variance inflation of one of k questions that all correlate by r.
    wider = np.sqrt((1 + (k - 2) * r) / ((1 - r) * (1 + (k - 1) * r)))
    return [
        QualityFinding(
            "halo",
            tuple(block),
            n,
            n / seen.n,
            f"The {k} questions {seen.listed(block, most=2)} move together: mean correlation {numbers.number(r, 2)}.",
            "People answer from one overall impression, so the order of these drivers is weak and the interval of each "
            f"effect about {numbers.number(float(wider), 1)} times as wide as with unrelated questions.",
            "Put questions that mean the same into one group of drivers, and read their shares together.",
            "weakens",
        )
    ]


def changed_scale(seen: Examined) -> list[QualityFinding]:
    """A question whose scale became longer on the way."""
    changes = changed_scales(seen.table)
    if not changes:
        return []
    changed = {change.column for change in changes}
    columns = tuple(column for column in seen.table.columns_of(*GRADES) if column in changed)
    return [
        QualityFinding(
            "scale changed",
            columns,
            seen.n,
            1.0,
            " ".join(change.words for change in changes),
            "One number means two things: trends jump at the change, and means over both parts say nothing.",
            "Analyse the time before and after the change apart.",
            "distorts",
        )
    ]
