"""Every metric there is: its function, the tables and columns it needs, its everyday names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from cxanalysis.metrics.customers.acquisition_cost import acquisition_cost
from cxanalysis.metrics.customers.active_users import active_users
from cxanalysis.metrics.customers.churn import churn
from cxanalysis.metrics.customers.churn_without_contract import churn_without_contract
from cxanalysis.metrics.customers.customer_survival import survival
from cxanalysis.metrics.customers.retention import retention
from cxanalysis.metrics.customers.revenue_churn import revenue_churn
from cxanalysis.metrics.durations.first_contact import first_contact_resolution
from cxanalysis.metrics.durations.handle_time import handle_time
from cxanalysis.metrics.durations.resolution_time import resolution_time
from cxanalysis.metrics.estimates import Estimates
from cxanalysis.metrics.rates.complaint_rate import complaint_rate
from cxanalysis.metrics.rates.failure_rate import failure_rate
from cxanalysis.metrics.rates.unnecessary_rate import unnecessary_rate
from cxanalysis.metrics.repeat_buying.lifetime_value import lifetime_value
from cxanalysis.metrics.repeat_buying.repeat_purchase import repeat_purchase_rate
from cxanalysis.metrics.response.response import response
from cxanalysis.metrics.scores.ces import ces
from cxanalysis.metrics.scores.csat import csat
from cxanalysis.metrics.scores.nps import nps
from cxanalysis.metrics.scores.rating import rating


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric of the catalogue.

    Attributes
    ----------
    name : str
        As `cx.metric` takes it.
    title : str
        For people.
    asks : str
        The question it answers.
    function : callable
    kinds : tuple of str
        Kinds of source it can be measured from, the usual one first.
    roles : tuple of str
        Roles the table must have a column of.
    second : tuple of str
        Kinds of the second table; empty: it takes one table.
    second_roles : tuple of str
    second_needed : bool
        Whether it cannot do without.
    also : tuple of str
        Everyday names and abbreviations.
    group : str
        "value", "satisfaction", "loyalty", "advocacy" or "service": where it stands among the others.
    """

    name: str
    title: str
    asks: str
    function: Callable[..., Estimates]
    kinds: tuple[str, ...]
    roles: tuple[str, ...]
    second: tuple[str, ...] = ()
    second_roles: tuple[str, ...] = ()
    second_needed: bool = False
    also: tuple[str, ...] = ()
    group: str = "service"


_ALL: Final = (
    Metric(
        "nps",
        "Net Promoter Score",
        "How many more would recommend us than would not?",
        nps,
        ("survey",),
        ("nps",),
        also=("net_promoter_score",),
        group="advocacy",
    ),
    Metric(
        "csat",
        "Customer satisfaction",
        "How many are satisfied?",
        csat,
        ("survey", "reviews"),
        ("csat",),
        also=("satisfaction", "customer_satisfaction"),
        group="satisfaction",
    ),
    Metric(
        "ces",
        "Customer effort",
        "How easy is it for customers?",
        ces,
        ("survey",),
        ("ces",),
        also=("effort", "customer_effort_score"),
        group="satisfaction",
    ),
    Metric(
        "rating",
        "Rating of one attribute",
        "How is one attribute rated?",
        rating,
        ("survey", "reviews", "employee_feedback"),
        ("rating",),
        group="satisfaction",
    ),
    Metric(
        "response_rate",
        "Response rate",
        "How many of those asked answer?",
        response,
        ("invitations",),
        ("category",),
    ),
    Metric(
        "first_contact_resolution",
        "First contact resolution",
        "How many contacts are settled the first time?",
        first_contact_resolution,
        ("contacts",),
        ("customer", "date", "category"),
        also=("fcr",),
    ),
    Metric(
        "handle_time",
        "Average handle time",
        "How long does a contact keep us busy?",
        handle_time,
        ("contacts",),
        ("number",),
        also=("aht", "average_handle_time"),
    ),
    Metric(
        "resolution_time",
        "Resolution time",
        "How long does a case take until it is closed?",
        resolution_time,
        ("complaints", "contacts"),
        ("date", "closed"),
        also=("art", "ttr", "average_resolution_time", "time_to_resolution"),
    ),
    Metric(
        "complaint_rate",
        "Complaint rate",
        "How many customers complain?",
        complaint_rate,
        ("complaints",),
        ("customer",),
        second=("customers", "operations", "transactions"),
        second_roles=("customer",),
        second_needed=True,
    ),
    Metric(
        "failure_rate",
        "Failure rate",
        "How often does it go wrong?",
        failure_rate,
        ("operations", "contacts"),
        ("flag",),
        also=("error_rate",),
    ),
    Metric(
        "unnecessary_rate",
        "Steps customers should not need",
        "How many needless steps come with 100 orders?",
        unnecessary_rate,
        ("contacts", "operations"),
        ("flag", "customer"),
        second=("operations", "transactions"),
        second_roles=("customer",),
    ),
    Metric(
        "survival",
        "Customers still there",
        "How many are still with us after a year?",
        survival,
        ("customers",),
        ("date", "closed"),
        also=("cohort_survival",),
        group="loyalty",
    ),
    Metric(
        "churn",
        "Churn of customers",
        "How many of the customers we had have left?",
        churn,
        ("customers",),
        ("date", "closed"),
        also=("customer_churn",),
        group="loyalty",
    ),
    Metric(
        "retention",
        "Retention",
        "How many of the customers we had are still there?",
        retention,
        ("customers",),
        ("date", "closed"),
        also=("retention_rate",),
        group="loyalty",
    ),
    Metric(
        "revenue_churn",
        "Churn of revenue",
        "How much of the revenue we had has left?",
        revenue_churn,
        ("customers",),
        ("date", "closed", "customer"),
        second=("transactions", "operations"),
        second_roles=("customer", "date", "amount"),
        group="value",
    ),
    Metric(
        "churn_without_contract",
        "Customers who stopped buying",
        "How many stopped buying, without a word?",
        churn_without_contract,
        ("transactions", "operations"),
        ("customer", "date"),
        also=("lapsed",),
        group="loyalty",
    ),
    Metric(
        "repeat_purchase_rate",
        "Repeat-purchase rate",
        "How many buy a second time?",
        repeat_purchase_rate,
        ("transactions", "operations"),
        ("customer", "date"),
        also=("rpr",),
        group="loyalty",
    ),
    Metric(
        "lifetime_value",
        "Lifetime value",
        "What will a customer still bring?",
        lifetime_value,
        ("transactions", "operations"),
        ("customer", "date", "amount"),
        second=("customers",),
        second_roles=("customer", "date", "closed"),
        also=("clv", "ltv", "cltv"),
        group="value",
    ),
    Metric(
        "acquisition_cost",
        "Acquisition cost",
        "What does it cost to win a customer?",
        acquisition_cost,
        ("spend",),
        ("date", "amount"),
        second=("customers",),
        second_roles=("date",),
        second_needed=True,
        also=("cac", "customer_acquisition_cost"),
        group="value",
    ),
    Metric(
        "active_users",
        "Monthly active users",
        "How many different people were here?",
        active_users,
        ("usage",),
        ("customer", "date"),
        second=("customers",),
        second_roles=("customer", "date", "closed"),
        also=("mau", "monthly_active_users"),
        group="loyalty",
    ),
)

#: Name in the catalogue → what is known about the metric.
METRICS: Final[Mapping[str, Metric]] = MappingProxyType({one.name: one for one in _ALL})
#: Everyday name → name in the catalogue.
ALSO: Final[Mapping[str, str]] = MappingProxyType({also: one.name for one in _ALL for also in one.also})
#: Names that mean different metrics to different people → what they may mean.
UNCLEAR: Final[Mapping[str, str]] = MappingProxyType(
    {
        "rrr": "the repeat-purchase rate ('repeat_purchase_rate'), the retention rate ('retention'), or the renewal "
        "rate of contracts ('retention' over the customers whose contract ran out)",
    }
)


def known_metric(name: Any) -> Metric | None:
    """The metric of that name, or of that everyday name.

    Examples
    --------
    >>> known_metric("FCR").name, known_metric("nothing")
    ('first_contact_resolution', None)
    """
    word = str(name).strip()
    plain = word.lower().replace(" ", "_").replace("-", "_")
    return METRICS.get(word) or METRICS.get(plain) or METRICS.get(ALSO.get(plain, ""))
