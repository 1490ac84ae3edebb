"""Failures that take time to show: what was ordered yesterday cannot have been returned yet."""

from __future__ import annotations

import math
from typing import Any, Final

import pandas as pd

from cxanalysis.problem import Problem
from cxanalysis.tables.table import Table

#: Share of the failures that have shown by then; the last one may take for ever.
SHOWN: Final = 0.99
#: Share of the rows without the failure that may have that day all the same.
OTHERS: Final = 0.2
#: Roles of a column that says when something happened, not when it should have.
_HAPPENED: Final = ("date", "closed")
#: Longest delay anybody may name.
_LONGEST: Final = 3660


def failure_delay(data: Any, failure: str, date: str | None = None) -> tuple[int, str]:
    """Days within which a failure shows, and the column that tells; (0, "") where none does.

    A column tells when it has a day for (almost) every row with the failure and for few others: "returned on", and not
    "delivered on". Of several, the one that comes last.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> frame = pd.DataFrame({"ordered": pd.to_datetime(["2025-01-06"] * 3), "returned": [1, 0, 1],
    ...                       "returned_on": pd.to_datetime(["2025-01-10", None, "2025-01-18"])})
    >>> roles = {"ordered": "date", "returned": "flag", "returned_on": "date"}
    >>> failure_delay(cx.Table(frame, name="orders", kind="operations", roles=roles), "returned")
    (12, 'returned_on')
    """
    if not isinstance(data, Table):
        return 0, ""
    when = date or next(iter(data.columns_of("date")), None)
    candidates = [column for column in data.columns_of(*_HAPPENED) if column != when]
    if when is None or not candidates or failure not in data.columns:
        return 0, ""
    frame = data.only([when, failure, *candidates])
    hit = pd.to_numeric(frame[failure], errors="coerce") == 1
    longest = (0, "")
    for column in candidates:
        dated = frame[column].notna()
        if not hit.any() or dated[hit].mean() < SHOWN or dated[~hit].mean() > OTHERS:
            continue
        days = (_days(frame.loc[hit, column]) - _days(frame.loc[hit, when])).dropna()
        longest = max(longest, (max(math.ceil(days.quantile(SHOWN)), 0), column)) if len(days) else longest
    return longest if longest[0] else (0, "")


def checked(days: Any) -> int:
    """A number of days somebody named."""
    if isinstance(days, bool) or not isinstance(days, int) or not 0 <= days <= _LONGEST:
        raise Problem(f"{days!r} is no number of days", where="shows_within_days", do=f"Use 0 to {_LONGEST:,}")
    return days


def _days(values: pd.Series) -> pd.Series:
    """Moments as days since 1970, parts of days included."""
    moments = pd.to_datetime(values, errors="coerce", utc=True)
    return (moments - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1)
