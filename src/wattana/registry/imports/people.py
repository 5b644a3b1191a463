"""Which person each row is about: one that the registry has, or a new one.

View `persons`: what the rows say about people. Table `people`: the good lines among them, each with
the `first` line about the same person. Table `found_people`: the first lines with the person who
was found, `id`, or NULL for a new one; lines that say what they said last time are in `same`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from wattana.kernel import keys
from wattana.kernel.problems import N_, Conflict
from wattana.registry import doubts, kinship
from wattana.registry.imports import numbers
from wattana.registry.imports.kinds import Job
from wattana.registry.imports.staging import AGAINST_REGISTRY, FILE_ONLY, as_params, literal
from wattana.registry.models import Person

COLUMNS = {
    "person_key": "VARCHAR", "national_id": "VARCHAR", "title": "VARCHAR", "first_name": "VARCHAR",
    "first_key": "VARCHAR", "last_name": "VARCHAR", "last_key": "VARCHAR", "sex": "VARCHAR",
    "birth_year": "SMALLINT", "birth_month": "SMALLINT", "birth_day": "SMALLINT",
    "phone": "VARCHAR", "relation": "VARCHAR", "registered": "VARCHAR", "no_id_reason": "VARCHAR",
    "member_since": "DATE", "died_on": "DATE", "left_on": "DATE",
}  # fmt: skip
_DB_COLUMNS = [
    ("id", "BIGINT"), ("home", "BIGINT"), ("digest", "BIGINT"), ("has_id", "BOOLEAN"),
    *((name, kind) for name, kind in COLUMNS.items() if name != "national_id"),
]  # fmt: skip
_SOURCE = {"person_key": "source_key"}
_IN_ONE_QUERY = 500
_MANY = 5_000  # rows; from here on digests are fetched first, to leave out what did not change

# The same number in the file names one person; without numbers, key or name and birth do.
_REPEATED = [
    (
        "national_id",
        "national_id IS NOT NULL",
        "national_id",
        N_("This national ID stands in line %(line)s already. Keep one of the rows."),
    ),
    (
        "ref, person_key",
        "person_key IS NOT NULL",
        "person_key",
        N_("This person's key stands in line %(line)s of the same household already."),
    ),
    (
        "ref, first_name, last_name, birth_year, birth_month, birth_day",
        "first_name IS NOT NULL AND national_id IS NULL AND person_key IS NULL",
        "first_name",
        N_(
            "Line %(line)s names a person of the same name and birth in this household. Keep one "
            "of the rows, or tell them apart by national ID."
        ),
    ),
]
_TWO_HEADS = (
    "ref",
    "relation = 'head' AND died_on IS NULL AND left_on IS NULL",
    "relation",
    N_("Line %(line)s is the head of this household already. Correct the relation."),
)

# One person of the file, who may stand in several rows where these are of several visits.
_WHO = """
CASE WHEN national_id IS NOT NULL THEN 'n' || national_id
     WHEN person_key IS NOT NULL THEN concat_ws(chr(31), 'k', ref, person_key)
     ELSE concat_ws(chr(31), 'f', ref, first_name, last_name, birth_year, birth_month, birth_day)
     END
"""

_FOUND = """
SELECT w.line, w.ref, w.digest, h.id AS home, coalesce(k.id, i.id, n.id) AS id,
       k.id AS by_key, i.id AS by_number, i.home AS number_home, i.digest AS number_digest
FROM at_work w JOIN homes h ON h.ref = w.ref
LEFT JOIN (SELECT w.line, min(d.id) AS id
           FROM db_person d JOIN homes h ON d.home = h.id JOIN at_work w ON w.ref = h.ref
           JOIN persons p ON p.line = w.line AND p.person_key = d.person_key
           WHERE d.person_key <> '' GROUP BY w.line) k ON k.line = w.line
LEFT JOIN numbers i ON i.line = w.line
LEFT JOIN (SELECT w.line,
            coalesce(min(d.id) FILTER (d.first_name = p.first_name), min(d.id)) AS id
           FROM db_person d JOIN homes h ON d.home = h.id JOIN at_work w ON w.ref = h.ref
           JOIN persons p ON p.line = w.line AND p.first_key = d.first_key
            AND (d.first_name = p.first_name OR coalesce(d.sex IN ('', p.sex), TRUE))
            AND (d.last_key = coalesce(p.last_key, d.last_key) OR d.birth_year = p.birth_year)
            AND coalesce(abs(d.birth_year - p.birth_year) <= CAST(p.from_age AS INTEGER), TRUE)
            AND (p.national_id IS NULL OR NOT d.has_id)
           WHERE d.first_key <> '' GROUP BY w.line
           HAVING 1 IN (count(*), count(*) FILTER (d.first_name = p.first_name))
          ) n ON n.line = w.line
ANTI JOIN errors e ON e.line = w.line
"""


def collect(job: Job) -> None:
    """Gather `people` from the good rows of `typed`, and note rows that repeat or contradict."""
    define(job)
    visit = "".join(f", {name}" for name in job.kind.visit_columns)
    for together, where, field, message in _REPEATED:
        if field == "first_name" and not job.mapping.header_of(
            job.filled("first_name", "full_name")
        ):
            continue  # one word for all whose names are not known
        job.staging.flag_repeated("persons", together + visit, where, field, message)
    _refuse_before_birth(job)
    _note_doubtful_ages(job)
    _note_other_titles(job)
    first = f"min(line) OVER (PARTITION BY {_WHO})" if visit else "line"
    job.staging.make(
        "people",
        f"SELECT line, ref, digest, {first} AS first FROM persons ANTI JOIN errors USING (line)",
    )
    once = "(SELECT p.* FROM persons p JOIN people f ON f.line = p.line WHERE p.line = f.first)"
    job.staging.flag_repeated(once, *_TWO_HEADS)


def _note_doubtful_ages(job: Job) -> None:
    """Note who is too young or too old for what a row makes her to the head of the same file."""
    rule = kinship.rule()
    sides = ((rule.older, "h.born - p.birth_year", rule.too_young),
             (rule.younger, "p.birth_year - h.born", rule.too_old))  # fmt: skip
    limits = [
        (relation, f"relation = '{relation}' AND {years} < {least:d}", told(relation))
        for relations, years, told in sides
        for relation, least in relations.items()
    ]
    job.staging.make(
        "doubtful",
        "SELECT p.line, p.relation FROM persons p JOIN (SELECT ref, min(birth_year) AS born"
        " FROM persons WHERE relation = 'head' AND birth_year IS NOT NULL GROUP BY ref) h"
        f" ON h.ref = p.ref WHERE {' OR '.join(f'p.{doubt}' for _, doubt, _ in limits)}",
    )
    for relation, _, doubt in limits:
        job.staging.flag(
            FILE_ONLY, f"SELECT line FROM doubtful WHERE relation = '{relation}'",
            "relation", doubt.message, params=literal(as_params(doubt)), warning=True,
        )  # fmt: skip


def _note_other_titles(job: Job) -> None:
    """Note whose title and sex say different things."""
    job.staging.make(
        "other_titles",
        "SELECT line, title_sex FROM persons WHERE NOT sex_from_title AND sex <> title_sex",
    )
    for sex in Person.Sex.values:
        doubt = doubts.of_title(sex)
        job.staging.flag(
            FILE_ONLY, f"SELECT line FROM other_titles WHERE title_sex = '{sex}'",
            "sex", doubt.message, params=literal(as_params(doubt)), warning=True,
        )  # fmt: skip


def define(job: Job) -> None:
    """Make the view `persons` over the typed rows."""
    visit = "".join(f", {name}" for name in job.kind.visit_columns)
    job.staging.run(
        "CREATE OR REPLACE VIEW persons AS SELECT * FROM ("
        f"SELECT line, ref, digest{visit}, {', '.join(_columns(job))} FROM typed)"
        " WHERE national_id IS NOT NULL OR first_name IS NOT NULL OR person_key IS NOT NULL"
    )


def _columns(job: Job) -> Iterator[str]:
    """All of `COLUMNS` as SQL over `typed`, which has those of the kind's fields only."""
    there = job.staging.columns("typed")
    own = {
        "title": "coalesce(title, title_in_name)" if "title_in_name" in there else "title",
        "sex": "coalesce(sex, title_sex)",
        "birth_year": f"coalesce(birth_year, {job.year} - age)" if "age" in there else "birth_year",
    } | job.kind.person_columns
    from_age = "birth_year IS NULL AND age IS NOT NULL" if "age" in there else "FALSE"
    yield "title_sex, sex IS NULL AS sex_from_title"
    yield f"{from_age} AS from_age"
    for name, kind in COLUMNS.items():
        text = own.get(name, name) if name in there or name in job.kind.person_columns else "NULL"
        yield f"CAST({text} AS {kind}) AS {name}"


def _refuse_before_birth(job: Job) -> None:
    born = "make_date(birth_year, coalesce(birth_month, 1), coalesce(birth_day, 1))"
    for field in filter(job.says, ("member_since", "died_on", "left_on")):
        job.staging.flag(
            FILE_ONLY,
            f"SELECT line FROM persons WHERE birth_year IS NOT NULL AND {field} < {born}",
            field,
            N_("This day lies before the person's birth."),
        )


def match(job: Job) -> None:
    """Find each person of the file in the registry; fill `found_people`."""
    define(job)
    _leave_out_unchanged(job)
    _load(job)
    numbers.find(
        job,
        "numbers",
        "SELECT line, national_id FROM at_work JOIN persons USING (line)"
        " WHERE national_id IS NOT NULL",
    )
    job.staging.make("found_people", _FOUND)
    job.staging.run(
        "INSERT INTO same SELECT line FROM found_people f WHERE digest = number_digest OR digest"
        " IN (SELECT d.digest FROM db_person d WHERE d.home = f.home);"
        "DELETE FROM found_people WHERE line IN (SELECT line FROM same)"
    )
    _refuse_contradictions(job)
    _refuse_second_heads(job)
    job.staging.run(
        "DELETE FROM db_person WHERE id NOT IN (SELECT id FROM found_people WHERE id IS NOT NULL)"
    )
    job.staging.flag(
        AGAINST_REGISTRY,
        "SELECT p.line, first FROM people p JOIN errors e ON e.line = first WHERE p.line <> first",
        job.filled("national_id", "full_name", "first_name", "person_key"),
        N_("Line %(line)s, about the same person, is rejected. Correct that line first."),
        params="json_object('line', first)",
    )


def _leave_out_unchanged(job: Job) -> None:
    """Fill `at_work`: the people of `people` but for lines that say what they said last time."""
    job.staging.read("db_digest", [("digest", "BIGINT")], _digests(job))
    job.staging.make(
        "at_work",
        "SELECT line, ref, digest FROM people ANTI JOIN same USING (line)"
        " ANTI JOIN db_digest USING (digest) WHERE line = first",
    )
    job.staging.run("INSERT INTO same SELECT line FROM people SEMI JOIN db_digest USING (digest)")


def _digests(job: Job) -> Any:
    many = job.staging.value("SELECT count(*) FROM people") >= _MANY
    first, last = job.staging.rows("SELECT min(id), max(id) FROM homes")[0]
    if job.kind.counted != "people" or not many or first is None:
        return Person.objects.none().values_list("source_digest")
    rows = Person.objects.filter(
        household__gte=first, household__lte=last, source_digest__isnull=False
    )
    return rows.order_by().values_list("source_digest")


def _load(job: Job) -> None:
    """Copy the people of the households that the remaining rows name."""
    homes = job.staging.singly(
        "SELECT DISTINCT id FROM homes h SEMI JOIN at_work w ON w.ref = h.ref WHERE id IS NOT NULL"
    )
    job.staging.insert("db_person", _DB_COLUMNS, _people_of(homes))


def _people_of(homes: Iterator[int]) -> Iterator[tuple[Any, ...]]:
    if not Person.objects.exists():
        return
    columns = [_SOURCE.get(name, name) for name in COLUMNS if name != "national_id"]
    known = ("pk", "household_id", "source_digest", "national_id_hash", *columns)
    while some := list(islice(homes, _IN_ONE_QUERY)):
        rows = Person.objects.filter(household__in=some).order_by().values_list(*known)
        for key, home, digest, hashed, *rest in rows:
            yield (key, home, digest, hashed is not None, *rest)


def _refuse_contradictions(job: Job) -> None:
    """A national ID that is somebody else's, or another than the person's own."""
    elsewhere = job.staging.rows(
        "SELECT line, n.home, n.area FROM found_people f JOIN numbers n USING (line)"
        " WHERE f.home IS DISTINCT FROM n.home"
    )
    for line, home, area in elsewhere:
        job.staging.note(AGAINST_REGISTRY, line, "national_id", _taken(job, home, area))
    job.staging.flag(
        AGAINST_REGISTRY,
        "SELECT line FROM found_people WHERE by_key <> by_number AND home = number_home",
        "national_id",
        N_(
            "This national ID belongs to another person of the same household. Compare the number "
            "with the card."
        ),
    )
    job.staging.flag(
        AGAINST_REGISTRY,
        "SELECT f.line FROM found_people f JOIN db_person d ON d.id = f.id JOIN persons p"
        " ON p.line = f.line WHERE p.national_id IS NOT NULL AND d.has_id AND by_number IS NULL",
        "national_id",
        N_(
            "The registry has another national ID for this person. Compare both with the card and "
            "correct the person on the page of the household if need be."
        ),
    )
    job.staging.flag(
        AGAINST_REGISTRY,
        "SELECT line, min(line) OVER (PARTITION BY id) AS first FROM found_people"
        " WHERE id IS NOT NULL QUALIFY line > first",
        job.filled("national_id", "first_name", "full_name", "person_key"),
        N_("This row and line %(line)s are about the same person of the registry. Keep one."),
        params="json_object('line', first)",
    )


def _taken(job: Job, home: int, area: str) -> Conflict:
    if not area.startswith(job.areas):
        return Conflict(
            N_(
                "This national ID belongs to a person in another area already. Compare the number "
                "with the card; if it is right, ask the district office where the person lives."
            )
        )
    return Conflict(
        N_(
            "This national ID belongs to a person of household %(household)s already. Compare the "
            "number with the card; if the person moved, record the move on that household's page."
        ),
        household=keys.to_text(home),
    )


_OTHER_HEAD = N_(
    "The registry has another head for this household; the head that the list names was left out. "
    "Look who is right, and correct the household's page."
)


def _refuse_second_heads(job: Job) -> None:
    """A person may not become a second head; a list's word about the head is only left out."""
    second = (
        "SELECT DISTINCT f.line FROM found_people f JOIN db_person d ON d.home = f.home"
        " JOIN persons p ON p.line = f.line"
        " WHERE p.relation = 'head' AND p.died_on IS NULL AND p.left_on IS NULL"
        " AND d.relation = 'head' AND d.died_on IS NULL AND d.left_on IS NULL"
        " AND d.id IS DISTINCT FROM f.id"
    )
    if job.kind.one_row_per_household:
        job.staging.flag(AGAINST_REGISTRY, second, "first_name", _OTHER_HEAD, warning=True)
        job.staging.run(f"DELETE FROM found_people WHERE line IN ({second})")
        return
    job.staging.flag(
        AGAINST_REGISTRY,
        second,
        "relation",
        N_(
            "This household has another head already. Correct the relation, or change that "
            "person's relation first."
        ),
    )
