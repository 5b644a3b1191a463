"""A proxy-means test: from facts known without a survey to the order in which to visit.

It says whom to visit next. It is no level, no list and no right: whoever is not suggested is
surveyed all the same (docs/adr/prediction.md). Training, which loads scikit-learn, stands apart in
`training`, so that showing a model costs no second at the start.
"""

from wattana.methods.prediction.facts import Facts
from wattana.methods.prediction.model import Contribution, Model

__all__ = ["Contribution", "Facts", "Model"]
