from django.apps import AppConfig
from django.urls import register_converter

from wattana.kit.converters import KeyConverter


class KitConfig(AppConfig):
    name = "wattana.kit"

    def ready(self) -> None:
        register_converter(KeyConverter, "key")
