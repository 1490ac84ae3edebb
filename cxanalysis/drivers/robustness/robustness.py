"""Does it survive? Every defensible variant of one driver analysis, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis import numbers
from cxanalysis.arguments import check_choice, check_columns
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.drivers.cautions import SIGNIFICANT, TOO_RARE
from cxanalysis.drivers.driver_table import references
from cxanalysis.drivers.drivers import METHODS
from cxanalysis.drivers.drivers import drivers as analyse
from cxanalysis.drivers.drivers_result import Drivers
from cxanalysis.drivers.effects.regression import fit
from cxanalysis.drivers.model.analysis_basis import analysis_basis, column_of
from cxanalysis.drivers.model.centred_sums import sums_of_rows
from cxanalysis.drivers.model.checked_arguments import check_how, check_weight
from cxanalysis.drivers.model.plan import OUTCOME_AS
from cxanalysis.drivers.robustness.permutation import Permutation, permutation
from cxanalysis.drivers.robustness.robustness_result import Robustness
from cxanalysis.drivers.robustness.unmeasured_confounding import COLUMNS as CONFOUNDING
from cxanalysis.drivers.robustness.unmeasured_confounding import confounding_sentences, confounding_table
from cxanalysis.drivers.robustness.variant_choices import Multiverse, Variant, multiverse_of, sample_on
from cxanalysis.drivers.robustness.variants import variants
from cxanalysis.drivers.robustness.what_survives import depends_of, sentence, survival_of
from cxanalysis.labels import in_words, labels_of
from cxanalysis.labels import opened as with_capital
from cxanalysis.problem import Problem
from cxanalysis.tables.opened import KNOWN, opened

Floats = NDArray[np.float64]

#: Unmeasured confounding is put into words for so many drivers.
NAMED_DRIVERS: Final = 3


def robustness(
    data: Any,
    outcome: str | None = None,
    drivers: Iterable[str] | None = None,
    *,
    outcome_as: str = "mean",
    method: str = "shapley",
    groups: Mapping[str, Sequence[str]] | Sequence[Sequence[str]] | None = None,
    adjust_for: Iterable[str] = (),
    weight: str | None = None,
    cluster: Any = KNOWN,
    missing: str = "complete",
    confidence: float = 0.95,
    resamples: int = 500,
    seed: int = 0,
    top: int | None = None,
    scale: Scale | Sequence[float] | None = None,
    reference: Mapping[str, float] | None = None,
) -> Robustness:
    """Would the answer be the same, had it been worked out in another way that is as good?

    Three treatments of missing answers × Shapley, Johnson or a logit (ordered for grades) × weights on and off × the
    outcome as mean, NPS and top box × with and without outliers and straight-liners × with and without adjusters ×
    half and double the window in which a failure counts, where `cx.link` kept them (`other_windows=True`): all
    combinations that make a difference in these data. One look, however many variants.

    Parameters
    ----------
    data, outcome, drivers, outcome_as, method, groups, adjust_for, weight, cluster, missing, confidence, resamples, \
seed, top, scale, reference
        As in `drivers`: the analysis that is put to the test; it is variant 1.

    Returns
    -------
    Robustness
        What stays first, the range of ranks and effects, variants that could not be worked out and why, how strong an
        unmeasured cause would have to be, and what chance alone would have found.

    Raises
    ------
    Problem
        If no variant at all can be worked out.

    Notes
    -----
    Choices as in a multiverse analysis (Steegen, Tuerlinckx, Gelman & Vanpaemel 2016, Perspect. Psychol. Sci. 11:702).
    Unmeasured confounding: Cinelli & Hazlett (2020). Chance: 200 permutations of the outcome, whole
    customers where clustered, tested as in `drivers`. Above 20,000 rows the variants use 20,000, evenly spaced.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(0)
    >>> answers = pd.DataFrame(rng.binomial(1, 0.3, (300, 2)), columns=["late", "returned"])
    >>> answers["score"] = (8 - answers["late"] * 3 - answers["returned"] + rng.integers(-3, 4, 300)).clip(0, 10)
    >>> robustness(answers, "score", ["late", "returned"], scale=(0, 10)).headline
    'Late stays first in all 9 ways to analyse this.'
    """
    check_how(missing=missing, confidence=confidence, resamples=resamples, seed=seed)
    source = opened(data)
    engine = source.engine
    clustered_by = source.cluster(cluster)
    check_choice(method, METHODS, "method")
    check_choice(outcome_as, OUTCOME_AS, "outcome_as")
    check_weight(engine, weight)
    asked_drivers = None if drivers is None else check_columns(drivers, engine.columns(), "drivers")
    adjusting = check_columns(adjust_for, engine.columns(), "adjust_for")
    arguments = {"groups": groups, "adjust_for": adjusting, "top": top, "scale": scale}
    analysis, why_not = _as_asked(
        data,
        outcome,
        asked_drivers,
        outcome_as=outcome_as,
        method=method,
        weight=weight,
        cluster=cluster,
        missing=missing,
        confidence=confidence,
        resamples=resamples,
        seed=seed,
        reference=reference,
        **arguments,
    )
    asked = Variant(missing, method, outcome_as, "all", weight is not None, bool(adjusting))
    multiverse = multiverse_of(
        data,
        engine,
        outcome,
        asked_drivers,
        asked=asked,
        arguments=arguments,
        weight=weight,
        cluster=column_of(clustered_by),
    )
    plan = multiverse.plans[outcome_as]
    notes = [*multiverse.notes]
    rows = np.column_stack([multiverse.design, multiverse.coded[outcome_as]])
    counted_from = references(plan, sample_on(multiverse, rows), {} if reference is None else reference, notes)
    table, not_worked_out = variants(multiverse, counted_from, confidence, seed)
    survival, depends = survival_of(table, outcome_as), depends_of(table)
    confounding, chance = _confounding_and_chance(multiverse, rows, confidence, seed, notes)
    labels = labels_of(data, [plan.outcome.column, *(p.name for p in plan.players)])
    matter = [] if analysis is None else analysis.table.loc[analysis.table["q_value"] < SIGNIFICANT, "driver"].tolist()
    if not_worked_out and not_worked_out[0][0] == asked:
        notes.append(
            f"As asked it cannot be worked out ({why_not or not_worked_out[0][1]}); what stands as asked in "
            "the table is the first way that could be worked out."
        )
    return Robustness(
        table=table,
        survival=survival,
        left_out=_left_out(not_worked_out),
        depends=depends,
        confounding=confounding,
        confounding_sentences=confounding_sentences(
            in_words(confounding, labels),
            [labels[name] for name in matter[:NAMED_DRIVERS]],
            labels[plan.outcome.column],
        ),
        permutation_flagged=chance.flagged if chance else float("nan"),
        permutation_any=chance.any_found if chance else float("nan"),
        permutation_sentence=_permutation_sentence(chance),
        variants=int(table["variant"].max()),
        method=f"all combinations of {len([c for c in multiverse.options.values() if len(c) > 1])} choices",
        outcome=plan.outcome.column,
        outcome_as=outcome_as,
        basis=analysis_basis(
            source,
            plan,
            n=len(multiverse.design),
            left_out=multiverse.left_out,
            weight=weight,
            cluster=clustered_by,
            labels=labels,
            confidence=confidence,
            resamples=resamples,
            seed=seed,
        ),
        headline=with_capital(sentence(survival, depends, analysis, labels)),
        notes=(*notes, *plan.notes, *_reasons(not_worked_out)),
    )


def _as_asked(data: Any, outcome: str | None, named: tuple[str, ...] | None, **how: Any) -> tuple[Drivers | None, str]:
    """The analysis itself, for what another sample could change; or why it cannot be made as asked."""
    try:
        return analyse(data, outcome, named, **how), ""
    except Problem as problem:
        if how["missing"] == "complete":
            raise
        # With gaps dealt with in another way it may still work: the other ways are then shown, with this reason.
        return None, str(problem)


def _confounding_and_chance(
    multiverse: Multiverse, rows: Floats, confidence: float, seed: int, notes: list[str]
) -> tuple[pd.DataFrame, Permutation | None]:
    """Unmeasured confounding, and what permuted outcomes would find, from complete rows."""
    complete = np.isfinite(rows).all(axis=1)
    plan, first = (
        multiverse.plans[multiverse.asked.outcome_as],
        len(multiverse.plans[multiverse.asked.outcome_as].adjusters),
    )
    used = rows[complete]
    if len(used) < rows.shape[1] + 2 or (np.ptp(used, axis=0) == 0).any():
        notes.append("Too few complete rows to say how strong a hidden cause must be, and what luck would find.")
        return pd.DataFrame(columns=list(CONFOUNDING)), None
    w = None if multiverse.weight is None else multiverse.weight[complete]
    block = (
        None
        if multiverse.block is None
        else np.unique(multiverse.block[complete], return_inverse=True)[1].astype(np.int64)
    )
    players = [(player.name, [first + i for i in player.members]) for player in plan.players]
    members = used[:, first:-1]
    flags = ((members == 0) | (members == 1)).all(axis=0)
    cases = np.minimum((members != 0).sum(axis=0), (members == 0).sum(axis=0))
    tested = first + np.flatnonzero(~flags | (cases >= TOO_RARE))
    if block is not None:
        notes.append(
            "How strong a hidden cause must be follows from the ordinary regression: the value for the "
            "interval takes answers of one customer as if they were independent."
        )
    confounding = confounding_table(players, fit(sums_of_rows(used, w, None)), len(used), confidence)
    return confounding, permutation(used, w, block, tested, seed) if len(tested) else None


def _permutation_sentence(chance: Permutation | None) -> str:
    if chance is None:
        return ""
    return (
        f"By luck alone we would have flagged {_share(chance.flagged)} of the drivers in a test at "
        f"5{numbers.THIN}%, and called at least one real in {_share(chance.any_found)} of analyses: "
        f"the scores were shuffled {chance.shuffles} times, so that nothing could have an effect."
    )


def _share(share: float) -> str:
    """A share of shuffles, to a tenth of a percent."""
    return f"{numbers.number(100 * share, 1)}{numbers.THIN}%"


def _left_out(variants: list[tuple[Variant, str]]) -> pd.DataFrame:
    columns = ["missing", "method", "outcome_as", "rows", "weighted", "adjusted", "window"]
    rows = [{**{name: getattr(variant, name) for name in columns}, "reason": reason} for variant, reason in variants]
    return pd.DataFrame(rows, columns=[*columns, "reason"])


def _reasons(variants: list[tuple[Variant, str]]) -> list[str]:
    """How many variants could not be worked out, by reason."""
    counts: dict[str, int] = {}
    for _, reason in variants:
        counts[reason] = counts.get(reason, 0) + 1
    return [f"{count} {'way' if count == 1 else 'ways'} not worked out: {reason}" for reason, count in counts.items()]
