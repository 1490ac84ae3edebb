"""Steps kept in a workspace: the last one of each page, and the ledger of all looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cxanalysis.steps.step import Step
from cxanalysis.workspace.state_file import State, now


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One look at one step on one page, with the tables as they were.

    Attributes
    ----------
    page : str
    step : Step
    key : str
        `Step.key`: the step with the content of its tables. New rows or other decisions make a new look.
    first_seen, last_seen : str
        ISO 8601, UTC.
    times : int
        How often somebody came to it (from another step, or with other rows); staying does not count.
    """

    page: str
    step: Step
    key: str
    first_seen: str
    last_seen: str
    times: int


class Steps:
    """Saved steps of a workspace. Iterating gives every look, the first one first."""

    __slots__ = ("_state", "_tokens")

    def __init__(self, state: State, tokens: Callable[[], Mapping[str, str]]) -> None:
        self._state, self._tokens = state, tokens

    def save(self, step: Step, *, page: str) -> None:
        """Make this the page's last step and write the look down, once per key.

        Saving what is saved already writes nothing, so a page may call it on every rerun.
        """
        tokens = self._tokens()
        key = step.key(tokens) if all(name in tokens for name in step.tables) else None
        text, at = step.to_json(), now()
        last = self._state.read("SELECT step, key FROM pages WHERE page = ?", (page,))
        if last and (last[0]["step"], last[0]["key"]) == (text, key):
            return
        with self._state.change() as change:
            change.execute(
                "INSERT INTO pages VALUES (?, ?, ?, ?) ON CONFLICT (page) "
                "DO UPDATE SET step = excluded.step, key = excluded.key, at = excluded.at",
                (page, text, key, at),
            )
            if key is not None:
                change.execute(
                    "INSERT INTO looks VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT (page, key) "
                    "DO UPDATE SET last_seen = excluded.last_seen, times = times + 1",
                    (page, key, text, at, at),
                )

    def last(self, page: str) -> Step | None:
        """The step this page was left with; None before its first."""
        found = self._state.read("SELECT step FROM pages WHERE page = ?", (page,))
        return Step.from_json(found[0]["step"]) if found else None

    def __iter__(self) -> Iterator[LedgerEntry]:
        for row in self._state.read("SELECT * FROM looks ORDER BY first_seen, rowid"):
            yield LedgerEntry(
                page=row["page"],
                step=Step.from_json(row["step"]),
                key=row["key"],
                first_seen=row["first_seen"],
                last_seen=row["last_seen"],
                times=row["times"],
            )

    def __len__(self) -> int:
        return int(self._state.read("SELECT count(*) AS n FROM looks")[0]["n"])
