"""Five of the rulebook's programmes as an OpenFisca country package, to be compared with.

Never a dependency: it runs with a Python of its own, in which `openfisca-core` and `pyarrow` are
installed (AGPL-3.0; see benchmarks/rights.py). OpenFisca knows true and false only, so an unknown
fact counts as one that is not fulfilled.
"""

from __future__ import annotations

from openfisca_core.entities import build_entity
from openfisca_core.periods import MONTH
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

Person = build_entity("person", "persons", "A member", is_person=True)
Household = build_entity(
    "household", "households", "A household", roles=[{"key": "member", "plural": "members"}]
)


def fact(name: str, kind: type, entity: object) -> type[Variable]:
    """An input variable."""
    fields = {"value_type": kind, "entity": entity, "definition_period": MONTH, "label": name}
    return type(name, (Variable,), fields)


FACTS = [
    fact("age", int, Person),
    fact("born_since_october_2015", bool, Person),
    fact("thai_national", bool, Person),
    fact("state_pension", bool, Person),
    fact("registered_here", bool, Person),
    fact("lives_here", bool, Person),
    fact("disability_card", bool, Person),
    fact("holds_welfare_card", bool, Person),
    fact("credit_card", bool, Person),
    fact("income_month", float, Person),
    fact("financial_assets", float, Person),
    fact("income_per_person_year", float, Household),  # infinite where it is not known
    fact("assets_per_person", float, Household),
]


class old_age_allowance(Variable):
    value_type, entity, definition_period = float, Person, MONTH

    def formula(person, period):
        age = person("age", period)
        due = (
            person("thai_national", period)
            * (age >= 60)
            * person("registered_here", period)
            * ~person("state_pension", period)
        )
        return due * (600 + 100 * (age >= 70) + 100 * (age >= 80) + 200 * (age >= 90))


class disability_allowance(Variable):
    value_type, entity, definition_period = float, Person, MONTH

    def formula(person, period):
        due = (
            person("thai_national", period)
            * person("disability_card", period)
            * person("registered_here", period)
            * person("lives_here", period)
        )
        supplement = 200 * person("holds_welfare_card", period) * (person("age", period) >= 18)
        return due * (800 + 200 * (person("age", period) < 18) + supplement)


class child_support_grant(Variable):
    value_type, entity, definition_period = float, Person, MONTH

    def formula(person, period):
        income = person.household("income_per_person_year", period)
        due = (
            person("thai_national", period)
            * person("born_since_october_2015", period)
            * (person("age", period) < 6)
            * person("lives_here", period)
            * (income <= 100_000)
        )
        return due * 600


class elderly_low_income_topup(Variable):
    value_type, entity, definition_period = float, Person, MONTH

    def formula(person, period):
        return (person("age", period) >= 60) * person("holds_welfare_card", period) * 100


class state_welfare_card(Variable):
    value_type, entity, definition_period = float, Person, MONTH

    def formula(person, period):
        due = (
            person("thai_national", period)
            * (person("age", period) >= 18)
            * (12 * person("income_month", period) <= 100_000)
            * (person.household("income_per_person_year", period) <= 100_000)
            * (person("financial_assets", period) <= 100_000)
            * (person.household("assets_per_person", period) <= 100_000)
            * ~person("credit_card", period)
        )
        return due * 300


PROGRAMMES = [
    old_age_allowance, disability_allowance, child_support_grant, elderly_low_income_topup,
    state_welfare_card,
]  # fmt: skip


class CountryTaxBenefitSystem(TaxBenefitSystem):
    def __init__(self) -> None:
        super().__init__([Person, Household])
        for variable in (*FACTS, *PROGRAMMES):
            self.add_variable(variable)
