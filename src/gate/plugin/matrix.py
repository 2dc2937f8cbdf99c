"""Every test against every offload that it executes: one warmed process that forks.

The suite runs once here, which is the baseline and says which sites each test executes. Then a child
per test (the control) and per pair of test and site. A second process, forked before the baseline, does
the same again for what stayed green: there nothing was executed before, so nothing is cached.
"""

import gc
import inspect
import json
import os
import signal
import sys
import time
import warnings

from . import audit, child, lines
from .turn import Turn

_now, _sleep, _fork, _open, _read, _write = time.monotonic, time.sleep, os.fork, os.open, os.read, os.write
_waitpid, _close, _mkdir = os.waitpid, os.close, os.mkdir
# How a child ends: its test passed and no primitive was seen, or one was; it failed; neither is known.
_NOTHING, _GREEN, _RED, _BROKEN = range(4)


class Matrix:
    def __init__(self, recorder, config, node_id):
        self.recorder = recorder
        self.node_id = node_id
        self.sites = config["sites"]
        self.folder = config["folder"]
        self.jobs = config["jobs"]
        self.floor, self.factor = config["seconds"]
        self.repeat = config["repeat"]
        self.turn = Turn(recorder, config)
        self.turn.install()
        self._executed = {}
        self._red = set()
        self._seen = False
        self._seconds = {}
        self._count = 0
        self._running = {}
        child.register_executors()

    def observe(self, kind, fields):
        """Every event of the baseline, as it is written."""
        test = fields.get("test")
        if kind == "site" and test is not None and fields["on_loop"]:
            path, line = fields["path"], fields["line"]
            for number, site in enumerate(self.sites):
                if site["path"] == path and site["start"][0] <= line <= site["end"][0]:
                    self._executed.setdefault(test, []).append(number)
        elif kind == "phase":
            self._seconds[test] = self._seconds.get(test, 0.0) + fields["seconds"]
            if fields["outcome"] == "failed":
                self._red.add(test)
        elif kind in ("block", "primitive"):
            self._seen = True

    def run(self, session):
        """In the place of pytest's own loop over the items."""
        if session.testsfailed and not session.config.option.continue_on_collection_errors:
            raise session.Interrupted("%d errors during collection" % session.testsfailed)
        if session.config.option.collectonly:
            return
        self.turn.install_late()
        self._warm_up(session.config)
        cold = _Cold(self, session.items)
        self.recorder.observer = self.observe
        start = _now()
        for number, item in enumerate(session.items):
            following = session.items[number + 1] if number + 1 < len(session.items) else None
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        self.recorder.observer = None
        self.recorder.emit("span", name="baseline", seconds=_now() - start)
        start = _now()
        ids = [self.node_id(item) for item in session.items]
        cells = []
        for index, test in enumerate(ids):
            if test in self._red:
                continue
            cells.append((index, None, "warm"))
            for site in sorted(set(self._executed.get(test, ()))):
                if self.sites[site]["turns"]:
                    cells.append((index, site, "warm"))
        self.limits = [max(self.floor, self.factor * self._seconds.get(test, 0.0)) for test in ids]
        ends = self.forks(session.items, cells)
        self.recorder.emit("span", name="forks", seconds=_now() - start)
        start = _now()
        pairs = [cell for cell in cells if cell[1] is not None]
        for _ in range(self.repeat - 1):
            for cell, end in self.forks(session.items, pairs).items():
                # Only what was green every time is tried from a cold start.
                if ends[cell] in (_NOTHING, _GREEN):
                    ends[cell] = end if end != _NOTHING else ends[cell]
        again = [cell for cell in pairs if ends[cell] in (_NOTHING, _GREEN)]
        # A race is red now and then.
        if self.repeat < 2:
            self.forks(session.items, again)
        self.recorder.emit("span", name="again", seconds=_now() - start)
        start = _now()
        # A cache is what keeps the primitive itself from running.
        pairs = [(index, site, "cold") for index, site, _ in again if ends[index, site, "warm"] == _NOTHING]
        controls = [(index, None, "cold") for index in sorted({index for index, _, _ in pairs})]
        cold.run(controls + pairs, self.limits)
        self.recorder.emit("span", name="cold", seconds=_now() - start)
        times = os.times()
        self.recorder.emit(
            "cost", seconds=times.user + times.system + times.children_user + times.children_system
        )

    def _warm_up(self, config):
        """What every child would do for itself."""
        # Blockbuster asks for this with every call, and the first time it looks at every module.
        child.remember_modules()
        inspect.getframeinfo(sys._getframe())
        self._base = None
        factory = getattr(config, "_tmp_path_factory", None)
        if factory is not None:
            factory.getbasetemp()
        self._factory = factory
        gc.collect()
        gc.freeze()

    def forks(self, items, cells):
        """Runs cells in children, some at a time. Says how each ended."""
        ends = {}
        queue = list(reversed(cells))
        running = self._running
        before = signal.getsignal(signal.SIGTERM)
        signal.signal(signal.SIGTERM, self._end_all)
        try:
            while queue or running:
                while queue and len(running) < self.jobs:
                    cell = queue.pop()
                    file, pid = self._start(items, cell, before)
                    running[pid] = (cell, file, _now())
                _sleep(0.001)
                for pid in list(running):
                    cell, file, start = running[pid]
                    done, status = _waitpid(pid, os.WNOHANG)
                    late = done == 0 and _now() - start > self.limits[cell[0]]
                    if late:
                        _kill(pid)
                        _, status = _waitpid(pid, 0)
                    if done or late:
                        del running[pid]
                        # What it left behind in its group.
                        _kill(pid)
                        ends[cell] = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
                        self._ended(items, cell, file, status, late, _now() - start)
        finally:
            for pid in list(running):
                _kill(pid)
            signal.signal(signal.SIGTERM, before)
        return ends

    def _ended(self, items, cell, file, status, late, seconds):
        index, site, state = cell
        self.recorder.emit(
            "cell",
            test=self.node_id(items[index]),
            site=site,
            state=state,
            file=file,
            status=status,
            late=late,
            seconds=seconds,
        )

    def _start(self, items, cell, term):
        index, site, state = cell
        self._count += 1
        file = "%s-%d.jsonl" % (state, self._count)
        sys.stdout.flush()
        sys.stderr.flush()
        with warnings.catch_warnings():
            # Python 3.12 warns of threads; the control pass shows whether they matter.
            warnings.simplefilter("ignore")
            pid = _fork()
        if pid:
            try:
                os.setpgid(pid, pid)
            except OSError:
                pass
            return file, pid
        status = _BROKEN
        try:
            os.setpgid(0, 0)
            signal.signal(signal.SIGTERM, term)
            status = self._child(items[index], site, file)
        finally:
            os._exit(status)

    def _child(self, item, site, file):
        recorder = self.recorder
        recorder.reopen(os.path.join(self.folder, file))
        lines.forget()
        audit.forget()
        self._red.clear()
        self._seen = False
        # Nobody reads the reports of a child.
        item.config.option.tbstyle = "no"
        recorder.observer = self.observe
        recorder.guarded(child.own_streams, item.config)
        recorder.guarded(self._own_folder, file)
        child.reset_executors()
        self.turn.choose(site)
        try:
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            recorder.emit("finish", status=0)
        except BaseException as error:
            recorder.failed(error)
            return _BROKEN
        return _RED if self._red else _GREEN if self._seen else _NOTHING

    def _own_folder(self, file):
        if self._factory is not None:
            base = self._factory.getbasetemp() / file.partition(".")[0]
            _mkdir(str(base), 0o700)
            self._factory._basetemp = base

    def _end_all(self, number, frame):
        for pid in list(self._running):
            _kill(pid)
        os._exit(128 + number)


class _Cold:
    """A fork from before the first test, which waits for its cells."""

    def __init__(self, matrix, items):
        self.matrix = matrix
        ends = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.pid = _fork()
        if self.pid:
            _close(ends[0])
            self._end = ends[1]
            return
        status = 3
        try:
            _close(ends[1])
            text = b""
            while True:
                part = _read(ends[0], 1 << 16)
                if not part:
                    break
                text += part
            if text:
                wanted = json.loads(text.decode())
                matrix.limits = wanted["limits"]
                matrix.forks(items, [tuple(cell) for cell in wanted["cells"]])
            status = 0
        finally:
            os._exit(status)

    def run(self, cells, limits):
        """To the end of the last."""
        text = json.dumps({"cells": cells, "limits": limits}).encode() if cells else b""
        while text:
            text = text[_write(self._end, text) :]
        _close(self._end)
        _, status = _waitpid(self.pid, 0)
        if status:
            raise RuntimeError("the process for cold starts ended with status %d" % status)


def _kill(group):
    try:
        os.killpg(group, signal.SIGKILL)
    except OSError:
        pass
