"""The one file of tokens: colours, fonts and sizes of the house, for charts, pages, decks and hand-outs alike.

A colour means one thing only. Loss is vermilion and gain is blue-green, in the spirit of Okabe and Ito (2008), so that
they stay apart for the colour-blind; every colour in which words may be set has a contrast of at least 4.5 : 1.
No font is shipped: the app's own server hands out Source Sans from disk, other places fall back to what they have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from cxanalysis.problem import Problem

Mode = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one mode, as hexadecimal RGB.

    Attributes
    ----------
    background, surface : str
        The page, and what lies on it (side bar, tiles, tooltips).
    ink, muted : str
        Words that are read, and words that are only looked up. Both are readable on background and surface.
    grid : str
        Lines that are nearly not there.
    accent : str
        "This": the one thing spoken of.
    rest : str
        "The rest", and what cannot be told from zero. For marks, not for words.
    loss, gain : str
        Points lost and points won.
    """

    background: str
    surface: str
    ink: str
    muted: str
    grid: str
    accent: str
    rest: str
    loss: str
    gain: str


LIGHT: Final = Palette(
    background="#FFFFFF",
    surface="#F6F5F1",
    ink="#1F2328",
    muted="#5C6470",
    grid="#E4E3DE",
    accent="#0B5CAD",
    rest="#8B929C",
    loss="#BF4600",
    gain="#006F58",
)
DARK: Final = Palette(
    background="#15181C",
    surface="#1D2126",
    ink="#E8E6E1",
    muted="#A3AAB4",
    grid="#30353C",
    accent="#74B3F5",
    rest="#7C848F",
    loss="#FF8B4D",
    gain="#45D6B1",
)

#: Fonts by name, first found first. "Source Sans" is the name under which Streamlit serves it. Names of three words,
#: such as Source Sans Pro, are left out: vl-convert measures text in them half as wide again as it then draws it.
FONT: Final = "'Source Sans', 'Liberation Sans', Arial, Helvetica, sans-serif"
FONT_MONO: Final = "'Source Code Pro', 'Liberation Mono', Menlo, Consolas, monospace"

#: Sizes of type in charts, in pixels.
SIZE_NAME: Final = 14
SIZE_TEXT: Final = 13
SIZE_SMALL: Final = 12
WEIGHT_STRONG: Final = 600

#: Line widths and dot area (square pixels).
LINE: Final = 2.5
HAIRLINE: Final = 1.0
DOT: Final = 85

#: From this width on (pixels) words stand beside the marks, below it above them.
WIDE: Final = 560
#: The width a chart is drawn at where nothing says how wide it is (narrow enough for a phone).
FALLBACK_WIDTH: Final = 360


def palette(mode: str) -> Palette:
    """The colours of a mode.

    Examples
    --------
    >>> palette("dark").background
    '#15181C'
    """
    if mode not in ("light", "dark"):
        raise Problem(f"'{mode}' is no mode of the charts", do="Use 'light' or 'dark'")
    return LIGHT if mode == "light" else DARK
