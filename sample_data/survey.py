"""Invitations and answers: what customers say after what happened to them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cxanalysis.link.window import DAY, count_between
from sample_data.company import (
    ATTRIBUTES,
    DAYS,
    FAILURES,
    LOG_BEGIN,
    MOOD_SD,
    READINESS_SD,
    RECOMMEND,
    RESPONSE,
    SPANISH,
    SURVEY_BEGIN,
    TEMPER_SD,
    WINDOW_DAYS,
)
from sample_data.operations import clock

#: A customer is asked about the relationship every so many days.
RELATIONAL_EVERY = 91
#: Share of the orders that are followed by a question about the order.
ASKED_PER_ORDER = 0.42


def invitations(rng: np.random.Generator, people: pd.DataFrame, placed: pd.DataFrame, first: int) -> pd.DataFrame:
    """One row an invitation: relational ones in turn, transactional ones two days after the promised date."""
    begin = int((SURVEY_BEGIN - LOG_BEGIN).astype(int))
    turns = int(np.ceil((DAYS - begin) / RELATIONAL_EVERY))
    who = np.repeat(np.arange(len(people)), turns)
    offset = rng.random(len(people)) * RELATIONAL_EVERY
    day = begin + np.tile(np.arange(turns) * RELATIONAL_EVERY, len(people)) + np.repeat(offset, turns)
    relational = pd.DataFrame({"_who": who, "type": "relational", "order": None, "sent": np.floor(day)})
    about = placed[rng.random(len(placed)) < ASKED_PER_ORDER]
    transactional = pd.DataFrame(
        {
            "_who": about["_who"].to_numpy(),
            "type": "transactional",
            "order": about["order"].to_numpy(),
            "sent": about["promised"].to_numpy() + 2,
        }
    )
    frame = pd.concat([relational, transactional], ignore_index=True)
    start, end = people["_start"].to_numpy()[frame["_who"]], people["_end"].to_numpy()[frame["_who"]]
    inside = (frame["sent"] >= max(begin, 0)) & (frame["sent"] < DAYS) & (frame["sent"] >= start + 14)
    frame = frame[inside & (frame["sent"] < end)].sort_values("sent", kind="stable", ignore_index=True)
    n = len(frame)
    frame["invitation"] = np.char.add("I", np.char.zfill((first + np.arange(n)).astype(str), 8))
    for column in ("customer", "market", "language"):
        frame[column] = people[column].to_numpy()[frame["_who"]]
    frame["sent"] += clock(rng, n)
    frame["channel"] = rng.choice(["email", "sms", "in app"], n, p=[0.6, 0.15, 0.25])
    return frame


def failures_before(
    asked: pd.DataFrame, at: np.ndarray, placed: pd.DataFrame, calls: pd.DataFrame
) -> dict[str, np.ndarray]:
    """Which failures hit each customer in the window before `at` (days since the log began); 0/1 per failure.

    The same rule as in `cxanalysis.link`: promised, claim, return and correction dates have no clock time, so days
    are compared.
    """
    flags = {}
    people = asked["_who"].to_numpy(np.int64)
    for failure, what in FAILURES.items():
        rows = placed if what.table == "operations" else calls
        hit = rows[rows[failure] == 1]
        exact = what.happened in ("ordered", "opened")
        # whole minutes, as the files have them
        happened = np.floor(hit[what.happened].to_numpy() * 1440) * (DAY // 1440)
        now = np.floor(at * 1440) * (DAY // 1440)
        if not exact:
            happened, now = happened // DAY * DAY, now // DAY * DAY
        now, happened = now.astype(np.int64), happened.astype(np.int64)
        count = count_between(people, now - WINDOW_DAYS * DAY, now, hit["_who"].to_numpy(np.int64), happened)
        flags[failure] = (count > 0).astype(float)
    return flags


def answers(
    rng: np.random.Generator, people: pd.DataFrame, asked: pd.DataFrame, placed: pd.DataFrame, calls: pd.DataFrame
) -> pd.DataFrame:
    """One row an answer; who answers depends on what happened and on how they feel (missing not at random)."""
    n = len(asked)
    at = asked["sent"].to_numpy() + np.minimum(rng.exponential(1.8, n), 14) + 1 / 24
    flags = failures_before(asked, at, placed, calls)
    mood = TEMPER_SD * people["_temper"].to_numpy()[asked["_who"]] + MOOD_SD * rng.standard_normal(n)
    mood += np.where(asked["language"] == "es", SPANISH, 0.0)
    latent = RECOMMEND + mood + sum(what.latent * flags[failure] for failure, what in FAILURES.items())
    base = np.array([RESPONSE[pair] for pair in zip(asked["type"], asked["market"], strict=True)])
    ready = READINESS_SD * people["_ready"].to_numpy()[asked["_who"]] - READINESS_SD**2 / 3
    # The delighted and the angry answer a little more; after a claim people are tired of forms, after a late order not.
    odds = (
        np.log(base / (1 - base))
        + ready
        - 0.05
        + 0.05 * (latent - RECOMMEND) ** 2 / 2
        + 0.15 * flags["late"]
        - 0.2 * flags["claim"]
    )
    responds = (rng.random(n) < 1 / (1 + np.exp(-np.minimum(odds, 1)))) & (at < DAYS)
    rows = np.flatnonzero(responds)
    frame = asked.loc[rows, ["invitation", "_who", "customer", "order", "type", "market", "channel", "language"]].copy()
    frame["answered"] = at[rows]
    felt = latent[rows]
    frame["recommend"] = np.clip(np.round(felt), 0, 10)
    flags = {failure: values[rows] for failure, values in flags.items()}
    _ratings(rng, frame, flags, felt)
    for failure, values in flags.items():
        frame[f"_{failure}"] = values
    frame["_felt"] = felt
    return frame.sort_values("answered", kind="stable", ignore_index=True)


def _ratings(rng: np.random.Generator, frame: pd.DataFrame, flags: dict[str, np.ndarray], felt: np.ndarray) -> None:
    """Satisfaction, effort and attributes from the same feeling, each with its own noise and its own gaps."""
    n = len(frame)
    mood = felt - RECOMMEND
    satisfied = np.clip(np.round(4.55 + 0.50 * mood + 0.40 * rng.standard_normal(n)), 1, 5)
    # The unhappy skip the question on satisfaction more often.
    frame["csat"] = np.where(rng.random(n) < np.where(felt < 7, 0.08, 0.03), np.nan, satisfied)
    pain = sum(what.effort * flags[failure] for failure, what in FAILURES.items())
    ease = np.clip(np.round(5.9 + 0.25 * mood + pain + 0.8 * rng.standard_normal(n)), 1, 7)
    # Effort is asked about an order or a contact, never in the relational survey.
    frame["ces"] = np.where((frame["type"] == "transactional") & (rng.random(n) > 0.04), ease, np.nan)
    for attribute, (level, halo) in ATTRIBUTES.items():
        spoiled = sum(w.attribute_effect * flags[f] for f, w in FAILURES.items() if w.attribute == attribute)
        rating = np.clip(np.round(level + halo * mood + spoiled + 0.7 * rng.standard_normal(n)), 1, 5)
        frame[attribute] = np.where(rng.random(n) < 0.05, np.nan, rating)
