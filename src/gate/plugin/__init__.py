"""Evidence of a gate run, as JSON lines: what ran, what blocked, what was refused. PYTEST_DONT_REWRITE

Loaded by name (`-p guard_evidence`) before the project's conftest files, so that import paths can be
arranged before anything of the project is imported. Observes only: an error in here becomes an event of
its own and never changes how a test ends.
"""

import os

import pytest

from . import audit, blocks, lines, paths
from .record import Recorder

_recorder = Recorder.from_environment()
_matrix = None

if _recorder is not None:
    if _recorder.options is not None:
        # guard's options are for this process, not for a pytest that a test starts.
        os.environ["PYTEST_ADDOPTS"] = _recorder.options
    _recorder.guarded(paths.arrange, _recorder)
    _recorder.guarded(lines.install, _recorder)
    _recorder.guarded(audit.install, _recorder)
    _recorder.guarded(blocks.install, _recorder)
    if _recorder.matrix is not None:
        from .matrix import Matrix

        _matrix = Matrix(_recorder, _recorder.matrix, lambda item: _id(item))
    _recorder.emit("start")


def _id(item):
    """The node id as one types it in the working directory, which need not be pytest's root."""
    rest = item.nodeid.partition("::")[2]
    path = str(getattr(item, "path", None) or item.fspath)
    prefix = _recorder.cwd.rstrip("/") + "/"
    if not rest or not path.startswith(prefix):
        return item.nodeid
    return path[len(prefix) :] + "::" + rest


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config, args):
    if _matrix is not None and early_config.pluginmanager.hasplugin("xdist"):
        # Workers would have the items, and nothing to fork from would be here.
        args.append("-n0")
    # Coverage of a few tests says nothing, may fail the session for it, and traces what we trace.
    options = early_config.known_args_namespace
    if _recorder is not None and hasattr(options, "no_cov"):
        options.no_cov = True


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    # Before pytest's own junitxml looks at its option.
    if _recorder is not None and _recorder.junit is not None:
        _recorder.guarded(_junit, config)


def _junit(config):
    own = getattr(config.option, "xmlpath", "")
    if own:
        _recorder.emit("junit", path=own)
    elif own is None:
        config.option.xmlpath = _recorder.junit


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session):
    if _matrix is None:
        return None
    _matrix.run(session)
    return True


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    if _recorder is not None:
        _recorder.guarded(_enter, item)
    yield
    if _recorder is not None:
        _recorder.guarded(_leave)


def _enter(item):
    _recorder.test = _id(item)
    lines.enter(_recorder)


def _leave():
    lines.leave(_recorder)
    blocks.leave(_recorder)
    _recorder.test = None


@pytest.hookimpl(hookwrapper=True, trylast=True)
def pytest_runtest_makereport(item, call):
    outcome = yield
    if _recorder is not None:
        _recorder.guarded(_phase, item, call, outcome)


def _phase(item, call, outcome):
    report = outcome.get_result()
    top = None if call.excinfo is None else call.excinfo.value
    expected = hasattr(report, "wasxfail")
    failed = report.outcome == "failed"
    if top is not None and (failed or expected):
        blocks.chained(_recorder, top)
    _recorder.emit(
        "phase",
        test=_id(item),
        when=report.when,
        outcome="skipped" if expected and not failed and report.when == "call" else report.outcome,
        seconds=report.duration,
        exception=_type_name(top) if failed and top is not None else None,
        message=str(top)[:600] if failed and top is not None else None,
    )


def _type_name(exception):
    kind = type(exception)
    return kind.__qualname__ if kind.__module__ == "builtins" else kind.__module__ + "." + kind.__qualname__


def pytest_collectreport(report):
    if _recorder is not None and report.outcome == "failed":
        _recorder.guarded(_collection_error, report)


def _collection_error(report):
    _recorder.emit("collection-error", node=report.nodeid, text=str(report.longrepr)[-6000:])


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    if _recorder is not None:
        _recorder.guarded(paths.report, _recorder)
        _recorder.emit("finish", status=int(exitstatus))


def pytest_unconfigure(config):
    if _recorder is not None:
        _recorder.active = False
