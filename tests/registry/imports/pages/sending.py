"""Files sent through the pages of imports, and what their forms would send."""

from __future__ import annotations

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.registry.imports.tables import table
from tests.registry.pages import text_of
from wattana.registry.models import ImportBatch

HEADER = ["house_no", "moo", "ชื่อ", "นามสกุล", "เลขบัตรประชาชน", "หมายเหตุ"]
GOOD = [
    ["25/2", "3", "นางสมหญิง", "ใจดี", "9330100001018", "ก"],
    ["26", "3", "นายสมชาย", "ใจดี", "9330100001026", ""],
]
BAD = ["27", "3", "=cmd|' /C calc'!A0", "ใจดี", "1234", "@SUM(A1)"]
ROUTES = ["batch", "mapping", "mapping_file", "commit", "discard", "undo", "rejected"]


def send(client, content, *, name="list.csv", **more):
    data = content.encode() if isinstance(content, str) else content
    form = {"kind": "households", "year": "2568", "file": SimpleUploadedFile(name, data)} | more
    return client.post(reverse("imports:new"), form)


def uploaded(client, *rows, **more) -> ImportBatch:
    answer = send(client, table(HEADER, *rows), **more)
    assert answer.status_code == 302, text_of(answer)
    return ImportBatch.objects.get(status="uploaded")


def at(route: str, batch: ImportBatch) -> str:
    return reverse(f"imports:{route}", args=[batch.pk])


def fields_of(page) -> dict[str, str]:
    """What the mapping form would send, as it stands."""
    body = page.content.decode()
    form = body[body.index('name="header_line" value') :]
    sent = {"header_line": "", "sheet": "", "values": "", "save_as": ""}
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    for tag in re.findall(r"<input[^>]*>", form):
        if 'type="checkbox"' in tag and " checked" not in tag:
            continue
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and name[1] not in ("csrfmiddlewaretoken", "header_line", "sheet"):
            sent[name[1]] = value[1] if value else ""
    return sent


def checked(client, *rows, **more) -> ImportBatch:
    batch = uploaded(client, *rows)
    sent = fields_of(client.get(at("mapping", batch))) | more
    answer = client.post(at("mapping", batch), sent)
    assert answer.status_code == 302, text_of(answer)
    batch.refresh_from_db()
    assert batch.status == "checked"
    return batch
