from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

ACTIONS = {
    "household.list": _("household list read"),
    "household.search": _("households searched for"),
    "household.export": _("household list exported"),
    "household.view": _("household read"),
    "household.history": _("history of a household read"),
    "household.create": _("household entered"),
    "household.update": _("household corrected"),
    "household.merge": _("households merged"),
    "household.unmerge": _("merge of households undone"),
    "person.view": _("person read"),
    "person.create": _("person entered"),
    "person.update": _("person corrected"),
    "person.move": _("person moved to another household"),
    "national_id.view": _("national ID shown"),
    "consent.record": _("consent recorded"),
    "consent.withdraw": _("consent withdrawn"),
    "notice.publish": _("privacy notice published"),
    "list.add": _("list entry added"),
    "list.verify": _("list entry verified"),
    "identifier.add": _("number added"),
    "identifier.remove": _("number removed"),
    "import.upload": _("file uploaded for import"),
    "import.commit": _("file imported"),
    "import.discard": _("uploaded file thrown away"),
    "import.dry_run": _("import tried without writing"),
    "import.undo": _("import undone"),
    "import.rejected": _("rejected rows of an import downloaded"),
    "standing.set": _("standings of households published"),
    "batch": _("import"),
    "household": _("household"),
    "person": _("person"),
    "list_entry": _("list entry"),
    "consent": _("consent"),
    "notice": _("privacy notice"),
}


class RegistryConfig(AppConfig):
    name = "wattana.registry"

    def ready(self) -> None:
        from wattana.accounts import audit, audit_details  # noqa: PLC0415  models come first
        from wattana.registry.models import Consent, Identifier, ListEntry  # noqa: PLC0415

        audit.describe(ACTIONS)
        audit_details.describe_codes(
            {
                "purpose": dict(Consent.Purpose.choices),
                "identifier": dict(Identifier.Kind.choices),
                "source": dict(ListEntry.Source.choices),
                "verification": dict(ListEntry.Verification.choices),
            }
        )
