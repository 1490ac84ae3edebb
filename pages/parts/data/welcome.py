"""What a newcomer sees: the question, a place to drop files, a company to try it on."""

from __future__ import annotations

import cxanalysis as cx
from pages.parts import results
from pages.parts.data import sample_company, upload


def show(workspace: cx.Workspace) -> None:
    """Draw the start."""
    results.title("What do your customers' experiences cost you, and what should you fix first?")
    upload.receive(workspace, "Drop files here: surveys, orders, complaints, reviews")
    sample_company.offer(workspace, primary=True)
    results.faint("Stays on this computer. Nothing is sent anywhere.")
