from django.urls import path

from wattana.surveys.views import answers, sections, visits

app_name = "surveys"
urlpatterns = [
    path("start/<key:household>/", visits.start, name="start"),
    path("<key:visit>/", visits.overview, name="visit"),
    path("<key:visit>/changes/", visits.changes, name="changes"),
    path("<key:visit>/submit/", visits.submit, name="submit"),
    path("<key:visit>/return/", visits.give_back, name="return"),
    path("<key:visit>/approve/", visits.approve, name="approve"),
    path("<key:visit>/reopen/", visits.reopen, name="reopen"),
    path("<key:visit>/not-surveyed/", visits.not_surveyed, name="not_surveyed"),
    path("<key:visit>/answer/<slug:variable>/", answers.answer, name="answer"),
    path("<key:visit>/skip/<slug:variable>/", answers.skip, name="skip"),
    path("<key:visit>/skip-row/<slug:variable>/", answers.skip_row, name="skip_row"),
    path("<key:visit>/<slug:section>/skip/", answers.skip_section, name="skip_section"),
    path("<key:visit>/<slug:section>/", sections.section, name="section"),
    path("<key:visit>/<slug:section>/<key:person>/", sections.section, name="person_section"),
]
