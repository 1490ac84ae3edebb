"""What one row of a table is: a survey answer, an order, a complaint…"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from cxanalysis.columns.cell_text import name_words
from cxanalysis.columns.kinds import KINDS

#: Words in the file's name (3 points) or in a column's name (1 point) that speak for a kind.
_SPEAKS_FOR: Final[Mapping[str, str]] = {
    "survey": "survey umfrage encuesta enquete pesquisa respondent response responses responseid answered answer "
    "answers questionnaire nps csat recommend respnum evaluation befragung",
    "invitations": "invitation invitations invited invite einladung einladungen invitacion invitaciones sent bounced",
    "operations": "order orders operations delivery deliveries shipment invoice invoices auftrag auftrage bestellung "
    "bestellungen pedido pedidos commande commandes encomendas late returned delivered promised train trains",
    "contacts": "contact contacts call calls chat chats agent tickets ticket handle talk hold wrap queue kontakt "
    "kontakte contacto contactos resolved solved first",
    "complaints": "complaint complaints claim claims beschwerde beschwerden reklamation queja quejas reclamo reclamos "
    "reclamacion reclamaciones reclamation reclamations reclamacao reclamacoes disputed",
    "inquiries": "inquiry inquiries enquiry enquiries question questions anfrage anfragen consulta consultas",
    "employee_feedback": "employee employees staff mitarbeiter empleado empleados employe salaries funcionarios",
    "reviews": "review reviews recommended stars traveller reviewer site bewertung bewertungen resena resenas avis "
    "avaliacoes helpful tripadvisor trustpilot",
    "customers": "customers clients kunden clientes segment churn churned start signup subscription contract tenure",
    "transactions": "transactions purchases purchase sales transaction kaufe compras achats vendas",
    "usage": "usage sessions session events event login logins active nutzung uso",
    "spend": "spend marketing campaign campaigns ads budget werbung gasto acquisition",
}
#: What a source of a kind cannot be without, whatever its name says: a list of questions is no inquiry.
_ANSWERS: Final = frozenset({"nps", "csat", "ces", "rating", "flag", "choices"})
_NEEDS: Final[Mapping[str, frozenset[str]]] = {
    "survey": _ANSWERS,
    "inquiries": frozenset({"date", "customer", "order"}),
    "contacts": frozenset({"date", "closed", "customer", "order"}),
}
_MANY_ASKED: Final = 3


def source_kind(
    name: str, roles: Mapping[str, str], words: Iterable[str], n_rows: int
) -> tuple[str | None, float, str]:
    """The kind of source, how sure that is, and why; None if nothing speaks for any.

    Parameters
    ----------
    name : str
        File or sheet name.
    roles : mapping
        Column → role.
    words : iterable of str
        The columns' names as plain words.
    n_rows : int
    """
    points = dict.fromkeys(KINDS, 0.0)
    why: dict[str, list[str]] = {kind: [] for kind in KINDS}
    in_name, in_columns = set(name_words(name).split()), [set(one.split()[:6]) for one in words]
    for kind, speaking in _SPEAKS_FOR.items():
        vocabulary = set(speaking.split())
        if found := in_name & vocabulary:
            points[kind] += 3
            why[kind].append(f"the name says '{sorted(found)[0]}'")
        hits = sum(bool(columns & vocabulary) for columns in in_columns)
        if hits:
            points[kind] += min(hits, 3)
            why[kind].append(f"{hits} column name{'s' if hits > 1 else ''} speak{'' if hits > 1 else 's'} for it")
    asked = sum(column.rstrip().endswith("?") for column in roles)
    if asked >= _MANY_ASKED and asked >= 0.3 * len(roles):
        points["survey"] += 3
        why["survey"].append(f"{asked} columns are questions")
    for kind, gain, reason in _from_roles(list(roles.values())):
        points[kind] += gain
        why[kind].append(reason)
    for kind, needed in _NEEDS.items():
        given = set(roles.values())
        in_text = kind == "survey" and (asked >= _MANY_ASKED or ("text" in given and given & {"date", "customer"}))
        if not needed & given and not in_text:
            points[kind] = 0.0
    best = max(points, key=lambda kind: points[kind])
    if points[best] < 2:
        return None, 0.0, "nothing in its names or columns says what a row is"
    second = max(value for kind, value in points.items() if kind != best)
    confidence = min(0.95, 0.4 + 0.1 * points[best]) * (1.0 if points[best] >= second + 1 else 0.7)
    return best, round(confidence, 2), "; ".join(why[best])


def _from_roles(roles: list[str]) -> list[tuple[str, float, str]]:
    ratings = sum(role in ("rating", "nps", "csat", "ces") for role in roles)
    has = set(roles)
    found = []
    if ratings >= 3:
        found.append(("survey", 3.0 if ratings < 10 else 5.0, f"{ratings} ratings"))
    elif has & {"nps", "csat", "ces"}:
        found.append(("survey", 2.0, "it holds a score"))
    if ratings and "text" in has and "customer" not in has:
        found.append(("reviews", 1.5, "ratings with free text"))
    if not ratings:
        if "order" in has and ("date" in has or "flag" in has):
            found.append(("operations", 2.0, "orders with dates or flags"))
        if "due" in has:
            found.append(("operations", 1.5, "promised dates"))
        if {"customer", "date", "amount"} <= has and "flag" not in has:
            found.append(("transactions", 2.5, "customer, date and amount"))
        if {"date", "amount"} <= has and "customer" not in has and "order" not in has:
            found.append(("spend", 1.0, "amounts by date without a customer"))
        if {"date", "closed"} <= has and "order" not in has:
            found.append(("contacts", 1.0, "opened and closed"))
    return found
