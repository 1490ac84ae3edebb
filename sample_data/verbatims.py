"""What customers write in their own words, in English and in Spanish: a small grammar of phrases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

#: Language → what happened → ways of saying it. The first seven are the failures, the rest comes up by itself.
PHRASES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "en": {
        "late": (
            "the parcel came {n} days late",
            "delivery was promised for {day} and nothing arrived",
            "still waiting for my order, the date has passed",
            "late again, and nobody told me",
        ),
        "claim": (
            "my {item} arrived damaged and the claim drags on",
            "had to open a claim for a broken {item}",
            "you keep asking for photos of the damage instead of sending a new {item}",
        ),
        "invoice_corrected": (
            "the invoice was wrong and had to be issued again",
            "our accountant is still waiting for the corrected invoice",
            "wrong VAT number on the bill",
        ),
        "returned": (
            "sent the {item} back, it was not what the photo showed",
            "returning the {item} took a label I had to print myself",
        ),
        "slot_changed": ("you moved my delivery slot",),
        "second_contact": (
            "I had to call twice about the same thing",
            "explained everything again to a second agent",
            "nobody knew about my first call",
        ),
        "technical_fault": (
            "the app logs me out at the checkout",
            "your website lost my basket",
            "payment page hung for minutes",
        ),
        "price": ("freight is too dear for small orders", "the {item} is cheaper elsewhere", "prices keep going up"),
        "range": ("please stock more recycled paper", "I wish you had ergonomic chairs for tall people"),
        "praise": (
            "quick, easy, no surprises",
            "{item} exactly as described",
            "friendly people on the phone",
            "ordering takes two minutes",
            "always what I need in stock",
        ),
        "neutral": ("it is fine", "does the job", "nothing special", "ok"),
    },
    "es": {
        "late": (
            "el paquete llegó con {n} días de retraso",
            "me prometieron la entrega para el {day} y no llegó nada",
            "sigo esperando mi pedido y la fecha ya pasó",
            "otra vez tarde y nadie avisó",
        ),
        "claim": (
            "{item} llegó con daños y la reclamación no avanza",
            "tuve que abrir una reclamación porque {item} venía con un golpe",
            "siguen pidiendo fotos del daño en lugar de enviar un producto nuevo",
        ),
        "invoice_corrected": (
            "la factura estaba mal y tuvieron que emitirla de nuevo",
            "nuestra gestoría sigue esperando la factura corregida",
            "el CIF de la factura no era el nuestro",
        ),
        "returned": (
            "devolví el pedido, {item} no era como en la foto",
            "para la devolución tuve que imprimir yo la etiqueta",
        ),
        "slot_changed": ("me cambiaron la franja de entrega",),
        "second_contact": (
            "tuve que llamar dos veces por lo mismo",
            "expliqué todo otra vez a otro agente",
            "nadie sabía nada de mi primera llamada",
        ),
        "technical_fault": (
            "la aplicación me echa al pagar",
            "la web perdió mi cesta",
            "la página de pago se quedó colgada varios minutos",
        ),
        "price": (
            "los portes son caros para pedidos pequeños",
            "{item} está más barato en otro sitio",
            "los precios no paran de subir",
        ),
        "range": ("me gustaría más papel reciclado", "ojalá tuvieran sillas ergonómicas para gente alta"),
        "praise": (
            "rápido, fácil y sin sorpresas",
            "{item} tal como se describe",
            "gente amable al teléfono",
            "pedir cuesta dos minutos",
            "siempre hay lo que necesito",
        ),
        "neutral": ("está bien", "cumple", "nada especial", "normal"),
    },
}
ITEMS: Final = {
    "en": ("desk lamp", "printer", "office chair", "toner", "notebook set", "shredder", "whiteboard", "headset"),
    "es": (
        "la lámpara",
        "la impresora",
        "la silla",
        "el tóner",
        "el juego de cuadernos",
        "la destructora",
        "la pizarra",
    ),
}
WEEKDAYS: Final = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    "es": ("lunes", "martes", "miércoles", "jueves", "viernes"),
}
JOIN: Final = {"en": (", and ", ". Also, ", "; "), "es": (", y ", ". Además, ", "; ")}
#: What people type who do not want to write.
NOTHING: Final = ("-", ".", "n/a", "ok", "👍")


def phrase(rng: np.random.Generator, language: str, subject: str) -> str:
    """One way of saying something about a subject."""
    ways = PHRASES[language][subject]
    return ways[rng.integers(len(ways))].format(
        n=rng.integers(2, 12),
        day=WEEKDAYS[language][rng.integers(5)],
        item=ITEMS[language][rng.integers(len(ITEMS[language]))],
    )


def sentence(rng: np.random.Generator, language: str, subjects: list[str]) -> str:
    """Phrases joined into something a person might type."""
    text = phrase(rng, language, subjects[0])
    for subject in subjects[1:]:
        joint = JOIN[language][rng.integers(len(JOIN[language]))]
        following = phrase(rng, language, subject)
        text += joint + following
    return text[:1].upper() + text[1:] + ("." if rng.random() < 0.5 else "")


def verbatims(rng: np.random.Generator, answers: pd.DataFrame, failures: list[str]) -> list[str | None]:
    """One text (or None) an answer: the unhappy write more often, and mostly about what happened to them."""
    felt = answers["_felt"].to_numpy()
    writes = rng.random(len(answers)) < np.where(felt < 7, 0.55, np.where(felt > 9, 0.30, 0.24))
    hit = answers[[f"_{failure}" for failure in failures]].to_numpy() == 1
    languages = answers["language"].to_numpy()
    texts: list[str | None] = [None] * len(answers)
    for row in np.flatnonzero(writes):
        if rng.random() < 0.05:
            texts[row] = NOTHING[rng.integers(len(NOTHING))]
            continue
        subjects = [f for f, h in zip(failures, hit[row], strict=True) if h and rng.random() < 0.65]
        if felt[row] > 8.6 and rng.random() < 0.8:
            subjects.append("praise")
        if rng.random() < 0.15:
            subjects.append("price" if rng.random() < 0.7 else "range")
        texts[row] = sentence(rng, languages[row], subjects[:3] or ["neutral"])
    return texts
