"""What a group of a metric is called in a chart."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

#: What a missing group value is called.
NO_GROUP: Final = "not stated"
#: More groups than this are read by nobody; the largest are drawn, the rest is counted under the chart.
MOST_GROUPS: Final = 20


def group_name(row: dict[str, Any], by: tuple[str, ...]) -> str:
    """The values of the group columns, as one name.

    Examples
    --------
    >>> group_name({"market": "B2B", "region": None}, ("market", "region"))
    'B2B · not stated'
    """
    return " · ".join(NO_GROUP if pd.isna(row[column]) else str(row[column]) for column in by)
