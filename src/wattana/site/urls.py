"""Addresses: each room brings its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("wattana.reports.urls")),
    path("accounts/", include("wattana.accounts.urls")),
    path("households/", include("wattana.registry.urls")),
    path("imports/", include("wattana.registry.imports.urls")),
    path("visits/", include("wattana.surveys.urls")),
    path("assessment/", include("wattana.assessment.urls")),
    path("notices/", include("wattana.notices.urls")),
    path("referrals/", include("wattana.referrals.urls")),
    path("grievances/", include("wattana.grievances.urls")),
    path("rights/", include("wattana.entitlements.urls")),
]

handler400 = "wattana.site.errors.bad_request"
handler404 = "wattana.site.errors.not_found"
handler500 = "wattana.site.errors.server_error"
