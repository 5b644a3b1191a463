"""How rights are called on pages: amounts, periods, classes of law, texts of the rulebook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from wattana.kit.dates import format_date
from wattana.kit.words import said
from wattana.methods.rights.amounts import Sum
from wattana.methods.rights.arrears import Arrears
from wattana.methods.rights.registering import Registration
from wattana.rules.expressions import Expression, saying

PERIODS: Mapping[str, Promise] = {
    "month": _("%(amount)s baht a month"),
    "quarter": _("%(amount)s baht a quarter"),
    "term": _("%(amount)s baht a term"),
    "season": _("%(amount)s baht a season"),
    "year": _("%(amount)s baht a year"),
    "once": _("%(amount)s baht once"),
    "time": _("%(amount)s baht each time"),
    "hour": _("%(amount)s baht an hour"),
    "day": _("%(amount)s baht a day"),
}
UNITS: Mapping[str, Promise] = {
    "baht/person/month": _("baht a person and month"),
    "baht/person/year": _("baht a person and year"),
    "baht/month": _("baht a month"),
    "baht/year": _("baht a year"),
}
CLASSES: Mapping[str, Promise] = {
    "entitlement": _("entitlement"),
    "means_tested": _("entitlement with conditions of means"),
    "in_kind": _("entitlement in kind"),
    "discretionary": _("aid at the agency's discretion"),
    "insurance": _("insurance"),
    "loan": _("loan"),
    "service": _("service"),
}
DIMENSIONS: Mapping[str, Promise] = {
    "health": _("health"),
    "living": _("living conditions"),
    "education": _("education"),
    "income": _("income"),
    "access": _("access to state services"),
}
CONFIDENCE: Mapping[str, Promise] = {
    "stated": _("stated in a cited source"),
    "partial": _("the core is stated in a cited source"),
    "memory": _("general knowledge only, not applied"),
}
SOURCES: Mapping[str, Promise] = {  # what stands in the files where no source could be named
    "general knowledge": _("general knowledge"),
    "a public page whose address was not kept; to be found again before it is cited": _(
        "a public page whose address was not kept; to be found again before it is cited"
    ),
}
ARREARS: Mapping[str, Promise] = {
    "none": _("No back pay."),
    "from_application": _("Paid from the application on."),
    "months": _("Paid back for %(months)s months."),
    "unknown": _("Whether it is paid back is not known."),
}
REGISTRATIONS: Mapping[str, Promise] = {
    "open": _("Registration open (%(window)s) until %(end)s"),
    "ahead": _("Registration (%(window)s) opens on %(start)s"),
    "over": _("Registration (%(window)s), the last one known, ended on %(end)s"),
}
LEVELS: Mapping[str, Promise] = {"person": _("people"), "household": _("households")}
REVIEWS: Mapping[str, Promise] = {
    "drafted": _("drafted, not yet reviewed by a lawyer"),
    "reviewed": _("reviewed"),
    "approved": _("reviewed and approved"),
}


OUTCOMES: Mapping[str, Promise] = {
    "due": _("due"),
    "may_apply": _("may apply"),
    "not_due": _("not due"),
    "unknown": _("not known"),
}


def in_words(expression: Expression | None) -> str:
    """A simple expression of the rules in words; "" where it has none."""
    if expression is None:
        return ""
    language = "th" if get_language() == "th" else "en"
    return saying.said(expression.node, language, format_date) or ""


def unit(name: str) -> str:
    """A unit of a figure of law in words; as the rulebook writes it where it has none."""
    return str(UNITS.get(name, name))


def baht(satang: int | None) -> str:
    """An amount with thousands commas, whole where it is whole; a dash where it is not known."""
    if satang is None:
        return "–"
    return f"{satang / 100:,.2f}" if satang % 100 else f"{satang // 100:,}"


def paid(satang: int, period: str) -> str:
    """“600 baht a month”."""
    return str(PERIODS[period]) % {"amount": baht(satang)}


def paid_unit(period: str) -> str:
    """“baht a month”."""
    return (str(PERIODS[period]) % {"amount": ""}).strip()


def registration(one: Registration) -> str:
    """How a period of registration stands, in a sentence."""
    told = str(REGISTRATIONS[one.state]) % {
        "window": said(one.window.label),
        "start": format_date(one.start),
        "end": format_date(one.end),
    }
    if one.window.paid_from is None:
        return told
    day = format_date(one.window.paid_from)
    return told + ", " + gettext("paid from %(day)s on at the earliest") % {"day": day}


def back_pay(found: Arrears | None) -> str:
    """Back pay of a right that is not received; "" where it is received or no rule is known."""
    if found is None or found.rule == "unknown":
        return ""
    if found.rule != "months":
        return str(ARREARS[found.rule])
    if found.months is None:
        return gettext("Back pay is allowed; its sum is not known yet.")
    return ngettext(
        "Back pay for %(months)s month: %(amount)s baht.",
        "Back pay for %(months)s months: %(amount)s baht.",
        found.months,
    ) % {"months": found.months, "amount": baht(found.satang)}


def paid_sums(sums: Iterable[Sum]) -> list[str]:
    """The items of an amount in words; what nobody knows has none."""
    found = []
    for one in sums:
        if one.satang:
            text = paid(one.satang, one.item.period)
            text = gettext("up to %(amount)s") % {"amount": text} if one.up_to else text
            found.append(f"{said(one.item.label)}: {text}")
        elif one.words:
            found.append(f"{said(one.item.label)}: {said(one.words)}")
    return found
