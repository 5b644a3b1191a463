"""Poverty tables from counted profiles: persons once, then any k, any weights, any indicators.

What a person is deprived in is packed into one whole number; equal ones in a village are counted.
From the counts every figure of every area follows, exactly, in a fraction of the time that the
persons take to be read. docs/adr/counted-profiles.md
"""

from wattana.methods.alkire_foster.counted.batches import Profiles, load
from wattana.methods.alkire_foster.counted.curves import Curve, curve
from wattana.methods.alkire_foster.counted.figures import LEVELS, Figures, figures, respecify
from wattana.methods.alkire_foster.counted.folding import Totals, totals
from wattana.methods.alkire_foster.counted.foreign import totals_of_file
from wattana.methods.alkire_foster.counted.manifest import Manifest, read_manifest
from wattana.methods.alkire_foster.counted.packing import pack
from wattana.methods.alkire_foster.counted.specification import Specification

__all__ = [
    "LEVELS",
    "Curve",
    "Figures",
    "Manifest",
    "Profiles",
    "Specification",
    "Totals",
    "curve",
    "figures",
    "load",
    "pack",
    "read_manifest",
    "respecify",
    "totals",
    "totals_of_file",
]
