"""Addresses: each room brings its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("wattana.reports.urls")),
    path("accounts/", include("wattana.accounts.urls")),
    path("households/", include("wattana.registry.urls")),
    path("imports/", include("wattana.registry.imports.urls")),
    path("visits/", include("wattana.surveys.urls")),
    path("assessment/", include("wattana.assessment.urls")),
]
