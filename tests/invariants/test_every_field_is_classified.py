from __future__ import annotations

import pytest
from django.apps import apps

from wattana.kit.classified import RETENTION

MODELS = [
    model
    for model in apps.get_models(include_auto_created=False)
    if model.__module__.startswith("wattana.")
]


def test_there_are_models():
    assert len(MODELS) > 40


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_each_field_stands_in_exactly_one_class(model):
    privacy = model.Privacy
    named = [
        name for kind in ("public", "personal", "sensitive") for name in getattr(privacy, kind, [])
    ]
    fields = {
        field.name
        for field in model._meta.get_fields()
        if not (field.auto_created and not field.concrete)
    }
    assert sorted(named) == sorted(set(named)), "a field stands in two classes"
    assert set(named) == fields


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_each_model_says_how_long_it_is_kept(model):
    assert model.Privacy.retention in RETENTION
