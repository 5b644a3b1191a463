from __future__ import annotations

import pytest

from tests import factories
from wattana.kernel.problems import Conflict, Invalid, NotFound
from wattana.registry.actions import identifiers
from wattana.registry.models import FieldChange, Identifier

pytestmark = pytest.mark.django_db


def test_a_number_of_another_register_is_kept_with_history(officer):
    home = factories.household()
    made = identifiers.add(household=home.pk, kind="green_book", value="330101234567", by=officer)
    with pytest.raises(Conflict):
        identifiers.add(household=home.pk, kind="green_book", value="330101234567", by=officer)
    identifiers.remove(household=home.pk, identifier=made.pk, by=officer)
    assert not Identifier.objects.exists()
    assert list(FieldChange.objects.order_by("id").values_list("field", "old", "new")) == [
        ("green_book", None, "330101234567"),
        ("green_book", "330101234567", None),
    ]


def test_a_person_has_numbers_too(officer):
    home = factories.household()
    one = factories.person(home)
    made = identifiers.add(
        household=home.pk, person=one.pk, kind="passport", value="AA1", by=officer
    )
    assert (made.person, made.household) == (one, None)
    identifiers.remove(household=home.pk, identifier=made.pk, by=officer)


@pytest.mark.parametrize(("kind", "value"), [("nothing", "1"), ("mso", ""), ("mso", "1" * 41)])
def test_what_is_not_well_formed_is_refused(officer, kind, value):
    with pytest.raises(Invalid):
        identifiers.add(household=factories.household().pk, kind=kind, value=value, by=officer)


def test_numbers_of_another_area_are_not_found(officer, outsider):
    home = factories.household()
    made = identifiers.add(household=home.pk, kind="mso", value="1", by=officer)
    with pytest.raises(NotFound):
        identifiers.remove(household=home.pk, identifier=made.pk, by=outsider)
    other = factories.household(house_no="2")
    with pytest.raises(NotFound):
        identifiers.remove(household=other.pk, identifier=made.pk, by=officer)
    with pytest.raises(NotFound):
        identifiers.add(
            household=other.pk, person=factories.person(home).pk, kind="mso", value="2", by=officer
        )
