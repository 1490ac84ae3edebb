"""The tree of metrics: value, satisfaction, loyalty and advocacy, each opening into the metrics that explain it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cxanalysis.basis import Basis
from cxanalysis.catalogue.entry import BRANCHES, Entry, entries_of
from cxanalysis.problem import Problem
from cxanalysis.result import Result

#: What metrics stand under that nobody has placed.
UNPLACED = "not placed yet"


@dataclass(frozen=True, slots=True)
class Node:
    """A place in the tree.

    Attributes
    ----------
    name : str
    what : str
        What it measures.
    entry : Entry or None
        The metric; None for a branch.
    below : tuple of Node
    """

    name: str
    what: str
    entry: Entry | None
    below: tuple[Node, ...]

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Node]]:
        """This node and all below, from the top, each with its depth."""
        yield depth, self
        for node in self.below:
            yield from node.walk(depth + 1)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Tree(Result):
    """Metrics in their places.

    Attributes
    ----------
    branches : tuple of Node
        The four branches, and "not placed yet" where there are such.
    basis : Basis
        n: metrics.
    notes : tuple of str

    Examples
    --------
    >>> import cxanalysis as cx
    >>> nps = cx.Entry("NPS", key="NPS", branch="advocacy")
    >>> reviews = cx.Entry("Stars", key="Stars", under="NPS")
    >>> print(cx.tree([nps, reviews]).text())
    value: no metric
    satisfaction: no metric
    loyalty: no metric
    advocacy
      NPS
        Stars
    """

    branches: tuple[Node, ...]
    basis: Basis
    notes: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """One row a node, top down: `depth, name, key, branch, what, owner, department, computed_here, below`."""
        rows = []
        for branch in self.branches:
            for depth, node in branch.walk():
                entry = node.entry
                rows.append(
                    {
                        "depth": depth,
                        "name": node.name,
                        "key": entry.key if entry else "",
                        "branch": branch.name,
                        "what": node.what,
                        "owner": entry.owner if entry else "",
                        "department": entry.department if entry else "",
                        "computed_here": entry is not None and entry.computed_here,
                        "below": len(node.below),
                    }
                )
        return pd.DataFrame(rows)

    def opened(self, name: str) -> tuple[Node, ...]:
        """What stands directly below a branch or a metric (by key or name)."""
        for branch in self.branches:
            for _, node in branch.walk():
                if name in (node.name, node.entry.key if node.entry else None):
                    return node.below
        raise Problem(f"there is no '{name}' in the tree", do=f"Its branches are: {', '.join(BRANCHES)}")

    def text(self) -> str:
        """The tree as indented lines."""
        lines = []
        for branch in self.branches:
            for depth, node in branch.walk():
                empty = ": no metric" if depth == 0 and not node.below else ""
                lines.append(f"{'  ' * depth}{node.name}{empty}")
        return "\n".join(lines)

    @property
    def headline(self) -> str:
        """Which branches have metrics, in one sentence."""
        counts = {branch.name: sum(1 for _ in branch.walk()) - 1 for branch in self.branches}
        told = [f"{name} {count}" for name, count in counts.items() if count and name in BRANCHES]
        without = [name for name in BRANCHES if not counts.get(name)]
        placed = f"Metrics by branch: {', '.join(told)}." if told else "No metric is placed yet."
        lacks = f" Nothing stands for {_listed(without)}." if without and told else ""
        rest = f" {counts[UNPLACED]} not placed yet." if counts.get(UNPLACED) else ""
        return f"{placed}{lacks}{rest}"


def _listed(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def tree(catalogue: Any) -> Tree:
    """Metrics in their places: four branches, and below each metric those that explain it.

    Parameters
    ----------
    catalogue : Catalogue, Inventory or list of Entry
        An entry's `branch` says where it stands, its `under` (another entry's key) goes before that. Both are changed
        with `workspace.catalogue.change`.

    Returns
    -------
    Tree

    Raises
    ------
    Problem
        If metrics stand under each other in a circle.

    Examples
    --------
    >>> tree([Entry("NPS", branch="advocacy"), Entry("Cost of paper")]).headline
    'Metrics by branch: advocacy 1. Nothing stands for value, satisfaction and loyalty. 1 not placed yet.'
    """
    entries = entries_of(catalogue)
    keys = {entry.key for entry in entries if entry.key}
    lost = [entry for entry in entries if entry.under is not None and entry.under not in keys]
    children: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.under in keys:
            children.setdefault(str(entry.under), []).append(entry)
    _refuse_circles(entries, keys)
    top = [entry for entry in entries if entry.under not in keys]
    branches = [
        Node(name, what, None, tuple(_node(entry, children) for entry in top if entry.branch == name))
        for name, what in BRANCHES.items()
    ]
    unplaced = [entry for entry in top if entry.branch is None]
    if unplaced:
        below = tuple(_node(entry, children) for entry in unplaced)
        branches.append(Node(UNPLACED, "metrics without a branch", None, below))
    notes = tuple(f"“{entry.name}” stood under a metric that is not in use; it stands in its branch." for entry in lost)
    return Tree(tuple(branches), Basis((), n=len(entries), counts="metric"), notes)


def _node(entry: Entry, children: dict[str, list[Entry]]) -> Node:
    below = tuple(_node(child, children) for child in children.get(entry.key, ())) if entry.key else ()
    return Node(entry.name, entry.definition, entry, below)


def _refuse_circles(entries: Sequence[Entry], keys: set[str]) -> None:
    above = {entry.key: entry.under for entry in entries if entry.key and entry.under in keys}
    for start in above:
        seen: set[str] = {start}
        at: str | None = above[start]
        while at is not None:
            if at in seen:
                raise Problem(
                    f"'{start}' and '{at}' stand under each other", where="tree", do="Place one of them in a branch"
                )
            seen.add(at)
            at = above.get(at)
