"""A step: one call of a public function, as data. The app's unit of work, the notebook's line, the cache's key."""

from __future__ import annotations

import hashlib
import inspect
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from numbers import Integral, Real
from typing import Any, Final

from cxanalysis.engine.where import conditions
from cxanalysis.problem import Problem
from cxanalysis.steps.plain_names import is_plain_word, may_name_a_table
from cxanalysis.steps.python_source import WIDTH, call, literal

#: Public functions that a step may call. Anything else in a link or a file is refused.
CALLS: Final = frozenset(
    {"nps", "csat", "ces", "metric", "drivers", "link", "quality", "clean"}
    | {"response", "answered", "rake", "propensity_weights", "beside"}
    | {"unnecessary", "unnecessary_rate"}
    | {"definitions", "purchase_models"}
    | {"what_if", "at_stake"}
    | {"segments"}
    | {"models", "robustness", "linear_enough"}
    | {"asymmetry", "importance_performance", "relative_importance"}
    | {"index", "elements"}
    | {"control", "alerts", "forecast", "behind"}
)
#: Calls that take several tables: answers, then one table of events or more. All others take one.
SEVERAL: Final = frozenset({"link"})
#: Calls that may take a second table beside the first: who was asked and who answered; events and their orders;
#: complaints and the customers they are set against.
SECOND: Final = frozenset(
    {"answered", "rake", "propensity_weights", "unnecessary_rate", "metric", "definitions", "at_stake"}
)
#: Calls that take as many tables as there are, one at least.
MANY: Final = frozenset({"index", "alerts"})
#: Calls whose result is a table itself, not a result that has one.
TABLE_MAKERS: Final = frozenset({"unnecessary"})
#: Where the result of a call holds the table it makes; `table` where it is not said here.
HOLDS_TABLE: Final[Mapping[str, str]] = {"rake": "answers", "propensity_weights": "answers"}
#: Arguments that stand before the tables: `cx.metric("churn", customers)`.
LEADING: Final[Mapping[str, tuple[str, ...]]] = {
    "metric": ("name",),
    "beside": ("name",),
    "definitions": ("name",),
}
#: Calls made on the result of another call, whose arguments stand under that call's name:
#: `cx.what_if(cx.drivers(survey, outcome="csat"), changes={…})` has the arguments `drivers` and `changes`.
ON: Final[Mapping[str, str]] = {"what_if": "drivers", "importance_performance": "drivers"}
#: Those of them that look at the rows as well: `cx.importance_performance(cx.drivers(survey, …), survey, goal=80)`.
WITH_ROWS: Final = frozenset({"importance_performance"})
#: The argument, of any step, that says which rows of its first table it is about: `cx.nps(survey.where({…}))`.
WHERE: Final = "where"
#: How deep an argument may be nested: no call needs more, and a hostile link could exhaust the stack.
DEPTH: Final = 8


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """A call of `cxanalysis.<call>(*tables, **arguments)`.

    Two steps are equal if they make the same call; the order of keyword arguments does not count.

    Parameters
    ----------
    call : str
        Name of a public function.
    tables : tuple of str
        Names of the workspace's tables handed over, in order.
    arguments : mapping
        Keyword arguments, plain JSON values only (tuples become lists, whole numbers of any library become int).

    Raises
    ------
    Problem
        If the call is none of `CALLS`, a name could not stand in code, or an argument is no plain JSON.

    Examples
    --------
    >>> step = Step("nps", ("survey",), {"score": "recommend", "by": "market"})
    >>> print(step.code())
    cx.nps(survey, score='recommend', by='market')
    >>> Step.from_json(step.to_json()) == step
    True
    """

    call: str
    tables: tuple[str, ...]
    arguments: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.call, str) or self.call not in CALLS:
            raise Problem(f"'{self.call}' is no step", do=f"Use one of: {', '.join(sorted(CALLS))}")
        if isinstance(self.tables, str) or not all(may_name_a_table(name) for name in self.tables):
            raise Problem(f"a step names its tables by plain words, not by {self.tables!r}", where=self.call)
        several, most = self.call in SEVERAL, 2 if self.call in SECOND else 1
        most = max(len(self.tables), 1) if self.call in MANY else most
        if (len(self.tables) < 2) if several else not 1 <= len(self.tables) <= most:
            raise Problem(f"cx.{self.call} takes {'two tables or more' if several else 'one table'}, not {self.tables}")
        if not isinstance(self.arguments, Mapping):
            raise Problem("the arguments of a step are a mapping from name to value", where=self.call)
        for name in self.arguments:
            if not is_plain_word(name):
                raise Problem(f"{name!r} cannot be the name of an argument", where=f"cx.{self.call}")
        arguments = {name: _plain(value, f"{name} of cx.{self.call}") for name, value in self.arguments.items()}
        if self.call in ON and not isinstance(arguments.get(ON[self.call]), dict):
            raise Problem(f"it needs the arguments of cx.{ON[self.call]}", where=f"cx.{self.call}")
        conditions(arguments.get(WHERE) or None)
        object.__setattr__(self, "tables", tuple(self.tables))
        object.__setattr__(self, "arguments", arguments)

    def code(self, *, width: int = WIDTH) -> str:
        """The step as Python: one line, or one argument a line where it would be longer than `width`.

        >>> print(Step("metric", ("contacts",), {"name": "aht"}).code())
        cx.metric('aht', contacts)
        """
        leading, keywords = self._parted()
        first = self.tables[0]
        if some := self.rows_kept():
            first = f"{first}.where({literal(some, width=width)})"
        rows = [first, *self.tables[1:]]
        if inner := self.inner():
            rows = rows if self.call in WITH_ROWS else []
            return call(f"cx.{self.call}", [inner.code(width=width), *rows], keywords, width=width)
        return call(f"cx.{self.call}", [*map(repr, leading), *rows], keywords, width=width)

    def to_json(self) -> str:
        """The step as compact JSON, for the disk and the address bar."""
        return _compact({"call": self.call, "tables": list(self.tables), "arguments": dict(self.arguments)})

    @classmethod
    def from_json(cls, text: str) -> Step:
        """Read a step back; a `Problem` if the text is none."""
        do = "Open the page without the step in its address"
        try:
            value = json.loads(text)
        except (ValueError, TypeError, RecursionError) as error:
            raise Problem("this is not a step", do=do) from error
        if not isinstance(value, dict) or set(value) != {"call", "tables", "arguments"}:
            raise Problem("this is not a step", do=do)
        if not isinstance(value["tables"], list):
            raise Problem("this step does not list its tables", do=do)
        return cls(value["call"], tuple(value["tables"]), value["arguments"])

    def key(self, tokens: Mapping[str, str]) -> str:
        """Hash of the step and the content tokens of its tables (name → token): the one cache key there is."""
        for name in self.tables:
            if name not in tokens:
                raise _no_table(name)
        parts = [self._canonical(), *(tokens[name] for name in self.tables)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def inner(self) -> Step | None:
        """The step on whose result this one is made; None for most.

        >>> arguments = {"drivers": {"outcome": "csat"}, "changes": {"late": {"to": 0.1}}}
        >>> print(Step("what_if", ("survey",), arguments).inner().code())
        cx.drivers(survey, outcome='csat')
        """
        call_of = ON.get(self.call)
        return Step(call_of, self.tables, self.arguments[call_of]) if call_of else None

    def run(self, tables: Mapping[str, Any], *, made: Any = None) -> Any:
        """Make the call with these tables and hand back its result.

        `made` is the result of `inner` on the same tables, where the caller has it already.
        """
        import cxanalysis

        for name in self.tables:
            if name not in tables:
                raise _no_table(name)
        function = getattr(cxanalysis, self.call)
        leading, keywords = self._parted()
        inner = self.inner()
        rows = [tables[name] for name in self.tables]
        if some := self.rows_kept():
            rows[0] = rows[0].where(some)
        positional = [*leading, *rows]
        if inner:
            positional = [inner.run(tables) if made is None else made, *(rows if self.call in WITH_ROWS else ())]
        try:
            inspect.signature(function).bind(*positional, **keywords)
        except TypeError as error:
            raise Problem(f"cx.{self.call} cannot be called so ({error})", do="Check the step's arguments") from error
        return function(*positional, **keywords)

    def rows_kept(self) -> dict[str, Any]:
        """Which rows of the first table the step is about, as `Table.where` takes it; empty for all of them.

        >>> print(Step("nps", ("survey",), {"where": {"market": ["B2B"]}, "by": "channel"}).code())
        cx.nps(survey.where({'market': ['B2B']}), by='channel')
        """
        of = self.arguments[ON[self.call]] if self.call in ON else self.arguments
        return dict(of.get(WHERE) or {})

    def _parted(self) -> tuple[list[Any], dict[str, Any]]:
        """Arguments that stand before the tables, and the others."""
        first = [name for name in LEADING.get(self.call, ()) if name in self.arguments]
        rest = {n: v for n, v in self.arguments.items() if n not in {*first, ON.get(self.call), WHERE}}
        return [self.arguments[n] for n in first], rest

    def _canonical(self) -> str:
        return _compact([self.call, list(self.tables), dict(sorted(self.arguments.items()))])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Step) and self._canonical() == other._canonical()

    def __hash__(self) -> int:
        return hash(self._canonical())


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _no_table(name: str) -> Problem:
    return Problem(f"there is no table '{name}' in the workspace", do="Add it on the data page")


def _plain(value: Any, where: str, depth: int = 0) -> Any:
    """The value as plain JSON that prints as valid Python; a `Problem` for anything else."""
    if depth > DEPTH:
        raise Problem("it is nested too deeply", where=where)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if any("\ud800" <= sign <= "\udfff" for sign in value):
            raise Problem("it holds broken characters that no file can hold", where=where)
        return str(value)
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        if not math.isfinite(value):
            raise Problem("it must be a finite number", where=where)
        return float(value)
    if isinstance(value, list | tuple):
        return [_plain(item, where, depth + 1) for item in value]
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {str(key): _plain(item, where, depth + 1) for key, item in value.items()}
    raise Problem(
        f"a {type(value).__name__} is no plain value",
        where=where,
        do="Use text, numbers, yes or no, and lists of these",
    )
