"""What a result rests on: whose rows, which of them, how many, weighted how, and what was only guessed.

Facts that cross every analysis stand here once. They are typed; they become words in `Basis.facts`, and only there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from cxanalysis import numbers
from cxanalysis.engine.where import conditions
from cxanalysis.labels import spoken
from cxanalysis.wording import counted

#: A name in the quiet line is cut to so many characters.
LONGEST_NAME: Final = 40
#: So many guesses are named one by one in the quiet line; the others are counted.
NAMED_GUESSES: Final = 3
#: So many reasons why rows are left out are named in the quiet line; of more, the most frequent one.
NAMED_REASONS: Final = 3
#: Nouns whose plural follows no rule.
_IRREGULAR: Final[Mapping[str, str]] = {"person": "people", "series": "series"}


class Reason(StrEnum):
    """Why rows are left out. The value is how the words begin; a column, where there is one, follows."""

    NO_ANSWER = "without an answer"
    NO_VALUE = "without a value"
    GAP = "with a gap in a column of the model"
    NO_WEIGHT = "without a weight"
    NO_DATE = "without a date"
    NO_KEY = "without a key"
    NO_MATCH = "without a match in the other table"
    DUPLICATE = "that repeat an earlier row"
    NOT_LATEST = "that are not a customer's latest answer"
    OUTSIDE_SCALE = "outside the scale"
    TOO_YOUNG = "too young to be judged"
    OUT_OF_ORDER = "that end before they begin"
    PLANNED = "dated after the end of the log"
    GONE_BEFORE = "of customers who had left before"
    NOT_SAMPLED = "outside the evenly spaced sample"
    NOT_COVERED = "not covered by the other table"
    DOES_NOT_APPLY = "to which it does not apply"
    BY_HAND = "left out by hand"


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A table that a result is made of.

    Attributes
    ----------
    name : str
    token : str
        Hash of its rows and the decisions about them; empty for a plain data frame.
    n_rows : int or None
        Rows of the whole table; None where nobody counted.
    part : tuple of mapping
        Which of its rows: one or more conditions as `Table.where` takes them; empty for all of them.
    """

    name: str
    token: str = ""
    n_rows: int | None = None
    part: tuple[Mapping[str, Any], ...] = ()

    @property
    def words(self) -> str:
        """The table, and which of its rows, as a reader would say it."""
        name = numbers.plain(spoken(self.name), LONGEST_NAME)
        kept = [condition.words() for one in self.part for condition in conditions(one)]
        return f"{name}, only rows where {' and '.join(kept)}" if kept else name


@dataclass(frozen=True, slots=True)
class Guess:
    """Something about a column (or a table) that was recognised below the sure line and confirmed by nobody.

    Attributes
    ----------
    table : str
    column : str or None
        None: it is about the whole table.
    what : str
        "kind", "role", "scale", "direction", "codes", "dates" or "records".
    taken : str
        What it was taken for ("csat", "1 to 5, 5 is best").
    sure : float
        0…1.
    why : str
    """

    table: str
    column: str | None
    what: str
    taken: str
    sure: float
    why: str = ""

    @property
    def words(self) -> str:
        """What was taken for what."""
        about = self.table if self.column is None else self.column
        return f"{numbers.plain(about, LONGEST_NAME)} is taken as {numbers.plain(self.taken, LONGEST_NAME)}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows that do not count, and why.

    Attributes
    ----------
    rows : int
    why : Reason
    column : str or None
        The column that says so.
    """

    rows: int
    why: Reason
    column: str | None = None

    @property
    def words(self) -> str:
        """The rows and the reason: "212 rows without an answer in csat"."""
        where = "" if self.column is None else f" in '{numbers.plain(self.column, LONGEST_NAME)}'"
        return f"{numbers.count(self.rows)} {'row' if self.rows == 1 else 'rows'} {self.why.value}{where}"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Whose rows count as one unit.

    Attributes
    ----------
    column : str
        The column of the customer or respondent.
    asked : bool
        True: named in the call; False: known from the table and taken because nobody said otherwise.
    n : int or None
        How many there are among the rows used.
    effective : float or None
        (Σ w_g)² / Σ w_g²: as many equally large ones would tell as much.
    """

    column: str
    asked: bool
    n: int | None = None
    effective: float | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """What a result rests on. Every result has one as `result.basis`; it is changed by `with_`.

    Attributes
    ----------
    sources : tuple of SourceTable
        The tables, the one whose rows are counted first.
    n : int, (int, int) or None
        Rows (or units) used; a range where the columns have different ones.
    counts : str
        What n counts, in the singular ("answer", "order", "customer").
    left_out : tuple of LeftOut
    weight : str or None
        The column of weights.
    cluster : Cluster or None
        None: every row stands for itself.
    period : (str, str) or None
        First and last date of the rows used, ISO.
    confidence : float or None
        Of all intervals, 0…1.
    resamples, seed : int or None
    labels : mapping of column → str
        What columns are called in sentences and charts.
    guesses : tuple of Guess
        What the result depends on and nobody has confirmed.

    Examples
    --------
    >>> basis = Basis((SourceTable("survey", part=({"market": "B2B"},)),), n=812, weight="w", confidence=0.95)
    >>> basis.facts[0], basis.facts[1]
    ('n\\xa0=\\xa0812 answers', "survey, only rows where 'market' is B2B")
    """

    sources: tuple[SourceTable, ...]
    n: int | tuple[int, int] | None = None
    counts: str = "answer"
    left_out: tuple[LeftOut, ...] = ()
    weight: str | None = None
    cluster: Cluster | None = None
    period: tuple[str, str] | None = None
    confidence: float | None = None
    resamples: int | None = None
    seed: int | None = None
    labels: Mapping[str, str] = field(default_factory=dict)
    guesses: tuple[Guess, ...] = ()

    def with_(self, **facts: Any) -> Basis:
        """The same basis with other facts."""
        return replace(self, **facts)

    def joined(self, *others: Basis) -> Basis:
        """This basis with the sources, guesses and labels of others besides, each once."""
        return replace(
            self,
            sources=_once(source for basis in (self, *others) for source in basis.sources),
            guesses=_once(guess for basis in (self, *others) for guess in basis.guesses),
            labels={name: label for basis in reversed((self, *others)) for name, label in basis.labels.items()},
        )

    @property
    def n_left_out(self) -> int:
        """Rows left out, for all reasons."""
        return sum(one.rows for one in self.left_out)

    @property
    def part(self) -> tuple[Mapping[str, Any], ...]:
        """Which rows of the first table: conditions as `Table.where` takes them."""
        return self.sources[0].part if self.sources else ()

    @property
    def facts(self) -> tuple[str, ...]:
        """The basis in words, a fact each: what stands under every result, in every chart's caption and every file."""
        return tuple(fact for fact in self._facts() if fact)

    def _facts(self) -> Iterable[str]:
        if self.n is not None:
            yield f"n\u00a0=\u00a0{counted(self.n, self.counts)}"
        parts = [source.words for source in self.sources if source.part]
        yield "; ".join(parts)
        if self.left_out:
            yield self._left_out_words()
        yield numbers.period(self.period)
        if self.weight is not None:
            yield f"weighted by {numbers.plain(self.weight, LONGEST_NAME)}"
        yield self._cluster_words()
        if self.confidence is not None:
            yield f"{100 * self.confidence:g}{numbers.THIN}%\u00a0intervals"
        yield self._guess_words()

    def _left_out_words(self) -> str:
        reasons = sorted((one for one in self.left_out if one.rows), key=lambda one: -one.rows)
        if len(reasons) <= NAMED_REASONS:
            return "left out: " + ", ".join(one.words for one in reasons) if reasons else ""
        return f"left out: {counted(self.n_left_out, 'row')}, most of them {reasons[0].words}"

    def _cluster_words(self) -> str:
        if self.cluster is None:
            return ""
        return f"rows of one {numbers.plain(spoken(self.cluster.column), LONGEST_NAME)} count as one unit"

    def _guess_words(self) -> str:
        if not self.guesses:
            return ""
        named = [guess.words for guess in self.guesses[:NAMED_GUESSES]]
        more = len(self.guesses) - len(named)
        return "not confirmed: " + "; ".join([*named, *([f"{more} more"] if more else [])])


def _once(items: Iterable[Any]) -> tuple[Any, ...]:
    found: list[Any] = []
    for item in items:
        if item not in found:
            found.append(item)
    return tuple(found)
