"""A published value to hold a metric against: where it is from, and of how many."""

from __future__ import annotations

from dataclasses import dataclass

from cxanalysis.catalogue.plain_figure import plain_number
from cxanalysis.numbers import known
from cxanalysis.problem import Problem


@dataclass(frozen=True, slots=True)
class Benchmark:
    """What others reached.

    Parameters
    ----------
    value : float
        In the metric's unit.
    source : str
        Who measured it, where it is written.
    n : int or None
        Answers it rests on, where known: then the comparison is one of two samples, else with a fixed number.
    year : int or None

    Examples
    --------
    >>> Benchmark(44, "industry survey", n=1200).describe()
    '44 (industry survey, n = 1,200)'
    """

    value: float
    source: str
    n: int | None = None
    year: int | None = None

    def __post_init__(self) -> None:
        if not known(self.value):
            raise Problem("a benchmark needs a value", where="benchmark", do="Give a number in the metric's unit")
        if not self.source.strip():
            raise Problem("a benchmark without a source is a rumour", where="benchmark", do="Say who measured it")
        if self.n is not None and self.n < 1:
            raise Problem(f"a benchmark cannot rest on {self.n} answers", do="Leave n out where it is not known")

    def describe(self) -> str:
        """Value, source, year and n in a few words."""
        facts = [self.source, str(self.year) if self.year else "", f"n = {self.n:,}" if self.n else ""]
        return f"{plain_number(self.value)} ({', '.join(fact for fact in facts if fact)})"
