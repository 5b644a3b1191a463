"""The household's own plan, visits after the survey, and how it leaves the programme."""
