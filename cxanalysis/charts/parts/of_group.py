"""The rows of one group."""

from __future__ import annotations

from typing import Any

import pandas as pd


def of_group(table: pd.DataFrame, group: dict[str, Any]) -> pd.DataFrame:
    """The rows of a table that belong to a group (column → value); a missing value is a group."""
    for name, value in group.items():
        table = table[table[name].isna() if pd.isna(value) else table[name] == value]
    return table
