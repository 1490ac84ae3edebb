"""Sums as one would write them down on paper: row by row, pair by pair. What engines are compared with."""

from __future__ import annotations

from typing import Any

import numpy as np


def plain_sums(
    values: np.ndarray, weight: np.ndarray, keys: list[Any], units: list[Any], *, complete: bool = False
) -> dict[Any, dict[str, np.ndarray]]:
    """Cell → its sums. `keys` names each row's cell, `units` its cluster."""
    # Wider than the engines' numbers, so that the paper is not what is rounded.
    shift = np.round(np.nanmean(values, axis=0))
    values, weight = values.astype(np.longdouble) - shift, weight.astype(np.longdouble)
    out = {}
    k = values.shape[1]
    for key in dict.fromkeys(keys):
        rows = [r for r, own in enumerate(keys) if own == key]
        used = [r for r in rows if weight[r] > 0 and not (complete and np.isnan(values[r]).any())]
        cell = {name: np.full((k, k), np.nan if name == "mean" else 0.0) for name in
                ("count", "weight", "mean", "cross", "spread")}  # fmt: skip
        cell["units"], cell["squares"], cell["weight_squares"] = np.zeros(k), np.zeros((k, 3)), np.zeros(k)
        cell["rows"] = len(rows)
        cell["unweighted"] = sum(not weight[r] > 0 for r in rows)
        for i in range(k):
            for j in range(k):
                both = [r for r in used if not np.isnan(values[r, i]) and not np.isnan(values[r, j])]
                if not both:
                    continue
                w, a, b = weight[both], values[both, i], values[both, j]
                mean = (w * a).sum() / w.sum()
                cell["count"][i, j], cell["weight"][i, j], cell["mean"][i, j] = len(both), w.sum(), mean + shift[i]
                cell["cross"][i, j] = (w * (a - mean) * (b - (w * b).sum() / w.sum())).sum()
                cell["spread"][i, j] = (w * (a - mean) ** 2).sum()
            if not cell["count"][i, i]:
                continue
            own = [r for r in used if not np.isnan(values[r, i])]
            mean = (weight[own] * values[own, i]).sum() / weight[own].sum()
            pieces: dict[Any, list[int]] = {}
            for r in own:
                pieces.setdefault(units[r], []).append(r)
            big = np.array([[weight[rs].sum(), (weight[rs] * (values[rs, i] - mean)).sum()]
                            for rs in pieces.values()]).reshape(-1, 2)  # fmt: skip
            cell["units"][i] = len(big)
            cell["squares"][i] = [(big[:, 0] ** 2).sum(), (big[:, 0] * big[:, 1]).sum(), (big[:, 1] ** 2).sum()]
            cell["weight_squares"][i] = (weight[own] ** 2).sum()
        out[key] = cell
    return out
