"""What is true at Vela & Wren: who its customers are, what goes wrong, and what that does to them.

Every number here is a decision about the fictional company. The analysis is never told; `truth.json` says what it
should find.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

#: The company, as its texts call it: office and home-office supplies, sold online to people and to firms.
NAME: Final = "Vela & Wren"
#: First and last day of the log of orders and contacts: 24 months.
LOG_BEGIN: Final = np.datetime64("2023-07-01")
LOG_END: Final = np.datetime64("2025-06-30")
DAYS: Final = int((LOG_END - LOG_BEGIN).astype(int)) + 1
#: The survey began six weeks after the log, so its first answers look back further than the log reaches.
SURVEY_BEGIN: Final = np.datetime64("2023-08-15")
#: A failure is remembered for this many days.
WINDOW_DAYS: Final = 60
#: Customers in one chunk: one chunk is the sample as shipped, a hundred of them are `--scale 100`.
CUSTOMERS: Final = 4_800
#: From this day on a new warehouse delivers late twice as often as the old one.
WAREHOUSE_MOVE: Final = np.datetime64("2025-01-01")


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that can go wrong.

    Attributes
    ----------
    table : str
        Table whose column has the failure's name.
    happened : str
        Date column at which the customer's expectation breaks.
    latent : float
        What it does to the willingness to recommend, in points of a 0-10 scale before rounding and clipping.
    effort : float
        The same for ease (1-7).
    attribute : str or None
        The attribute rating it spoils besides, and by how much (1-5).
    attribute_effect : float
    """

    table: str
    happened: str
    latent: float
    effort: float
    attribute: str | None
    attribute_effect: float


#: Failure → what it does. `slot_changed` is pure noise: many suspect it, it does nothing to anything.
FAILURES: Final[dict[str, Failure]] = {
    "late": Failure("operations", "promised", -1.45, -0.3, "rate_delivery", -1.1),
    "claim": Failure("operations", "claim_opened", -2.30, -0.8, "rate_service", -0.5),
    "invoice_corrected": Failure("operations", "invoice_corrected_on", -0.64, -0.3, "rate_invoicing", -1.2),
    "returned": Failure("operations", "returned_on", -0.42, -0.2, "rate_product", -0.9),
    "slot_changed": Failure("operations", "ordered", 0.0, 0.0, None, 0.0),
    "second_contact": Failure("contacts", "opened", -1.38, -1.3, "rate_service", -0.9),
    "technical_fault": Failure("contacts", "opened", -0.78, -0.6, "rate_website", -1.0),
}
NOISE: Final = "slot_changed"

#: Attribute → mean rating where nothing went wrong, and how much of the general mood it takes over.
ATTRIBUTES: Final[dict[str, tuple[float, float]]] = {
    "rate_delivery": (4.5, 0.30),
    "rate_product": (4.4, 0.35),
    "rate_price": (3.7, 0.25),
    "rate_website": (4.2, 0.30),
    "rate_service": (4.3, 0.40),
    "rate_invoicing": (4.4, 0.25),
}

#: Willingness to recommend where nothing went wrong; what a customer's temper and the mood of the day add (sd).
RECOMMEND: Final = 9.35
TEMPER_SD: Final = 0.75
MOOD_SD: Final = 0.95
#: Customers who answer in Spanish give a little more; it has nothing to do with what happened to them.
SPANISH: Final = 0.15

#: Some customers answer nearly always, others hardly ever (sd, on the log-odds scale).
READINESS_SD: Final = 0.8

#: (type, market) → share of the invitations that is answered when nothing else is known.
RESPONSE: Final[dict[tuple[str, str], float]] = {
    ("relational", "business"): 0.29,
    ("relational", "consumer"): 0.15,
    ("transactional", "business"): 0.24,
    ("transactional", "consumer"): 0.18,
}
