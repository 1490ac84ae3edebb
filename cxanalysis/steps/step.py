"""A step: one call of a public function, as data. The app's unit of work, the notebook's line, the cache's key."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from numbers import Integral, Real
from typing import Any, Final

from cxanalysis.engine.where import conditions
from cxanalysis.problem import Problem
from cxanalysis.steps.call import Call, Makes
from cxanalysis.steps.plain_names import is_plain_word, may_name_a_table
from cxanalysis.steps.python_source import WIDTH, call, literal
from cxanalysis.steps.registry import CALLS

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
        If the call is not registered, a name could not stand in code, or an argument is no plain JSON.

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
            raise _no_step(self.call)
        if isinstance(self.tables, str) or not all(may_name_a_table(name) for name in self.tables):
            raise Problem(f"a step names its tables by plain words, not by {self.tables!r}", where=self.call)
        if not self.registered.takes.fits(len(self.tables)):
            raise Problem(f"cx.{self.call} takes {self.registered.takes.value}, not {self.tables}")
        if not isinstance(self.arguments, Mapping):
            raise Problem("the arguments of a step are a mapping from name to value", where=self.call)
        for name in self.arguments:
            if not is_plain_word(name):
                raise Problem(f"{name!r} cannot be the name of an argument", where=f"cx.{self.call}")
        arguments = {name: _plain(value, f"{name} of cx.{self.call}") for name, value in self.arguments.items()}
        if (on := self.registered.on) and not isinstance(arguments.get(on), dict):
            raise Problem(f"it needs the arguments of cx.{on}", where=f"cx.{self.call}")
        conditions(arguments.get(WHERE) or None)
        object.__setattr__(self, "tables", tuple(self.tables))
        object.__setattr__(self, "arguments", arguments)

    @property
    def registered(self) -> Call:
        """What the registry knows of its call."""
        return CALLS[self.call]

    @property
    def makes_table(self) -> bool:
        """Whether its result is a table, or holds one."""
        return self.registered.makes is not Makes.RESULT

    def table_of(self, result: Any) -> Any:
        """The table in its result."""
        return result if self.registered.makes is Makes.TABLE else result.table

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
            rows = rows if self.registered.with_rows else []
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
        on = self.registered.on
        return Step(on, self.tables, self.arguments[on]) if on else None

    def carried_to(self, call: str, /, *, further_tables: Iterable[str] = (), **arguments: Any) -> Step:
        """Another call about the same rows: same tables, same part of them, and every argument that both share.

        So a section under an analysis cannot drop the filter, the weight or the customer that the analysis has.

        Parameters
        ----------
        call : str
            Name of the other call.
        further_tables : names of tables
            That the other call takes beside those of this one.
        **arguments
            Further arguments of the other call; they win over those that are carried.

        Examples
        --------
        >>> asked = {"outcome": "csat", "drivers": ["late"], "method": "johnson", "where": {"market": ["B2B"]}}
        >>> step = Step("drivers", ("survey",), asked)
        >>> print(step.carried_to("asymmetry", drivers=["delivery"]).code())
        cx.asymmetry(survey.where({'market': ['B2B']}), outcome='csat', drivers=['delivery'])
        >>> print(step.carried_to("what_if", changes={"late": {"to": 0.1}}).code(width=200))
        cx.what_if(cx.drivers(survey.where({'market': ['B2B']}), outcome='csat', drivers=['late'], method='johnson'), \
changes={'late': {'to': 0.1}})
        """
        source, other = self.inner() or self, CALLS.get(call)
        if other is None:
            raise _no_step(call)
        carried: dict[str, Any]
        if other.on:
            inner = source if source.call == other.on else source.carried_to(other.on)
            carried = {other.on: dict(inner.arguments)}
        else:
            carried = {
                name: value
                for name, value in source.arguments.items()
                if name == WHERE or source.registered.goes_over(name, other)
            }
        return Step(call, (*source.tables, *further_tables), {**carried, **arguments})

    def on(self, *tables: str) -> Step:
        """The same call on other tables."""
        return replace(self, tables=tables)

    def run(self, tables: Mapping[str, Any], *, made: Any = None) -> Any:
        """Make the call with these tables and hand back its result.

        `made` is the result of `inner` on the same tables, where the caller has it already.
        """
        for name in self.tables:
            if name not in tables:
                raise _no_table(name)
        function = self.registered.load()
        leading, keywords = self._parted()
        inner = self.inner()
        rows = [tables[name] for name in self.tables]
        if some := self.rows_kept():
            rows[0] = rows[0].where(some)
        positional = [*leading, *rows]
        if inner:
            positional = [inner.run(tables) if made is None else made, *(rows if self.registered.with_rows else ())]
        try:
            self.registered.signature().bind(*positional, **keywords)
        except TypeError as error:
            raise Problem(f"cx.{self.call} cannot be called so ({error})", do="Check the step's arguments") from error
        return function(*positional, **keywords)

    def rows_kept(self) -> dict[str, Any]:
        """Which rows of the first table the step is about, as `Table.where` takes it; empty for all of them.

        >>> print(Step("nps", ("survey",), {"where": {"market": ["B2B"]}, "by": "channel"}).code())
        cx.nps(survey.where({'market': ['B2B']}), by='channel')
        """
        of = self.arguments[on] if (on := self.registered.on) else self.arguments
        return dict(of.get(WHERE) or {})

    def _parted(self) -> tuple[list[Any], dict[str, Any]]:
        """Arguments that stand before the tables, and the others."""
        first = [name for name in self.registered.leading if name in self.arguments]
        rest = {n: v for n, v in self.arguments.items() if n not in {*first, self.registered.on, WHERE}}
        return [self.arguments[n] for n in first], rest

    def _canonical(self) -> str:
        return _compact([self.call, list(self.tables), dict(sorted(self.arguments.items()))])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Step) and self._canonical() == other._canonical()

    def __hash__(self) -> int:
        return hash(self._canonical())


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _no_step(call: object) -> Problem:
    return Problem(f"'{call}' is no step", do=f"Use one of: {', '.join(sorted(CALLS))}")


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
