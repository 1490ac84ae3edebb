"""What the points of an outcome are called."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from cxanalysis.labels import called
from cxanalysis.numbers import plain

#: What an outcome's points are called, for each way of coding it.
_UNITS: Final[Mapping[str, str]] = MappingProxyType({"nps": "NPS points", "top-box": "percentage points"})


def outcome_unit(result: Any) -> str:
    """What the points of a driver analysis are points of.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> outcome_unit(SimpleNamespace(outcome_as="nps", outcome="recommend"))
    'NPS points'
    """
    return _UNITS.get(result.outcome_as, f"points of {plain(called(result.outcome, result), 40)}")
