from django.urls import include, path

from wattana.assessment import views

app_name = "assessment"
urlpatterns = [
    path("", views.runs, name="runs"),
    path("runs/new/", views.run_new, name="run_new"),
    path("runs/<key:run>/", views.run, name="run"),
    path("snapshots/new/", views.snapshot_new, name="snapshot_new"),
    path("scheme/<str:measure>/", views.scheme, name="scheme"),
    path("schemes/", include("wattana.assessment.schemes.urls")),
    path("", include("wattana.assessment.prediction.urls")),
]
