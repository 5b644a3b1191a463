from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "visit.start": _("visit begun"),
    "visit.read": _("visit read"),
    "visit.submit": _("visit handed in"),
    "visit.approve": _("visit approved"),
    "visit.return": _("visit returned for correction"),
    "visit.reopen": _("visit opened again"),
    "visit.not_surveyed": _("household could not be surveyed"),
}


class SurveysConfig(AppConfig):
    name = "wattana.surveys"

    def ready(self) -> None:
        from wattana.accounts import audit  # noqa: PLC0415  models must be loaded first

        audit.describe(ACTIONS)
