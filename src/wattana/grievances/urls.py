from django.urls import path

from wattana.grievances.views import desk, door

app_name = "grievances"
urlpatterns = [
    path("", desk.grievances, name="list"),
    path("new/", door.open_, name="open"),
    path("follow/", door.follow, name="follow"),
    path("record/", door.record, name="record"),
    path("handlers/", desk.handlers, name="handlers"),
    path("handlers/<key:member>/", desk.name, name="name"),
    path("<key:grievance>/", desk.grievance, name="grievance"),
    path("<key:grievance>/<slug:action>/", desk.step, name="step"),
]
