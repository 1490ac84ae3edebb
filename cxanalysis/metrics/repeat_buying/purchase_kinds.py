"""The models of repeat buying there are, by the names analysts know them by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.metrics.repeat_buying import bg_bb, bg_nbd, pareto_nbd
from cxanalysis.metrics.repeat_buying.maximum_likelihood import Scores, as_likely, mean_loss
from cxanalysis.metrics.repeat_buying.purchase_histories import UNIT_DAYS, Days, Lives, histories, opportunity_histories
from cxanalysis.problem import Problem

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Kind:
    """One model.

    Attributes
    ----------
    name : str
    leaves : str
        When a customer leaves, in this model.
    fit : callable
        x, t_x, age, weight, start → model.
    make : callable
        Parameters in order, log-likelihood, n → model.
    scores : callable
    discrete : bool
        Whether time is counted in opportunities.
    """

    name: str
    leaves: str
    fit: Callable[..., Any]
    make: Callable[..., Any]
    scores: Scores
    discrete: bool = False

    def lives(self, days: Days, every: str, share: float) -> Lives:
        """Customers' histories as this model wants them."""
        if self.discrete:
            frame, exclusions = opportunity_histories(days, every)
            return Lives.of(frame, UNIT_DAYS[every], share, exclusions)
        return Lives.of(histories(days), UNIT_DAYS["week"], share)

    def fitted(self, lives: Lives, weight: Array | None = None, start: Any = None) -> Any:
        """The model of all customers, each as often as its weight."""
        counted = lives.counted(weight)
        there = counted > 0
        return self.fit(*(column[there] for column in lives.different), counted[there], start)

    def as_likely(self, lives: Lives, model: Any) -> list[Any]:
        """Models far from this one that the purchases hold as well, where the likelihood is flat."""
        data = (*lives.different, lives.counted() / lives.n)
        logs = np.log(list(model.parameters.values()))
        points = as_likely(mean_loss(self.scores), logs, data, lives.n)
        return [self.make(*np.exp(point), model.log_likelihood, model.n) for point in points]


#: The usual one first.
KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Kind("BG/NBD", "right after a purchase", bg_nbd.fit_purchases, bg_nbd.PurchaseModel, bg_nbd.scores),
            Kind("Pareto/NBD", "at any time", pareto_nbd.fit_pareto, pareto_nbd.ParetoModel, pareto_nbd.scores),
            Kind("BG/BB", "before an opportunity", bg_bb.fit_opportunities, bg_bb.OpportunityModel, bg_bb.scores, True),
        )
    }
)


def kind_of(model: Any) -> Kind:
    """The model of that name; capitals and strokes do not matter.

    Examples
    --------
    >>> kind_of("pareto/nbd").name, kind_of("BG-BB").name
    ('Pareto/NBD', 'BG/BB')
    """
    word = "".join(letter for letter in str(model).lower() if letter.isalnum())
    for name, kind in KINDS.items():
        if word == "".join(letter for letter in name.lower() if letter.isalnum()):
            return kind
    raise Problem(f"'{model}' is no model of purchases", where="model", do=f"Use one of: {', '.join(KINDS)}")


def chosen_kind(how: str, model: str, opportunity: str | None) -> tuple[Kind, str]:
    """The model, and how often an opportunity comes round."""
    kind = kind_of(model)
    if how != "model" and kind.name != "BG/NBD":
        raise Problem(f"how='{how}' takes no model of purchases", where="model", do="Use how='model'")
    if opportunity is not None and not kind.discrete:
        raise Problem(f"{kind.name} knows no opportunities", where="opportunity", do="Use model='BG/BB'")
    return kind, opportunity or "year"
