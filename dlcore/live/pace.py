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
        """Count from `now` on, in seconds of `time.perf_counter`."""
        self._marks = deque([(now, 0)])
        self._running = True

    def stop(self) -> None:
        """From here on there is no rate to tell."""
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
        """One more measurement."""
        self._last.append(seconds)

    @property
    def seconds(self) -> float:
        """The median, in seconds."""
        return median(self._last) if len(self._last) >= self.FEWEST else 0.0


class Budget:
    """Looking at a run may cost a fifth of its time: four seconds of training earn one of looking.

    A run that nobody could look at for `DARK` seconds may spend up to half, so that in a full
    classroom, where training is spread thin, pictures keep moving. All of it is processor time: on a
    busy machine a frame that was interrupted for a long while would else darken its run for long.
    Idle time between paced steps is earned whole, because nobody else wants it. At most `MOST`
    seconds are kept, so that a pause does not buy a long blackout of training.
    """

    SHARE, MOST_SHARE = 0.2, 0.5
    DARK = 0.03
    MOST = 0.05

    def __init__(self) -> None:
        self._left = self._reserve = self.MOST
        self._seen_at = 0.0

    def allows(self, now: float) -> bool:
        """Whether a frame may be built at `now`."""
        return self._left >= 0 or (self._reserve >= 0 and now - self._seen_at >= self.DARK)

    def train(self, seconds: float) -> None:
        """So long was trained, which earns looking its share."""
        self._earn(seconds * self.SHARE / (1 - self.SHARE), seconds * self.MOST_SHARE / (1 - self.MOST_SHARE))

    def idle(self, seconds: float) -> None:
        """So long nothing was done, all of which may go into looking."""
        self._earn(seconds, seconds)

    def spend(self, seconds: float, now: float | None = None) -> None:
        """So long was spent on looking; at `now` it was for a frame."""
        self._left = max(-1.0, self._left - seconds)
        self._reserve = max(-1.0, self._reserve - seconds)
        self._seen_at = self._seen_at if now is None else now

    def _earn(self, left: float, reserve: float) -> None:
        self._left = min(self.MOST, self._left + left)
        self._reserve = min(self.MOST, self._reserve + reserve)


class Fairness:
    """A run's claim on its worker: every round earns it the same share of processor time.

    What it took beyond that (a long step, a costly picture) it owes, and it trains again once that
    is earned; so a heavy neighbour takes no more of a worker than anybody else. Debts over `MOST`
    seconds are forgiven, so that a single very long step does not end a run's turns.
    """

    MOST = 0.25

    def __init__(self) -> None:
        self._left = 0.0

    @property
    def owed(self) -> float:
        """Seconds that it took too much."""
        return max(0.0, -self._left)

    def turn(self, share: float, forgiven: float = 0.0) -> float:
        """A round began: seconds that the run may train now; 0 while it owes.

        `forgiven` is the smallest debt, where everybody owes: for whom would they wait?
        """
        self._left = min(share, self._left + share + forgiven)
        return max(0.0, self._left)

    def take(self, seconds: float) -> None:
        """The run was given so many seconds."""
        self._left = max(-self.MOST, self._left - seconds)
