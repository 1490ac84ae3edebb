"""A formula in words as LaTeX, for a page that renders it; words stay words, whatever signs are in them."""

from __future__ import annotations

import re
from typing import Final

#: Signs that mean something to LaTeX → what shows them.
_SIGNS: Final = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "_": r"\_", "%": r"\%",
    "^": r"\^{}", "~": r"\~{}", "−": "-", "–": "-", "<": r"\lt{}", ">": r"\gt{}",
}  # fmt: skip
#: A part of more characters runs off a phone's screen: formulas do not wrap.
LONGEST: Final = 46


def latex(formula: str) -> str | None:
    """The formula as LaTeX: a fraction where there is one line of division; None where it is too long to render.

    Parameters
    ----------
    formula : str
        "customers lost / customers at the start", "100 × answers at least 4 / all answers".

    Examples
    --------
    >>> print(latex("100 × answers at least 4 / all answers"))
    100 \\times \\frac{\\text{answers at least 4}}{\\text{all answers}}
    >>> print(latex("% promoters - % detractors"))
    \\text{\\% promoters} - \\text{\\% detractors}
    >>> latex("a very long sentence about a formula that nobody could ever read on a telephone") is None
    True
    """
    flat = " ".join(formula.split())
    sides = re.split(r"\s+/\s+|(?<=\w)/(?=\w)", flat)
    if not flat or len(sides) > 2 or any(len(side) > LONGEST for side in sides) or re.search(r"[\\{}$^~]", flat):
        return None
    if len(sides) == 1:
        return " - ".join(_words(part) for part in re.split(r"\s+[-−–]\s+|\s+minus\s+", flat))
    factor = re.match(r"(\d+)\s*[×x*·]\s*(.+)", sides[0])
    above = factor[2] if factor else sides[0]
    fraction = rf"\frac{{{_words(above)}}}{{{_words(sides[1])}}}"
    return rf"{factor[1]} \times {fraction}" if factor else fraction


def _words(text: str) -> str:
    return rf"\text{{{''.join(_SIGNS.get(sign, sign) for sign in text)}}}"
