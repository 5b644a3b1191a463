"""How far apart two colours look, to people with and without a form of colour blindness."""

from __future__ import annotations

import numpy as np

# Machado, Oliveira & Fernandes 2009 (IEEE TVCG 15(6)), severity 1.0, in linear RGB.
EYES = {
    "every cone": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
         [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
         [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
         [0.004733, 0.691367, 0.303900]]
    ),
}  # fmt: skip
_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
     [0.0193339, 0.1191920, 0.9503041]]
)  # fmt: skip
_WHITE = np.array([0.95047, 1.0, 1.08883])


def linear(colour: str) -> np.ndarray:
    parts = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def distance(one: str, other: str, eye: np.ndarray) -> float:
    """CIE76 distance as an eye sees it; 2.3 is just noticeable."""
    return float(np.linalg.norm(_lab(eye @ linear(one)) - _lab(eye @ linear(other))))


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio, 1 … 21."""
    darker, lighter = sorted(float(_XYZ[1] @ linear(colour)) for colour in (one, other))
    return (lighter + 0.05) / (darker + 0.05)


def _lab(light: np.ndarray) -> np.ndarray:
    scaled = _XYZ @ np.clip(light, 0, 1) / _WHITE
    roots = np.where(scaled > 0.008856, np.cbrt(scaled), 7.787 * scaled + 16 / 116)
    return np.array([116 * roots[1] - 16, 500 * (roots[0] - roots[1]), 200 * (roots[1] - roots[2])])
