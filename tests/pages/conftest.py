"""The playground's script under AppTest, with a hub in this process: no server, no browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Element

from dlcore import live
from dlcore.live import LocalHub

ROUTER = Path(__file__).resolve().parents[2] / "pages" / "_router.py"


class Playground:
    """One browser session of the playground; what it does is asserted on the hub's run."""

    def __init__(self) -> None:
        self.hub = live.current()
        self.test = AppTest.from_file(ROUTER, default_timeout=30).run()
        self.raise_errors()

    @property
    def token(self) -> str:
        return self.test.session_state["sitting.token"]

    @property
    def spec(self) -> Any:
        """The spec as the hub holds it."""
        return self.hub.run(self.token).spec

    def widgets(self, path: str) -> list[Element]:
        """The widgets of a spec path; their keys may add what distinguishes their choices."""
        kinds = (self.test.selectbox, self.test.select_slider, self.test.slider, self.test.number_input,
                 self.test.text_area, self.test.button)  # fmt: skip
        return [widget for kind in kinds for widget in kind if widget.key.partition(":")[0] == path]

    def widget(self, path: str) -> Element:
        """The one widget of a spec path."""
        (found,) = self.widgets(path)
        return found

    def choose(self, path: str, value: Any) -> None:
        """What a person does: set the widget and let the page run."""
        self.widget(path).set_value(value).run()
        self.raise_errors()

    def rerun(self) -> None:
        """Run the page again, as the stage's "synced" makes it do."""
        self.test.run()
        self.raise_errors()

    def raise_errors(self) -> None:
        assert not self.test.exception, [error.message for error in self.test.exception]

    def texts(self) -> str:
        """Everything that the page says in HTML."""
        return "\n".join(element.proto.body for element in self.test.get("html"))


@pytest.fixture
def hub() -> Iterator[LocalHub]:
    """A hub of this test's own."""
    hub = LocalHub()
    live.set_current(hub)
    yield hub
    hub.close()
    live.set_current(None)


@pytest.fixture
def playground(hub: LocalHub) -> Playground:
    """The playground as it is first opened."""
    return Playground()
