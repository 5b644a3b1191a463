from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "wattana.demo"
