"""Where each page lies. Whole paths, because the frame runs from here and from `app.py`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

PAGES: Final = Path(__file__).resolve().parents[1]

START: Final = PAGES / "collect" / "start.py"
DATA: Final = PAGES / "collect" / "data.py"
LINKS: Final = PAGES / "collect" / "links.py"
QUALITY: Final = PAGES / "collect" / "quality.py"
ANSWERED: Final = PAGES / "collect" / "answered.py"
OVERVIEW: Final = PAGES / "measure" / "overview.py"
MONITOR: Final = PAGES / "measure" / "monitor.py"
METRICS: Final = PAGES / "measure" / "metrics.py"
DRIVERS: Final = PAGES / "explain" / "drivers.py"

#: The picture in the browser's tab.
MARK: Final = PAGES / "parts" / "mark.svg"
#: The script that the server runs for every page.
FRAME: Final = PAGES / "parts" / "frame.py"
