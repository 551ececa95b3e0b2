"""How fast a run goes, measured; and how much of the time looking at it may take."""

from __future__ import annotations

from collections import deque
from statistics import median


class Rate:
    """Steps per second over the last second of play; over the last few steps where these take longer."""

    WINDOW = 1.0
    FEWEST = 3

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int]] = deque()
        self._running = False

    def start(self, now: float) -> None:
        self._marks = deque([(now, 0)])
        self._running = True

    def stop(self) -> None:
        self._running = False

    def add(self, now: float, steps: int) -> None:
        """`steps` more were done by `now`."""
        if not self._running or not steps:
            return
        marks = self._marks
        marks.append((now, marks[-1][1] + steps))
        while len(marks) > self.FEWEST and now - marks[1][0] >= self.WINDOW:
            marks.popleft()

    def per_second(self, now: float) -> float:
        """The measured rate; 0 while paused. A run that stands still slows down to 0 in the reading too."""
        if not self._running or len(self._marks) < 2:
            return 0.0
        (first, start), (last, end) = self._marks[0], self._marks[-1]
        # The time since the last step counts once it is longer than a step usually takes.
        usual = (last - first) / (len(self._marks) - 1)
        return (end - start) / max(last - first, now - first - usual, 1e-3)


class Typical:
    """What something usually takes: the median of the last five measurements, 0 until there are three."""

    FEWEST, KEPT = 3, 5

    def __init__(self) -> None:
        self._last: deque[float] = deque(maxlen=self.KEPT)

    def add(self, seconds: float) -> None:
        self._last.append(seconds)

    @property
    def seconds(self) -> float:
        return median(self._last) if len(self._last) >= self.FEWEST else 0.0


class Budget:
    """Looking at a run may cost a fifth of its time: four seconds of training earn one of looking.

    Idle time between paced steps is earned whole, because nobody else wants it. At most `MOST`
    seconds are kept, so that a pause does not buy a long blackout of training.
    """

    SHARE = 0.2
    MOST = 0.05

    def __init__(self) -> None:
        self._left = self.MOST

    @property
    def allows(self) -> bool:
        return self._left >= 0

    def train(self, seconds: float) -> None:
        self._left = min(self.MOST, self._left + seconds * self.SHARE / (1 - self.SHARE))

    def idle(self, seconds: float) -> None:
        self._left = min(self.MOST, self._left + seconds)

    def spend(self, seconds: float) -> None:
        self._left = max(-1.0, self._left - seconds)
