from django.apps import AppConfig


class SurveysConfig(AppConfig):
    name = "wattana.surveys"
