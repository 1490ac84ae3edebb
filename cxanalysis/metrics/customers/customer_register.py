"""The register of customers: who was there when, who left, who came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.basis import Reason
from cxanalysis.metrics.log_end import needed_end, register_end
from cxanalysis.metrics.metric_table import MetricTable, day_of
from cxanalysis.metrics.periods import Stretch, covered_in_part, whole_periods
from cxanalysis.problem import Problem

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Register:
    """Customers with the day they came and the day they left.

    Attributes
    ----------
    source : MetricTable
    rows : DataFrame
        One row a customer, with the columns asked for.
    came, gone : str
        Names of the two date columns.
    until : Timestamp
        The last day of which the register knows; ends after it are plans.
    """

    source: MetricTable
    rows: pd.DataFrame
    came: str
    gone: str
    until: pd.Timestamp

    @classmethod
    def of(
        cls, data: Any, started: str | None, ended: str | None, until: str | None, columns: Sequence[str | None]
    ) -> Register:
        """Read the register; customers without a day on which they came are counted and left out."""
        source = MetricTable.of(data, "customers", "customer")
        came, gone = source.first(started, "date", "started"), source.column(ended, "closed", "ended")
        customer = source.maybe(None, "customer")
        rows = source.rows([came, gone, customer, *columns], once=False)
        rows[came], rows[gone] = source.moments(rows[came]), source.moments(rows[gone])
        if customer is not None:
            again = rows[customer].duplicated() & rows[customer].notna()
            source.leave_out(again.sum(), Reason.DUPLICATE, customer)
            rows = rows[~again]
        undated, before = rows[came].isna(), rows[gone] < rows[came]
        source.leave_out(undated.sum(), Reason.NO_DATE, came)
        source.leave_out(before.sum(), Reason.OUT_OF_ORDER, gone)
        rows = rows[~(undated | before)].reset_index(drop=True)
        end = needed_end(register_end(rows[came], rows[gone], until), f"{source.name}, column '{came}'")
        planned = int((rows[gone] >= end.moment.normalize() + pd.Timedelta(days=1)).sum())
        source.notes.extend(replace(end, later=planned).notes("customers' ends"))
        return cls(source, rows, came, gone, end.moment)

    def stretches(self, since: str | None, period: str | None) -> list[Stretch]:
        """The periods to look at: those asked for, or one, from `since` (default: a year ago) to the last day.

        By period, the first is that of the first known leaver: who left before may not be in the register.
        """
        end = self.until.normalize() + pd.Timedelta(days=1)
        if period is None:
            begin = end - pd.DateOffset(years=1) if since is None else day_of(since, "since")
            if begin >= end:
                raise Problem(f"there is no time between {since} and {self.until.date().isoformat()}", where="since")
            if since is None:
                self.source.notes.append(f"Over the last twelve months, from {begin.date().isoformat()} on.")
            return [Stretch(pd.Timestamp(begin), end)]
        first = self.rows[self.gone].min() if since is None else day_of(since, "since")
        if pd.isna(first):
            raise Problem("nobody has left, so it is not known since when leaving is recorded", do="Say it with since=")
        if since is None:
            self.source.notes.append(f"From the first customer known to have left, on {first.date().isoformat()}.")
        whole, part = whole_periods(first, end, period)
        part = [one for one in part if one.start < end]
        self.source.exclusions.extend(covered_in_part(part, period))
        if not whole:
            raise Problem(f"the register covers no whole {period}", do="Use a shorter period")
        return whole

    def opening(self, one: Stretch) -> Flags:
        """Who was there when the period began."""
        gone = self.rows[self.gone]
        return ((self.rows[self.came] < one.start) & (gone.isna() | (gone >= one.start))).to_numpy()

    def closing(self, one: Stretch) -> Flags:
        """Who was there when the period ended."""
        return self.opening(Stretch(one.end, one.end))

    def left(self, one: Stretch) -> Flags:
        """Who left in the period."""
        gone = self.rows[self.gone]
        return ((gone >= one.start) & (gone < one.end)).to_numpy()

    def newcomers(self, one: Stretch) -> int:
        """How many came in the period."""
        came = self.rows[self.came]
        return int(((came >= one.start) & (came < one.end)).sum())
