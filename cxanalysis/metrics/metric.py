"""Every metric by its name in the catalogue."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.rating import rating
from cxanalysis.metrics.response import response
from cxanalysis.metrics.scores import ces, csat, nps
from cxanalysis.problem import Problem

#: Name in the catalogue → function.
METRICS: Final[Mapping[str, Callable[..., Estimates]]] = MappingProxyType(
    {"nps": nps, "csat": csat, "ces": ces, "rating": rating, "response_rate": response}
)


def metric(name: str, data: Any, **options: Any) -> Estimates:
    """A metric by its name: the way in for catalogues, dashboards and steps.

    Parameters
    ----------
    name : str
        One of `METRICS`.
    data : Table, frame or DuckDB relation
    **options
        As the metric's own function takes them.

    Raises
    ------
    Problem
        If there is no metric of that name, or it has no such option.

    Examples
    --------
    >>> import pandas as pd
    >>> metric("rating", pd.DataFrame({"food": [4, 5, 3]}), score="food").n
    3
    """
    if name not in METRICS:
        near = difflib.get_close_matches(str(name).lower(), METRICS, n=1)
        hint = f"Did you mean '{near[0]}'? " if near else ""
        raise Problem(f"there is no metric '{name}'", do=f"{hint}There are: {', '.join(METRICS)}")
    known = list(inspect.signature(METRICS[name]).parameters)[1:]
    unknown = [option for option in options if option not in known]
    if unknown:
        raise Problem(f"the metric '{name}' has no option '{unknown[0]}'", do=f"Its options are: {', '.join(known)}")
    return METRICS[name](data, **options)
