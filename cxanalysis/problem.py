"""The one error a user of this package ever has to read."""

from __future__ import annotations


class Problem(ValueError):
    """Something asked for cannot be done; says what, where, and what to do instead.

    Parameters
    ----------
    what : str
        What is wrong, as a sentence without its full stop.
    where : str, optional
        The file, sheet, column or rows concerned.
    do : str, optional
        What the user can do about it, as a sentence without its full stop.

    Examples
    --------
    >>> print(Problem("the file is empty", where="survey.csv", do="Export it again"))
    survey.csv: the file is empty. Export it again.
    """

    def __init__(self, what: str, *, where: str | None = None, do: str | None = None) -> None:
        self.what, self.where, self.do = what, where, do
        # A line of Python at the start keeps its small letter.
        start = what if what.startswith("cx.") else f"{what[:1].upper()}{what[1:]}"
        stop = "" if what.endswith("?") else "."
        message = f"{where}: {what}{stop}" if where else f"{start}{stop}"
        # A question keeps its own mark.
        super().__init__(f"{message} {do}{'' if do.endswith('?') else '.'}" if do else message)
