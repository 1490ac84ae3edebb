"""A public result as plain JSON that keeps every digit: Python writes a float so that it reads back as the same one."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

import cxanalysis as cx

#: What is written down of a result where it is there: tables, numbers, results inside results. Nothing else is looked
#: at, so that a field that is added, or one that only explains, changes nothing here.
NUMBERS: Final = (
    "table", "answers", "detail", "together", "pairs", "complete", "conditional", "general",
    "n", "n_missing", "n_excluded", "n_answers", "n_before", "n_after", "n_answered", "n_not", "n_kish", "n_trimmed",
    "period", "value", "base", "stays", "r_squared", "linear_r_squared", "outcome_mean", "importance_goal",
    "linear_r2", "free_r2", "separate_r2", "gap", "gap_se", "enough", "folds",
    "gain", "gain_low", "gain_high", "level", "level_low", "level_high", "before", "times_needed",
    "shift", "shift_low", "shift_high", "lr", "df", "p_value",
    "sizes", "reversals", "comparisons", "survival", "left_out", "depends", "confounding", "permutation_flagged",
    "permutation_any",
    "variants", "failures", "attributes", "importance_performance", "plain", "weighted", "estimates",
    "parts", "weights", "sensitivity", "ranges", "order_kept", "first_kept",
    "curve", "customers", "horizon_days", "summary", "windows", "match_rate", "match_rates", "orphans", "after_answer",
    "duplicate_events", "duplicate_answers", "repeat_answers", "censored", "undated", "unmatched", "same_day_moved",
    "window_days", "deff", "smallest", "largest", "trim", "off", "iterations", "missing",
    "sigma_z", "false_signals_a_year", "history", "backtest", "beats_naive", "flags", "looks_a_year", "false_a_year",
    "benchmarks", "overdue", "power", "columns", "departments", "renamed", "alike", "serious", "same", "n_tables",
    "confidence", "resamples", "seed",
)  # fmt: skip

#: What the hash of a column is written under.
HASH: Final = "hash"

#: Where digits may differ, no number is told from nothing below this.
TINY: Final = 1e-9

#: Of a table with more rows than this the contents are hashed.
LONG: Final = 400

#: What is said of it, kept apart: words may be put better where no number changes.
WORDS: Final = ("headline", "model", "chart", "state")


def written(result: Any) -> dict[str, Any]:
    """Numbers and words of a result, apart."""
    words = {name: getattr(result, name) for name in WORDS if isinstance(getattr(result, name, None), str)}
    return {"numbers": _plain(result), "words": words}


def differences(was: Any, now: Any, where: str = "", *, near: float | None = None) -> list[str]:
    """Where two written results differ: the place and the two values.

    What was not there before has no number to keep. With `near`, numbers may differ by so large a share of themselves,
    and hashes do not count.
    """
    if isinstance(was, dict) and isinstance(now, dict):
        lost = [f"{_at(where, name)}: it is no longer there" for name in was if name not in now]
        both = [name for name in was if name in now and not (near and name == HASH)]
        return lost + [d for name in both for d in differences(was[name], now[name], _at(where, name), near=near)]
    if isinstance(was, list) and isinstance(now, list):
        if len(was) != len(now):
            return [f"{where}: there were {len(was)} values, now {len(now)}"]
        pairs = enumerate(zip(was, now, strict=True))
        return [d for k, (one, other) in pairs for d in differences(one, other, f"{where}[{k}]", near=near)]
    numbers = isinstance(was, float) and isinstance(now, float)
    if near and numbers and math.isclose(was, now, rel_tol=near, abs_tol=TINY):
        return []
    # As text: 1 is not 1.0, and 0.1 + 0.2 is not 0.3.
    return [] if repr(was) == repr(now) else [f"{where}: it was {was!r}, now it is {now!r}"]


def _at(where: str, name: str) -> str:
    return f"{where} · {name}" if where else name


def _plain(value: Any) -> Any:
    """Any value of a result as plain JSON; a TypeError for what has no plain form."""
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return None if math.isnan(value) else float(value) if math.isfinite(value) else repr(float(value))
    if isinstance(value, str):
        return str(value)
    if isinstance(value, dt.date | dt.datetime | np.datetime64):
        return pd.Timestamp(value).isoformat()
    if isinstance(value, pd.DataFrame):
        if len(value) > LONG:
            return _contents(value)
        return {str(name): [_plain(cell) for cell in value[name].tolist()] for name in value.columns}
    if isinstance(value, cx.Table):
        return _contents(value.frame)
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    found = {name: _plain(getattr(value, name)) for name in NUMBERS if hasattr(value, name)}
    if not found:
        raise TypeError(f"a {type(value).__name__} cannot be written down")
    return found


def _contents(frame: pd.DataFrame) -> dict[str, Any]:
    """A table of many rows: a hash of each column, and the sums of its numbers (added without rounding)."""
    found: dict[str, Any] = {"rows": len(frame)}
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_datetime64_any_dtype(column):
            column = column.astype("datetime64[ns]")
        hashes = pd.util.hash_pandas_object(column, index=False).to_numpy()
        found[str(name)] = {HASH: hashlib.sha256(hashes.tobytes()).hexdigest()[:16], "gaps": int(column.isna().sum())}
        if pd.api.types.is_numeric_dtype(column):
            found[str(name)]["sum"] = math.fsum(column.dropna().astype(float).tolist())
    return found
