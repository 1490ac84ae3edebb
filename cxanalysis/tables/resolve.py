"""From the rows as read to the rows as analysed: apply missing codes, scales and types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from cxanalysis.tables.scales import Scale

#: Roles whose column holds numbers once resolved.
NUMERIC: Final = frozenset({"nps", "csat", "ces", "rating", "flag", "number", "amount", "weight"})
#: Roles whose column holds points in time once resolved.
TEMPORAL: Final = frozenset({"date", "due", "closed"})


def resolve(
    raw: pd.DataFrame,
    roles: Mapping[str, str],
    scales: Mapping[str, Scale],
    codes: Mapping[str, tuple[str | float, ...]],
) -> pd.DataFrame:
    """Apply the decisions to the rows; the caller's frame is not changed."""
    columns = {}
    for column in raw.columns:
        values = raw[column]
        if column in codes:
            values = values.mask(values.isin(list(codes[column])))
        scale = scales.get(column)
        if scale is not None and scale.labels and not pd.api.types.is_numeric_dtype(values):
            values = values.map(dict(scale.labels))
        role = roles.get(column, "ignore")
        if role in NUMERIC and not pd.api.types.is_numeric_dtype(values):
            values = pd.to_numeric(values, errors="coerce")
        elif role in TEMPORAL and not pd.api.types.is_datetime64_any_dtype(values):
            values = pd.to_datetime(values, errors="coerce")
        columns[column] = values
    return pd.DataFrame(columns, index=raw.index)
