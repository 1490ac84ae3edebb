"""Which of an answer sheet's times is the one it was handed in at."""

from __future__ import annotations

from typing import Final

from cxanalysis.recognise.plain_roles import RoleGuess
from cxanalysis.recognise.recognition import Recognition

#: Words in the names of the times at which an answer sheet was handed in, and of its other times.
_ENDED: Final = frozenset(
    [
        "end",
        "completed",
        "finished",
        "completion",
        "finalizacion",
        "fertigstellungszeit",
        "fin",
        "conclusao",
        "submitdate",
        "submit",
        "submitted",
    ]
)
_STARTED: Final = frozenset(["start", "started", "startdate", "recorded", "datestamp", "inicio", "startzeit", "debut"])


def when_answered(found: Recognition) -> None:
    """Of an answer sheet's dates keep one: when it was handed in. Start and time of recording are left out."""
    timed = [name for name, guess in found.guesses.items() if guess.role in ("date", "closed")]
    ended = [name for name in timed if _ENDED & _words(found, name)]
    for name in ended:
        found.guesses[name] = RoleGuess("date", 0.85, "when the answer sheet was handed in")
    for name in timed if ended else ():
        if found.guesses[name].role == "date" and name not in ended and _STARTED & _words(found, name):
            found.guesses[name] = RoleGuess("ignore", 0.7, f"another time of the same answer; '{ended[0]}' is used")


def _words(found: Recognition, name: str) -> set[str]:
    return set(found.facts[name].words.split())
