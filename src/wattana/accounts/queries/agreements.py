"""Agreements of the viewer's organisation (the operator's: all), and what to tell about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language, gettext, ngettext

from wattana.accounts.agreements import NOTICE_DAYS, State, last_day, state_of, today
from wattana.accounts.models import Agreement
from wattana.accounts.permissions import Permission
from wattana.accounts.viewer import Viewer
from wattana.kernel.problems import N_, NotFound
from wattana.kit.dates import format_date
from wattana.kit.pages import Page, keyset_page


@dataclass(frozen=True)
class AgreementRow:
    """A line of the list of agreements."""

    id: int
    title_th: str
    title_en: str
    starts: dt.date
    ends: dt.date
    last_day: dt.date
    is_demo: bool
    party_count: int
    state: State
    days_left: int  # until the end, today not counted; negative when it is past


@dataclass(frozen=True)
class Notice:
    """What a member of a party is told about an agreement."""

    level: str  # "warning" before the end, "danger" after it
    text: str
    day: dt.date | None  # the last day in force
    agreement_id: int | None


def visible(viewer: Viewer) -> QuerySet[Agreement]:
    """The agreements that the viewer may read."""
    viewer.require(Permission.AGREEMENTS_VIEW)
    if viewer.is_operator:
        return Agreement.objects.all()
    return Agreement.objects.filter(parties=viewer.organization_id)


def agreements(
    viewer: Viewer, state: str = "", cursor: str | None = None, size: int = 50
) -> Page[AgreementRow]:
    """A page of agreements, the newest first; `state` is a `State` or empty for all."""
    day = today()
    rows = visible(viewer).filter(_in_state(state, day)) if state else visible(viewer)
    page = keyset_page(
        rows.annotate(party_count=Count("parties", distinct=True)).values(
            "id", "title_th", "title_en", "starts", "ends", "ended_early_at", "is_demo",
            "party_count",
        ),
        ["-id"], cursor, size,
    )  # fmt: skip
    return replace(page, rows=[_row(values, day) for values in page.rows])


def agreement(viewer: Viewer, agreement_id: int) -> Agreement:
    """One agreement; `NotFound` unless the viewer may read it."""
    found = visible(viewer).select_related("renews").filter(pk=agreement_id).first()
    if found is None:
        raise NotFound(N_("There is no such agreement among those of your organisation."))
    return found


def of_party(viewer: Viewer, organization_id: int) -> list[AgreementRow]:
    """The agreements of one organisation that the viewer may read, the newest first."""
    rows = visible(viewer).filter(pk__in=Agreement.objects.filter(parties=organization_id))
    counted = rows.annotate(party_count=Count("parties", distinct=True))
    return [_row(values, today()) for values in counted.order_by("-starts", "-id").values()]


def history(viewer: Viewer, shown: Agreement) -> list[AgreementRow]:
    """The chain of renewals that `shown` stands in, the oldest first."""
    links = dict(visible(viewer).values_list("id", "renews_id"))
    first = shown.pk
    while links.get(first) in links:
        first = links[first]
    chain, added = {first}, True
    while added:
        more = {id_ for id_, renews in links.items() if renews in chain} - chain
        chain, added = chain | more, bool(more)
    rows = Agreement.objects.filter(pk__in=chain).annotate(party_count=Count("parties"))
    return [_row(values, today()) for values in rows.order_by("starts", "id").values()]


def notices(viewer: Viewer) -> list[Notice]:
    """What the viewer is told on every page: agreements whose end closes areas to her.

    They end within 90 days, or ended no longer ago, and no other one opens the same to her.
    Costs nothing while there is nothing to tell, else one query.
    """
    if not (viewer.closing or viewer.own_records_only) or not viewer.organization_id:
        return []
    rows = Agreement.objects.filter(parties=viewer.organization_id).values(
        "id", "title_th", "title_en", "starts", "ends", "ended_early_at", "renews_id"
    )
    terms = [_Term(row) for row in rows.order_by("ends", "id")]
    if viewer.own_records_only:
        return [_nothing_in_force(terms)]
    renewed = {term.renews_id: term for term in terms if term.renews_id and not term.is_ended_early}
    return [
        _ending(term, renewed.get(term.id))
        if term.state.is_in_force
        else _ended(term, renewed.get(term.id))
        for term in terms
        if term.id in viewer.closing
    ]


class _Term:
    """One agreement as `notices` weighs it."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self.id = row["id"]
        self.title = (row["title_en"] if get_language() == "en" else "") or row["title_th"]
        self.starts = row["starts"]
        self.renews_id = row["renews_id"]
        self.is_ended_early = row["ended_early_at"] is not None
        self.last_day = last_day(row["ends"], row["ended_early_at"])
        self.state = state_of(row["starts"], row["ends"], row["ended_early_at"], today())
        self.days_left = (self.last_day - today()).days


def _ending(term: _Term, renewal: _Term | None) -> Notice:
    places = {"title": term.title, "day": format_date(term.last_day), "days": term.days_left}
    if term.days_left == 0:
        text = gettext("The agreement “%(title)s” ends today, %(day)s.")
    else:
        text = ngettext(
            "The agreement “%(title)s” ends on %(day)s, in %(days)s day.",
            "The agreement “%(title)s” ends on %(day)s, in %(days)s days.",
            term.days_left,
        )
    after = gettext("After that, areas that only it opens are closed to you until it is renewed.")
    return Notice(
        "warning", _sentences(text % places, after, term, renewal), term.last_day, term.id
    )


def _ended(term: _Term, renewal: _Term | None) -> Notice:
    text = gettext(
        "The agreement “%(title)s” ended on %(day)s. Areas that only it opened are closed to you."
    ) % {"title": term.title, "day": format_date(term.last_day)}
    return Notice("danger", _sentences(text, "", term, renewal), term.last_day, term.id)


def _sentences(text: str, after: str, term: _Term, renewal: _Term | None) -> str:
    if renewal is not None:
        follows_at_once = renewal.starts <= max(term.last_day + dt.timedelta(days=1), today())
        after = (
            gettext("Its renewal, from %(day)s on, opens less to you.")
            if follows_at_once
            else gettext("Its renewal begins on %(day)s.")
        ) % {"day": format_date(renewal.starts)}
    return f"{text} {after}".strip()


def _nothing_in_force(terms: list[_Term]) -> Notice:
    own = gettext("You see only records that your own organisation entered.")
    past = [term for term in terms if term.state in (State.ENDED, State.ENDED_EARLY)]
    last = max(past, key=lambda term: term.last_day, default=None)
    if any(term.state.is_in_force for term in terms):
        text = gettext("The agreements in force open none of your organisation's areas.")
        return Notice("danger", f"{text} {own}", None, None)
    if last is None:
        text = gettext("Your organisation has no agreement in force.")
        return Notice("danger", f"{text} {own}", None, None)
    text = gettext(
        "Your organisation has no agreement in force: the last one, “%(title)s”, ended on %(day)s."
    ) % {"title": last.title, "day": format_date(last.last_day)}
    return Notice("danger", f"{text} {own}", last.last_day, last.id)


def _in_state(state: str, day: dt.date) -> Q:
    running = Q(ended_early_at=None)
    soon = day + dt.timedelta(days=NOTICE_DAYS)
    return {
        State.NOT_BEGUN: running & Q(starts__gt=day),
        State.IN_FORCE: running & Q(starts__lte=day, ends__gte=day),
        State.ENDING: running & Q(starts__lte=day, ends__gte=day, ends__lte=soon),
        State.ENDED: running & Q(ends__lt=day),
        State.ENDED_EARLY: ~running,
    }.get(state, Q())  # type: ignore[call-overload]


def _row(values: Mapping[str, Any], day: dt.date) -> AgreementRow:
    last = last_day(values["ends"], values["ended_early_at"])
    return AgreementRow(
        id=values["id"],
        title_th=values["title_th"],
        title_en=values["title_en"],
        starts=values["starts"],
        ends=values["ends"],
        last_day=last,
        is_demo=values["is_demo"],
        party_count=values["party_count"],
        state=state_of(values["starts"], values["ends"], values["ended_early_at"], day),
        days_left=(last - day).days,
    )
