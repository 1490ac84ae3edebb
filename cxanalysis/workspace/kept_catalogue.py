"""The catalogue kept in a workspace: every change is a new version with its time, and nothing is ever overwritten."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from sqlite3 import Connection
from typing import Any, Final

import pandas as pd

from cxanalysis.catalogue.entry import FIELDS, MEANING, Entry, filled, same_metric
from cxanalysis.problem import Problem
from cxanalysis.steps.plain_names import plain_name
from cxanalysis.steps.step import Step
from cxanalysis.workspace.entry_version import EntryVersion
from cxanalysis.workspace.state_file import State, now

#: What a version may be.
ADDED: Final = "added"
CHANGED: Final = "changed"
DEFINITION: Final = "definition changed"
ARCHIVED: Final = "archived"
RESTORED: Final = "restored"
#: Fields that are proposed from a metric's words where nobody chose.
_PLACE: Final = frozenset({"branch", "element", "direction"})
#: Columns of `Catalogue.table`, beside what they show of an entry.
COLUMNS: Final = ("key", "name", "department", "owner", "tracked_by", "branch", "element", "reviewed", "next_review",
                  "computed_here", "lacks", "version")  # fmt: skip


class NoEntry(Problem, KeyError):
    """There is no such metric; also a `KeyError`, as a mapping's users expect."""

    def __str__(self) -> str:  # a KeyError would print its text in quotation marks
        return str(self.args[0])


class Catalogue(Mapping[str, Entry]):
    """The metrics of an organisation by key, those archived left out. Changed by its methods, on the disk at once.

    Examples
    --------
    >>> import tempfile, cxanalysis as cx
    >>> folder = tempfile.TemporaryDirectory()
    >>> catalogue = cx.Workspace(folder.name).catalogue
    >>> entry = catalogue.add(cx.Entry("CSAT", definition="share of 4 and 5", scale="1-5"))
    >>> entry = catalogue.change(entry.key, definition="share of 5")
    >>> [(version.what, version.entry.definition) for version in catalogue.history("CSAT")]
    [('added', 'share of 4 and 5'), ('definition changed', 'share of 5')]
    >>> folder.cleanup()
    """

    __slots__ = ("_state", "_tables", "_tokens")

    def __init__(
        self, state: State, tables: Callable[[], Mapping[str, Any]], tokens: Callable[[], Mapping[str, str]]
    ) -> None:
        self._state, self._tables, self._tokens = state, tables, tokens

    # --- reading ------------------------------------------------------------------------------------

    def __getitem__(self, key: str) -> Entry:
        found = self._last(key)
        if found is None or found.what == ARCHIVED:
            raise _no_entry(key, tuple(self))
        return found.entry

    def __iter__(self) -> Iterator[str]:
        return (version.entry.key for version in self._versions_in_use() if version.what != ARCHIVED)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All entries in use, in the order in which they came."""
        return tuple(version.entry for version in self._versions_in_use() if version.what != ARCHIVED)

    @property
    def archived(self) -> tuple[Entry, ...]:
        """Entries set aside."""
        return tuple(version.entry for version in self._versions_in_use() if version.what == ARCHIVED)

    @property
    def departments(self) -> tuple[str, ...]:
        """Departments that have a metric, and those named that have none."""
        named = [row["name"] for row in self._state.read("SELECT name FROM departments ORDER BY rowid")]
        return tuple(dict.fromkeys([*(e.department for e in self.entries if e.department), *named]))

    @property
    def table(self) -> pd.DataFrame:
        """One row an entry; columns `COLUMNS`."""
        rows = []
        for version in self._versions_in_use():
            if version.what != ARCHIVED:
                entry = version.entry
                known = {name: getattr(entry, name) for name in COLUMNS if hasattr(entry, name)}
                due = entry.next_review()
                rows.append(
                    known
                    | {"next_review": due.isoformat() if due else None, "lacks": ", ".join(entry.lacks)}
                    | {"version": version.number}
                )
        return pd.DataFrame(rows, columns=list(COLUMNS))

    def history(self, key: str) -> tuple[EntryVersion, ...]:
        """Every version of an entry, the oldest first."""
        rows = self._state.read("SELECT * FROM catalogue WHERE key = ? ORDER BY number", (key,))
        return tuple(_version(row) for row in rows)

    def compare(self, key: str, old: int | None = None, new: int | None = None) -> pd.DataFrame:
        """Two versions side by side: columns `field, old, new`, one row a field that differs.

        Without numbers, the last version beside the one before.
        """
        versions = self.history(key)
        if not versions:
            raise _no_entry(key, tuple(self))
        after = self._numbered(versions, new) if new is not None else versions[-1]
        before = self._numbered(versions, old) if old is not None else versions[max(len(versions) - 2, 0)]
        rows = [
            {"field": name, "old": _shown(before.entry, name), "new": _shown(after.entry, name)}
            for name in FIELDS
            if getattr(before.entry, name) != getattr(after.entry, name)
        ]
        return pd.DataFrame(rows, columns=["field", "old", "new"])

    def of(self, step: Step) -> Entry | None:
        """The entry that this step's metric belongs to; groups, periods and confidence do not count."""
        return next((entry for entry in self.entries if same_metric(entry.step, step)), None)

    def stale(self, key: str) -> tuple[str, ...]:
        """Tables that changed or went since a computed entry took its passport from them."""
        today = self._tokens()
        return tuple(name for name, token in self[key].computed_from.items() if today.get(name) != token)

    # --- changing -----------------------------------------------------------------------------------

    def add(self, entry: Entry) -> Entry:
        """Keep a new entry; its key is made from its name. What its step computes fills the passport.

        Returns the entry as kept.
        """
        entry = self._computed(entry)
        with self._state.change() as change:
            taken = {row["key"] for row in change.execute("SELECT DISTINCT key FROM catalogue")}
            kept = entry.with_(key=plain_name(entry.name, taken))
            _write(change, kept, ADDED)
        return kept

    def change(self, key: str, **changed: Any) -> Entry:
        """Change fields of an entry: a new version, the old one stays. Without a change nothing is written."""
        before = self[key]
        entry = before.with_(**{**changed, "key": key})
        if entry.step != before.step:
            entry = self._computed(entry)
        if entry == before:
            return before
        meaning = any(getattr(entry, name) != getattr(before, name) for name in MEANING)
        with self._state.change() as change:
            _write(change, entry, DEFINITION if meaning else CHANGED)
        return entry

    def refresh(self, key: str) -> Entry:
        """Take the passport of a computed entry again, from the tables as they are now."""
        entry = self[key]
        if entry.step is None:
            raise Problem("it is not computed here", where=f"metric '{entry.name}'", do="Give it a step first")
        again = self._computed(entry)
        return self.change(key, **{name: getattr(again, name) for name in FIELDS if name != "key"})

    def take(self, entries: Any) -> dict[str, int]:
        """Take in an inventory or a list of entries; what is here under the same name and department is changed.

        Fields that the new list leaves empty keep what is known. Several of one name and department are matched in
        their order. Returns how many were added, changed and left as they were.
        """
        counts = {"added": 0, "changed": 0, "unchanged": 0}
        waiting: dict[tuple[str, str], list[Entry]] = {}
        for known in self.entries:
            waiting.setdefault((known.name.casefold(), known.department.casefold()), []).append(known)
        for entry in getattr(entries, "entries", entries):
            same = waiting.get((entry.name.casefold(), entry.department.casefold()), [])
            if not same:
                self.add(entry)
                counts["added"] += 1
                continue
            before = same.pop(0)
            given = {n: getattr(entry, n) for n in FIELDS if n != "key" and getattr(entry, n) not in ("", None, {})}
            # Where a metric belongs may have been proposed from its words: what is chosen here goes before that.
            given = {n: value for n, value in given.items() if n not in _PLACE or getattr(before, n) is None}
            counts["unchanged" if self.change(before.key, **given) == before else "changed"] += 1
        for department in getattr(entries, "departments", ()):
            self.name_department(department)
        return counts

    def name_department(self, name: str) -> None:
        """Remember a department, so that the audit can say if it has no metric."""
        if name.strip():
            with self._state.change() as change:
                change.execute("INSERT OR IGNORE INTO departments VALUES (?, ?)", (" ".join(name.split()), now()))

    def archive(self, key: str) -> None:
        """Set an entry aside; its history stays, `restore` brings it back."""
        entry = self[key]
        with self._state.change() as change:
            _write(change, entry, ARCHIVED)

    def restore(self, key: str, version: int | None = None) -> Entry:
        """Use an archived entry again, or an earlier version of one: as a new version."""
        versions = self.history(key)
        if not versions:
            raise _no_entry(key, tuple(self))
        entry = (self._numbered(versions, version) if version is not None else versions[-1]).entry
        with self._state.change() as change:
            _write(change, entry, RESTORED)
        return entry

    def overrule(self, key: str, finding: str, why: str) -> Entry:
        """Say that a finding of the audit does not hold for this entry, and why; kept with the entry's history."""
        if not why.strip():
            raise Problem("a finding is overruled with a reason", where=f"metric '{self[key].name}'", do="Say why")
        return self.change(key, overruled={**self[key].overruled, finding: why.strip()})

    def accept(self, key: str, finding: str) -> Entry:
        """Take an overruling back."""
        kept = {name: why for name, why in self[key].overruled.items() if name != finding}
        return self.change(key, overruled=kept)

    # --- how it is done -----------------------------------------------------------------------------

    def _computed(self, entry: Entry) -> Entry:
        if entry.step is None:
            return entry
        result, tokens = entry.step.run(self._tables()), self._tokens()
        passport = getattr(result, "passport", None)
        if passport is None:
            raise Problem(
                f"cx.{entry.step.call} gives no metric with a passport",
                where=f"metric '{entry.name}'",
                do="Name a call such as cx.nps, cx.csat or cx.metric",
            )
        return filled(entry, passport, {name: tokens[name] for name in entry.step.tables})

    def _versions_in_use(self) -> tuple[EntryVersion, ...]:
        question = """SELECT catalogue.* FROM catalogue JOIN
            (SELECT key, max(number) AS last, min(rowid) AS came FROM catalogue GROUP BY key) AS latest
            ON catalogue.key = latest.key AND catalogue.number = latest.last ORDER BY latest.came"""
        return tuple(_version(row) for row in self._state.read(question))

    def _last(self, key: str) -> EntryVersion | None:
        rows = self._state.read("SELECT * FROM catalogue WHERE key = ? ORDER BY number DESC LIMIT 1", (str(key),))
        return _version(rows[0]) if rows else None

    @staticmethod
    def _numbered(versions: tuple[EntryVersion, ...], number: int) -> EntryVersion:
        found = [version for version in versions if version.number == number]
        if not found:
            raise Problem(f"there is no version {number}", do=f"There are 1 to {versions[-1].number}")
        return found[0]

    def __repr__(self) -> str:
        return f"<Catalogue: {', '.join(self) or 'no metric yet'}>"

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>{self.table.to_html(index=False)}"


def _write(change: Connection, entry: Entry, what: str) -> None:
    question = "SELECT coalesce(max(number), 0) AS n FROM catalogue WHERE key = ?"
    last = change.execute(question, (entry.key,)).fetchone()["n"]
    text = json.dumps(entry.as_json(), ensure_ascii=False)
    change.execute("INSERT INTO catalogue VALUES (?, ?, ?, ?, ?)", (entry.key, last + 1, what, now(), text))


def _version(row: Any) -> EntryVersion:
    return EntryVersion(row["number"], row["what"], row["at"], Entry.from_json(row["entry"]))


def _shown(entry: Entry, name: str) -> str:
    value = getattr(entry, name)
    if isinstance(value, Step):
        return value.code()
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {text}" for key, text in value.items())
    return "" if value is None else str(value)


def _no_entry(key: str, keys: Iterable[str]) -> NoEntry:
    return NoEntry(f"there is no metric '{key}' in the catalogue", do=f"There are: {', '.join(keys) or 'none yet'}")
