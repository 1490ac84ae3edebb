"""Calibration tests share the worlds in `designs.py`, which the full run in `benchmarks/` imports too."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
