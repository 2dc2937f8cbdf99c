"""Which files are imported: a worktree's own, also where the environment names the original checkout."""

import os
import sys


def arrange(recorder):
    """Points import paths below the original root to the same place in the tree."""
    if recorder.tree == recorder.original:
        return
    moved = []

    def relocate(path):
        target = _target(recorder, path)
        if target is not None:
            moved.append(target)
        return target or path

    sys.path[:] = [relocate(entry) for entry in sys.path]
    packages = []
    for finder in list(sys.meta_path):
        for table in _tables(finder):
            for name, path in list(table.items()):
                if isinstance(path, (list, tuple)):
                    table[name] = type(path)(_target(recorder, entry) or entry for entry in path)
                    continue
                target = _target(recorder, path)
                if target is not None:
                    table[name] = target
                    packages.append(os.path.dirname(target))
    sys.path_importer_cache.clear()
    # A child process reads the same environment, but finds this first.
    inherited = [part for part in os.environ.get("PYTHONPATH", "").split(os.pathsep) if part]
    for path in moved + packages:
        if path not in inherited:
            inherited.append(path)
    os.environ["PYTHONPATH"] = os.pathsep.join(inherited)


def _target(recorder, path):
    """The path's twin in the tree, where it has one and is neither there already nor the environment's."""
    if not isinstance(path, str) or not path:
        return None
    real = os.path.realpath(path)
    if not _below(real, recorder.original) or _below(real, recorder.tree):
        return None
    if _below(real, os.path.realpath(sys.prefix)) or _below(real, os.path.realpath(sys.base_prefix)):
        return None
    inner = real[len(recorder.original) :].lstrip("/")
    target = os.path.join(recorder.tree, inner) if inner else recorder.tree
    # A package may be named by its folder, by its file, or by its file without the suffix.
    if os.path.exists(target) or os.path.exists(target + ".py"):
        return target
    return None


def _below(path, root):
    return path == root or path.startswith(root + "/")


def _tables(finder):
    """The mappings from module to file that editable installs bring, by the tools that make them."""
    module = sys.modules.get(getattr(finder, "__module__", None) or "")
    for holder, name in (
        (module, "MAPPING"),
        (module, "NAMESPACES"),
        (finder, "_redirections"),
        (finder, "known_source_files"),
    ):
        table = getattr(holder, name, None)
        if isinstance(table, dict):
            yield table


def report(recorder):
    """Says from which file each module of a watched file came."""
    watched = {path: (recorder.tree + "/" + path, recorder.original + "/" + path) for path in recorder.watch}
    for name, module in sorted(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if not isinstance(file, str) or not file.endswith(".py"):
            continue
        real = os.path.realpath(file)
        for path, places in watched.items():
            if real in places or _same_module(recorder, name, real, path):
                recorder.emit("import", module=name, file=real)


def _same_module(recorder, name, real, path):
    """Whether a file outside the tree goes by the watched file's name: a copy that was installed."""
    if _below(real, recorder.tree):
        return False
    tail = name.replace(".", "/")
    whole = any(("/" + path).endswith("/" + tail + end) for end in (".py", "/__init__.py"))
    return whole and name.count(".") >= _depth(recorder, path)


def _depth(recorder, path):
    """How many packages a file stands in, by the `__init__.py` files above it."""
    folder = os.path.dirname(os.path.join(recorder.tree, path))
    if path.endswith("/__init__.py"):
        folder = os.path.dirname(folder)
    depth = 0
    while folder != recorder.tree and os.path.isfile(os.path.join(folder, "__init__.py")):
        folder = os.path.dirname(folder)
        depth += 1
    return depth
