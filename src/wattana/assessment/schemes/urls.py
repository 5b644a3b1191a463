from django.urls import path

from wattana.assessment.schemes import views

urlpatterns = [
    path("", views.schemes, name="schemes"),
    path("new/", views.scheme_new, name="scheme_new"),
    path("choose/", views.scheme_choose, name="scheme_choose"),
    path("compare/", views.compare, name="scheme_compare"),
    path("drafts/<key:draft>/", views.draft, name="scheme_draft"),
    path("drafts/<key:draft>/effect/", views.effect, name="scheme_effect"),
    path("drafts/<key:draft>/publish/", views.publish, name="scheme_publish"),
    path("drafts/<key:draft>/discard/", views.discard, name="scheme_discard"),
    path("drafts/<key:draft>/rule/<slug:indicator>/", views.rule, name="scheme_rule"),
    path("<key:scheme>/", views.version, name="scheme_version"),
    path("<key:scheme>/scheme.yaml", views.version_yaml, name="scheme_yaml"),
]
