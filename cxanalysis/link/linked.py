"""The result of linking answers to failures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Final

import pandas as pd

from cxanalysis.basis import Basis
from cxanalysis.labels import called
from cxanalysis.numbers import count, percent
from cxanalysis.result import Result
from cxanalysis.tables.table import Table
from cxanalysis.wording import listed

#: From this share on a match rate would round to 100 %.
ALMOST_ALL: Final = 0.995


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Linked(Result):
    """Answers with the failures that hit the people who gave them, and how far that can be trusted.

    Attributes
    ----------
    table : Table
        One row per answer in the order of the answers, their columns as they were; per failure a 0/1 column
        `<failure>` and a count `<failure>_count`, both missing where it cannot be known.
    summary : DataFrame
        One row a failure: `failure, table, happened, prevalence` (share of the answers with the failure),
        `answers` (how many it is known for), `answers_hit, prevalence_half, prevalence_double` (with half and with
        double the window), `event_prevalence` (share of the events), `customer_prevalence` (share of the customers
        in the table), `events` (failures there, each event counted once), `on_no_answer, after_answer, same_day_moved,
        undated, if_due, if_closed` (answers hit if it happened at the promised, at the actual time; missing where
        the table does not hold both; of several such columns the one used, else the first).
    windows : DataFrame
        How much depends on the window, a row a failure and window: `failure, times` (0.25, 0.5, 1, 2 and 4 times the
        window asked for), `window_days, prevalence, low, high` (Wilson's 95 % interval, clustered by customer),
        `answers` (those it is known for whose own window the events cover), `answers_hit, known_share` (answers it is
        known for / all answers).
    timings : DataFrame
        Where a table holds promised and actual times, a row a failure and such column: `failure, table, column,
        is_promised, answers_hit` (if it happened then), `is_used`.
    match_rate : float
        Answers whose key is found in at least one table of events / answers, 0…1.
    match_rates : mapping of table → float
        The same for each table.
    n_answers : int
    orphans : int
        Failures that fell on no answer, whatever the reason.
    after_answer : int
        Of these, failures of people who answered, but only before it happened: they never count.
    duplicate_events : int
        Rows whose event id had appeared before; each event counts once, at its earliest date.
    duplicate_answers : int
        Rows whose answer id had appeared before; each stays an answer of its own.
    repeat_answers : int
        Answers by people who answered more than once; all stay, so intervals need `cluster`.
    censored : int
        Answers whose window the events do not cover: flags missing.
    undated : int
        Answers without a date: flags missing.
    unmatched : int
        Answers with a flag missing because their key is not in the events.
    same_day_moved : int
        Answers with a failure on their own day, not counted because a clock time is missing.
    window_days : float
    basis : Basis
        Of the answers and all tables of events; n: answers for which every failure is known; left out: the others,
        whose failures are empty.
    notes : tuple of str

    Examples
    --------
    >>> import pandas as pd, cxanalysis as cx
    >>> answers = pd.DataFrame({"who": ["a", "b"], "at": ["2024-03-20"] * 2, "score": [3, 9]})
    >>> due = ["2024-03-10", "2024-01-02", "2024-03-21"]
    >>> orders = pd.DataFrame({"who": ["a", "b", "b"], "due": due, "late": [1, 1, 1]})
    >>> linked = cx.link(answers, orders, on="who", answered="at", happened="due", window_days=30)
    >>> linked.match_rate, linked.table.frame["late"].tolist()
    (1.0, [1.0, 0.0])
    """

    table: Table
    summary: pd.DataFrame
    windows: pd.DataFrame
    timings: pd.DataFrame
    match_rate: float
    match_rates: Mapping[str, float]
    n_answers: int
    orphans: int
    after_answer: int
    duplicate_events: int
    duplicate_answers: int
    repeat_answers: int
    censored: int
    undated: int
    unmatched: int
    same_day_moved: int
    window_days: float
    basis: Basis
    notes: tuple[str, ...]
    shown_tables: ClassVar[tuple[str, ...]] = ("summary",)

    @property
    def headline(self) -> str:
        """How many answers found their customer in the events, and what hit most of them."""
        # A share that rounds to all of them is not all of them.
        share = "More than 99\u202f%" if ALMOST_ALL <= self.match_rate < 1 else percent(self.match_rate)
        matched = f"{share} of {count(self.n_answers)} answers found their customer in {listed(self.match_rates)}"
        ranked = self.summary.sort_values("prevalence", ascending=False, kind="stable").to_dict("records")
        if not ranked:
            return f"{matched}."
        failure, prevalence = called(ranked[0]["failure"], self), percent(ranked[0]["prevalence"])
        return f"{matched}; {failure} is the most frequent failure, before {prevalence} of answers."
