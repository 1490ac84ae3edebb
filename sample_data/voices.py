"""What is said elsewhere: complaints, inquiries, reviews, and remarks of the staff."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from sample_data.company import DAYS, FAILURES, NAME
from sample_data.operations import clock, moments
from sample_data.verbatims import phrase, sentence

#: Failure → share of its cases that end in a formal complaint; most unhappy customers never complain.
COMPLAINED: Final = {"late": 0.055, "claim": 0.22, "invoice_corrected": 0.05, "returned": 0.02, "second_contact": 0.07}
CATEGORY: Final = {
    "late": "Retraso / late delivery",
    "claim": "Daños / damage",
    "invoice_corrected": "Facturación / billing",
    "returned": "Devolución / return",
    "second_contact": "Atención / service",
}
ACTIONS: Final = ("reembolso", "nuevo envío", "disculpa", "vale", "explicación")
TEAMS: Final = ("customer service ES", "customer service EN", "warehouse", "billing", "online shop")
SITUATIONS: Final = {
    "customer service ES": ("late", "second_contact", "claim"),
    "customer service EN": ("late", "second_contact", "technical_fault"),
    "warehouse": ("slot_changed", "returned", "late"),
    "billing": ("invoice_corrected", "second_contact"),
    "online shop": ("technical_fault", "slot_changed"),
}
REMARKS: Final = {
    "late": ("customers call before we know that a parcel is late", "carrier gives us no new date"),
    "second_contact": ("I cannot see what my colleague promised", "tickets are closed before they are solved"),
    "claim": ("claims need three approvals", "no photo upload in the claim form"),
    "technical_fault": ("the shop logs customers out at the checkout", "we hear of faults from customers first"),
    "slot_changed": ("everybody is cross about changed slots", "slots are changed by the system overnight"),
    "returned": ("returns come without a number", "the photo in the shop shows another model"),
    "invoice_corrected": ("VAT numbers are typed by hand", "the same firms need a new invoice every month"),
}


def complaints(rng: np.random.Generator, placed: pd.DataFrame, calls: pd.DataFrame, first: int) -> pd.DataFrame:
    """One row a complaint, as the complaint desk keeps it: Spanish headings, amounts and dates as written in Spain."""
    parts = []
    for failure, share in COMPLAINED.items():
        rows = placed if FAILURES[failure].table == "operations" else calls
        hit = rows[(rows[failure] == 1) & (rng.random(len(rows)) < share)]
        day = np.floor(hit[FAILURES[failure].happened].to_numpy()) + rng.integers(1, 8, len(hit))
        parts.append(
            pd.DataFrame(
                {
                    "customer": hit["customer"].to_numpy(),
                    "order": hit["order"].to_numpy(),
                    "day": day,
                    "failure": failure,
                }
            )
        )
    frame = pd.concat(parts).sort_values("day", kind="stable", ignore_index=True)
    frame = frame[frame["day"] < DAYS].reset_index(drop=True)
    n = len(frame)
    closed = frame["day"].to_numpy() + 1 + np.floor(rng.exponential(9, n))
    closed = np.where((closed < DAYS) & (rng.random(n) > 0.04), closed, np.nan)
    done = ~np.isnan(closed)
    paid = rng.random(n) < 0.45
    out = pd.DataFrame(
        {
            "reclamación": np.char.add("Q", np.char.zfill((first + np.arange(n)).astype(str), 7)),
            "cliente": frame["customer"],
            "pedido": frame["order"],
            "fecha": moments(frame["day"].to_numpy(float)),
            "categoría": frame["failure"].map(CATEGORY),
            "canal": rng.choice(["teléfono", "correo", "web"], n, p=[0.4, 0.4, 0.2]),
            "estado": np.where(done, np.where(rng.random(n) < 0.06, "reabierta", "cerrada"), "abierta"),
            "cerrada": moments(closed),
            "medida": pd.Series(rng.choice(ACTIONS, n)).where(done & (rng.random(n) < 0.88)),
            "importe": np.where(done & paid, np.round(rng.gamma(2, 14, n), 2), np.nan),
        }
    )
    out["descripción"] = [
        sentence(rng, "es" if rng.random() < 0.5 else "en", [failure]) for failure in frame["failure"].to_numpy()
    ]
    return out


def inquiries(rng: np.random.Generator, people: pd.DataFrame, first: int) -> pd.DataFrame:
    """One row a question that is no complaint; some subjects rise before the complaints do."""
    who = np.repeat(np.arange(len(people)), rng.poisson(0.8, len(people)))
    day = np.floor(rng.random(len(who)) * DAYS)
    here = (day >= people["_start"].to_numpy()[who]) & (day < people["_end"].to_numpy()[who])
    in_time = np.argsort(day[here], kind="stable")
    who, day = who[here][in_time], day[here][in_time]
    n = len(who)
    subjects = ["delivery time", "stock", "product", "invoice", "bulk prices", "returns"]
    early = np.where(day > 520, 0.38, 0.22)
    category = np.where(rng.random(n) < early, subjects[0], rng.choice(subjects[1:], n))
    return pd.DataFrame(
        {
            "inquiry": np.char.add("Y", np.char.zfill((first + np.arange(n)).astype(str), 8)),
            "customer": people["customer"].to_numpy()[who],
            "asked": moments(day + clock(rng, n)),
            "category": category,
            "channel": rng.choice(["chat", "email", "phone"], n, p=[0.5, 0.3, 0.2]),
        }
    )


def reviews(rng: np.random.Generator, answers: pd.DataFrame, first: int) -> pd.DataFrame:
    """One row a public review; the very happy and the very unhappy write, and nobody knows their number."""
    felt = answers["_felt"].to_numpy()
    writing = answers[rng.random(len(answers)) < np.where(felt < 6.5, 0.22, np.where(felt > 9.5, 0.10, 0.03))]
    failures = list(FAILURES)
    texts = []
    for row in writing[["language", "_felt", *[f"_{f}" for f in failures]]].itertuples(index=False):
        hit = [f for f, value in zip(failures, row[2:], strict=True) if value == 1]
        subjects = hit[:2] or (["praise"] if row[1] > 8 else ["price"])
        texts.append(sentence(rng, row[0], subjects))
    n = len(writing)
    stars = np.clip(np.round((writing["_felt"].to_numpy() - 4.2) / 1.1 + rng.normal(0, 0.4, n)), 1, 5)
    return pd.DataFrame(
        {
            "review": np.char.add("R", np.char.zfill((first + np.arange(n)).astype(str), 7)),
            "posted": moments(np.floor(np.minimum(writing["answered"].to_numpy() + rng.exponential(6, n), DAYS - 1))),
            "site": rng.choice(["opinions", "map", "shop search", "social post"], n, p=[0.4, 0.3, 0.2, 0.1]),
            "stars": np.where(rng.random(n) < 0.08, np.nan, stars),
            "market": writing["market"].to_numpy(),
            "language": writing["language"].to_numpy(),
            "text": texts,
        }
    )


def employee_feedback(rng: np.random.Generator, first: int) -> pd.DataFrame:
    """One row a remark of somebody on the staff: which situation, how frustrating (1-5), in their words."""
    n = 420
    team = rng.choice(TEAMS, n, p=[0.28, 0.28, 0.2, 0.12, 0.12])
    situation = np.array([SITUATIONS[t][rng.integers(len(SITUATIONS[t]))] for t in team])
    weight = np.array(
        [3.6 if s in ("late", "second_contact") else 3.9 if s == "slot_changed" else 3.0 for s in situation]
    )
    return pd.DataFrame(
        {
            "remark": np.char.add("E", np.char.zfill((first + np.arange(n)).astype(str), 6)),
            "date": moments(np.sort(rng.integers(0, DAYS, n)).astype(float)),
            "team": team,
            "situation": situation,
            "frustration": np.clip(np.round(weight + rng.normal(0, 0.9, n)), 1, 5).astype(int),
            "text": [
                f"{REMARKS[s][rng.integers(len(REMARKS[s]))]} ({phrase(rng, 'en', s)}, says a customer of {NAME})"
                if rng.random() < 0.3
                else REMARKS[s][rng.integers(len(REMARKS[s]))]
                for s in situation
            ],
        }
    )
