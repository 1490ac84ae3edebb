"""The quiet line under a chart: what its result rests on, its method, and what is not drawn."""

from __future__ import annotations

from typing import Any, Final

from cxanalysis.numbers import count, period, plain
from cxanalysis.result import Result

#: A fact is cut to so many characters: a caption is read, not searched.
LONGEST_FACT: Final = 160


def caption_of(result: Any, *further: str) -> str:
    """The facts of a result in one line, and what else a reader of this chart has to know.

    A page that prints this line itself draws the chart with `caption=False`.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> quality = cx.quality(pd.DataFrame({"csat": range(1, 41)}))
    >>> caption_of(quality, "3 more columns have gaps").endswith("3 more columns have gaps")
    True
    """
    return " · ".join(fact for fact in (*map(_legible, _facts(result)), *further) if fact)


def captioned(result: Any, further: list[str], *, caption: bool) -> str:
    """The caption of a chart: with `caption=False` only what the chart itself has to say."""
    return caption_of(result, *further) if caption else " · ".join(further)


def _facts(result: Any) -> tuple[str, ...]:
    if isinstance(result, Result):
        return result.facts
    left_out = getattr(result, "n_excluded", None) or getattr(result, "n_missing", None)
    cluster = getattr(result, "cluster", None)
    facts = (
        f"n\u00a0=\u00a0{count(result.n)}" if hasattr(result, "n") else "",
        f"left out: {count(left_out)} rows" if left_out else "",
        period(getattr(result, "period", None)),
        f"{100 * result.confidence:g}\u202f%\u00a0intervals" if hasattr(result, "confidence") else "",
        f"weighted by {result.weight}" if getattr(result, "weight", None) else "",
        f"rows of one {cluster} count as one unit" if cluster else "",
        str(getattr(result, "method", "")),
    )
    return tuple(fact for fact in facts if fact)


def _legible(fact: str) -> str:
    """One harmless line, not too long; spaces at which no line breaks stay."""
    line = "\u00a0".join(plain(piece, len(piece) + 1) for piece in fact.split("\u00a0"))
    return line if len(line) <= LONGEST_FACT else f"{line[: LONGEST_FACT - 1]}…"
