"""What a line of import-linter cannot say: what gets imported when, and by which plug-in.

The layers themselves are contracts in pyproject.toml; `run.py test` checks them.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from dlcore.catalogue import folders

ROOT = Path(__file__).resolve().parent.parent
PLUG_INS = sorted(path for folder in folders() for path in (ROOT / "dlcore" / folder).glob("**/*.py"))


def imported(path: Path) -> set[str]:
    """Every module that a file imports, anywhere in it; relative imports keep their dots."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("." * node.level + (node.module or ""))
    return names


@pytest.mark.parametrize("path", PLUG_INS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_plug_in_imports_no_other_plug_in(path: Path) -> None:
    """A plug-in may use these of dlcore, its own folder's types and private helpers, and numerical libraries."""
    package = f"dlcore.{path.parent.name}"
    allowed = {"dlcore.params", "dlcore.lazy", "dlcore.limits", "dlcore.tables", "dlcore.expressions", package}
    for name in imported(path):
        if name.split(".")[0] == "dlcore":
            assert name in allowed or name.startswith(f"{package}._"), f"{path} imports {name}"
        else:
            assert not name.startswith("."), f"{path} imports {name}; write the whole name"
            assert name.split(".")[0] not in {"torch", "streamlit"}, f"{path} imports {name}"


def modules_after(code: str) -> set[str]:
    """The top-level modules that a fresh Python holds after `code`."""
    code += "\nimport sys; print(' '.join(sorted({name.split('.')[0] for name in sys.modules})))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_server_side_imports_no_torch() -> None:
    """Spec, catalogues and hub are read by the web server, which must not pay 200 MB for torch."""
    code = """
from dlcore.spec import RunSpec
from dlcore.catalogue import catalogue, folders
import dlcore.links, dlcore.live.hub
RunSpec.default().to_json()
[entry.describe() for folder in folders() for entry in catalogue(folder).values()]
"""
    assert "torch" not in modules_after(code)


def test_the_engine_imports_no_streamlit() -> None:
    """A notebook can use dlcore without the web server."""
    assert not {"streamlit", "starlette"} & modules_after("import dlcore; dlcore.Run; dlcore.RunSpec")


def test_run_py_needs_nothing_but_python() -> None:
    """It makes the environment, so it cannot need one."""
    names = {name.split(".")[0] for name in imported(ROOT / "run.py")}
    assert names <= set(sys.stdlib_module_names) | {"__future__"}
