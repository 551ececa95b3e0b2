"""A catalogue entry's function as plain source code, for scripts that stand on their own.

The entries are the only place where their formulas are written down, so a script takes them from
there: the function's own text, with the parts that only save memory (`out=`) worked out and left
away, and with the constants and helpers of its module that it needs.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

from dlcore.params import SpecError

# The modules that formulas may use, and what a script has to import besides torch and np.
MODULES = {"torch": "", "numpy": "", "math": "import math"}
_PLAIN = (int, float, str, bool, tuple, type(None))
_UNKNOWN = object()


@dataclass
class Needs:
    """What pieces of source need around them: imports, and definitions in the order they come in."""

    imports: set[str] = field(default_factory=set)
    definitions: dict[str, str] = field(default_factory=dict)


def function_source(function: Callable, name: str, needs: Needs) -> str:
    """The text of a function under another name, without `out`; what it needs goes into `needs`.

    SpecError where its text can't be had or uses something that a script can't have.
    """
    tree = _definition(function)
    _Without(tree)
    tree.name = name
    tree.decorator_list = []
    tree.returns = None
    _resolve(tree, function, needs)
    return ast.unparse(tree)


def expression_source(function: Callable, needs: Needs) -> str | None:
    """What a function of one line returns, in terms of its own parameters; None where it has more lines."""
    tree = _definition(function)
    _Without(tree)
    body = [statement for statement in tree.body if not _is_text(statement)]
    if len(body) != 1 or not isinstance(body[0], ast.Return) or body[0].value is None:
        return None
    _resolve(tree, function, needs)
    return ast.unparse(body[0].value)


def _definition(function: Callable) -> ast.FunctionDef:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        tree = None
    found = tree.body[0] if tree else None
    if not isinstance(found, ast.FunctionDef):
        raise SpecError("export", "A formula of this network can't be written into a script.")
    return found


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _resolve(tree: ast.FunctionDef, function: Callable, needs: Needs) -> None:
    """Find what the names stand for that the function itself does not bind."""
    bound = {argument.arg for argument in ast.walk(tree) if isinstance(argument, ast.arg)}
    bound |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    closed = inspect.getclosurevars(function)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Name) or node.id in bound or hasattr(builtins, node.id):
            continue
        value = closed.nonlocals.get(node.id, function.__globals__.get(node.id, _UNKNOWN))
        _need(node.id, value, needs)


def _need(name: str, value: Any, needs: Needs) -> None:
    module = value.__name__ if isinstance(value, ModuleType) else "torch" if name == "torch" else None
    if module in MODULES:
        needs.imports |= {MODULES[module]} - {""}
    elif isinstance(value, _PLAIN):
        needs.definitions.setdefault(name, f"{name} = {value!r}")
    elif inspect.isfunction(value):
        if name not in needs.definitions:
            needs.definitions[name] = ""  # holds its place, and ends a recursion
            needs.definitions[name] = function_source(value, name, needs)
            needs.definitions[name] = needs.definitions.pop(name)  # behind what it needs itself
    else:
        raise SpecError("export", f"A formula of this network needs “{name}”, which a script can't have.")


class _Without(ast.NodeTransformer):
    """Works out what follows from `out=None`, as a reader would: branches, names, arguments."""

    def __init__(self, tree: ast.FunctionDef):
        self.known: dict[str, Any] = {}
        arguments = tree.args
        for index, argument in enumerate(arguments.args):
            if argument.arg == "out":
                self.known["out"] = None
                arguments.args.pop(index)
                arguments.defaults.pop(index - len(arguments.args) - 1)
                break
        for argument in (*arguments.args, *arguments.kwonlyargs):
            argument.annotation = None
        if self.known:
            tree.body = self._walk(tree.body)
            self._retell(tree)

    def _retell(self, tree: ast.FunctionDef) -> None:
        """The docstring without its sentences on `out`."""
        text = ast.get_docstring(tree)
        if text and tree.body and _is_text(tree.body[0]):
            kept = [part for part in text.splitlines()[0].split(". ") if "`out`" not in part]
            line = ". ".join(kept).rstrip(".") + "."
            tree.body[0] = ast.Expr(ast.Constant(line))

    def _walk(self, body: list[ast.stmt]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for statement in body:
            if isinstance(statement, ast.If):
                test = self._value(statement.test)
                if test is not _UNKNOWN:
                    found += self._walk(statement.body if test else statement.orelse)
                    if found and isinstance(found[-1], ast.Return):
                        return found
                    continue
            if isinstance(statement, ast.Assign) and self._learn(statement):
                continue
            found.append(self.visit(statement))
            if isinstance(statement, ast.Assign):
                self._forget(statement)
        return found

    def _learn(self, statement: ast.Assign) -> bool:
        """Whether the assignment only names what is known, so that the line can go."""
        target, value = statement.targets[0], self._value(statement.value)
        if value is _UNKNOWN:
            return False
        names = target.elts if isinstance(target, ast.Tuple) else [target]
        values = value if isinstance(target, ast.Tuple) else [value]
        if not all(isinstance(name, ast.Name) for name in names) or any(v not in (None, {}) for v in values):
            return False
        self.known |= {name.id: one for name, one in zip(names, values, strict=True)}
        return True

    def _forget(self, statement: ast.Assign) -> None:
        for target in statement.targets:
            for node in ast.walk(target):
                if isinstance(node, ast.Name):
                    self.known.pop(node.id, None)

    def _value(self, node: ast.expr) -> Any:
        """What an expression comes to, from what is known; _UNKNOWN otherwise."""
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            return self.known.get(node.id, _UNKNOWN)
        if isinstance(node, ast.Dict) and not node.keys:
            return {}
        if isinstance(node, ast.Tuple):
            values = [self._value(item) for item in node.elts]
            return _UNKNOWN if _UNKNOWN in values else tuple(values)
        if isinstance(node, ast.IfExp):
            test = self._value(node.test)
            return _UNKNOWN if test is _UNKNOWN else self._value(node.body if test else node.orelse)
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Is | ast.IsNot):
            left, right = self._value(node.left), self._value(node.comparators[0])
            if _UNKNOWN in (left, right):
                return _UNKNOWN
            return (left is right) == isinstance(node.ops[0], ast.Is)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            held = self._value(node.func.value)
            return None if held == {} else _UNKNOWN
        return _UNKNOWN

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        test = self._value(node.test)
        return self.generic_visit(node) if test is _UNKNOWN else self.visit(node.body if test else node.orelse)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        node.keywords = [word for word in node.keywords if word.arg != "out" or self._value(word.value) is not None]
        return self.generic_visit(node)
