"""Which watched lines ran, in which test, on the loop or off it."""

import sys
import threading

from . import callees
from .record import running_loop

# A function's code; the code of a module or of a class body runs at import.
_NEW_LOCALS = 0x2
_TOOLS = (3, 5)

_ranges = {}
_seen = set()
_previous = None


def install(recorder):
    callees.install(recorder)
    if recorder.watch and hasattr(sys, "monitoring"):
        _monitor(recorder)


def enter(recorder):
    global _previous
    if recorder.watch and not hasattr(sys, "monitoring"):
        _previous = (sys.gettrace(), threading._trace_hook)
        tracer = _tracer(recorder)
        threading.settrace(tracer)
        sys.settrace(tracer)


def leave(recorder):
    global _previous
    if _previous is not None:
        sys.settrace(_previous[0])
        threading.settrace(_previous[1])
        _previous = None


def forget():
    """What ran in the parent of a fork did not run here."""
    _seen.clear()


def ranges_of(recorder, filename):
    """The watched lines of a file as pairs; None when the file is not watched."""
    try:
        return _ranges[filename]
    except KeyError:
        name = recorder.name(filename)
        found = _ranges[filename] = None if name is None else recorder.watch.get(name)
        return found


def _hit(recorder, code, line, frame):
    """Whether the line is watched; writes the first time it runs in a test."""
    watched = False
    for first, last in ranges_of(recorder, code.co_filename):
        if first <= line <= last:
            watched = True
            on_loop = running_loop() is not None
            key = (recorder.test, code.co_filename, first, last, on_loop)
            if key not in _seen:
                _seen.add(key)
                recorder.emit(
                    "site",
                    test=recorder.test,
                    path=recorder.name(code.co_filename),
                    line=line,
                    on_loop=on_loop,
                    replaced=callees.stand_ins(recorder, recorder.name(code.co_filename), frame, first, last),
                )
    return watched


def _monitor(recorder):
    monitoring = sys.monitoring
    tool = next((number for number in _TOOLS if monitoring.get_tool(number) is None), None)
    if tool is None:
        raise RuntimeError("no free tool number in sys.monitoring")
    monitoring.use_tool_id(tool, "guard-lines")

    def started(code, offset):
        try:
            if code.co_flags & _NEW_LOCALS and ranges_of(recorder, code.co_filename) is not None:
                monitoring.set_local_events(tool, code, monitoring.events.LINE)
        except Exception as error:
            recorder.failed(error)
        return monitoring.DISABLE

    def ran(code, line):
        try:
            # The frame that runs is the one that called this.
            return None if _hit(recorder, code, line, sys._getframe(1)) else monitoring.DISABLE
        except Exception as error:
            recorder.failed(error)
            return monitoring.DISABLE

    monitoring.register_callback(tool, monitoring.events.PY_START, started)
    monitoring.register_callback(tool, monitoring.events.LINE, ran)
    monitoring.set_events(tool, monitoring.events.PY_START)


def _tracer(recorder):
    def local(frame, event, arg):
        if event == "line":
            try:
                _hit(recorder, frame.f_code, frame.f_lineno, frame)
            except Exception as error:
                recorder.failed(error)
        return local

    def tracer(frame, event, arg):
        code = frame.f_code
        if code.co_flags & _NEW_LOCALS and ranges_of(recorder, code.co_filename) is not None:
            return local
        return None

    return tracer
