from django.urls import path

from wattana.entitlements.views import lists, paper, programmes

app_name = "entitlements"
urlpatterns = [
    path("", programmes.programmes, name="programmes"),
    path("missing/", lists.missing, name="missing"),
    path("ahead/", lists.ahead, name="ahead"),
    path("households/<key:household>/rights.pdf", paper.family_page, name="family_page"),
    path("programme/<slug:programme>/", programmes.programme, name="programme"),
    path("programme/<slug:programme>/take-up.csv", programmes.take_up_csv, name="take_up_csv"),
]
