"""The rights of a household as one page that the family keeps."""

from wattana.entitlements.paper.family import family_page

__all__ = ["family_page"]
