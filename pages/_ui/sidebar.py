"""What the sidebar shows: data, network, learning, regularization, with the rare things folded."""

from __future__ import annotations

import html
from typing import Any

import streamlit as st

from _stage.thumbnails import thumbnails
from _ui import own_table
from _ui.sitting import Sitting, command
from _ui.widgets import amounts, bind, entry_at, explain, note, refused, widget
from dlcore.catalogue import catalogue
from dlcore.schema import MISTAKES

MIXED = "mixed"
WIDE_FIRST = (2.35, 1)  # so that "Softmax cross-entropy" can be read


def draw(here: Sitting) -> None:
    """Draw every control of the sidebar, from the spec as the hub has it now."""
    with st.sidebar:
        _data(here)
        _network(here)
        _learning(here)
        _regularization(here)
        _mistakes(here)


def _head(title: str) -> None:
    st.html(f'<h2 class="gb-head">{html.escape(title)}</h2>')


def _row(here: Sitting, *paths: str, widths: tuple[float, ...] = (), **options: dict[str, Any]) -> None:
    """Controls side by side; one that is hidden leaves its room to the others.

    `widths` are their shares; `options` go to the widget of the path that ends in that name.
    """
    known = here.run.spec.params()
    shares = widths or (1,) * len(paths)
    drawn = [
        (path, share)
        for path, share in zip(paths, shares, strict=False)
        if path in known and here.shows(path)
    ]
    columns = st.columns([share for _, share in drawn], gap="small") if drawn else ()
    for column, (path, _) in zip(columns, drawn, strict=True):
        with column:
            widget(here, path, **options.get(path.rpartition(".")[2], {}))


def _data(here: Sitting) -> None:
    _head("Data")
    chosen = entry_at(here, "data")
    if here.shows("data", "data.kind"):
        thumbnails(chosen.id, own_table.picked)
        refused("data")
        explain(here.run.spec.resolved.dataset)
        own_table.draw(here)
    params = [param for param in chosen.params if param.id not in here.run.spec.resolved.dataset.idle]
    # a table's columns are chosen in its own dialog
    front = [f"data.{param.id}" for param in params if not param.advanced and param.kind != "text"]
    front += ["data.train_share"] if chosen.split else []
    _row(here, *front[:2])  # a small screen has room for one row
    with st.expander("More about the data"):
        if here.shows("regenerate_data"):
            table = bool(chosen.count) and chosen.split
            what = "pictures" if chosen.is_pictures else "points"
            st.button(
                "New split" if table else f"New {what}",
                key="regenerate_data",
                on_click=command,
                args=("regenerate_data", "data.seed"),
                help=f"Choose anew which {what} test the network." if table else f"Draw other {what} by the same rule.",
                width="stretch",
            )
        for path in (*front[2:], *(f"data.{param.id}" for param in params if param.advanced)):
            widget(here, path)
        _row(here, "seed", "data.seed")
        if chosen.split:
            widget(here, "data.validation_share")
        if others := here.run.shape["comparable"]:
            widget(here, "data.evaluate_on", options=others)
    if here.run.spec.resolved.pictures and here.shows("data.augment"):
        with st.expander("Augmentation"):
            note(here.run.spec.params()["data.augment"].sentence)
            amounts(here, "data.augment")


def _network(here: Sitting) -> None:
    layers = here.run.spec.get("network.layers")
    kinds = _activations(layers)
    chosen = kinds and here.shows("activation", "network.activation")
    if chosen or here.shows("network.initializer"):
        _head("Network")
    if chosen:
        _activation(layers, kinds)
        if len(kinds) == 1:
            explain(catalogue("activations")[kinds[0]])
    if here.shows("network.initializer"):
        with st.expander("More about the network"):
            _slot(here, "network.initializer")


def _activations(layers: list[dict[str, Any]]) -> list[str]:
    """The activations of the hidden layers, each once, in the catalogue's order."""
    used = {layer["activation"] for layer in layers if "activation" in layer}
    return [kind for kind in catalogue("activations") if kind in used]


def _activation(layers: list[dict[str, Any]], kinds: list[str]) -> None:
    """One control for the activation of all hidden layers; the picture has one for each layer."""
    mixed = len(kinds) > 1
    entries = catalogue("activations")
    offered = [*([MIXED] if mixed else []), *entries]
    paths = [f"network.layers.{i}.activation" for i, layer in enumerate(layers) if "activation" in layer]

    def drawn(label: str, **options: Any) -> Any:
        names = {kind: entry.label for kind, entry in entries.items()} | {MIXED: "differs"}
        return st.selectbox(label, offered, format_func=names.__getitem__, **options)

    shown = bind(
        "network.activation",
        MIXED if mixed else kinds[0],
        drawn,
        variant=MIXED if mixed else "",
        changes=lambda kind: dict.fromkeys(paths, kind),
    )
    shown(
        "Activation",
        help="What each hidden neuron makes of its weighted sum. On the picture each layer has its own.",
    )
    refused("network.activation")


def _learning(here: Sitting) -> None:
    _head("Learning")
    spec = here.run.spec
    optimizer, resolved = entry_at(here, "learning.optimizer"), spec.resolved
    _row(here, "learning.optimizer", "learning.optimizer.learning_rate")
    if here.shows("learning.optimizer"):
        explain(optimizer)
    fitting = [loss.id for loss in catalogue("losses").values() if resolved.target in loss.codings]
    losses = {"options": ["auto", *fitting], "names": {"auto": "Automatic"}}
    _row(here, "learning.loss", "learning.batch_size", widths=WIDE_FIRST, loss=losses)
    if here.shows("learning.loss"):
        automatic = spec.get("learning.loss") == "auto"
        explain(resolved.loss, name=automatic)
    with st.expander("More about learning"):
        if here.shows("learning.loss"):
            note(here.run.shape["loss"]["why"])
        advanced = [param.id for param in optimizer.params if param.id != "learning_rate"]
        for start in range(0, len(advanced), 2):
            _row(here, *(f"learning.optimizer.{name}" for name in advanced[start : start + 2]))
        for path in ("learning.schedule", "learning.clipping"):
            _slot(here, path)
        for path in ("learning.patience", "network.output.activation", "learning.shuffle", "learning.remainder"):
            widget(here, path)


def _slot(here: Sitting, path: str) -> None:
    """A choice with its sentence and, side by side, its own settings."""
    if not here.shows(path):
        return
    entry = entry_at(here, path)
    widget(here, path)
    explain(entry)
    _row(here, *(f"{path}.{param.id}" for param in entry.params))


def _regularization(here: Sitting) -> None:
    penalty = entry_at(here, "learning.penalty")
    rates = [f"learning.penalty.{param.id}" for param in penalty.params]
    if any(here.shows(path) for path in ("learning.penalty", *rates)):
        _head("Regularization")
    _row(here, "learning.penalty", *rates, widths=WIDE_FIRST)
    if here.shows("learning.penalty"):
        explain(penalty)
        if why := here.run.shape["penalty"]["why"]:
            note(why)


def _mistakes(here: Sitting) -> None:
    """Deliberate mistakes, once a link or a lesson has made one; then they stay, to be taken back and made anew."""
    spec = here.run.spec
    known = spec.params()
    made = any(spec.get(path) != known[path].default for path in MISTAKES)
    if not (made or st.session_state.get("mistakes")):
        return
    st.session_state["mistakes"] = True
    _head("Deliberate mistakes")
    split = entry_at(here, "data").split
    _row(here, *MISTAKES[: 2 if split else 1])
    if any(layer.get("dropout") or layer.get("norm", "none") != "none" for layer in spec.get("network.layers")):
        widget(here, MISTAKES[2])
