"""What a workspace watches, and which alerts somebody has seen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from sqlite3 import Row
from typing import Any, Final

from cxanalysis.problem import Problem
from cxanalysis.steps.plain_names import may_name_a_table
from cxanalysis.steps.step import Step
from cxanalysis.workspace.state_file import State, now

#: What a watch may be called by its groups, at most so many columns.
MOST_COLUMNS: Final = 3
#: Longest note somebody may leave.
LONGEST_NOTE: Final = 2000


@dataclass(frozen=True, slots=True)
class Seen:
    """An alert that somebody has acknowledged.

    Attributes
    ----------
    series : str
        The series' name, as in `Alerts.table`.
    every, status : str
        By which period it was watched; "worse" or "better".
    period : str
        First day of the last complete period at that time, ISO.
    who, note : str
    at : str
        ISO 8601, UTC.
    """

    series: str
    every: str
    status: str
    period: str
    who: str
    note: str
    at: str


class Watched:
    """The watches of a workspace. Iterating gives each as `cx.alerts(watched=…)` takes it, the first one first.

    Examples
    --------
    >>> import tempfile, cxanalysis as cx
    >>> folder = tempfile.TemporaryDirectory()
    >>> watched = cx.Workspace(folder.name).watched
    >>> watched.add("survey", "nps", score="recommend", by=["market"])
    >>> list(watched)
    [{'table': 'survey', 'metric': 'nps', 'score': 'recommend', 'by': ['market']}]
    >>> folder.cleanup()
    """

    __slots__ = ("_state",)

    def __init__(self, state: State) -> None:
        self._state = state

    def add(self, table: str, metric: str, *, by: list[str] | None = None, **options: Any) -> None:
        """Watch a metric of a table, or every group of it; what is watched already stays as it is."""
        text = _written(table, metric, by or [], options)
        with self._state.change() as change:
            change.execute("INSERT INTO watched VALUES (?, ?) ON CONFLICT (watch) DO NOTHING", (text, now()))

    def remove(self, watch: Mapping[str, Any]) -> None:
        """Stop watching; the acknowledgements stay."""
        rest = {key: value for key, value in watch.items() if key not in ("table", "metric", "by")}
        text = _written(watch["table"], watch["metric"], list(watch.get("by") or []), rest)
        with self._state.change() as change:
            if change.execute("DELETE FROM watched WHERE watch = ?", (text,)).rowcount == 0:
                raise Problem(f"{watch['metric']} of {watch['table']} is not watched so", do="See list(watched)")

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for row in self._state.read("SELECT watch FROM watched ORDER BY at, rowid"):
            yield json.loads(row["watch"])

    def __len__(self) -> int:
        return int(self._state.read("SELECT count(*) AS n FROM watched")[0]["n"])

    def step(self, tables: Mapping[str, Any], **arguments: Any) -> Step | None:
        """The look at everything watched in these tables, as a step; None if nothing is."""
        found = [watch for watch in self if watch["table"] in tables]
        if not found:
            return None
        names = tuple(dict.fromkeys(watch["table"] for watch in found))
        return Step("alerts", names, {"watched": found, **arguments})

    # --- what somebody has seen ------------------------------------------------------------------------

    def acknowledge(self, series: str, every: str, status: str, period: str, *, who: str, note: str = "") -> None:
        """Write down that somebody has seen an alert; a second time replaces who and note."""
        who, note = " ".join(str(who).split()), str(note).strip()
        if not who:
            raise Problem("nobody is named", where="acknowledge", do="Say who has seen it")
        if len(note) > LONGEST_NOTE:
            raise Problem(f"the note has {len(note):,} characters", do=f"Use at most {LONGEST_NOTE:,}")
        with self._state.change() as change:
            change.execute(
                "INSERT INTO acknowledged VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (series, every, status, period) "
                "DO UPDATE SET who = excluded.who, note = excluded.note, at = excluded.at",
                (series, every, status, period, who, note, now()),
            )

    def take_back(self, seen: Seen) -> None:
        """Forget an acknowledgement."""
        with self._state.change() as change:
            change.execute(
                "DELETE FROM acknowledged WHERE series = ? AND every = ? AND status = ? AND period = ?",
                (seen.series, seen.every, seen.status, seen.period),
            )

    @property
    def acknowledged(self) -> tuple[Seen, ...]:
        """All acknowledgements, the newest first."""
        rows = self._state.read("SELECT * FROM acknowledged ORDER BY at DESC, rowid DESC")
        return tuple(_seen(row) for row in rows)

    def seen(self, series: str, every: str, status: str, since: str) -> Seen | None:
        """The newest acknowledgement of this alert, of the period `since` or later; None if there is none.

        An alert goes on as long as the change does; whoever has seen it once need not see it every week. It comes back
        when `since` has moved past what was acknowledged.
        """
        rows = self._state.read(
            "SELECT * FROM acknowledged WHERE series = ? AND every = ? AND status = ? AND period >= ? "
            "ORDER BY period DESC LIMIT 1",
            (series, every, status, since),
        )
        return _seen(rows[0]) if rows else None


def _written(table: str, metric: str, by: list[str], options: Mapping[str, Any]) -> str:
    """A watch as JSON; the same watch always gives the same text."""
    if not may_name_a_table(table):
        raise Problem(f"{table!r} cannot be the name of a table")
    if len(by) > MOST_COLUMNS:
        raise Problem(f"{len(by)} group columns are too many", do=f"Use at most {MOST_COLUMNS}")
    watch = {"table": table, "metric": metric, **{key: options[key] for key in sorted(options)}}
    checked = Step("alerts", (table,), {"watched": [watch | ({"by": by} if by else {})]})
    return json.dumps(checked.arguments["watched"][0], ensure_ascii=False)


def _seen(row: Row) -> Seen:
    return Seen(**dict(zip(row.keys(), row, strict=True)))
