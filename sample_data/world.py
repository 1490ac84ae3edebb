"""One chunk of the company: a few thousand customers and everything that happens to them in 24 months."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from sample_data import money, voices
from sample_data.company import CUSTOMERS, FAILURES
from sample_data.operations import contacts, customers, moments, orders
from sample_data.survey import answers, invitations
from sample_data.verbatims import verbatims

#: Numbers kept free for the ids of one chunk.
ROOM: Final = 100_000
#: Orders that the export holds twice.
DOUBLED_ORDERS: Final = 43


@dataclass(frozen=True, slots=True)
class Core:
    """The part of a chunk that decides the answers; times are days since the log began, _columns are not known.

    Attributes
    ----------
    customers, orders, contacts, invitations, answers : DataFrame
    """

    customers: pd.DataFrame
    orders: pd.DataFrame
    contacts: pd.DataFrame
    invitations: pd.DataFrame
    answers: pd.DataFrame


def core(seed: int, chunk: int = 0) -> Core:
    """What happens to the customers of one chunk, and what they answer."""
    rng = np.random.default_rng([seed, chunk, 0])
    people = customers(rng, chunk * CUSTOMERS + 1)
    placed = orders(rng, people, chunk * ROOM + 1)
    calls = contacts(rng, people, placed, chunk * ROOM + 1)
    asked = invitations(rng, people, placed, chunk * ROOM + 1)
    return Core(people, placed, calls, asked, answers(rng, people, asked, placed, calls))


def sources(seed: int, chunk: int = 0) -> dict[str, pd.DataFrame]:
    """Every table of one chunk as the company's systems hold it, before the mess of the exports."""
    world = core(seed, chunk)
    rng = np.random.default_rng([seed, chunk, 1])
    first = chunk * ROOM + 1
    tables = {
        "customers": _known_customers(world.customers),
        "operations": operations_table(rng, world.orders),
        "contacts": contacts_table(world.contacts),
        "invitations": _known_invitations(rng, world),
        "survey": survey_table(rng, world.answers),
        "complaints": voices.complaints(rng, world.orders, world.contacts, first),
        "inquiries": voices.inquiries(rng, world.customers, first),
        "reviews": voices.reviews(rng, world.answers, first),
        "transactions": money.transactions(rng, world.orders),
        "usage": money.usage(rng, world.customers),
        "employee_feedback": voices.employee_feedback(rng, first),
    }
    if chunk == 0:
        tables["spend"] = money.spend(rng)
    return tables


def _known_customers(people: pd.DataFrame) -> pd.DataFrame:
    known = people[["customer", "market", "segment", "country", "language", "plan"]].copy()
    known["started"] = moments(people["_start"].to_numpy())
    known["ended"] = moments(np.where(np.isinf(people["_end"]), np.nan, people["_end"]))
    return known


def operations_table(rng: np.random.Generator | None, placed: pd.DataFrame) -> pd.DataFrame:
    """Orders as the shop exports them; with a generator, a few of them come twice."""
    table = placed[["order", "customer"]].copy()
    for column in ("ordered", "promised", "delivered", "claim_opened", "returned_on", "invoice_corrected_on"):
        table[column] = moments(placed[column].to_numpy())
    flags = [failure for failure, what in FAILURES.items() if what.table == "operations"]
    table[[*flags, "channel", "amount"]] = placed[[*flags, "channel", "amount"]]
    if rng is None:
        return table
    twice = np.sort(rng.choice(len(table), DOUBLED_ORDERS, replace=False))
    return pd.concat([table, table.iloc[twice]]).sort_values("ordered", kind="stable", ignore_index=True)


def contacts_table(calls: pd.DataFrame) -> pd.DataFrame:
    """Contacts as the call centre exports them."""
    table = calls[["contact", "customer", "order"]].copy()
    table["opened"], table["closed"] = moments(calls["opened"].to_numpy()), moments(calls["closed"].to_numpy())
    columns = ["channel", "reason", "handle_seconds", "second_contact", "technical_fault"]
    table[columns] = calls[columns]
    return table


def _known_invitations(rng: np.random.Generator, world: Core) -> pd.DataFrame:
    asked = world.invitations
    answered = asked["invitation"].isin(world.answers["invitation"]).to_numpy()
    fate = rng.choice(["unanswered", "bounced", "refused", "broken off"], len(asked), p=[0.93, 0.035, 0.015, 0.02])
    table = asked[["invitation", "customer", "order", "type", "market", "channel", "language"]].copy()
    table["sent"] = moments(asked["sent"].to_numpy())
    table["outcome"] = np.where(answered, "answered", fate)
    return table


def survey_table(rng: np.random.Generator | None, given: pd.DataFrame) -> pd.DataFrame:
    """Answers as the survey tool holds them; without a generator, without the words."""
    table = pd.DataFrame({"answer": given["invitation"].str.replace("I", "A", n=1)})
    table["customer"], table["order"] = given["customer"], given["order"]
    table["answered"] = moments(given["answered"].to_numpy())
    ratings = [c for c in given.columns if c.startswith("rate_")]
    columns = ["type", "market", "channel", "language", "recommend", "csat", "ces", *ratings]
    table[columns] = given[columns]
    if rng is not None:
        table["comment"] = verbatims(rng, given, list(FAILURES))
    return table
