"""Questions with several answers: one cell that lists them, or one column for each that could be ticked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cxanalysis.columns.cell_text import cell_text, plain
from cxanalysis.columns.column_facts import ColumnFacts
from cxanalysis.columns.scales.answer_words import YES

#: What stands between answers, surest first. A comma also stands within answers, so it must show more.
_SEPARATORS: Final = (";", "|", ",")
#: A question offers no more answers than this; what was given more rarely than twice was written in.
_MOST_OPTIONS: Final = 30
#: With more different parts than this, the cells are no lists of options, whatever was written in.
_MOST_PARTS: Final = 50 * _MOST_OPTIONS
_LONGEST_OPTION: Final = 80
_BRACKETED: Final = re.compile(r"^(.+?)\s*\[(.+)\]$")
_FEWEST_ROWS: Final = 8
#: In so many cells at least there is more than one answer.
_FEWEST_SEVERAL: Final = 0.1
#: So many of all answers at least are among the options.
_COVERED: Final = 0.8
#: With commas, so many of the options at least stand in a cell alone: towns and their states do not.
_ALONE: Final = 0.5
#: An option that never stands alone stands beside more than one other (it is itself in its company).
_COMPANY: Final = 2
#: Answers combine: there are so many times more different cells than options.
_COMBINED: Final = 1.5


@dataclass(frozen=True, slots=True)
class Choices:
    """How a question with several answers becomes yes/no columns.

    Attributes
    ----------
    columns : tuple of str
        The yes/no columns: made from the cells (with a separator), or the file's own (without).
    separator : str or None
        What stands between the answers in a cell. None: each column of the file is one answer, blank if not ticked.
    options : tuple of str
        The answer that each of the columns stands for.
    """

    columns: tuple[str, ...]
    separator: str | None = None
    options: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The choices as plain JSON."""
        return {"columns": list(self.columns), "separator": self.separator, "options": list(self.options)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Choices:
        """Read choices back from `to_json`."""
        return cls(tuple(value["columns"]), value["separator"], tuple(value["options"]))


def find_choices(
    column: str, counts: pd.Series, taken: Collection[str], *, by_hand: bool = False, blanks: bool = False
) -> Choices | None:
    """The choices that the cells of a column list; None if they list none.

    Parameters
    ----------
    column : str
    counts : Series
        Distinct clean texts → number of rows.
    taken : collection of str
        Names that columns have.
    by_hand : bool
        Somebody said that the cells list answers: several in one cell are enough.
    blanks : bool
        Whether the tool sets nothing but blanks between answers (ODK and its relatives).

    Examples
    --------
    >>> cells = pd.Series([5, 4, 3], index=["price; speed", "price", "speed; care"])
    >>> find_choices("liked", cells, ()).columns
    ('liked: care', 'liked: price', 'liked: speed')
    """
    for separator in (*_SEPARATORS, " ") if blanks else _SEPARATORS:
        named = _named(counts, separator)
        if named is not None and (by_hand or _sure(counts, separator, named)):
            columns: list[str] = []
            for option in named:
                name, number = f"{column}: {option}", 2
                while name in taken or name in columns:
                    name, number = f"{column}: {option}_{number}", number + 1
                columns.append(name)
            return Choices(tuple(columns), separator, tuple(named))
    return None


def too_many_options(some: pd.Series) -> bool:
    """Whether the first texts of a column alone have more parts, with any separator, than a question has options."""
    texts = [str(text) for text in some.index]
    return all(_has_many(texts, separator) for separator in _SEPARATORS)


def _has_many(texts: Sequence[str], separator: str) -> bool:
    """Whether there are more parts than a question has options; no more texts are looked at than it takes."""
    parts: set[str] = set()
    for text in texts:
        parts.update(_parts(text, separator))
        if len(parts) > _MOST_PARTS:
            return True
    return False


def _parts(text: str, separator: str) -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]


def _named(counts: pd.Series, separator: str) -> list[str] | None:
    """Options named at least twice, in the order of their letters; None if cells do not list several."""
    tally: Counter[str] = Counter()
    several = 0
    for text, count in counts.items():
        parts = _parts(str(text), separator)
        several += int(count) if len(parts) > 1 else 0
        tally.update(dict.fromkeys(parts, int(count)))
        if len(tally) > _MOST_PARTS:
            return None
    options = sorted(option for option, count in tally.items() if count > 1)
    if not several or not 2 <= len(options) <= _MOST_OPTIONS or max(map(len, options)) > _LONGEST_OPTION:
        return None
    return options if sum(tally[option] for option in options) >= _COVERED * tally.total() else None


def _sure(counts: pd.Series, separator: str, options: Sequence[str]) -> bool:
    rows = int(counts.sum())
    split = {str(text): _parts(str(text), separator) for text in counts.index}
    several = sum(int(counts[text]) for text, parts in split.items() if len(parts) > 1)
    answers = sum(len(parts) * int(counts[text]) for text, parts in split.items())
    if rows < _FEWEST_ROWS or several < _FEWEST_SEVERAL * rows or answers < 3 * len(options):
        return False
    if any(len(set(parts)) < len(parts) for parts in split.values()):
        return False  # nobody ticks an answer twice
    if any(option.replace(".", "").replace("-", "").isdigit() for option in options):
        return False
    if separator != ",":
        return True
    # "Never, but open to it" is one answer: its second half stands in one company only, and few cells differ.
    company: dict[str, set[str]] = {option: set() for option in options}
    for parts in split.values():
        for part in parts:
            if part in company:
                company[part].update(parts)
    free = all(option in split or len(company[option]) > _COMPANY for option in options)
    alone = sum(option in split for option in options)
    return free and alone >= _ALONE * len(options) and len(split) >= _COMBINED * len(options)


def find_ticks(facts: Mapping[str, ColumnFacts], labels: Mapping[str, str]) -> dict[str, Choices]:
    """Neighbouring columns of one question, each blank or holding its own answer: question → choices.

    `labels` hold "question: answer", as the readers of survey exports write them; or the name or label ends with the
    answer in brackets ("Liked [Price]"), and the cell says yes.
    """
    sets: dict[str, list[tuple[str, str]]] = {}
    for name, one in facts.items():
        label = labels.get(name, "")
        if one.n_distinct != 1 or one.n_filled == one.n_rows:
            continue
        answer = str(one.counts.index[0])
        said = plain(label)
        bracketed = _BRACKETED.match(label or name)
        if bracketed and plain(answer) in YES:
            sets.setdefault(bracketed[1].strip(), []).append((name, answer))
        elif said.endswith(f": {plain(answer)}") and plain(answer):
            sets.setdefault(said[: -len(plain(answer)) - 2], []).append((name, answer))
    found = _own_names(facts)
    for question, pairs in sets.items():
        if len(pairs) > 1:
            name, answer = pairs[0]
            label = labels.get(name, "")
            asked = label[: -len(answer) - 2].strip() if plain(label).startswith(f"{question}: ") else question
            found[asked] = Choices(tuple(name for name, _ in pairs), None, tuple(answer for _, answer in pairs))
    return found


def _own_names(facts: Mapping[str, ColumnFacts]) -> dict[str, Choices]:
    """Neighbouring columns whose only value is their own name: answers of one question, as Typeform writes them."""
    runs: list[list[str]] = [[]]
    for name, one in facts.items():
        ticked = one.n_distinct == 1 and one.n_filled < one.n_rows and plain(str(one.counts.index[0])) == plain(name)
        if ticked:
            runs[-1].append(name)
        elif runs[-1]:
            runs.append([])
    sets = [run for run in runs if len(run) > 1]
    return {", ".join(run)[:_LONGEST_OPTION]: Choices(tuple(run), None, tuple(run)) for run in sets}


def made_columns(choices: Mapping[str, Choices]) -> tuple[str, ...]:
    """Names of the columns that are made from cells, in order."""
    return tuple(name for one in choices.values() if one.separator is not None for name in one.columns)


def flags_of(values: pd.Series, choices: Choices, codes: Collection[str | float] = ()) -> pd.DataFrame:
    """One column an option: 1 if the cell lists it, 0 if it lists others, missing if it is blank or a missing code."""
    places, distinct = pd.factorize(cell_text(values))
    return pd.DataFrame(marks_of(pd.Series(distinct, dtype="str"), places, choices, codes), index=values.index)


def marks_of(
    texts: pd.Series, places: NDArray[Any], choices: Choices, codes: Collection[str | float] = ()
) -> dict[str, NDArray[np.float64]]:
    """The same from clean texts, of which no two need differ, and each row's place among them (-1: blank)."""
    given = texts.where(~texts.isin([str(code) for code in codes]))
    listed = [None if pd.isna(text) else set(_parts(str(text), choices.separator or ";")) for text in given]
    columns = {}
    for name, option in zip(choices.columns, choices.options, strict=True):
        marks = [np.nan if parts is None else float(option in parts) for parts in listed]
        columns[name] = np.array([*marks, np.nan])[places]
    return columns


def unticked(frame: pd.DataFrame, choices: Mapping[str, Choices], roles: Mapping[str, str]) -> pd.DataFrame:
    """Blanks of tick columns as "not ticked" (0) in the rows in which another answer of the question is ticked."""
    for one in choices.values():
        columns = [name for name in one.columns if one.separator is None and roles.get(name) == "flag"]
        if len(columns) > 1:
            answered = frame[columns].eq(1).any(axis=1)
            filled = {name: frame[name].mask(frame[name].isna() & answered, 0.0) for name in columns}
            frame = frame.assign(**filled)
    return frame
