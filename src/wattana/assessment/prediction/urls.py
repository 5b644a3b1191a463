from django.urls import path

from wattana.assessment.prediction import views

urlpatterns = [
    path("visit-next/", views.visit_next, name="visit_next"),
    path("prediction/", views.model_card, name="prediction"),
    path("prediction/card.md", views.card_markdown, name="prediction_markdown"),
    path("prediction/card.json", views.card_json, name="prediction_json"),
]
