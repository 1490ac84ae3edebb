"""The words that may be chosen from: kinds, roles, branches, dispositions. `cx.vocabulary`.

Every argument that takes one of a few words has its list here, with what each word means. An app offers these lists; a
notebook looks them up.

>>> import cxanalysis as cx
>>> cx.vocabulary.KINDS["survey"], list(cx.vocabulary.BRANCHES)
('one answer sheet', ['value', 'satisfaction', 'loyalty', 'advocacy'])
"""

from __future__ import annotations

from cxanalysis.catalogue.entry import BRANCHES, ELEMENTS
from cxanalysis.catalogue.inventory.inventory_words import HEADINGS as INVENTORY_FIELDS
from cxanalysis.columns.kinds import KINDS, ROLES
from cxanalysis.drivers.elements.elements_result import QUESTIONS as ELEMENT_QUESTIONS
from cxanalysis.metrics.response.outcomes_of_invitations import DISPOSITIONS
from cxanalysis.metrics.response.response import RATES as RESPONSE_RATES
from cxanalysis.monitor.calendar import WATCHED as WATCHED_PERIODS
from cxanalysis.monitor.series import NO_GROUP
from cxanalysis.personal_data.personal_kinds import ACTIONS as PERSONAL_ACTIONS
from cxanalysis.personal_data.personal_kinds import PERSONAL as PERSONAL_KINDS

__all__ = [
    "BRANCHES",
    "DISPOSITIONS",
    "ELEMENTS",
    "ELEMENT_QUESTIONS",
    "INVENTORY_FIELDS",
    "KINDS",
    "NO_GROUP",
    "PERSONAL_ACTIONS",
    "PERSONAL_KINDS",
    "RESPONSE_RATES",
    "ROLES",
    "WATCHED_PERIODS",
]
