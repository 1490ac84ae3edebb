"""The passport of a metric: what it is, shown under every figure so that nobody has to guess."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Passport:
    """What a metric is.

    What a figure rests on (its tables, n, rows left out) is in the result's `basis`.

    Attributes
    ----------
    name : str
        The metric's name ("NPS").
    definition : str
        One sentence for a manager.
    formula : str
        The formula in plain signs.
    denominator : str
        What is counted below the line.
    unit : str
        Unit of `value` ("points, -100 to 100"; "% of answers").
    exclusions : tuple of str
        What the definition itself leaves out ("212 neutral answers are left out.").
    says : str
        What stands behind the value in a sentence: "%", "days", "customers"; nothing for points and money.
    decimals : int
        Decimals of a value that has no interval to tell them.
    plural : bool
        Whether the name is a plural ("Monthly active users").
    is_count : bool
        Whether the value is n itself, such as a number of people.

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> passport = cx.nps(pd.DataFrame({"recommend": [10, 9, 7, 2]}), "recommend").passport
    >>> passport.name, passport.unit
    ('NPS', 'points, -100 to 100')
    """

    name: str
    definition: str
    formula: str
    denominator: str
    unit: str
    exclusions: tuple[str, ...] = ()
    says: str = ""
    decimals: int = 1
    plural: bool = False
    is_count: bool = False
