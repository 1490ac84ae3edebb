"""A step that customers should not need, as a table can show it."""

from __future__ import annotations

from dataclasses import dataclass

from cxanalysis.labels import spoken


@dataclass(frozen=True, slots=True)
class UnnecessaryRule:
    """A step that a table can show: two rows that agree in these columns, soon after each other.

    Attributes
    ----------
    table : str
    step : str
        What the second row is called as a failure.
    columns : tuple of str
        The customer (or order), and what makes it the same matter.

    Examples
    --------
    >>> UnnecessaryRule("contacts", "second_contact", ("customer", "reason")).words
    'second contact for the same reason, from contacts'
    """

    table: str
    step: str
    columns: tuple[str, ...]

    @property
    def repeated(self) -> dict[str, list[str]]:
        """The rule as `cx.unnecessary` takes it."""
        return {self.step: list(self.columns)}

    @property
    def words(self) -> str:
        """The rule as it is offered."""
        return f"{spoken(self.step)} for the same {spoken(self.columns[-1])}, from {spoken(self.table)}"
