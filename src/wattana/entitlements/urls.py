from django.urls import path

from wattana.entitlements.views import lists, paper, programmes
from wattana.entitlements.whatif import views as whatif

app_name = "entitlements"
urlpatterns = [
    path("", programmes.programmes, name="programmes"),
    path("missing/", lists.missing, name="missing"),
    path("ahead/", lists.ahead, name="ahead"),
    path("what-if/", whatif.trials, name="what_if"),
    path("what-if/new/", whatif.new, name="what_if_new"),
    path("what-if/<key:trial>/", whatif.trial, name="what_if_trial"),
    path("what-if/<key:trial>/areas.csv", whatif.trial_csv, name="what_if_csv"),
    path("what-if/<key:trial>/remove/", whatif.remove, name="what_if_remove"),
    path("households/<key:household>/rights.pdf", paper.family_page, name="family_page"),
    path("programme/<slug:programme>/", programmes.programme, name="programme"),
    path("programme/<slug:programme>/take-up.csv", programmes.take_up_csv, name="take_up_csv"),
]
