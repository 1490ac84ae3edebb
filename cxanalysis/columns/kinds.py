"""What a row can be (kind of source) and what a column can be (role)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

#: Kind of source → what one row of it is.
KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "survey": "one answer sheet",
        "invitations": "one invitation sent",
        "operations": "one order, delivery, visit or invoice",
        "contacts": "one contact with customer service",
        "complaints": "one complaint",
        "inquiries": "one question asked",
        "employee_feedback": "one remark or rating from staff",
        "reviews": "one public review or post",
        "customers": "one customer",
        "transactions": "one purchase",
        "usage": "one active day, session or event",
        "spend": "one period of sales and marketing cost",
    }
)

#: Kinds of source whose rows are answers: a failure there is a share of answers, not a failure rate.
ANSWER_KINDS: Final = ("survey", "reviews", "employee_feedback")

#: Role of a column → what it holds. A column has exactly one role.
ROLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "id": "the row's own number",
        "customer": "which customer (or respondent) the row belongs to",
        "order": "which order, visit or invoice the row belongs to",
        "date": "when it happened (answered, ordered, opened, sent)",
        "due": "when it was promised",
        "closed": "when it was finished (delivered, answered, solved, left)",
        "nps": "likelihood to recommend, 0 to 10",
        "csat": "overall satisfaction",
        "ces": "customer effort",
        "rating": "rating of one attribute",
        "flag": "yes or no (0/1): a failure, a choice, a fact",
        "choices": "several answers in one cell; each is a yes/no column of its own",
        "category": "one of a few groups (segment, channel, market, type)",
        "number": "a count or measure",
        "amount": "money",
        "text": "free text",
        "weight": "survey weight",
        "ignore": "left out of every analysis",
    }
)

#: Roles a score may have, in the order in which an outcome is looked for.
SCORES: Final[tuple[str, ...]] = ("nps", "csat", "ces")
