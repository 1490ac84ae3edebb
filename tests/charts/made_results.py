"""Results built by hand: charts are tested without the analyses that make them."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pandas as pd

from cxanalysis.basis import Basis, Cluster, LeftOut, Reason, SourceTable
from cxanalysis.drivers.drivers_result import COLUMNS, Drivers
from cxanalysis.drivers.effects.joint_effects import JointEffects
from cxanalysis.drivers.segments.segments_result import COLUMNS as SEGMENT_COLUMNS
from cxanalysis.drivers.segments.segments_result import REVERSALS, SIZES, Segments
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.passport import Passport

NAN = math.nan

#: driver, prevalence or mean, effect, half its interval, q, flags; ratings have a mean above 1.
FAILURES: tuple[tuple[str, float, float, float, float, tuple[str, ...]], ...] = (
    ("Late delivery", 0.18, -17.2, 6.9, 0.0001, ()),
    ("Invoice corrected", 0.06, -22.0, 9.0, 0.0004, ()),
    ("Second contact needed", 0.09, -9.1, 5.0, 0.004, ("by association only",)),
    ("Technical support called", 0.12, -5.5, 4.4, 0.03, ()),
    ("High freight and other costs that nobody spoke of before", 0.15, -1.0, 5.0, 0.71, ()),
    ("Gift enclosed", 0.11, 6.0, 4.0, 0.02, ()),
)


def on_a_basis(fields: dict[str, Any]) -> dict[str, Any]:
    """The same fields with the facts of a basis put into one."""
    facts = {
        name: fields.pop(name)
        for name in ("n", "weight", "confidence", "resamples", "seed", "period")
        if name in fields
    }
    cluster, left, labels = fields.pop("cluster", None), fields.pop("n_excluded", 0), fields.pop("labels", {})
    basis = Basis(
        (SourceTable("survey"),), cluster=None if cluster is None else Cluster(cluster, asked=True), labels=labels,
        left_out=(LeftOut(left, Reason.NO_ANSWER),) if left else (), **facts,
    )  # fmt: skip
    return {**fields, "basis": fields.get("basis", basis)}


def make_drivers(rows: tuple[tuple[Any, ...], ...] = FAILURES, **changes: Any) -> Drivers:
    """A driver analysis; shares fall with the rows, at_stake is prevalence times effect for failures."""
    table, detail = [], []
    weights = [1 / (k + 1) for k in range(len(rows))]
    for k, (name, mean, effect, half, q, flags) in enumerate(rows):
        failure, share = mean <= 1, weights[k] / sum(weights)
        stake = (-mean * effect, -mean * (effect + half), -mean * (effect - half)) if failure else (NAN,) * 3
        values = (
            name, share * 0.3, share, share * 0.75, share * 1.3, k + 1, min(k + 2, len(rows)), 0.97 if k == 0 else 0.01,
            effect, effect - half, effect + half, q / 2, q, mean, *stake, 1.2, list(flags),
        )  # fmt: skip
        table.append(dict(zip(COLUMNS, values, strict=True)))
        detail.append(
            {
                "driver": name, "member": name, "effect": effect, "effect_low": effect - half,
                "effect_high": effect + half, "p_value": q / 2, "mean": mean, "reference": 0.0 if failure else NAN,
                "cases": round(mean * 8214) if failure else 8214, "df": 500.0,
            }
        )  # fmt: skip
    total = sum(row["at_stake"] for row in table if not math.isnan(row["at_stake"]))
    together = {"at_stake": total, "low": total - 1.4, "high": total + 1.4, "without": 44.2, "without_n": 4310}
    fields: dict[str, Any] = {
        "table": pd.DataFrame(table), "detail": pd.DataFrame(detail), "together": together, "r_squared": 0.3,
        "n": 8214, "n_excluded": 331, "method": "Shapley, jackknife over 256 blocks", "outcome": "recommend",
        "outcome_as": "nps", "outcome_mean": 31.0, "missing": "complete", "weight": None, "cluster": "customer",
        "confidence": 0.95, "resamples": 1000, "seed": 0, "period": ("2024-01-03", "2025-12-31"),
        "headline": "Late delivery costs most: 3.1 NPS points [1.9, 4.4].", "notes": (),
        "joint_effects": JointEffects((), (), *[np.empty(0)] * 3, np.zeros((1, 1)), *[np.empty(0)] * 2, turned=False),
    }  # fmt: skip
    return Drivers(**on_a_basis({**fields, **changes}))


def make_segments(names: tuple[str, ...] = ("B2B", "B2C"), drivers: tuple[str, ...] = ("Late", "Returned")) -> Segments:
    """A comparison in which the first driver differs in the first segment, and the last one is too rare in the last."""
    rows, sizes = [], []
    for s, name in enumerate(names):
        sizes.append(dict(zip(SIZES, (name, 900 - s, 30.0, 28.0, 32.0, 0.3, True, ""), strict=True)))
        for d, driver in enumerate(drivers):
            row: dict[str, Any] = dict.fromkeys(SEGMENT_COLUMNS, NAN)
            row |= {"segment": name, "driver": driver, "n": 900 - s, "status": "too few"}
            if s < len(names) - 1 or d < len(drivers) - 1 or s == 0:
                effect, status = -3.1 + d, "differs" if s == d == 0 else "not shown"
                row |= {"effect": effect, "effect_low": effect - 1, "effect_high": effect + 1, "status": status}
                row |= {"elsewhere": -1.2, "elsewhere_low": -2.0, "elsewhere_high": -0.4, "p_value": 0.001 + s + d}
                row |= {"difference": effect + 1.2, "difference_low": effect + 0.1, "difference_high": effect + 2.3}
            rows.append(row)
    fields = {
        "table": pd.DataFrame(rows), "sizes": pd.DataFrame(sizes), "reversals": pd.DataFrame(columns=list(REVERSALS)),
        "by": "market", "drivers": drivers, "comparisons": len(names) * len(drivers), "n": 1800, "n_excluded": 3,
        "method": "interactions in one model", "outcome": "recommend", "outcome_as": "nps", "confidence": 0.95,
        "resamples": 100, "seed": 0, "headline": "Late costs more in B2B than in B2C.", "notes": (),
    }  # fmt: skip
    return Segments(**on_a_basis(fields))


def make_estimates(groups: dict[str, list[Any]] | None = None, *, spread: float = 3.0, **changes: Any) -> Estimates:
    """An NPS for every combination of the groups (column → values), swinging deterministically."""
    groups = groups or {}
    rows, detail = [], []
    for k, keys in enumerate(itertools.product(*groups.values())):
        value = 31 + 12 * math.sin(0.9 * k) - 0.3 * k
        head = dict(zip(groups, keys, strict=True))
        rows.append(
            {
                **head,
                "value": value,
                "low": value - spread,
                "high": value + spread,
                "n": 900 + 37 * k,
                "n_missing": 120 if k == 0 else 0,
            }
        )
        detail.append(
            {**head, "n_eff": 900.0, "n_kish": 900.0, "se": spread / 2, "deff": 1.0,
             "promoters": 50 + value / 4, "passives": 50 - 3 * value / 4 + 10, "detractors": value / 2 - 10}
        )  # fmt: skip
    passport = Passport(
        "NPS", "Share of promoters less share of detractors.", "100 (p - d)", "answers 0-10", "points, -100 to 100"
    )
    fields: dict[str, Any] = {
        "table": pd.DataFrame(rows), "detail": pd.DataFrame(detail), "metric": "nps", "score": "recommend",
        "by": tuple(groups), "method": "adjusted Wald", "passport": passport,
        "basis": Basis(
            (SourceTable("survey"),), n=int(sum(row["n"] for row in rows)), confidence=0.95,
            left_out=(LeftOut(120, Reason.NO_ANSWER, "recommend"),), period=("2024-01-03", "2025-12-31"),
        ),
    }  # fmt: skip
    return Estimates(**{**fields, **changes})


def make_robustness(drivers: tuple[str, ...] = ("Late delivery", "Invoice corrected", "Gift enclosed"), ways: int = 12):
    """A panel in which the first two change places in every fourth way."""
    from cxanalysis.drivers.robustness.robustness_result import Robustness
    from cxanalysis.drivers.robustness.what_survives import depends_of, survival_of

    rows = []
    for way in range(ways):
        order = [1, 0, *range(2, len(drivers))] if way % 4 == 3 else list(range(len(drivers)))
        for rank, k in enumerate(order, 1):
            rows.append(
                {
                    "variant": way + 1, "missing": ("complete", "impute")[way % 2], "method": "shapley",
                    "outcome_as": "nps", "rows": "all", "weighted": False, "adjusted": False, "driver": drivers[k],
                    "importance": 0.3 / rank, "share": 0.5 / rank, "rank": rank,
                    "effect": (-9.0, -4.0, 2.2 - way / 3)[k],
                    "effect_low": NAN, "effect_high": NAN, "p_value": NAN, "at_stake": 3.0 / rank, "n": 800,
                }
            )  # fmt: skip
    table = pd.DataFrame(rows)
    fields = {
        "table": table, "survival": survival_of(table, "nps"), "left_out": pd.DataFrame(), "depends": depends_of(table),
        "confounding": pd.DataFrame(), "confounding_sentences": (), "permutation_flagged": 0.05,
        "permutation_any": 0.04, "permutation_sentence": "", "n": 800, "n_excluded": 20, "variants": ways,
        "method": "all combinations of 1 choices", "outcome": "recommend", "outcome_as": "nps", "confidence": 0.95,
        "seed": 0, "headline": "Late delivery is first in 9 of 12 ways.", "notes": (),
    }  # fmt: skip
    return Robustness(**on_a_basis(fields))


def make_asymmetry(names: tuple[str, ...] = ("Late", "Friendly", "Price", "Parking"), **changes: Any) -> Any:
    """One attribute that annoys, one that pleases, one undetermined, one refused."""
    from cxanalysis.drivers.asymmetry.asymmetry_result import COLUMNS as ASYMMETRY
    from cxanalysis.drivers.asymmetry.asymmetry_result import Asymmetry

    known = (
        (-12.0, 2.0, "basic", 0.98, "basic", -0.71, []),
        (-0.5, 9.0, "only satisfies", 0.95, "excitement", 0.89, []),
        (1.0, 2.0, "undetermined", 0.3, "performance", NAN, ["penalty above zero"]),
    )
    rows = []
    for k, name in enumerate(names):
        row: dict[str, Any] = dict.fromkeys(ASYMMETRY, NAN) | {
            "driver": name, "class": "undetermined", "nearest": "", "flags": ["too few low"], "low": "up to 2",
            "high": "4 or more", "n_low": 7, "n_middle": 300, "n_high": 500,
        }  # fmt: skip
        if k < len(known):
            p, r, kind, support, nearest, lean, flags = known[k]
            row |= {
                "penalty": p, "penalty_low": p - 2, "penalty_high": p + 2, "reward": r, "reward_low": r - 2,
                "reward_high": r + 2, "impact": r - p, "class": kind, "support": support, "nearest": nearest,
                "asymmetry": lean, "asymmetry_low": lean - 0.1, "asymmetry_high": min(lean + 0.1, 1.0), "flags": flags,
            }  # fmt: skip
        rows.append(row)
    fields: dict[str, Any] = {
        "table": pd.DataFrame(rows), "classes": (0.2, 0.7), "support": 0.9, "fewest": 20,
        "wrong_sign": "undetermined", "standardised": False, "r_squared": 0.4, "n": 807, "n_excluded": 12,
        "outcome": "recommend", "outcome_as": "nps", "missing": "complete", "method": "penalty-reward regression",
        "weight": None, "cluster": None, "confidence": 0.95, "resamples": 100, "seed": 0,
        "period": ("2024-01-03", "2025-12-31"), "headline": "Late annoys when bad more than good pleases.", "notes": (),
    }  # fmt: skip
    return Asymmetry(**on_a_basis({**fields, **changes}))


def make_map(
    names: tuple[str, ...] = ("Late", "Friendly", "Price", "Parking", "Days"), goals: tuple[float, ...] = (80.0, 95.0),
    **changes: Any,
) -> Any:  # fmt: skip
    """One unmet need, one not told from noise, the last without a performance."""
    from cxanalysis.drivers.performance.importance_performance_result import COLUMNS as PLACES
    from cxanalysis.drivers.performance.importance_performance_result import ImportancePerformance

    rows = []
    for k, name in enumerate(names):
        share, good, half = 0.4 / (k + 1), 52.0 + 9 * k, 0.04 / (k + 1)
        row: dict[str, Any] = dict.fromkeys(PLACES, NAN) | {
            "driver": name, "quadrant": "", "unmet": False, "measured": "", "n": 0, "n_missing": 0, "flags": [],
            "importance": share, "importance_low": share - half, "importance_high": share + half,
            "q_value": 0.6 if k == 3 else 0.001,
        }  # fmt: skip
        if k < len(names) - 1:
            row |= {
                "performance": good, "performance_low": good - 2, "performance_high": good + 2,
                "goal": goals[k % len(goals)], "quadrant": "concentrate here" if k == 0 else "not settled",
                "unmet": k == 0, "stated": 90.0 - k, "stated_low": 88.0 - k, "stated_high": 92.0 - k,
                "measured": "% of the scale 1–5", "n": 807,
            }  # fmt: skip
        rows.append(row)
    fields: dict[str, Any] = {
        "table": pd.DataFrame(rows), "importance_goal": 0.1, "importance_as": "derived", "performance_as": "mean",
        "n": 807, "n_excluded": 12, "r_squared": 0.4, "outcome": "recommend", "outcome_as": "nps",
        "method": "Shapley (LMG)", "weight": None, "cluster": None, "confidence": 0.95, "resamples": 100, "seed": 0,
        "period": None, "headline": "One unmet need: Late.", "notes": (),
    }  # fmt: skip
    return ImportancePerformance(**on_a_basis({**fields, **changes}))
