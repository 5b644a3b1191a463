from django.apps import AppConfig


class EntitlementsConfig(AppConfig):
    name = "wattana.entitlements"
