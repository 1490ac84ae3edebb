"""Values that stand for "no answer"."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MissingCode:
    """A value that stands for "no answer" in one column.

    Attributes
    ----------
    column : str
    code : str or float
        The value as the file has it.
    count : int
        In how many rows it appears.
    reason : str
        Why it is taken for a code, in words a reader can check.
    applied : bool
        Whether it is treated as no answer. A code that is only suspected is proposed, not applied.

    Examples
    --------
    >>> import cxanalysis as cx
    >>> code = cx.MissingCode("csat", 99.0, count=212, reason="outside the scale 1-5", applied=False)
    >>> code.column, code.applied
    ('csat', False)
    """

    column: str
    code: str | float
    count: int
    reason: str
    applied: bool = True
