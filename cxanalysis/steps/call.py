"""A call as the registry knows it: what may be called, with how many tables, and what comes out."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import Any


class Takes(StrEnum):
    """How many tables a call takes."""

    ONE = "one table"
    ONE_OR_TWO = "one table or two"
    TWO_OR_MORE = "two tables or more"
    ONE_OR_MORE = "one table or more"

    def fits(self, n: int) -> bool:
        """Whether so many tables are right."""
        least = 2 if self is Takes.TWO_OR_MORE else 1
        most = {Takes.ONE: 1, Takes.ONE_OR_TWO: 2}.get(self, n)
        return least <= n <= most


class Makes(StrEnum):
    """What comes out of a call, as far as tables are concerned."""

    RESULT = "a result"
    RESULT_WITH_TABLE = "a result that holds a Table"
    TABLE = "a Table"


@dataclass(frozen=True, slots=True)
class Call:
    """A public function that a step may call.

    Attributes
    ----------
    name : str
        As in `cx.<name>`.
    function : str
        Where it is, "module:function".
    result : str
        The class of what it returns, "module:class".
    heading : str
        What stands above its result in a notebook.
    about : str
        The argument whose value follows the heading; "" for none.
    takes : Takes
    makes : Makes
    table_in : str
        The attribute of the result that is the Table it makes.
    leading : tuple of str
        Arguments that stand before the tables: `cx.metric("churn", customers)`.
    on : str
        The call on whose result it is made, whose arguments stand under that call's name; "" for none:
        `cx.what_if(cx.drivers(survey, outcome="csat"), changes={…})` has the arguments `drivers` and `changes`.
    with_rows : bool
        Of a call on a result: whether it takes the tables too.
    chart : str
        The function of `cx.charts` that draws its result; "" where nothing does.
    options_of : str
        The argument that names the metric to which further arguments are handed on; "" for none.
    carries : frozenset of str
        Arguments that, where both functions have them, mean the same in every call that carries them: a section under
        a page's analysis takes them over (`Step.carried_to`).
    """

    name: str
    function: str
    result: str
    heading: str
    about: str = ""
    takes: Takes = Takes.ONE
    makes: Makes = Makes.RESULT
    table_in: str = "table"
    leading: tuple[str, ...] = ()
    on: str = ""
    with_rows: bool = True
    chart: str = ""
    options_of: str = ""
    carries: frozenset[str] = frozenset()

    @property
    def module(self) -> str:
        """The module that holds the function."""
        return self.function.partition(":")[0]

    def load(self) -> Any:
        """The function itself."""
        return _named(self.function)

    def result_class(self) -> type:
        """The class of what it returns."""
        found: type = _named(self.result)
        return found

    def signature(self) -> inspect.Signature:
        """The function's signature."""
        return _signature(self.load())

    def names(self, argument: str) -> bool:
        """Whether the function has a parameter of this name of its own."""
        parameter = self.signature().parameters.get(argument)
        return parameter is not None and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)

    def goes_over(self, argument: str, other: Call) -> bool:
        """Whether an argument of this call holds for another call that looks at the same rows.

        It does if both carry it and the other has it; between two calls that hand options on to a metric, the
        metric's own options do too.
        """
        if argument in self.carries & other.carries:
            return other.names(argument) or bool(other.options_of)
        return bool(self.options_of and other.options_of) and not self.names(argument)


def _named(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


@cache
def _signature(function: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(function)
