"""A figure of a goal or a benchmark as people write it."""

from __future__ import annotations

from cxanalysis.numbers import number


def plain_number(value: float) -> str:
    """A number as somebody would set it as a goal: no decimals that are zero.

    Examples
    --------
    >>> plain_number(40.0), plain_number(0.85), plain_number(-3.5)
    ('40', '0.85', '−3.5')
    """
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    decimals = len(text.split(".")[1]) if "." in text else 0
    return number(value, decimals)
