"""Pages of the reports: areas, and the landing page of each role."""

from wattana.reports.views.areas import area, area_csv, areas
from wattana.reports.views.change import change, change_csv
from wattana.reports.views.landing import landing

__all__ = ["area", "area_csv", "areas", "change", "change_csv", "landing"]
