"""What the sections of the drivers page are about."""

from __future__ import annotations

from dataclasses import dataclass

import cxanalysis as cx


@dataclass(frozen=True, slots=True)
class Shown:
    """What a section is about: the analysis above it.

    Attributes
    ----------
    workspace : Workspace
    step : Step
        The step of the driver analysis that is shown; a section makes its own step from its tables and arguments.
    result : Drivers
    """

    workspace: cx.Workspace
    step: cx.Step
    result: cx.Drivers
