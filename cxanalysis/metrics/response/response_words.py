"""Response rates against the published ones, in one sentence."""

from __future__ import annotations

import pandas as pd

from cxanalysis import numbers
from cxanalysis.metrics.estimates import Estimates

_ABOVE, _BELOW, _OPEN = (
    "above the published rate",
    "below the published rate",
    "cannot be told from the published rate",
)


def against_published(estimates: Estimates) -> str:
    """How the groups stand to the published rates: above, below, or not to be told apart.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> asked = pd.DataFrame({"outcome": ["answered"] * 40 + ["unanswered"] * 60})
    >>> rate = cx.response(asked.assign(market="B2B", type="relational"), by=["type", "market"])
    >>> rate.headline.replace(chr(0x202F), " ")
    '40 % [31, 50] of 100 invitations were answered. Cannot be told from the published rate: relational B2B.'
    """
    both = pd.concat([estimates.table, estimates.detail.drop(columns=list(estimates.by))], axis=1)
    both = both[(both["n"] > 0) & both["published"].notna()]
    sides: dict[str, list[str]] = {_ABOVE: [], _BELOW: [], _OPEN: []}
    for row in both.to_dict("records"):
        side = _ABOVE if row["above_low"] > 0 else _BELOW if row["above_high"] < 0 else _OPEN
        sides[side].append(" ".join(str(row[name]) for name in estimates.by))
    said = "; ".join(f"{side}: {', '.join(groups)}" for side, groups in sides.items() if groups)
    return f"{_range(both)} were answered. {said[:1].upper()}{said[1:]}."


def _range(both: pd.DataFrame) -> str:
    total = f"{int(both['n'].sum()):,} invitations"
    ends = [both.iloc[at] for at in (int(both["value"].argmin()), int(both["value"].argmax()))]
    words = [numbers.percent(*(row[name] / 100 for name in ("value", "low", "high"))) for row in ends]
    return f"{words[0]} of {total}" if len(both) == 1 else f"Between {words[0]} and {words[1]} of {total}"
