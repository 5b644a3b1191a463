"""Every model field is classified: what it is under the PDPA and how long it is kept.

A model lists its fields in a nested class:

    class Privacy:
        public = ["code", "name_th"]
        personal = ["first_name"]
        sensitive = ["disability"]
        retention = "household"      # a key of RETENTION

`tests/invariants/test_models_are_classified.py` fails when a field is missing or named twice.
"""

RETENTION = {
    "reference": "Kept as long as the system: names, codes, definitions.",
    "household": "Kept while the household is in the system and 10 years after its last record.",
    "account": "Kept while the account exists and 2 years after it is closed.",
    "audit": "Kept 10 years; never edited.",
    "day": "Removed after a day: counts against misuse of public pages.",
    "working": "Removed 90 days after the work is done (import batches, previews).",
}
