"""What stands in for a call on a watched line: an anchor that replaces it does not guard it."""

import ast
import builtins
from inspect import getattr_static

from .record import _bytes

# Per watched file, relative to the tree: calls as (line, name, parts of the dotted name).
_calls = {}


def install(recorder):
    """Reads the watched files before anything is watched: reading is an event of its own."""
    if recorder.matrix is not None:
        return
    for path in recorder.watch:
        try:
            tree = ast.parse(_bytes("%s/%s" % (recorder.tree, path)))
        except (OSError, SyntaxError, ValueError):
            continue
        found = _calls[path] = []
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                parts = _parts(node.func)
                if parts:
                    found.append((node.func.lineno, ".".join(parts), parts))


def stand_ins(recorder, path, frame, first, last):
    """Of the calls between two lines those that are not what the code says, each with what is there."""
    found = []
    for line, name, parts in _calls.get(path, ()):
        if first <= line <= last:
            by = _stand_in(recorder, _value(parts, frame))
            if by is not None:
                found.append({"name": name, "by": by})
    return found


def _parts(expression):
    parts = []
    while isinstance(expression, ast.Attribute):
        parts.append(expression.attr)
        expression = expression.value
    if not isinstance(expression, ast.Name):
        return None
    parts.append(expression.id)
    return parts[::-1]


def _value(parts, frame):
    """What a dotted name means there, without running any code of it."""
    name = parts[0]
    for scope in (frame.f_locals, frame.f_globals, vars(builtins)):
        if name in scope:
            value = scope[name]
            break
    else:
        return None
    for part in parts[1:]:
        if _is_mock(value):
            return value
        value = getattr_static(value, part, None)
        value = getattr(value, "__func__", value) if isinstance(value, (staticmethod, classmethod)) else value
    return value


def _is_mock(value):
    return any(kind.__module__ == "unittest.mock" for kind in type(value).__mro__)


def _stand_in(recorder, value):
    if value is None:
        return None
    if _is_mock(value):
        return "a " + type(value).__name__
    code = getattr(value, "__code__", None)
    if code is None:
        code = getattr(getattr(type(value), "__call__", None), "__code__", None)
    path = None if code is None else recorder.name(code.co_filename)
    if path is None:
        return None
    file = path.rsplit("/", 1)[-1]
    if file.startswith("test_") or file.endswith("_test.py") or file == "conftest.py":
        # Its own name: before Python 3.11 the dotted one is read from the file, here of all places.
        return "%s (%s:%d)" % (code.co_name, path, code.co_firstlineno)
    return None
