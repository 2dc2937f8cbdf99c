"""What a forked child needs that its parent has not: threads, streams, and answers that cost much."""

import functools
import inspect
import os
import queue
import sys
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

_executors = weakref.WeakSet()


def remember_modules():
    """`inspect` looks through every module again for a frame whose file is none's, as that of a frozen
    module, which stands at the bottom of every stack. Nothing but an import changes the answer."""
    original = inspect.getmodule
    known = {}

    @functools.wraps(original)
    def getmodule(object, _filename=None):
        code = getattr(object, "f_code", None)
        if code is None:
            return original(object, _filename)
        key = (code.co_filename, _filename)
        found = known.get(key)
        if found is None or found[0] != len(sys.modules):
            found = known[key] = (len(sys.modules), original(object, _filename))
        return found[1]

    inspect.getmodule = getmodule


def register_executors():
    original = ThreadPoolExecutor.__init__

    def __init__(self, *args, **kwargs):
        original(self, *args, **kwargs)
        _executors.add(self)

    ThreadPoolExecutor.__init__ = __init__
    __init__.__wrapped__ = original


def reset_executors():
    """Threads do not survive a fork, and an executor that counts on them waits for ever."""
    for executor in list(_executors):
        if executor._threads:
            executor._threads = set()
            executor._work_queue = queue.SimpleQueue()
            executor._shutdown_lock = threading.Lock()
            if hasattr(executor, "_idle_semaphore"):
                executor._idle_semaphore = threading.Semaphore(0)


def own_streams(config):
    """Children neither report to the terminal nor share the file that output is captured in."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None:
        terminal._tw._file = open(os.devnull, "w")
    capture = config.pluginmanager.get_plugin("capturemanager")
    if capture is not None and capture.is_globally_capturing():
        capture.stop_global_capturing()
        capture.start_global_capturing()
