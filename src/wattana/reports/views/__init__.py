"""Pages of the reports: areas, measures of poverty, and the landing page of each role."""

from wattana.reports.views.areas import area, area_csv, areas
from wattana.reports.views.change import change, change_csv
from wattana.reports.views.landing import landing
from wattana.reports.views.measures import measure, measure_csv, measures

__all__ = [
    "area",
    "area_csv",
    "areas",
    "change",
    "change_csv",
    "landing",
    "measure",
    "measure_csv",
    "measures",
]
