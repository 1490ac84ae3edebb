"""All that is recognised in the rows of one table."""

from __future__ import annotations

from dataclasses import dataclass, field

from cxanalysis.columns.column_facts import ColumnFacts
from cxanalysis.columns.missing_code import MissingCode
from cxanalysis.columns.multiple_choice import Choices
from cxanalysis.columns.scales.scale import Scale
from cxanalysis.columns.scales.word_scales import WordScale
from cxanalysis.recognise.doubt import Doubt
from cxanalysis.recognise.plain_roles import RoleGuess


@dataclass(slots=True)
class Recognition:
    """All that is recognised in the rows of one table."""

    facts: dict[str, ColumnFacts]
    guesses: dict[str, RoleGuess]
    codes: list[MissingCode] = field(default_factory=list)
    formats: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    choices: dict[str, Choices] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    worded: dict[str, WordScale] = field(default_factory=dict)

    def roles(self) -> dict[str, str]:
        """Column → role."""
        return {name: guess.role for name, guess in self.guesses.items()}

    def scales(self) -> dict[str, Scale]:
        """Column → scale, for the columns that have one."""
        return {name: guess.scale for name, guess in self.guesses.items() if guess.scale is not None}

    def reasons(self) -> dict[str, tuple[float, str]]:
        """Column → confidence and reason."""
        return {name: (guess.confidence, guess.reason) for name, guess in self.guesses.items()}
