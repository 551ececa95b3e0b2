"""What the checks find in a run that is being watched: looked for now and then, and steadied.

While a run plays, chance moves what a check measures up and down; a sentence that came and went
would be worse than none. So a finding is shown once it held on two examinations in a row, and goes
once it was missing on two. After a jump (undo, other settings, another worker) or at rest nothing
moves, and one examination says it.
"""

from __future__ import annotations

import sys
import time
import traceback
from typing import Any

from dlcore.checks import Finding


class Watch:
    """One run's findings. `shown` is what there is to tell; `wait` and `look` are asked between steps."""

    EVERY = 1.0  # seconds of play between two examinations
    SHARE = 20  # at least so many times what one takes, however often settings change: a twentieth of the time

    def __init__(self) -> None:
        self.shown: list[Finding] = []
        self._before: set[str] = set()  # what held the last time
        self._version = -1
        self._past: Any = None
        self._looked_at = -self.EVERY
        self._took = 0.0

    def wait(self, run: Any, moving: bool, now: float, crowd: int = 1) -> float | None:
        """Seconds until the run is to be examined; None where nothing has changed since.

        `crowd` is how many runs share the worker, and with it the time that there is for examining.
        """
        if run.version == self._version:
            return None
        # What was shown must not outlive the settings that it speaks of, so after a change it is soon.
        gap = self.EVERY if moving and not self._jumped(run) else 0.0
        return max(0.0, self._looked_at + max(gap, self.SHARE * crowd * self._took) - now)

    def look(self, run: Any, moving: bool) -> bool:
        """Examine the run; whether something else is to be shown now. Never raises."""
        start = time.thread_time()  # what passes besides on a busy machine is no reason to look more seldom
        try:
            found = run.examine()
        except Exception:
            traceback.print_exc(file=sys.stderr)
            found = []
        jumped, told = self._jumped(run), [finding.describe() for finding in self.shown]
        names, before = {finding.check for finding in found}, self._before
        known = before | {finding.check for finding in self.shown}
        steady = [
            finding
            for finding in found
            if jumped or finding.urgent or finding.check in known
        ]
        if moving and not jumped:
            steady += [old for old in self.shown if old.check not in names and old.check in before]
        self.shown = sorted(steady, key=lambda finding: finding.severity)
        self._before, self._version, self._past = names, run.version, (run.build, run.spec)
        self._looked_at = time.perf_counter()
        self._took = time.thread_time() - start
        return [finding.describe() for finding in self.shown] != told

    def _jumped(self, run: Any) -> bool:
        """Whether this is another past, a look back, or another spec (the object: comparing given values is slow)."""
        if run.furthest > run.step:
            return True
        return self._past is None or self._past[0] != run.build or self._past[1] is not run.spec
