"""The rows that a measure of poverty counts: one per household, its scores beside its members."""

from __future__ import annotations

from wattana.rules.poverty import PovertyMeasure

PERSONS = "persons"
"""The weight by which figures of persons are counted: members of the household."""


def frame_sql(measure: PovertyMeasure) -> str:
    """Households at their latest visit that have a score of all capitals (tables scores, persons).

    Columns: area (8 digits; 00 at the end where the village is not known), members, head_sex,
    oldest, youngest, ages_known (1, 0), and the scores that the measure reads.
    """
    scores = ", ".join(f's."{name}" AS "{name}"' for name in measure.inputs)
    return f"""
        SELECT RPAD(s.area, 8, '0') AS area, COALESCE(p.members, 1) AS members,
            p.head_sex AS head_sex, p.oldest AS oldest, p.youngest AS youngest,
            p.ages_known AS ages_known, {scores}
        FROM scores AS s LEFT JOIN (
            SELECT household, visit_year, visit_round, COUNT(*) AS members,
                MAX(CASE WHEN relation = 'head' THEN sex END) AS head_sex,
                MAX(age) AS oldest, MIN(age) AS youngest,
                MIN(CASE WHEN age IS NULL THEN 0 ELSE 1 END) AS ages_known
            FROM persons GROUP BY household, visit_year, visit_round
        ) AS p ON p.household = s.household AND p.visit_year = s.year AND p.visit_round = s.round
        WHERE s.latest AND s.score IS NOT NULL"""
