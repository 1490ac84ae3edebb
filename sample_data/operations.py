"""Customers, their orders and their contacts with customer service."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sample_data.company import CUSTOMERS, DAYS, LOG_BEGIN, WAREHOUSE_MOVE

Days = NDArray[np.float64]


def moments(days: Days) -> pd.DatetimeIndex:
    """Days since the log began → points in time, to the minute; missing stays missing."""
    whole = np.where(np.isnan(days), 0, np.floor(np.nan_to_num(days) * 1440)).astype("timedelta64[m]")
    times = LOG_BEGIN.astype("datetime64[m]") + whole
    times[np.isnan(days)] = np.datetime64("NaT")
    return pd.DatetimeIndex(times.astype("datetime64[s]"))


def clock(rng: np.random.Generator, n: int) -> Days:
    """A time of day between 7 and 22 o'clock, as a fraction of a day."""
    return (7 + 15 * rng.beta(2, 2, n)) / 24


def customers(rng: np.random.Generator, first: int) -> pd.DataFrame:
    """One row a customer; columns that begin with _ are not known to the company."""
    n = CUSTOMERS
    business = rng.random(n) < 0.35
    spanish = rng.random(n) < 0.45
    country = np.where(spanish, rng.choice(["ES", "MX"], n, p=[0.8, 0.2]), rng.choice(["GB", "IE"], n, p=[0.8, 0.2]))
    # 70 % were customers before the log began; the others came while it ran.
    started = np.where(rng.random(n) < 0.7, -rng.integers(30, 1500, n), rng.integers(0, DAYS - 60, n)).astype(float)
    size = np.where(business, rng.choice(["small firm", "mid-size firm", "large firm"], n, p=[0.6, 0.3, 0.1]), "person")
    return pd.DataFrame(
        {
            "customer": np.char.add("C", np.char.zfill((first + np.arange(n)).astype(str), 7)),
            "market": np.where(business, "business", "consumer"),
            "segment": size,
            "country": country,
            "language": np.where(spanish, "es", "en"),
            "plan": np.where(rng.random(n) < 0.25, "Vela Plus", "none"),
            "_rate": rng.gamma(2.5, 0.56 / 2.5, n),
            "_temper": rng.standard_normal(n),
            "_ready": rng.standard_normal(n),
            "_start": started,
            "_end": np.full(n, np.inf),
        }
    )


def orders(rng: np.random.Generator, people: pd.DataFrame, first: int) -> pd.DataFrame:
    """One row an order with everything that went wrong with it; ends customers who leave over it."""
    n_of = rng.poisson(people["_rate"].to_numpy() * DAYS / 30.4)
    who = np.repeat(np.arange(len(people)), n_of)
    day = np.floor(rng.random(len(who)) * DAYS)
    kept = day >= people["_start"].to_numpy()[who]
    who, day = who[kept], day[kept]
    order = np.argsort(day, kind="stable")
    who, day = who[order], day[order]
    n = len(who)
    business = people["market"].to_numpy()[who] == "business"

    ordered = day + clock(rng, n)
    promised = day + rng.choice([2.0, 3.0, 5.0], n, p=[0.3, 0.5, 0.2])
    moved = day >= (WAREHOUSE_MOVE - LOG_BEGIN).astype(float)
    late = rng.random(n) < np.where(moved, 0.165, 0.085)
    lost = late & (rng.random(n) < 0.05)
    delay = np.where(late, 1 + rng.geometric(0.22, n), -rng.integers(0, 2, n))
    delivered = np.where(lost, np.nan, promised + delay + clock(rng, n))
    arrived = np.floor(np.where(np.isnan(delivered), promised + 6, delivered))

    claim = rng.random(n) < np.where(late, 0.045, 0.0115)
    returned = rng.random(n) < 0.035
    corrected = rng.random(n) < np.where(business, 0.060, 0.016)
    changed = rng.random(n) < 0.038
    frame = pd.DataFrame(
        {
            "order": np.char.add("O", np.char.zfill((first + np.arange(n)).astype(str), 8)),
            "customer": people["customer"].to_numpy()[who],
            "ordered": ordered,
            "promised": promised,
            "delivered": delivered,
            "claim_opened": np.where(claim, arrived + rng.integers(1, 9, n), np.nan),
            "returned_on": np.where(returned, arrived + rng.integers(2, 15, n), np.nan),
            "invoice_corrected_on": np.where(corrected, day + rng.integers(6, 21, n), np.nan),
            "late": late.astype(np.int8),
            "slot_changed": changed.astype(np.int8),
            "channel": rng.choice(["web", "app", "phone"], n, p=[0.62, 0.3, 0.08]),
            "amount": np.round(np.exp(rng.normal(np.where(business, 4.9, 3.7), 0.6)), 2),
            "_who": who,
        }
    )
    _not_yet(frame)
    _leave(rng, people, frame)
    return frame[frame["ordered"] < people["_end"].to_numpy()[frame["_who"]]].reset_index(drop=True)


def _not_yet(frame: pd.DataFrame) -> None:
    """What lies after the day of the export is not in the export."""
    for column in ("delivered", "claim_opened", "returned_on", "invoice_corrected_on"):
        frame.loc[frame[column] >= DAYS, column] = np.nan
    frame["late"] = frame["late"].where(frame["promised"] < DAYS, 0)
    for flag, when in (
        ("claim", "claim_opened"),
        ("returned", "returned_on"),
        ("invoice_corrected", "invoice_corrected_on"),
    ):
        frame[flag] = frame[when].notna().astype(np.int8)


def _leave(rng: np.random.Generator, people: pd.DataFrame, frame: pd.DataFrame) -> None:
    """Who leaves, and when: now and then without a reason, more often some weeks after a late order or a claim."""
    base = np.maximum(people["_start"].to_numpy(), 0) + rng.exponential(4200, len(people))
    angry = rng.random(len(frame)) < 0.02 * frame["late"] + 0.04 * frame["claim"]
    leaving = frame.loc[angry, ["_who", "promised"]]
    after = np.full(len(people), np.inf)
    np.minimum.at(
        after, leaving["_who"].to_numpy(), leaving["promised"].to_numpy() + 10 + rng.exponential(30, len(leaving))
    )
    end = np.minimum(base, after)
    people["_end"] = np.where(end < DAYS, np.floor(end), np.inf)


def contacts(rng: np.random.Generator, people: pd.DataFrame, placed: pd.DataFrame, first: int) -> pd.DataFrame:
    """One row a contact; a second one about the same matter within a week is flagged."""
    asked = [
        _about(rng, placed, "late", "promised", "where is my order", 0.25),
        _about(rng, placed, "claim", "claim_opened", "claim", 0.45),
        _about(rng, placed, "returned", "returned_on", "return", 0.30),
        _about(rng, placed, "invoice_corrected", "invoice_corrected_on", "invoice", 0.40),
        _at_any_time(rng, people, 0.055, "app or website does not work"),
        _at_any_time(rng, people, 0.030, "product question"),
        _at_any_time(rng, people, 0.025, "account or delivery address"),
    ]
    opening = pd.concat(asked, ignore_index=True)
    opening = opening[
        (opening["opened"] < DAYS) & (opening["opened"] < people["_end"].to_numpy()[opening["_who"]] + 30)
    ]
    opening = opening.assign(second_contact=0)
    again = opening[rng.random(len(opening)) < 0.36].copy()
    again["opened"] = np.floor(again["opened"]) + rng.integers(1, 7, len(again)) + clock(rng, len(again))
    again["second_contact"] = 1
    frame = pd.concat([opening, again[again["opened"] < DAYS]]).sort_values("opened", kind="stable", ignore_index=True)
    n = len(frame)
    frame["technical_fault"] = (frame["reason"].str.startswith("app") & (frame["second_contact"] == 0)).astype(np.int8)
    wait = rng.exponential(np.where(frame["second_contact"] == 1, 1.6, 0.7), n)
    frame["closed"] = np.where(frame["opened"] + wait < DAYS, frame["opened"] + wait, np.nan)
    frame["channel"] = rng.choice(["phone", "chat", "email"], n, p=[0.45, 0.3, 0.25])
    frame["handle_seconds"] = np.round(rng.gamma(3, np.where(frame["channel"] == "phone", 130, 95), n)).astype(int)
    frame["contact"] = np.char.add("K", np.char.zfill((first + np.arange(n)).astype(str), 8))
    frame["customer"] = people["customer"].to_numpy()[frame["_who"]]
    return frame


def _about(
    rng: np.random.Generator, placed: pd.DataFrame, failure: str, when: str, reason: str, share: float
) -> pd.DataFrame:
    """Contacts of some of those whom a failure hit, within days of it."""
    hit = placed[(placed[failure] == 1) & (rng.random(len(placed)) < share)]
    opened = np.floor(hit[when].to_numpy()) + rng.integers(1, 4, len(hit)) + clock(rng, len(hit))
    return pd.DataFrame(
        {"_who": hit["_who"].to_numpy(), "order": hit["order"].to_numpy(), "opened": opened, "reason": reason}
    )


def _at_any_time(rng: np.random.Generator, people: pd.DataFrame, a_month: float, reason: str) -> pd.DataFrame:
    """Contacts that no order caused."""
    n_of = rng.poisson(a_month * DAYS / 30.4, len(people))
    who = np.repeat(np.arange(len(people)), n_of)
    day = np.floor(rng.random(len(who)) * DAYS)
    here = (day >= people["_start"].to_numpy()[who]) & (day < people["_end"].to_numpy()[who])
    who, day = who[here], day[here]
    return pd.DataFrame({"_who": who, "order": None, "opened": day + clock(rng, len(who)), "reason": reason})
