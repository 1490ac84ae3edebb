"""Builders of results as fixtures."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from made_results import make_drivers, make_estimates

from cxanalysis.drivers.drivers_result import Drivers
from cxanalysis.metrics.estimates import Estimates


@pytest.fixture
def drivers_of() -> Callable[..., Drivers]:
    return make_drivers


@pytest.fixture
def estimates_of() -> Callable[..., Estimates]:
    return make_estimates
