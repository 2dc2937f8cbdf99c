"""Primitives that ran on the loop thread below a watched line without being refused.

Python's own audit events tell of them; a few primitives have none and get a light wrapper.
"""

import functools
import io
import os
import sys
import threading
import time

from .lines import ranges_of
from .record import running_loop

_EVENTS = frozenset(
    """
    open os.chflags os.chmod os.chown os.exec os.fork os.forkpty os.fwalk os.getxattr os.link os.listdir
    os.listxattr os.lockf os.mkdir os.posix_spawn os.remove os.removexattr os.rename os.rmdir os.scandir
    os.setxattr os.symlink os.system os.truncate os.utime os.walk
    shutil.chown shutil.copyfile shutil.copymode shutil.copystat shutil.copytree shutil.make_archive
    shutil.move shutil.rmtree shutil.unpack_archive tempfile.mkdtemp tempfile.mkstemp glob.glob glob.glob/2
    pathlib.Path.glob pathlib.Path.rglob subprocess.Popen pty.spawn
    socket.connect socket.getaddrinfo socket.gethostbyaddr socket.gethostbyname socket.getnameinfo
    socket.sendmsg socket.sendto
    sqlite3.connect fcntl.flock fcntl.lockf time.sleep mmap.__new__ builtins.input
    ftplib.connect ftplib.sendcmd http.client.connect http.client.send imaplib.open imaplib.send
    nntplib.connect nntplib.putline poplib.connect poplib.putline smtplib.connect smtplib.send
    telnetlib.Telnet.open telnetlib.Telnet.write urllib.Request webbrowser.open
    """.split()
)
_WITHOUT_EVENT = ("fsync", "fdatasync", "lstat", "fstat", "sync")
# A loop over lines has no method of its own to replace: it comes down to `FileIO.readinto`.
_OF_FILES = (
    (io.TextIOWrapper, ("readline",)),
    (io.BufferedReader, ("readline", "readinto")),
    (io.BufferedRandom, ("readline", "readinto")),
    (io.FileIO, ("readinto",)),
)
# Frames that read or write for Python's own sake, or as part of the loop itself.
_HOUSEKEEPING = ("<frozen importlib", "/importlib/", "/linecache.py", "/traceback.py", "/inspect.py", "/tokenize.py")
_HOUSEKEEPING += ("/warnings.py", "/logging/__init__.py", "/logging/handlers.py", "/asyncio/", "/_pytest/", "/uvloop/")

# By which name a module of the standard library opens files: what a rule would have to replace.
_OPENED_AS = (("pathlib", "io.open"), ("tempfile", "_io.open"))

_busy = threading.local()
_seen = set()


def install(recorder):
    if not recorder.watch:
        return

    def hook(event, args):
        if event in _EVENTS and recorder.active and running_loop() is not None:
            frame = sys._getframe(1)
            _saw(recorder, _opened(args, frame) if event == "open" else event, args, frame)

    sys.addaudithook(hook)
    for name in _WITHOUT_EVENT:
        if hasattr(os, name):
            setattr(os, name, _Wrapped(recorder, "os." + name, getattr(os, name)))
    _install_on_files(recorder)


def _install_on_files(recorder):
    """Reading by lines or into a buffer: no event tells of it, and the types are C's."""
    try:
        from forbiddenfruit import curse
    except ImportError:
        # Blockbuster does without it where it cannot reach into a type.
        return
    for kind, names in _OF_FILES:
        for name in names:
            curse(kind, name, _method(recorder, "io.%s.%s" % (kind.__name__, name), getattr(kind, name)))


def _method(recorder, event, original):
    @functools.wraps(original)
    def method(self, *args, **kwargs):
        if running_loop() is not None and recorder.active and _has_descriptor(self):
            _saw(recorder, event, (), sys._getframe(1))
        return original(self, *args, **kwargs)

    return method


def _has_descriptor(file):
    try:
        file.fileno()
        return True
    except (AttributeError, OSError, ValueError):
        return False


def _opened(args, frame):
    """Which of the functions that raise the event `open` was called: only `os.open` knows no mode."""
    if len(args) > 1 and args[1] is None:
        return "os.open"
    module = frame.f_globals.get("__name__") or ""
    return next((name for top, name in _OPENED_AS if module.split(".")[0] == top), "open")


def forget():
    """What was seen in the parent of a fork was not seen here."""
    _seen.clear()


class _Wrapped:
    """An object rather than a function: kept as a class attribute it must not turn into a method."""

    def __init__(self, recorder, event, function):
        functools.update_wrapper(self, function)
        self._recorder, self._event, self._function = recorder, event, function

    def __call__(self, *args, **kwargs):
        if self._recorder.active and running_loop() is not None:
            _saw(self._recorder, self._event, (), sys._getframe(1))
        return self._function(*args, **kwargs)


def _saw(recorder, event, args, frame):
    if getattr(_busy, "value", False):
        return
    _busy.value = True
    try:
        if not _noise(event, args) and _below_watched(recorder, frame):
            stack = recorder.stack(frame)
            key = (recorder.test, event, tuple((each["path"], each["line"]) for each in stack))
            if key not in _seen:
                _seen.add(key)
                recorder.emit(
                    "primitive", test=recorder.test, event=event, stack=stack, permitted=_permitted()
                )
    except Exception as error:
        recorder.failed(error)
    finally:
        _busy.value = False


def _noise(event, args):
    if event in ("open", "os.open", "io.open", "_io.open"):
        # A descriptor that is open already; the null device.
        return not args or not isinstance(args[0], (str, bytes)) or args[0] in (os.devnull, b"/dev/null")
    if event.startswith("socket.") and args and hasattr(args[0], "gettimeout"):
        return args[0].gettimeout() == 0
    return False


def _below_watched(recorder, frame):
    while frame is not None:
        filename = frame.f_code.co_filename
        # A file of the project's own may bear such a name.
        if recorder.name(filename) is None and any(part in filename for part in _HOUSEKEEPING):
            return False
        ranges = ranges_of(recorder, filename)
        if ranges is not None and frame.f_code.co_flags & 0x2:
            line = frame.f_lineno or 0
            if any(first <= line <= last for first, last in ranges):
                return True
        frame = frame.f_back
    return False


def _permitted():
    """Why the gate let it pass, where that is not for want of a rule."""
    module = sys.modules.get("blockbuster.blockbuster")
    if module is None:
        return "off"
    if getattr(getattr(module, "_skip", None), "value", False):
        return "allowed"
    for function in (time.sleep, os.stat, os.remove):
        code = getattr(function, "__code__", None)
        if code is not None and code.co_filename == module.__file__:
            return None
    return "off"
