"""One offload runs inline on the loop, as if it had been taken away; every other goes to its thread."""

import asyncio
import functools
import inspect
import sys
from asyncio.base_events import BaseEventLoop
from itertools import islice

# In the place of what offloads, compiled as if it stood at the site: Blockbuster, the recorder and
# the audit hook look at files and lines.
_INLINE = "%sdef _guard_inline(function, /, *args, **kwargs): return function(*args, **kwargs)"


class Turn:
    """Which site is turned inline in this process; none until one is chosen."""

    def __init__(self, recorder, config):
        self.recorder = recorder
        self.turned = None
        self.done = False
        self._sites = {}
        for number, site in enumerate(config["sites"]):
            self._sites.setdefault(site["path"], []).append((number, site))
        self._all = config["sites"]
        self._helpers = config["helpers"]
        self._tests = config["tests"]
        self._roots = config["roots"]
        self._known = {}

    def choose(self, number):
        self.turned = number

    def install(self):
        """Before anything of the project is imported: names are bound early."""
        if hasattr(asyncio, "to_thread"):
            asyncio.to_thread = asyncio.threads.to_thread = self._to_thread(asyncio.to_thread)
        BaseEventLoop.run_in_executor = self._run_in_executor(BaseEventLoop.run_in_executor)

    def install_late(self):
        """Once everything is imported: anyio's backend, through which starlette goes too."""
        if "anyio" not in sys.modules:
            return
        from anyio._backends import _asyncio as backend

        name = "run_sync_in_worker_thread"
        holder = getattr(backend, "AsyncIOBackend", None)
        if holder is not None:
            original = vars(holder)[name].__func__
            setattr(holder, name, classmethod(self._awaited(original, 1)))
        elif hasattr(backend, name):
            setattr(backend, name, self._awaited(getattr(backend, name), 0))

    def _to_thread(self, original):
        @functools.wraps(original)
        def to_thread(func, /, *args, **kwargs):
            frame = self._site(sys._getframe(1))
            if frame is None:
                return original(func, *args, **kwargs)
            return self._inline(frame, "async ")(func, *args, **kwargs)

        return _like_a_coroutine_function(to_thread)

    def _run_in_executor(self, original):
        @functools.wraps(original)
        def run_in_executor(loop, executor, func, *args):
            frame = self._site(sys._getframe(1))
            if frame is None:
                return original(loop, executor, func, *args)
            future = loop.create_future()
            try:
                future.set_result(self._inline(frame, "")(func, *args))
            except Exception as error:
                future.set_exception(error)
            return future

        return run_in_executor

    def _awaited(self, original, index):
        @functools.wraps(original)
        async def run_sync_in_worker_thread(*args, **kwargs):
            frame = self._site(sys._getframe(0).f_back)
            if frame is None or len(args) < index + 2:
                return await original(*args, **kwargs)
            return self._inline(frame, "")(args[index], *args[index + 1])

        return run_sync_in_worker_thread

    def _site(self, frame):
        """The frame that stands at the turned site: the first of production code, past a test's own
        spy and past the project's own offload helpers."""
        if self.turned is None:
            return None
        while frame is not None:
            name = self.recorder.name(frame.f_code.co_filename)
            if name is not None and self._is_production(name):
                if self._at(frame, name) == self.turned:
                    return frame
                line = frame.f_lineno or 0
                if not any(first <= line <= last for first, last in self._helpers.get(name, ())):
                    return None
            frame = frame.f_back
        return None

    def _is_production(self, name):
        if any(name.startswith(folder) for folder in self._tests):
            return False
        return name in self._sites or any(name.startswith(root) for root in self._roots)

    def _at(self, frame, name):
        """The site that a frame calls or awaits right now."""
        sites = self._sites.get(name, ())
        if not sites:
            return None
        key = (frame.f_code, frame.f_lasti)
        if key not in self._known:
            self._known[key] = self._find(frame, sites)
        return self._known[key]

    def _find(self, frame, sites):
        position = _position(frame.f_code, frame.f_lasti)
        if position is None:
            line = frame.f_lineno or 0
            near = [number for number, site in sites if site["start"][0] <= line <= site["end"][0]]
            return self.turned if self.turned in near else None
        start, end = position
        for number, site in sites:
            # The call itself, or its `await`, which ends where it does.
            if tuple(site["end"]) == end:
                return number
        # Handed on by something else that is awaited (`wait_for`): if it holds one site, that one.
        inside = [
            number for number, site in sites if start <= tuple(site["start"]) and tuple(site["end"]) <= end
        ]
        return inside[0] if len(inside) == 1 else None

    def _inline(self, frame, prefix):
        if not self.done:
            self.done = True
            self.recorder.emit("turned")
        site = self._all[self.turned]
        text = "\n" * (site["start"][0] - 1) + _INLINE % prefix
        space = {}
        exec(compile(text, frame.f_code.co_filename, "exec"), space)
        function = space["_guard_inline"]
        names = {"co_name": frame.f_code.co_name}
        if hasattr(frame.f_code, "co_qualname"):
            names["co_qualname"] = frame.f_code.co_qualname
        function.__code__ = function.__code__.replace(**names)
        return function


def _position(code, offset):
    """Where the running instruction stands: pairs of line and column in bytes, from 1 and from 0."""
    if not hasattr(code, "co_positions"):
        return None
    found = next(islice(code.co_positions(), offset // 2, None), None)
    if found is None or None in found:
        return None
    line, end_line, column, end_column = found
    return (line, column), (end_line, end_column)


def _like_a_coroutine_function(function):
    """Mocks ask what they stand in for."""
    if hasattr(inspect, "markcoroutinefunction"):
        return inspect.markcoroutinefunction(function)
    function._is_coroutine = getattr(asyncio.coroutines, "_is_coroutine", None)
    return function
