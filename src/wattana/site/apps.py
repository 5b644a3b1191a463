from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "wattana.site"

    def ready(self) -> None:
        from wattana.site import wiring  # noqa: PLC0415  models must be loaded first

        wiring.install()
