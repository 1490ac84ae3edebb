"""What one row of a table is: a survey answer, an order, a complaint… or a figure about many of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

from cxanalysis.columns.cell_text import name_words
from cxanalysis.columns.date_format import MONTH_NUMBER
from cxanalysis.columns.kinds import KINDS

#: Words in the file's name or in a column's name that speak for a kind.
_SPEAKS_FOR: Final[Mapping[str, str]] = {
    "survey": "survey umfrage encuesta enquete pesquisa respondent response responses responseid answered answer "
    "answers questionnaire nps csat recommend respnum evaluation befragung ankieta sondaggio enquete enquetes sondage "
    "fragebogen cuestionario questionario vragenlijst formularz inquerito",
    "invitations": "invitation invitations invited invite einladung einladungen invitacion invitaciones sent bounced "
    "uitnodigingen zaproszenia inviti convites",
    "operations": "order orders operations delivery deliveries shipment invoice invoices auftrag auftrage bestellung "
    "bestellungen pedido pedidos commande commandes encomendas late returned delivered promised train trains "
    "bestellingen zamowienia ordini",
    "contacts": "contact contacts call calls chat chats agent tickets ticket handle talk hold wrap queue kontakt "
    "kontakte contacto contactos resolved solved first zgloszenia",
    "complaints": "complaint complaints claim claims beschwerde beschwerden reklamation queja quejas reclamo reclamos "
    "reclamacion reclamaciones reclamation reclamations reclamacao reclamacoes disputed klachten reklamacje reclami",
    "inquiries": "inquiry inquiries enquiry enquiries question questions anfrage anfragen consulta consultas",
    "employee_feedback": "employee employees staff mitarbeiter empleado empleados employe salaries funcionarios "
    "medewerkers pracownicy dipendenti personal hr burnout",
    "reviews": "review reviews recommended stars traveller reviewer site bewertung bewertungen resena resenas avis "
    "avaliacoes helpful tripadvisor trustpilot recensione recensioni recensies opinie opinia opinions opiniones "
    "rezensionen",
    "customers": "customers clients kunden clientes segment churn churned start signup subscription contract tenure "
    "klanten klienci clienti",
    "transactions": "transactions purchases purchase sales transaction kaufe compras achats vendas",
    "usage": "usage sessions session events event login logins active nutzung uso",
    "spend": "spend marketing campaign campaigns ads budget werbung gasto acquisition",
}
#: Points that evidence of one sort adds.
_FILE_NAME: Final = 3.0
_COLUMN_NAME: Final = 1.0
_MOST_COLUMN_NAMES: Final = 3
#: Fewer points than this say nothing; more make a kind surer, a close second less sure.
_LEAST: Final = 2.0
_NONE_ELSE: Final = 0.7

#: What a source of a kind cannot be without, whatever its name says: a list of questions is no inquiry.
_ANSWERS: Final = frozenset({"nps", "csat", "ces", "rating", "flag", "choices"})
_NEEDS: Final[Mapping[str, frozenset[str]]] = {
    "survey": _ANSWERS,
    "inquiries": frozenset({"date", "customer", "order"}),
    "contacts": frozenset({"date", "closed", "customer", "order"}),
}
_MANY_ASKED: Final = 3

#: What only staff are asked, or known by. That a customer rates "the staff" is no such thing.
_IS_STAFF: Final = re.compile(
    r"\b(employee (?:id|number|no|name|code)|id del empleado|personalnummer|matricule|"
    r"(?:my|our) (?:direct )?(?:supervisor|manager|job|work|team|department|workplace|coworkers?|co workers?|"
    r"boss|role)|"
    r"manager support|work ?life|career (?:growth|development|opportunities)|coworkers?|co workers?|supervisor|burnout|"
    r"work (?:mode|environment)|job (?:satisfaction|role|level|security)|salary|tenure|department|years at company|"
    r"mein(?:e|em|en|er)? (?:arbeit\w*|vorgesetzt\w*|team|fuhrungskraft|kollegen)|vorgesetzt\w*|abteilung|arbeitsplatz|"
    r"fuhrungskraft|betriebszugehorigkeit|gehalt|"
    r"mi (?:trabajo|jefe|equipo|puesto|supervisor)|companeros|jefe|fatiga mental|salario|departamento|"
    r"antiguedad laboral|"
    r"mon (?:travail|poste|entreprise|equipe|superieur|espace de travail)|mes (?:horaires|collegues)|collegues|"
    r"hierarchie|"
    r"meu (?:trabalho|chefe|gestor|time)|colegas de trabalho|"
    r"mijn (?:werk|leidinggevende|team|collega s)|leidinggevende|afdeling|"
    r"dzial|staz|staz pracy|przelozony|przelozonym|kierownik\w*|czy kier|wspolpracownic\w*|stanowisko|wynagrodzenie|"
    r"il mio (?:lavoro|capo|responsabile)|colleghi|reparto|mansione)\b"
)
_FEW_STAFF, _SURE_STAFF = 2, 3.0

#: Columns that count or sum up what others answered or did.
_FIGURE: Final = re.compile(
    r"\b(count|counts|number of|total|share|percent|percentage|rate|average|avg|mean|median|measures?|sum|index|"
    r"anzahl|anteil|prozent|quote|durchschnitt|mittelwert|summe|numero de|porcentaje|tasa|promedio|media de|nombre de|"
    r"pourcentage|taux|moyenne|percentual|taxa|aantal|gemiddelde|liczba|odsetek|srednia|percentuale|tasso)\b"
)
_RECORDS: Final = (
    "survey", "complaints", "reviews", "inquiries", "contacts", "operations", "employee_feedback", "invitations",
)  # fmt: skip
#: So many columns, and such a share of all, must be figures for a table to be one of figures.
_MANY_FIGURES: Final = 4
_MOSTLY_FIGURES: Final = 0.4
_SEVERAL_MONTHS: Final = 3


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
    named = list(words)
    points = dict.fromkeys(KINDS, 0.0)
    why: dict[str, list[str]] = {kind: [] for kind in KINDS}

    def speaks(kind: str, gain: float, reason: str) -> None:
        points[kind] += gain
        why[kind].append(reason)

    in_name, in_columns = set(name_words(name).split()), [set(one.split()[:6]) for one in named]
    for kind, speaking in _SPEAKS_FOR.items():
        vocabulary = set(speaking.split())
        if found := in_name & vocabulary:
            speaks(kind, _FILE_NAME, f"the name says '{sorted(found)[0]}'")
        hits = sum(bool(columns & vocabulary) for columns in in_columns)
        if hits:
            many = f"{hits} column name{'s' if hits > 1 else ''} speak{'' if hits > 1 else 's'} for it"
            speaks(kind, _COLUMN_NAME * min(hits, _MOST_COLUMN_NAMES), many)
    asked = sum(column.rstrip().endswith("?") for column in roles)
    if asked >= _MANY_ASKED and asked >= 0.3 * len(roles):
        speaks("survey", _FILE_NAME, f"{asked} columns are questions")
    for kind, gain, reason in _from_roles(list(roles.values())):
        speaks(kind, gain, reason)
    for kind, gain, reason in _of_staff(named, points):
        speaks(kind, gain, reason)
    for kind, needed in _NEEDS.items():
        given = set(roles.values())
        in_text = kind == "survey" and (asked >= _MANY_ASKED or ("text" in given and given & {"date", "customer"}))
        if not needed & given and not in_text:
            points[kind] = 0.0
    best = max(points, key=lambda kind: points[kind])
    figures = _figures(roles, named, best) if best in _RECORDS else None
    if figures is not None:
        return None, 0.0, f"{figures}: a table of figures, not of single {best.replace('_', ' ')}"
    if points[best] < _LEAST:
        return None, 0.0, "nothing in its names or columns says what a row is"
    second = max(value for kind, value in points.items() if kind != best)
    confidence = min(0.95, 0.4 + 0.1 * points[best]) * (1.0 if points[best] >= second + 1 else _NONE_ELSE)
    return best, round(confidence, 2), "; ".join(why[best])


def is_of_staff(words: Iterable[str]) -> str | None:
    """Why a questionnaire was answered by staff; None if nothing says so."""
    said = [found[0] for one in words if (found := _IS_STAFF.search(one))]
    if len(set(said)) >= _FEW_STAFF:
        return f"{len(said)} columns are about work ('{said[0]}')"
    return None


def _of_staff(words: list[str], points: Mapping[str, float]) -> list[tuple[str, float, str]]:
    """A questionnaire for staff is no survey of customers."""
    reason = is_of_staff(words)
    if reason is None or points["survey"] <= 0 or points["customers"] > points["survey"]:
        return []
    return [("employee_feedback", points["survey"] + _SURE_STAFF, reason)]


def _figures(roles: Mapping[str, str], words: list[str], kind: str) -> str | None:
    """Why a table holds figures about many instead of records of single ones; None if it does not."""
    numbers = {column for column, role in roles.items() if role in ("number", "amount", "category", "weight")}
    of = dict(zip(roles, words, strict=False))
    months = [c for c, said in of.items() if c in numbers and _is_month(said)]
    if len(months) >= _SEVERAL_MONTHS:
        return f"{len(months)} columns are months"
    counted = [c for c, said in of.items() if c in numbers and _FIGURE.search(said)]
    if len(counted) >= _MANY_FIGURES and len(counted) >= _MOSTLY_FIGURES * len(roles):
        return f"{len(counted)} of {len(roles)} columns count or sum up"
    things = set(_SPEAKS_FOR[kind].split()) if kind in ("complaints", "reviews") else set()
    for column, said in of.items():
        if roles[column] == "number" and len(said.split()) == 1 and said in things:
            return f"'{column}' is a number of them"
    return None


def _is_month(words: str) -> bool:
    parts = words.split()
    return len(parts) <= 2 and bool(parts) and len(parts[0]) > 2 and parts[0] in MONTH_NUMBER


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
