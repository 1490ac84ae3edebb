"""Every metric by its name in the catalogue."""

from __future__ import annotations

import difflib
import inspect
from typing import Any

from cxanalysis.arguments import check_text
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.every_metric import ALSO, METRICS, UNCLEAR, Metric, known_metric
from cxanalysis.problem import Problem


def metric(name: str, data: Any, base: Any = None, /, **options: Any) -> Estimates:
    """A metric by its name: the way in for catalogues, dashboards and steps.

    Parameters
    ----------
    name : str
        One of `cx.metrics().table["metric"]`, or an everyday name such as "FCR", "AHT", "MAU", "CLV", "CAC".
    data : Table, frame or DuckDB relation
    base : Table, frame or DuckDB relation, optional
        The second table, where the metric sets one against another: complaints against customers, spend against new
        customers.
    **options
        As the metric's own function takes them.

    Raises
    ------
    Problem
        If there is no metric of that name, the name means several, a table is missing or too many, or the metric has
        no such option.

    Examples
    --------
    >>> import pandas as pd
    >>> metric("rating", pd.DataFrame({"food": [4, 5, 3]}), score="food").n
    3
    >>> customers, complaints = pd.DataFrame({"id": range(50)}), pd.DataFrame({"id": [3, 3, 7, 9]})
    >>> metric("complaint_rate", complaints, customers, customer="id").table["value"].tolist()
    [6.0]
    """
    found = metric_of(check_text(name, "name"))
    if base is not None and not found.second:
        raise Problem(f"the metric '{found.name}' takes one table", do="Leave the second one out")
    if base is None and found.second_needed:
        raise Problem(
            f"the metric '{found.name}' needs a second table ({' or '.join(found.second)}) to count against",
            do=f"Hand it over after the first: cx.metric('{found.name}', …, …)",
        )
    tables = (data,) if base is None else (data, base)
    known = list(inspect.signature(found.function).parameters)[2 if found.second else 1 :]
    unknown = [option for option in options if option not in known]
    if unknown:
        raise Problem(
            f"the metric '{found.name}' has no option '{unknown[0]}'", do=f"Its options are: {', '.join(known)}"
        )
    return found.function(*tables, **options)


def metric_of(name: str) -> Metric:
    """What is known about the metric of that name.

    Raises
    ------
    Problem
        If there is none, or the name means several.

    Examples
    --------
    >>> metric_of("ART").title
    'Resolution time'
    """
    found = known_metric(name)
    if found is not None:
        return found
    word = str(name).strip().lower().replace(" ", "_")
    if word in UNCLEAR:
        raise Problem(f"'{name}' means different metrics to different people", do=f"Say which: {UNCLEAR[word]}")
    near = difflib.get_close_matches(word, [*METRICS, *ALSO], n=1)
    hint = f"Did you mean '{near[0]}'? " if near else ""
    raise Problem(f"there is no metric '{name}'", do=f"{hint}There are: {', '.join(METRICS)}")
