"""Poverty in money (`kind: money`): FGT indices against a line, Gini, their decompositions."""

from wattana.methods.money.definition import MoneyMeasure, Source, read
from wattana.methods.money.figuring import MoneyGroup, figures

__all__ = ["MoneyGroup", "MoneyMeasure", "Source", "figures", "read"]
