"""The colours: readable, and apart for the colour-blind."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from cxanalysis.charts.tokens import DARK, LIGHT, Palette, palette
from cxanalysis.problem import Problem

#: Machado, Oliveira and Fernandes (2009), severity 1.0, for linear RGB.
BLINDNESS = {
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
}
#: Two colours this far apart in CIELAB are told apart at a glance (a just noticeable difference is about 2.3).
APART = 20.0


def linear(colour: str) -> np.ndarray:
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(a: str, b: str) -> float:
    """WCAG 2.2."""
    dark, light = sorted((luminance(a), luminance(b)))
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ np.clip(rgb, 0, 1)
    f = xyz / [0.95047, 1.0, 1.08883]
    f = np.where(f > (6 / 29) ** 3, np.cbrt(f), f / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def test_the_measures_are_right() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert lab(linear("#FF0000")) == pytest.approx([53.2, 80.1, 67.2], abs=0.2)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("word", ["ink", "muted", "accent", "loss", "gain"])
@pytest.mark.parametrize("ground", ["background", "surface"])
def test_words_are_readable(colours: Palette, word: str, ground: str) -> None:
    assert contrast(getattr(colours, word), getattr(colours, ground)) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_grey_marks_are_seen(colours: Palette) -> None:
    assert contrast(colours.rest, colours.background) >= 3


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("kind", [*BLINDNESS, "none"])
def test_meanings_stay_apart(colours: Palette, kind: str) -> None:
    matrix = np.array(BLINDNESS.get(kind, np.eye(3)))
    seen = {name: lab(matrix @ linear(getattr(colours, name))) for name in ("loss", "gain", "accent", "rest")}
    near = {(a, b): float(np.linalg.norm(seen[a] - seen[b])) for a, b in itertools.combinations(seen, 2)}
    assert min(near.values()) >= APART, near


def test_a_mode_that_does_not_exist() -> None:
    with pytest.raises(Problem, match="'sepia' is no mode"):
        palette("sepia")
