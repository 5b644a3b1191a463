from django.urls import path

from wattana.notices import views

app_name = "notices"
urlpatterns = [
    path("", views.notices, name="list"),
    path("read/", views.read_all, name="read_all"),
    path("preferences/", views.preferences, name="preferences"),
    path("jobs/", views.jobs, name="jobs"),
    path("<key:notice>/", views.notice, name="notice"),
]
