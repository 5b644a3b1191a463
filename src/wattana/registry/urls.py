from django.urls import path

from wattana.registry.views import consents, entries, households, lists, merges, persons

app_name = "registry"
urlpatterns = [
    path("", lists.household_list, name="list"),
    path("search/", lists.search, name="search"),
    path("export/", lists.export, name="export"),
    path("new/", households.new, name="new"),
    path("<key:household>/", households.household, name="household"),
    path("<key:household>/panels/<slug:panel>/", households.panel, name="panel"),
    path("<key:household>/edit/", households.edit, name="edit"),
    path("<key:household>/history/", households.history, name="history"),
    path("<key:household>/people/new/", persons.new, name="person_new"),
    path("<key:household>/lists/new/", entries.new, name="list_new"),
    path("<key:household>/numbers/new/", entries.new_number, name="number_new"),
    path(
        "<key:household>/numbers/<key:identifier>/remove/", entries.remove_number,
        name="number_remove",
    ),
    path("<key:household>/consents/new/", consents.new, name="consent_new"),
    path("<key:household>/merge/", merges.merge, name="merge"),
    path("people/<key:person>/", persons.person, name="person"),
    path("people/<key:person>/move/", persons.move, name="person_move"),
    path("people/<key:person>/death/", persons.death, name="person_death"),
    path("people/<key:person>/left/", persons.left, name="person_left"),
    path("people/<key:person>/number/", persons.reveal, name="person_id"),
    path("consents/<key:consent>/withdraw/", consents.withdraw, name="consent_withdraw"),
    path("lists/<key:entry>/verify/", entries.verify, name="list_verify"),
    path("merges/<key:merge>/undo/", merges.undo, name="merge_undo"),
]  # fmt: skip
