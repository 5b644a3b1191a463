"""Which household each row is about: one that the registry has, or a new one.

Table `refs`: one row for each household that the file names, under `ref`: the best key that its
rows give. Table `homes`: the same with the household that was found, `id`, or NULL for a new one.
"""

from __future__ import annotations

from django.db.models import Q

from wattana.accounts.scope import in_areas
from wattana.kernel.problems import N_
from wattana.registry.imports import numbers
from wattana.registry.imports.kinds import Job
from wattana.registry.imports.staging import AGAINST_REGISTRY, FILE_ONLY, literal
from wattana.registry.models import Household

ATTRIBUTES = {
    "household_key": "VARCHAR", "household_code": "VARCHAR", "house_code": "VARCHAR",
    "house_no": "VARCHAR", "area": "VARCHAR", "road": "VARCHAR", "latitude": "DOUBLE",
    "longitude": "DOUBLE", "list_status": "VARCHAR",
}  # fmt: skip
_DB_COLUMNS = {
    "pk": ("id", "BIGINT"), "owner_id": ("owner", "BIGINT"), "area_id": ("area", "VARCHAR"),
    "household_code": ("household_code", "VARCHAR"), "house_code": ("house_code", "VARCHAR"),
    "house_no": ("house_no", "VARCHAR"), "status": ("status", "VARCHAR"),
    "source_key": ("household_key", "VARCHAR"), "source_digest": ("digest", "BIGINT"),
    "merged_into_id": ("merged_into", "BIGINT"), "road": ("road", "VARCHAR"),
    "latitude": ("latitude", "DOUBLE"), "longitude": ("longitude", "DOUBLE"),
    "list_status": ("list_status", "VARCHAR"),
}  # fmt: skip
_MORE = ("road", "latitude", "longitude", "list_status")  # only compared when a list updates
_KEYS = tuple(name for name in _DB_COLUMNS if name not in _MORE)
_BY_KEY = ("household_code", "house_code", "house_no", "source_key")  # only where rows give them

# A household that differs in a better key is another one, although the house is the same.
_SAME = """
    d.status = 'active' AND d.reach
    AND (r.household_code IS NULL OR d.household_code = '' OR r.household_code = d.household_code)
    AND (r.house_code IS NULL OR d.house_code = '' OR r.house_code = d.house_code)
    AND (r.household_key IS NULL OR NOT d.mine OR d.household_key = '')
"""
_GOOD = "(SELECT line, ref FROM typed ANTI JOIN errors USING (line)) t"
# What a household is found by, the best first: the column that has to say something, and how.
_TIERS = {
    "household_key": "d.mine AND d.household_key = r.household_key",
    "household_code": f"d.household_code = r.household_code AND {_SAME}",
    "house_code": f"d.house_code = r.house_code AND {_SAME}",
    "house_no": f"d.area = r.area AND length(r.area) = 8 AND d.house_no = r.house_no AND {_SAME}",
}

# The rows in which a household may be named once only, with the field that names it.
_REPEATED = {
    "household_key": ("ref", "ref[1] = 'k'"),
    "household_code": ("household_code", "household_code IS NOT NULL"),
    "house_code": ("ref", "ref[1] = 'h'"),
    "house_no": ("ref", "ref[1] = 'p'"),
}


def gather(job: Job) -> None:
    """Gather `refs` from the good rows of `typed`; note rows without any key, and repeated ones."""
    job.staging.flag(
        FILE_ONLY,
        "SELECT line FROM typed ANTI JOIN errors USING (line) WHERE ref IS NULL",
        job.reference,
        N_(
            "The row does not say which household it is about. Fill its key, household code or "
            "house code; or the house number together with the village."
        ),
    )
    if job.kind.one_row_per_household:
        _refuse_repeated(job)
    _gather(job)
    if not job.kind.one_row_per_household:
        _refuse_torn(job)


def _refuse_repeated(job: Job) -> None:
    """A household list names a household once."""
    for name, (together, where) in _REPEATED.items():
        job.staging.flag_repeated(
            "typed",
            together,
            where,
            name,
            N_(
                "This household stands in line %(line)s already. Keep one of the rows; if two "
                "households share the house, give each its own household code."
            ),
        )


def _gather(job: Job) -> None:
    """One row for each household, with the first of each attribute that its rows give."""
    there = job.staging.columns("typed")
    first = ", ".join(
        f"arg_min({name}, t.line) FILTER ({name} IS NOT NULL) AS {name}"
        if name in there and (name == "area" or job.says(name))
        else f"CAST(NULL AS {kind}) AS {name}"
        for name, kind in ATTRIBUTES.items()
    )  # fmt: skip
    job.staging.make(
        "refs",
        f"SELECT ref, min(t.line) AS line, {first} FROM typed t ANTI JOIN errors USING (line)"
        " WHERE ref IS NOT NULL GROUP BY ref",
    )


def _refuse_torn(job: Job) -> None:
    """Rows of one household lie in one area."""
    job.staging.flag(
        FILE_ONLY,
        "SELECT t.line, r.line AS first FROM typed t JOIN refs r ON r.ref = t.ref"
        " ANTI JOIN errors e ON e.line = t.line WHERE t.area <> r.area",
        job.filled("area_code", "tambon_name"),
        N_("Line %(line)s places the same household in another area. Correct one of them."),
        params="json_object('line', first)",
    )


def match(job: Job) -> None:
    """Find each household of the file among those that `load` fetched; fill `homes`."""
    _find_unchanged(job)
    _find_candidates(job)
    if job.kind.one_row_per_household and job.says("national_id"):
        _find_by_heads(job)
    job.staging.flag(
        AGAINST_REGISTRY,
        f"SELECT t.line FROM {_GOOD} JOIN candidates c ON c.ref = t.ref WHERE several > 1",
        job.reference,
        N_(
            "Several households of the registry fit this row. Give the household code, or the key "
            "under which the household was imported."
        ),
    )
    job.staging.make(
        "homes",
        "SELECT r.*, c.id, d.digest AS known_digest,"
        " d.area AS known_area, c.id IS NOT NULL AND d.reach IS NOT TRUE AS beyond"
        " FROM refs r LEFT JOIN candidates c ON c.ref = r.ref"
        " LEFT JOIN db_household d ON d.id = c.id",
    )
    _refuse_lost(job)
    _note_unchanged(job)
    job.staging.run(
        "DELETE FROM db_household WHERE id NOT IN (SELECT id FROM homes WHERE id IS NOT NULL)"
    )
    if job.kind.one_row_per_household:
        _refuse_twice(job)
    else:
        _note_new(job)


def _note_new(job: Job) -> None:
    """Households that a file of people or answers would enter: often a slip in the number."""
    job.staging.flag(
        AGAINST_REGISTRY,
        "SELECT line FROM homes WHERE id IS NULL AND area IS NOT NULL",
        job.reference,
        N_(
            "This household is not in the registry and will be entered as a new one. If it should "
            "be there, compare its number or code with the registry before you take the rows in."
        ),
        warning=True,
    )


def _refuse_lost(job: Job) -> None:
    """Rows whose household is nowhere, or out of reach."""
    job.staging.flag(
        AGAINST_REGISTRY,
        f"SELECT t.line FROM {_GOOD} JOIN homes h ON h.ref = t.ref"
        " WHERE h.id IS NULL AND h.area IS NULL",
        job.reference,
        N_(
            "There is no such household in the registry. Import the household list first, or add "
            "the area (tambon and village) so that the household can be entered."
        ),
    )
    job.staging.flag(
        AGAINST_REGISTRY,
        f"SELECT t.line FROM {_GOOD} JOIN homes h ON h.ref = t.ref WHERE h.beyond",
        job.reference,
        N_(
            "The household that this row is about lies outside the areas that are open to you. "
            "Leave the row to the organisation that serves its area."
        ),
    )


def _refuse_twice(job: Job) -> None:
    """Rows about a household that an earlier row is about."""
    job.staging.flag(
        AGAINST_REGISTRY,
        "SELECT h.line, min(h.line) OVER (PARTITION BY h.id) AS first FROM homes h"
        " WHERE h.id IS NOT NULL QUALIFY h.line > first",
        job.reference,
        N_(
            "This row and line %(line)s are about the same household of the registry. Keep one of "
            "them, or give each its own household code."
        ),
        params="json_object('line', first)",
    )


def _find_unchanged(job: Job) -> None:
    """Fill `unchanged` with rows that say what they said when their household last came."""
    wanted = "TRUE" if job.kind.one_row_per_household else "FALSE"
    job.staging.make(
        "unchanged",
        "SELECT r.ref, r.line, min(d.target) AS id FROM refs r JOIN typed t ON t.line = r.line"
        f" JOIN db_household d ON d.digest = t.digest AND d.mine WHERE {wanted} GROUP BY ALL",
    )


def _find_candidates(job: Job) -> None:
    """Fill `candidates` with the household that the best key finds, and how many it finds."""
    found = "".join(
        f" UNION ALL SELECT r.ref, r.line, d.target AS id, {tier} AS tier"
        f" FROM refs r JOIN db_household d ON {same}"
        for tier, (column, same) in enumerate(_TIERS.items(), 1) if job.says(column)
    )  # fmt: skip
    job.staging.make(
        "candidates",
        "SELECT ref, line, min(tier) AS tier, arg_min(id, tier) AS id,"
        " count(DISTINCT id) FILTER (tier = best) AS several"
        " FROM (SELECT *, min(tier) OVER (PARTITION BY ref) AS best"
        f" FROM (SELECT ref, line, id, 0 AS tier FROM unchanged{found})) GROUP BY ref, line",
    )


def _find_by_heads(job: Job) -> None:
    """A household that nothing else finds is the one in which its head is registered."""
    numbers.find(
        job,
        "heads",
        "SELECT line, national_id FROM refs JOIN typed USING (line) ANTI JOIN candidates USING"
        " (line) WHERE national_id IS NOT NULL",
    )
    job.staging.run(
        "INSERT INTO candidates SELECT r.ref, r.line, 5, d.id, 1 FROM heads h JOIN refs r"
        f" ON r.line = h.line JOIN db_household d ON d.id = h.home WHERE {_SAME}"
    )


def _note_unchanged(job: Job) -> None:
    """Fill `same` with lines of a household list that say what they said when they came last."""
    alike = "TRUE" if job.kind.one_row_per_household else "FALSE"
    job.staging.make(
        "same",
        "SELECT line FROM homes h JOIN typed t USING (line)"
        f" WHERE {alike} AND h.id IS NOT NULL AND t.digest = h.known_digest",
    )


def load(job: Job) -> None:
    """Copy what is needed of the households within reach: those of the areas, and one's own.

    One that was merged stands for the one that it became part of, its `target`.
    """
    columns = [name for name in _DB_COLUMNS if _is_needed(job, name)]
    rows = Household.objects.filter(in_areas(job.areas) | Q(owner=job.organization)).order_by()
    job.staging.read("households", [_DB_COLUMNS[name] for name in columns],
                     rows.values_list(*columns))  # fmt: skip
    reach = " OR ".join(f"starts_with(area, {literal(code)})" for code in job.areas)
    absent = "".join(
        f", CAST({'NULL' if kind == 'BIGINT' else literal('')} AS {kind}) AS {name}"
        for field, (name, kind) in _DB_COLUMNS.items() if field in _KEYS and field not in columns
    )  # fmt: skip
    job.staging.make(
        "db_household",
        f"SELECT *{absent}, coalesce(merged_into, id) AS target,"
        f" owner = {job.organization.pk} AS mine, ({reach}) AS reach FROM households",
    )
    job.staging.run("DROP TABLE households")


def _is_needed(job: Job, field: str) -> bool:
    """Whether the rows are compared with this column of the registry's households."""
    if job.kind.updates_households:
        return True
    if field == "source_digest":
        return job.kind.one_row_per_household
    return field not in _MORE and (field not in _BY_KEY or job.says(_DB_COLUMNS[field][0]))
