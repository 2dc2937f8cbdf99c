"""Where evidence goes, and how a frame is named in it."""

import ast
import json
import os
import posixpath

# The loop that runs in this thread, or None.
from asyncio.events import _get_running_loop as running_loop  # noqa: F401

# Taken before a gate patches them: what records must not be refused by what it records.
_open, _read, _write, _close = os.open, os.read, os.write, os.close
_NOISE = ("site-packages", ".venv")


class Recorder:
    """Writes one JSON line per event; a line is one write, so threads and forks do not mix theirs."""

    def __init__(self, config):
        self.tree = config["tree"].rstrip("/")
        self.original = config["original"].rstrip("/")
        # Per path relative to the tree: pairs of first and last line.
        self.watch = config["watch"]
        # What PYTEST_ADDOPTS was before guard added to it; None where guard did not.
        self.options = config.get("options")
        # What a matrix of tests and sites needs; None in a plain run.
        self.matrix = config.get("matrix")
        # Where JUnit XML is wanted; None where nobody keeps it.
        self.junit = config.get("junit")
        self.cwd = os.getcwd()
        self.test = None
        # Hears of every event before it is written.
        self.observer = None
        self.active = True
        self._file = _open(config["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._names = {}
        self._functions = {}
        self._errors = 0

    @classmethod
    def from_environment(cls):
        """None where guard did not start this process."""
        path = os.environ.get("GUARD_EVIDENCE_CONFIG")
        if not path:
            return None
        with open(path, encoding="utf-8") as file:
            return cls(json.load(file))

    def reopen(self, path):
        """Goes on in a file of its own: what a forked child records is the child's."""
        self._file = _open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def emit(self, kind, **fields):
        if self.active:
            if self.observer is not None:
                self.observer(kind, fields)
            fields["kind"] = kind
            _write(self._file, (json.dumps(fields, default=str) + "\n").encode())

    def guarded(self, function, *args):
        """Calls; what it raises becomes an event."""
        try:
            return function(*args)
        except Exception as error:
            self.failed(error)
            return None

    def failed(self, error):
        """Says that the evidence has a hole, at most a few times."""
        self._errors += 1
        if self._errors > 8:
            return
        trace = error.__traceback__
        places = []
        while trace is not None:
            places.append("%s:%s" % (trace.tb_frame.f_code.co_filename, trace.tb_lineno))
            trace = trace.tb_next
        try:
            self.emit("plugin-error", text="%s: %s (%s)" % (type(error).__name__, error, " < ".join(reversed(places))))
        except Exception:
            self.active = False

    def name(self, filename):
        """The path relative to the tree; absolute below the original root; None for everything else.

        Strings only: this runs inside hooks, where touching the disk would be an event of its own.
        """
        try:
            return self._names[filename]
        except KeyError:
            name = self._names[filename] = self._name(filename)
            return name

    def _name(self, filename):
        if not filename or filename.startswith("<"):
            return None
        path = posixpath.normpath(posixpath.join(self.cwd, filename))
        for root in (self.tree, self.original):
            if path.startswith(root + "/"):
                inner = path[len(root) + 1 :]
                if any(part in _NOISE for part in inner.split("/")):
                    return None
                return inner if root == self.tree else path
        return None

    def stack(self, frame):
        """The project's frames, outermost first."""
        stack = []
        while frame is not None:
            described = self.frame(frame)
            if described is not None:
                stack.append(described)
            frame = frame.f_back
        stack.reverse()
        return stack

    def frame(self, frame):
        """One frame, when it is the project's."""
        return self.place(frame.f_code, frame.f_lineno)

    def place(self, code, line):
        name = self.name(code.co_filename)
        if name is None:
            return None
        return {"path": name, "line": line or code.co_firstlineno, "function": self.function(code)}

    def function(self, code):
        """The dotted name inside the module."""
        qualified = getattr(code, "co_qualname", None)
        if qualified is None:
            qualified = self._dotted(code)
        return qualified.replace("<locals>.", "")

    def _dotted(self, code):
        """Before Python 3.11 a code object does not know its dotted name: its file does."""
        if code.co_name == "<module>":
            return code.co_name
        names = self._functions.get(code.co_filename)
        if names is None:
            names = self._functions[code.co_filename] = {}
            try:
                _collect(ast.parse(_bytes(posixpath.join(self.cwd, code.co_filename))), "", names)
            except (OSError, SyntaxError, ValueError):
                pass
        return names.get((code.co_firstlineno, code.co_name), code.co_name)


def _bytes(path):
    file = _open(path, os.O_RDONLY)
    try:
        parts = []
        while True:
            part = _read(file, 1 << 20)
            if not part:
                return b"".join(parts)
            parts.append(part)
    finally:
        _close(file)


def _collect(node, prefix, names):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            dotted = prefix + child.name
            first = min([child.lineno] + [decorator.lineno for decorator in child.decorator_list])
            names[(first, child.name)] = dotted
            _collect(child, dotted + ".", names)
        else:
            _collect(child, prefix, names)
