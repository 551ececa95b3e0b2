"""The one Python renderer: a declared `Param` of the run's spec as a Streamlit widget.

Every widget is named by its spec path. Before it is drawn it is set to what the hub's spec says;
its callback proposes its own path only; why a proposal was refused stands right under it.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from _ui.sitting import Sitting, propose, refusal
from dlcore.catalogue import catalogue
from dlcore.params import Entry, Param

Draw = Callable[..., Any]
Changes = Callable[[Any], Mapping[str, Any]]
AUTOMATIC = "Automatic"


def widget(
    here: Sitting,
    path: str,
    *,
    label: str = "",
    options: Sequence[Any] | None = None,
    names: Mapping[Any, str] | None = None,
    changes: Changes | None = None,
) -> None:
    """Draw the control of one spec path, unless the spec has no such path or the view hides it.

    `label` replaces the Param's own where the place already says the rest; `options` narrows an
    entry's choices; `names` renames some of them; `changes` as in `bind`.
    """
    param = here.run.spec.params().get(path)
    if param is None or not here.shows(path):
        return
    value = here.run.spec.get(path)
    if param.kind == "entry" and isinstance(value, Mapping):
        value = value["kind"]
    draw = _DRAWN[param.kind](param, value, options, names or {})
    if _typed(param, value):
        value = written(value)
    if param.kind == "values":
        value = json.dumps(value, ensure_ascii=False).replace('], "', '],\n"')
        changes = changes or (lambda text: {path: _read_values(text)})
    shown = bind(path, value, draw, variant=_variant(here, path, options), changes=changes)
    shown(label or param.label, help=_help(param))
    refused(path)


def amounts(here: Sitting, path: str) -> None:
    """The controls of one spec path that holds amounts: one for each entry that suits the data."""
    param = here.run.spec.params()[path]
    if not here.shows(path):
        return
    chosen, shape = here.run.spec.get(path), here.run.spec.resolved.dataset.shape
    entries = [entry for entry in catalogue(param.catalogue).values() if entry.suits(shape)]
    for first in range(0, len(entries), 2):
        for column, entry in zip(st.columns(2, gap="small"), entries[first : first + 2], strict=False):
            with column:
                own = f"{path}.{entry.id}"
                value = float(chosen.get(entry.id, 0))
                shown = bind(own, value, _number(entry.amount, value))
                shown(entry.label, help=_help(entry.amount) + f" {entry.formula}")
                refused(own)


def bind(path: str, value: Any, draw: Draw, *, variant: str = "", changes: Changes | None = None) -> Draw:
    """`draw` as a widget that shows `value` and proposes what a person picks for `path`.

    `variant` tells apart widgets of one path whose choices differ (another optimizer, another
    learning rate); `changes` maps the picked value to {path: value} where it is not this path's.
    """
    key = f"{path}:{variant}" if variant else path
    # Set only where it differs: setting an equal value would snap a slider back under the finger.
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value

    def picked() -> None:
        chosen = st.session_state[key]
        propose(path, changes(chosen) if changes else {path: chosen})

    return lambda label, **options: draw(label, key=key, on_change=picked, **options)


def refused(path: str) -> None:
    """The sentence that says why the last change of this widget was refused, if it was."""
    if message := refusal(path):
        st.html(f'<p class="gb-refused" role="alert">{html.escape(message)}</p>')


def note(text: str) -> None:
    """A sentence in small type."""
    st.html(f'<p class="gb-note"><span>{html.escape(text)}</span></p>')


def explain(entry: Entry, *, name: bool = False) -> None:
    """An entry's formula and its one sentence, in small type.

    With `name` the entry's label comes first, where the control above does not say it.
    """
    words = ": ".join(filter(None, (entry.label if name else "", entry.formula)))
    formula = f"<b>{html.escape(words)}</b> " if words else ""
    st.html(f'<p class="gb-note">{formula}<span>{html.escape(entry.sentence)}</span></p>')


def entry_at(here: Sitting, path: str) -> Entry | None:
    """The catalogue entry that the spec has at `path`; None where it says "auto"."""
    value = here.run.spec.get(path)
    kind = value["kind"] if isinstance(value, Mapping) else value
    return catalogue(here.run.spec.params()[path].catalogue).get(kind)


def _variant(here: Sitting, path: str, options: Sequence[Any] | None) -> str:
    parent = path.rpartition(".")[0]
    slot = here.run.spec.params().get(parent)
    parts = [here.run.spec.get(parent)["kind"]] if slot and slot.kind == "entry" else []
    if options is not None:
        parts += map(str, options)
    return "-".join(parts)


def _typed(param: Param, value: Any) -> bool:
    """Whether a value lies beside a list that takes typed ones; the list keeps it as the text typed.

    Were it added to the options, Streamlit would draw another list in the place of the one in use.
    """
    return param.kind == "number" and bool(param.choices) and value not in param.choices


def _help(param: Param) -> str:
    return f"{param.sentence} `{param.formula}`" if param.formula else param.sentence


# What draws each kind of Param: given the Param, its value, options and names, a call that waits for
# label, key and callback.
def _entry(param: Param, value: Any, options: Sequence[Any] | None, names: Mapping[Any, str]) -> Draw:
    entries = catalogue(param.catalogue)
    offered = list(options) if options is not None else [*param.choices, *entries]
    labels = {kind: entries[kind].label if kind in entries else AUTOMATIC for kind in offered}
    return _select(offered, labels | dict(names))


def _choice(param: Param, value: Any, options: Any, names: Mapping[Any, str]) -> Draw:
    labels = {choice: AUTOMATIC if choice == "auto" else str(choice) for choice in param.choices}
    labels |= dict(zip(param.choices, param.labels, strict=False)) | dict(names)
    return _select(param.choices, {choice: label[:1].upper() + label[1:] for choice, label in labels.items()})


def _number(param: Param, value: Any, *_: Any) -> Draw:
    """A list of the suggested values that also takes a typed one; a slider where none are suggested."""
    whole = param.kind == "integer"
    unit = f" {param.unit}" if param.unit else ""
    if param.choices:
        if whole:
            offered = sorted({*param.choices, value})
            return _waiting(st.select_slider, options=offered, format_func=lambda number: f"{number}{unit}")
        return _waiting(
            st.selectbox,
            options=list(param.choices),
            accept_new_options=True,
            format_func=lambda number: number if isinstance(number, str) else written(number) + unit,
        )
    if param.minimum is None or param.maximum is None:
        return _waiting(st.number_input, min_value=param.minimum, max_value=param.maximum, step=param.step)
    kind = int if whole else float
    low, high, step = (kind(bound) for bound in (param.minimum, param.maximum, param.step or 1))
    low = min(kind(-(-low // step) * step), value)  # 1 … 100 in tens: 10, 20, …, unless a link says 5
    shown = ("%d" if whole else "%g") + unit.replace("%", "%%")
    return _waiting(st.slider, min_value=low, max_value=high, step=step, format=shown)


def written(number: float) -> str:
    """A setting's value as people write it: 0.00001, 0.03, 3; below that 1e−10."""
    if number and abs(number) < 1e-5:
        return f"{number:g}".replace("e-0", "e−").replace("e-", "e−")
    return f"{number:.6f}".rstrip("0").rstrip(".")


def _values(param: Param, value: Any, *_: Any) -> Draw:
    """Given weights, as JSON: one address a line."""
    return _waiting(st.text_area, height=120)


def _read_values(text: str) -> Any:
    """What the text says; text that is not JSON goes on as it is, and the initializer refuses it."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _flag(*_: Any) -> Draw:
    return st.toggle


def _seed(param: Param, *_: Any) -> Draw:
    return _waiting(
        st.number_input, min_value=int(param.minimum or 0), max_value=int(param.maximum or 0), step=1,
        placeholder="from seed" if param.optional else None,
        **({"value": None} if param.optional else {}),
    )  # fmt: skip


def _select(offered: Sequence[Any], labels: Mapping[Any, str]) -> Draw:
    return _waiting(st.selectbox, options=list(offered), format_func=labels.__getitem__)


def _waiting(call: Draw, **fixed: Any) -> Draw:
    return lambda label, **options: call(label, **fixed, **options)


def _sets(param: Param, value: Any, options: Sequence[Any] | None, names: Mapping[Any, str]) -> Draw:
    return _waiting(st.multiselect, options=list(options or value), placeholder="nothing else",
                    format_func=lambda name: names.get(name, name.replace("_", " ")))  # fmt: skip


_DRAWN: dict[str, Callable[..., Draw]] = {
    "sets": _sets,
    "number": _number,
    "integer": _number,
    "flag": _flag,
    "choice": _choice,
    "entry": _entry,
    "seed": _seed,
    "values": _values,
}
