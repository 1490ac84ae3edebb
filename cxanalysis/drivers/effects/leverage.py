"""Blocks in the basis in which the design is orthonormal: what CR2 and its degrees of freedom need of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cxanalysis.drivers.effects.joint_test import Certainty
from cxanalysis.drivers.model.centred_sums import Sums

Floats = NDArray[np.float64]

#: A block whose leverage is this close to 1 is fitted exactly; its residual says nothing and is left out.
FULL_LEVERAGE: Final = 1 - 1e-8


@dataclass(frozen=True, slots=True)
class Leverage:
    """The design by blocks, q columns of the basis with the intercept first.

    For one row a block, `root` (B, q) holds the row and `values` its leverage. Else `values` (B, q) and `vectors`
    (B, q, q) are the eigenvalues and -vectors of each block's part of the identity, and `totals` (B, q) its sums.

    Attributes
    ----------
    to_basis : array, (q, m)
        From coefficients to the basis.
    weight : float
        Sum of all weights.
    shared : float
        Part of the noise that is common to the rows of a block (intraclass correlation of the residuals).
    """

    to_basis: Floats
    root: Floats | None
    values: Floats
    vectors: Floats | None
    weight: float
    totals: Floats | None = None
    shared: float = 0.0

    def adjusted(self, scores: Floats) -> Floats:
        """Residual scores (B, q) of each block, corrected for its leverage."""
        factor = _power(self.values, -0.5)
        if self.vectors is None:
            return scores * factor[:, None]
        turned = np.einsum("bqk,bq->bk", self.vectors, scores)
        return np.einsum("bqk,bk->bq", self.vectors, factor * turned)

    def df(self, combinations: Floats) -> Floats:
        """Satterthwaite degrees of freedom of each column of `combinations` (m, l): tr(B)² / tr(B²)."""
        basis = self.to_basis @ combinations
        out = np.empty(combinations.shape[1])
        for column in range(combinations.shape[1]):
            a = basis[:, column]
            if self.root is not None:
                p = (self.root @ a) * _power(self.values, -0.5)
                D, r = p**2, self.root * p[:, None]
            else:
                assert self.vectors is not None
                turned = np.einsum("bqk,q->bk", self.vectors, a)
                D = (turned**2 * self.values * _power(self.values, -1.0)).sum(axis=1)
                r = np.einsum("bqk,bk->bq", self.vectors, turned * self.values * _power(self.values, -0.5))
            length = (r**2).sum(axis=1)
            trace = (D - length).sum()
            square = (D**2 - 2 * D * length).sum() + ((r.T @ r) ** 2).sum()
            out[column] = trace**2 / square if square > 0 else np.nan
        return out

    def working(self, columns: list[int]) -> Floats:
        """Covariance of these coefficients with equal, independent noise of variance 1 in each unit of weight."""
        chosen = self.to_basis[:, columns]
        return chosen.T @ chosen

    def certainty(self, columns: list[int], df: Floats) -> Certainty:
        """How well CR2 knows the covariance of these coefficients, whose own degrees of freedom are `df`.

        In units in which they are uncorrelated the estimate is D = Σ_g (P_g'ε)(P_g'ε)', one P_g (n, l) a block. With
        normal noise of covariance Φ and M_gh = P_g'Φ P_h: E tr D = Σ_g tr M_gg, Var tr D = 2 Σ_gh |M_gh|², and all
        entries of D together vary by Σ_gh (tr M_gh)² + tr(M_gh²).
        """
        chosen = self.to_basis[:, columns]
        turn = chosen @ np.linalg.cholesky(np.linalg.inv(chosen.T @ chosen))
        trace, entries, squares = (self._of_rows if self.root is not None else self._of_blocks)(turn)
        q = len(columns)
        if not (trace > 0 and entries > 0 and squares > 0):
            return Certainty(np.nan, np.nan, 1.0, np.nan)
        # The scale of Φ goes out, and with it what the exact fit of single blocks takes away.
        hotelling = q * (q + 1) * (trace / q) ** 2 / entries
        clustered = self._with_shared_noise(turn)
        return Certainty(hotelling, trace**2 / squares if clustered is None else clustered, trace / q, float(df.min()))

    def share(self, columns: list[int]) -> float:
        """What the estimated variance of these coefficients is on average, over what it should be (equal noise)."""
        chosen = self.to_basis[:, columns]
        turn = chosen @ np.linalg.cholesky(np.linalg.inv(chosen.T @ chosen))
        if self.root is not None:
            kept = self.values < FULL_LEVERAGE
            return float(((self.root[kept] @ turn) ** 2).sum()) / len(columns)
        D, R = self._parts(turn)
        return float(np.einsum("bss->", D) - (R**2).sum()) / len(columns)

    def _of_rows(self, turn: Floats) -> tuple[float, float, float]:
        """Trace, variance of all entries, and Σ |M|² where every block is one row: M_gh = g_g g_h' (δ - h_gh)."""
        assert self.root is not None
        reach = (self.root @ turn) * _power(self.values, -0.5)[:, None]
        length = (reach**2).sum(axis=1)
        own = float((length**2 * (1 - 2 * self.values)).sum())
        squares = own + float((((self.root * length[:, None]).T @ self.root) ** 2).sum())
        return float((length * (1 - self.values)).sum()), 2 * (own + _paired(reach, self.root)), squares

    def _of_blocks(self, turn: Floats) -> tuple[float, float, float]:
        """The same for blocks of rows: M_gh = δ D_g - R_g'R_h."""
        D, R = self._parts(turn)
        inner = R.swapaxes(1, 2) @ R
        apart = float((D**2).sum() - 2 * (D * inner).sum())
        q, l = turn.shape  # noqa: E741 - l columns, as in the formula
        outer = R.reshape(len(R), -1)
        pairs = (outer.T @ outer).reshape(q, l, q, l)
        own, crossed = np.einsum("bss->b", D), np.einsum("bss->b", inner)
        entries = float((own**2 - 2 * own * crossed).sum() + (pairs**2).sum())
        entries += apart + float(np.einsum("asbt,atbs->", pairs, pairs))
        across = R.transpose(1, 0, 2).reshape(q, -1)
        squares = apart + float(((across @ across.T) ** 2).sum())
        return float((own - crossed).sum()), entries, squares

    def _parts(self, turn: Floats) -> tuple[Floats, Floats]:
        """D (B, l, l) and R (B, q, l) of each block."""
        assert self.vectors is not None
        turned = self.vectors.swapaxes(1, 2) @ turn
        D = turned.swapaxes(1, 2) @ (turned * (self.values * _power(self.values, -1.0))[:, :, None])
        R = self.vectors @ (turned * (self.values * _power(self.values, -0.5))[:, :, None])
        return D, R

    def _with_shared_noise(self, turn: Floats) -> float | None:
        """Degrees of freedom of the trace where rows of a cluster share noise; None where they do not.

        Φ = (1 - ρ) I + ρ Σ_g 1_g 1_g' (Imbens & Kolesár 2016). Without it one large cluster of many counts for little.
        M_gh = δ E_g + F_g'K F_h with E_g = (1 - ρ) D_g + ρ l_g l_g', where l_g is what g's rows sum to in its own
        residuals, and F_g = (R_g, u_g l_g') with u_g the sums of its rows.
        """
        if self.totals is None or self.shared <= 0:
            return None
        assert self.vectors is not None
        rho, (D, R) = self.shared, self._parts(turn)
        corrected = self.vectors @ ((self.vectors.swapaxes(1, 2) @ turn) * _power(self.values, -0.5)[:, :, None])
        own = (self.totals[:, None] @ corrected)[:, 0]
        E = (1 - rho) * D + rho * own[:, :, None] * own[:, None, :]
        F = np.concatenate([R, rho * self.totals[:, :, None] * own[:, None, :]], axis=1)
        same = np.eye(len(turn))
        among = rho * self.totals.T @ self.totals - (1 - rho) * same
        K = np.block([[among, -same], [-same, np.zeros_like(same)]])
        there = F.swapaxes(1, 2) @ K @ F
        flat = F.transpose(1, 0, 2).reshape(F.shape[1], -1)
        pairs = K @ (flat @ flat.T)
        trace = np.einsum("bss->", E + there)
        return float(trace**2 / ((E**2).sum() + 2 * (E * there).sum() + (pairs * pairs.T).sum()))


def _paired(reach: Floats, root: Floats, at_once: int = 2_000) -> float:
    """Σ_gh (reach_g'reach_h)² (root_g'root_h)² without a matrix of all pairs."""
    pairs = [np.triu_indices(width) for width in (reach.shape[1], root.shape[1])]
    twice = [np.where(i == j, 1.0, np.sqrt(2.0)) for i, j in pairs]
    total = np.zeros((len(twice[0]), len(twice[1])))
    for start in range(0, len(reach), at_once):
        some = slice(start, start + at_once)
        left, right = (
            part[some][:, i] * part[some][:, j] * factor
            for part, (i, j), factor in zip((reach, root), pairs, twice, strict=True)
        )
        total += left.T @ right
    return float((total**2).sum())


def _power(leverage: Floats, exponent: float) -> Floats:
    """(1 - leverage)^exponent, and 0 where the leverage is 1 (generalised inverse)."""
    free = leverage < FULL_LEVERAGE
    return np.where(free, np.where(free, 1.0 - leverage, 1.0) ** exponent, 0.0)


def blocks_in_basis(sums: Sums, kept: NDArray[np.int64], slopes: Floats, to_basis: Floats) -> tuple[Leverage, Floats]:
    """Each block's leverage and residual scores (B, q) in the orthonormal basis `to_basis` (q, 1 + m)."""
    basis = to_basis[:, np.r_[0, 1 + kept]]
    total = float(sums.weight.sum())
    if sums.second is None:
        rows = sums.first / sums.weight[:, None]
        residual = rows[:, -1] - rows[:, kept] @ slopes
        design = np.column_stack([np.ones(sums.blocks), rows[:, kept]])
        root = (design @ basis.T) * np.sqrt(sums.weight)[:, None]
        scores = root * (residual * np.sqrt(sums.weight))[:, None]
        return Leverage(to_basis[:, 1:], root, (root**2).sum(axis=1), None, total), scores
    x = sums.first[:, kept]
    design = np.empty((sums.blocks, len(basis), len(basis)))
    design[:, 0, 0], design[:, 0, 1:], design[:, 1:, 0] = sums.weight, x, x
    design[:, 1:, 1:] = sums.second[:, kept[:, None], kept[None, :]]
    with_y = np.column_stack([sums.first[:, -1], sums.second[:, kept, -1]])
    residual_scores = with_y - design[:, :, 1:] @ slopes
    values, vectors = np.linalg.eigh(basis @ design @ basis.T)
    leverage = Leverage(
        to_basis[:, 1:],
        None,
        np.clip(values, 0.0, 1.0),
        vectors,
        total,
        design[:, 0] @ basis.T,
        _shared_noise(sums, kept, slopes, residual_scores[:, 0]),
    )
    return leverage, residual_scores @ basis.T


def _shared_noise(sums: Sums, kept: NDArray[np.int64], slopes: Floats, residual: Floats) -> float:
    """Intraclass correlation of the residuals, 0…1, from their sums (B,) and squares per block (moments).

    Rows are counted as weight over the mean weight: blocks know no more of their rows.
    """
    assert sums.second is not None
    turn = np.r_[-slopes, 1.0]
    at = np.r_[kept, sums.columns - 1]
    squares = np.einsum("i,bij,j->b", turn, sums.second[:, at[:, None], at[None, :]], turn)
    a_row = float(sums.weight.sum()) / sums.n
    pairs = float((sums.weight**2).sum() - a_row * sums.weight.sum())
    variance = float(squares.sum()) / float(sums.weight.sum())
    if not (pairs > 0 and variance > 0):
        return 0.0
    return float(np.clip(((residual**2).sum() - a_row * squares.sum()) / pairs / variance, 0.0, 1.0))
