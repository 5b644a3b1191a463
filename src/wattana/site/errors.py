"""Pages for what no view answers: in the reader's language, without touching the database."""

from __future__ import annotations

import sys

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext

from wattana.accounts.policies import PUBLIC, policy
from wattana.kit import machine


def _page(message: str, status: int) -> HttpResponse:
    return HttpResponse(render_to_string("plain_problem.html", {"message": message}), status=status)


@policy(PUBLIC)
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(gettext("The request could not be understood. Go back and try again."), 400)


@policy(PUBLIC)
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _page(gettext("There is no page at this address."), 404)


@policy(PUBLIC)
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(
        gettext(
            "The form was open too long or came from another page. Go back, load the page again "
            "and send it once more."
        ),
        403,
    )


@policy(PUBLIC)
def server_error(request: HttpRequest) -> HttpResponse:
    """A fault of ours, a full disk, or a database that is busy or cannot be used."""
    error = sys.exc_info()[1]
    if error is not None and machine.is_busy(error):
        return _page(gettext(machine.BUSY), 503)
    if isinstance(error, OSError) and machine.is_full(error):
        return _page(gettext(machine.FULL), 503)
    if isinstance(error, DatabaseError):
        return _page(
            gettext(
                "The database cannot be used at the moment. Nothing of this step was saved. "
                "Tell whoever runs the server: is the disk full, is the database damaged?"
            ),
            503,
        )
    return _page(
        gettext("Something went wrong on our side. Nothing of this step was saved. Try again."), 500
    )
