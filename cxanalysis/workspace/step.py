"""A step: one call of a public function, as data. The app's unit of work, the notebook's line, the cache's key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cxanalysis.problem import Problem

#: Public functions that a step may call. Anything else in a link or a file is refused.
CALLS: Final = frozenset({"nps", "csat", "ces", "metric", "drivers", "link"})


@dataclass(frozen=True, slots=True)
class Step:
    """A call of `cxanalysis.<call>(*tables, **arguments)`.

    Parameters
    ----------
    call : str
        Name of a public function.
    tables : tuple of str
        Names of the workspace's tables handed over, in order.
    arguments : mapping
        Keyword arguments, plain JSON values only.

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
        if self.call not in CALLS:
            raise Problem(f"'{self.call}' is no step", do=f"Use one of: {', '.join(sorted(CALLS))}")
        if not all(isinstance(name, str) and name.isidentifier() for name in self.tables):
            raise Problem("a table's name in a step must be a plain word", where=str(self.tables))
        try:
            plain = json.loads(json.dumps(dict(self.arguments)))
        except (TypeError, ValueError) as error:
            raise Problem(f"the arguments of {self.call} are not plain JSON ({error})") from error
        if not all(key.isidentifier() for key in plain):
            raise Problem("an argument's name in a step must be a plain word", where=str(list(plain)))
        object.__setattr__(self, "tables", tuple(self.tables))
        object.__setattr__(self, "arguments", plain)

    def code(self) -> str:
        """The step as one line of Python."""
        words = [*self.tables, *(f"{name}={value!r}" for name, value in self.arguments.items())]
        return f"cx.{self.call}({', '.join(words)})"

    def to_json(self) -> str:
        """The step as compact JSON, for the disk and the address bar."""
        value = {"call": self.call, "tables": list(self.tables), "arguments": dict(self.arguments)}
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Step:
        """Read a step back; a `Problem` if the text is none."""
        try:
            value = json.loads(text)
            return cls(value["call"], tuple(value["tables"]), value["arguments"])
        except (ValueError, KeyError, TypeError) as error:
            if isinstance(error, Problem):
                raise
            raise Problem("this is not a step", do="Open the page without the step in its address") from error

    def key(self, tokens: Mapping[str, str]) -> str:
        """Hash of the step and the content tokens of its tables: the one cache key there is."""
        parts = [self.to_json(), *(tokens[name] for name in self.tables)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def run(self, tables: Mapping[str, Any]) -> Any:
        """Make the call with these tables and hand back its result."""
        import cxanalysis

        missing = [name for name in self.tables if name not in tables]
        if missing:
            raise Problem(f"there is no table '{missing[0]}' in the workspace", do="Add it on the data page")
        function = getattr(cxanalysis, self.call)
        return function(*(tables[name] for name in self.tables), **self.arguments)

    def __hash__(self) -> int:
        return hash(self.to_json())
