"""Each blocking call at the moment Blockbuster refuses it, also when nobody ever hears of it."""

import functools
import sys

from .record import running_loop

_pending = []
_monitor = None


def install(recorder):
    try:
        from blockbuster import BlockingError
    except ImportError as error:
        recorder.emit("missing", package="blockbuster", text=str(error))
        return
    original = BlockingError.__init__

    @functools.wraps(original)
    def recording(self, *args, **kwargs):
        original(self, *args, **kwargs)
        recorder.guarded(_record, recorder, self, args, sys._getframe(1))

    BlockingError.__init__ = recording


class _Block:
    def __init__(self, number, exception):
        self.number = number
        self.exception = exception
        self.handlers = []
        self.caught = None


_count = 0


def _record(recorder, exception, args, frame):
    global _count
    if any(block.exception is exception for block in _pending) or _is_logging(recorder, frame):
        return
    _count += 1
    _pending.append(_Block(_count, exception))
    _watch_handlers(recorder)
    recorder.emit(
        "block",
        number=_count,
        test=recorder.test,
        primitive=str(args[0]) if args else str(exception).replace("Blocking call to ", ""),
        on_loop=running_loop() is not None,
        stack=recorder.stack(frame),
    )


def _is_logging(recorder, frame):
    """Whether a log record was being written: `logging` swallows that block wherever it happens."""
    while frame is not None and recorder.name(frame.f_code.co_filename) is None:
        if frame.f_code.co_filename.endswith("/logging/__init__.py"):
            return True
        frame = frame.f_back
    return False


def chained(recorder, top):
    """Where a block hides behind another exception: the frame that raised that one."""
    blocks = {id(block.exception): block for block in _pending}
    seen = set()

    def walk(exception, above):
        if exception is None or id(exception) in seen:
            return
        seen.add(id(exception))
        block = blocks.get(id(exception))
        if block is not None and above is not None and block.caught is None:
            block.caught = _raised_at(recorder, above)
        walk(exception.__cause__, exception)
        walk(exception.__context__, exception)
        for inner in getattr(exception, "exceptions", None) or ():
            walk(inner, above)

    walk(top, None)


def _raised_at(recorder, exception):
    """The innermost frame of the project that the exception came through."""
    found = None
    trace = exception.__traceback__
    while trace is not None:
        found = recorder.place(trace.tb_frame.f_code, trace.tb_lineno) or found
        trace = trace.tb_next
    return found


def leave(recorder):
    """At the end of a test: says of each of its blocks where production code caught it."""
    for block in _pending:
        place = block.handlers[0][1] if block.handlers else block.caught
        if place is not None:
            recorder.emit("caught", number=block.number, place=place)
    _pending.clear()
    if _monitor is not None:
        _monitor.set_events(_TOOL, 0)


_TOOL = 4


def _watch_handlers(recorder):
    """From the first block to the end of its test, who handles it (Python 3.12 and later)."""
    global _monitor
    monitoring = getattr(sys, "monitoring", None)
    if monitoring is None:
        return
    events = monitoring.events.EXCEPTION_HANDLED | monitoring.events.RERAISE
    if _monitor is None:
        if monitoring.get_tool(_TOOL) is not None:
            return
        monitoring.use_tool_id(_TOOL, "guard-handlers")
        _monitor = monitoring

        def handled(code, offset, exception):
            recorder.guarded(_handled, recorder, code, offset, exception)

        def reraised(code, offset, exception):
            for block in _pending:
                if block.exception is exception and block.handlers and block.handlers[-1][0] is code:
                    block.handlers.pop()

        monitoring.register_callback(_TOOL, monitoring.events.EXCEPTION_HANDLED, handled)
        monitoring.register_callback(_TOOL, monitoring.events.RERAISE, reraised)
    monitoring.set_events(_TOOL, events)


def _handled(recorder, code, offset, exception):
    for block in _pending:
        if block.exception is exception and recorder.name(code.co_filename) is not None:
            block.handlers.append((code, recorder.place(code, _line(code, offset))))


def _line(code, offset):
    """The line of an instruction; of the next one that has a line, where it has none."""
    found = None
    for start, end, line in code.co_lines():
        if end > offset and line is not None:
            found = line
            break
    return found
