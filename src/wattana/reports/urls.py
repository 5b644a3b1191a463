from django.urls import path

from wattana.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.landing, name="landing"),
    path("areas/", views.areas, name="areas"),
    path("areas/<str:code>/", views.area, name="area"),
    path("areas/<str:code>/table.csv", views.area_csv, name="area_csv"),
    path("areas/<str:code>/change/", views.change, name="change"),
    path("areas/<str:code>/change/table.csv", views.change_csv, name="change_csv"),
    path("measures/", views.measures, name="measures"),
    path("measures/<str:measure>/", views.measure, name="measure"),
    path("measures/<str:measure>/<str:table>.csv", views.measure_csv, name="measure_csv"),
]
