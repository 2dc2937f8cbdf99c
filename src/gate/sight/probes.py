"""Which blocking calls the gate refuses: each is made once, harmlessly, on a running event loop.

guard puts this among the gate's tests in a tree of its own, so that whatever closes the gate there
closes it here. Temporary files, the loopback interface and `true` are all that is touched.
"""

import asyncio
import builtins
import importlib
import json
import os
import shutil
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor

# Imported before a gate is closed: on Python 3.9 pathlib keeps what it finds in `os`.
import codecs, fileinput, glob, http.client, io, pathlib, queue, select, socket, socketserver  # noqa: E401
import sqlite3, ssl, subprocess, tarfile, time, urllib.request, wave, zipfile  # noqa: E401
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CONFIG = "@CONFIG@"

# What a call finds in a folder of its own: `f` a file, `p` its path, `l` a link to it, `d` a folder
# with a file and a folder in it, `e` an empty one, `n` a name that is free; `pd`, `pe`, `pn` their paths.
# A pair is what is made ready off the loop, `x` in the call, and the call.
CALLS = {
    "os.stat": "os.stat(f)",
    "os.path.exists": "os.path.exists(f)",
    "os.path.isdir": "os.path.isdir(d)",
    "os.path.isfile": "os.path.isfile(f)",
    "os.path.getsize": "os.path.getsize(f)",
    "os.path.getmtime": "os.path.getmtime(f)",
    "os.path.islink": "os.path.islink(l)",
    "os.path.ismount": "os.path.ismount(d)",
    "os.path.samefile": "os.path.samefile(f, l)",
    "os.path.realpath": "os.path.realpath(l)",
    "os.access": "os.access(f, os.R_OK)",
    "os.statvfs": "os.statvfs(d)",
    "os.lstat": "os.lstat(l)",
    "os.path.lexists": "os.path.lexists(l)",
    "os.chmod": "os.chmod(f, 0o600)",
    "os.chown": "os.chown(f, -1, -1)",
    "os.utime": "os.utime(f)",
    "shutil.disk_usage": "shutil.disk_usage(d)",
    "shutil.which": "shutil.which('true')",
    "open": "open(f).close()",
    "io.open": "io.open(f).close()",
    "builtins.open": "builtins.open(f).close()",
    "os.open": "os.close(os.open(f, os.O_RDONLY))",
    "os.fdopen": ("os.open(f, os.O_RDONLY)", "os.fdopen(x).close()"),
    "codecs.open": "codecs.open(f, encoding='utf-8').close()",
    "gzip.open": "gzip.open(n, 'w').close()",
    "bz2.open": "bz2.open(n, 'w').close()",
    "lzma.open": "lzma.open(n, 'w').close()",
    "os.read": ("os.open(f, os.O_RDONLY)", "os.read(x, 1)"),
    "fileinput.input": "list(fileinput.input([f]))",
    "os.mkdir": "os.mkdir(n)",
    "os.makedirs": "os.makedirs(os.path.join(n, 'a'))",
    "os.link": "os.link(f, n)",
    "os.symlink": "os.symlink(f, n)",
    "os.write": ("os.open(n, os.O_WRONLY | os.O_CREAT)", "os.write(x, b'x')"),
    "os.truncate": "os.truncate(f, 1)",
    "tempfile.mkstemp": "os.close(tempfile.mkstemp(dir=d)[0])",
    "tempfile.mkdtemp": "tempfile.mkdtemp(dir=d)",
    "tempfile.NamedTemporaryFile": "tempfile.NamedTemporaryFile(dir=d, delete=False)",
    "tempfile.TemporaryFile": "tempfile.TemporaryFile(dir=d)",
    "tempfile.TemporaryDirectory": "keep(tempfile.TemporaryDirectory(dir=d))",
    "tempfile.TemporaryDirectory.cleanup": ("tempfile.TemporaryDirectory(dir=d)", "x.cleanup()"),
    "ssl.SSLContext.load_default_certs": ("ssl.create_default_context()", "x.load_default_certs()"),
    "os.remove": "os.remove(f)",
    "os.unlink": "os.unlink(f)",
    "os.rmdir": "os.rmdir(e)",
    "os.removedirs": "os.removedirs(e)",
    "os.fsync": ("open(n, 'w')", "os.fsync(x.fileno())"),
    "os.fdatasync": ("open(n, 'w')", "os.fdatasync(x.fileno())"),
    "fcntl.flock": ("open(n, 'w')", "fcntl.flock(x, fcntl.LOCK_EX)"),
    "fcntl.lockf": ("open(n, 'w')", "fcntl.lockf(x, fcntl.LOCK_EX)"),
    "importlib.metadata.version": "importlib.metadata.version('blockbuster')",
    "importlib.metadata.distribution": "importlib.metadata.distribution('blockbuster').version",
    "importlib.metadata.metadata": "importlib.metadata.metadata('blockbuster')",
    "importlib.metadata.requires": "importlib.metadata.requires('blockbuster')",
    "importlib.metadata.files": "importlib.metadata.files('blockbuster')",
    "importlib.metadata.distributions": "[x.version for x in importlib.metadata.distributions()]",
    "importlib.metadata.entry_points": "importlib.metadata.entry_points()",
    "inspect.getsource": "inspect.getsource(shutil.copyfile)",
    "inspect.getsourcelines": "inspect.getsourcelines(shutil.copytree)",
    "logging.FileHandler": "logging.FileHandler(n).close()",
    "logging.handlers.RotatingFileHandler": "logging.handlers.RotatingFileHandler(n).close()",
    "logging.handlers.TimedRotatingFileHandler": "logging.handlers.TimedRotatingFileHandler(n).close()",
    "wave.open": ("waved(n)", "wave.open(x).close()"),
    "os.listdir": "os.listdir(d)",
    "os.scandir": "list(os.scandir(d))",
    "os.walk": "list(os.walk(d))",
    "os.fwalk": "list(os.fwalk(d))",
    "glob.glob": "glob.glob(d + '/*')",
    "glob.iglob": "list(glob.iglob(d + '/**', recursive=True))",
    "os.rename": "os.rename(f, n)",
    "os.renames": "os.renames(f, n)",
    "os.replace": "os.replace(f, n)",
    "shutil.move": "shutil.move(f, n)",
    "shutil.copy": "shutil.copy(f, n)",
    "shutil.copy2": "shutil.copy2(f, n)",
    "shutil.copyfile": "shutil.copyfile(f, n)",
    "shutil.copyfileobj": ("(open(f, 'rb'), open(n, 'wb'))", "shutil.copyfileobj(*x)"),
    "shutil.copystat": "shutil.copystat(f, l)",
    "shutil.copymode": "shutil.copymode(f, l)",
    "shutil.copytree": "shutil.copytree(d, n)",
    "shutil.rmtree": "shutil.rmtree(d)",
    "shutil.make_archive": "shutil.make_archive(n, 'zip', d)",
    "shutil.unpack_archive": ("zipped(d)", "shutil.unpack_archive(x, n)"),
    "zipfile.ZipFile": ("zipped(d)", "zipfile.ZipFile(x).close()"),
    "tarfile.open": ("tarred(d)", "tarfile.open(x).close()"),
    "tarfile.TarFile": ("tarred(d)", "tarfile.TarFile(x).close()"),
    "zipfile.ZipFile.extract": ("zipfile.ZipFile(zipped(d))", "x.extract(x.namelist()[0], n)"),
    "zipfile.ZipFile.extractall": ("zipfile.ZipFile(zipped(d))", "x.extractall(n)"),
    "tarfile.TarFile.add": ("tarfile.open(n, 'w')", "x.add(f, 'f')"),
    "tarfile.TarFile.extract": ("tarfile.open(tarred(d))", "x.extract(x.getnames()[-1], n)"),
    "tarfile.TarFile.extractall": ("tarfile.open(tarred(d))", "x.extractall(n)"),
    "requests.get": "requests.get(url())",
    "requests.post": "requests.post(url())",
    "requests.put": "requests.put(url())",
    "requests.delete": "requests.delete(url())",
    "requests.head": "requests.head(url())",
    "requests.options": "requests.options(url())",
    "requests.patch": "requests.patch(url())",
    "requests.request": "requests.request('GET', url())",
    "httpx.get": "httpx.get(url())",
    "httpx.post": "httpx.post(url())",
    "httpx.put": "httpx.put(url())",
    "httpx.delete": "httpx.delete(url())",
    "httpx.head": "httpx.head(url())",
    "httpx.options": "httpx.options(url())",
    "httpx.patch": "httpx.patch(url())",
    "httpx.request": "httpx.request('GET', url())",
    "httpx.stream": "httpx.stream('GET', url()).__enter__()",
    "urllib.request.urlopen": "urllib.request.urlopen(url()).close()",
    "urllib.request.urlretrieve": "urllib.request.urlretrieve(url(), n)",
    "socket.create_connection": "socket.create_connection(address()).close()",
    "select.select": ("socket.socketpair()", "select.select([x[0]], [], [], 0.001)"),
    "socket.getaddrinfo": "socket.getaddrinfo('127.0.0.1', 80)",
    "socket.gethostbyname": "socket.gethostbyname('127.0.0.1')",
    "socket.gethostbyname_ex": "socket.gethostbyname_ex('127.0.0.1')",
    "socket.getnameinfo": "socket.getnameinfo(('127.0.0.1', 80), 3)",
    "sqlite3.connect": "sqlite3.connect(n).close()",
    "subprocess.run": "subprocess.run(['true'])",
    "subprocess.call": "subprocess.call(['true'])",
    "subprocess.check_call": "subprocess.check_call(['true'])",
    "subprocess.check_output": "subprocess.check_output(['true'])",
    "subprocess.getoutput": "subprocess.getoutput('true')",
    "subprocess.getstatusoutput": "subprocess.getstatusoutput('true')",
    "subprocess.Popen": "keep(subprocess.Popen(['true']))",
    "os.system": "os.system('true')",
    "os.popen": "os.popen('true').close()",
    "os.waitpid": ("keep(subprocess.Popen(['true']))", "os.waitpid(x.pid, 0)"),
    "os.spawnl": ("shutil.which('true')", "os.spawnl(os.P_WAIT, x, 'true')"),
    "os.spawnv": ("shutil.which('true')", "os.spawnv(os.P_WAIT, x, ['true'])"),
    "time.sleep": "time.sleep(0)",
    "concurrent.futures.wait": ("soon()", "concurrent.futures.wait([x])"),
    "concurrent.futures.as_completed": ("soon()", "list(concurrent.futures.as_completed([x]))"),
    "input": "input()",
    "builtins.input": "builtins.input()",
    "pathlib.Path.exists": "p.exists()",
    "pathlib.Path.is_dir": "pd.is_dir()",
    "pathlib.Path.is_file": "p.is_file()",
    "pathlib.Path.is_symlink": "p.is_symlink()",
    "pathlib.Path.is_mount": "pd.is_mount()",
    "pathlib.Path.stat": "p.stat()",
    "pathlib.Path.lstat": "p.lstat()",
    "pathlib.Path.samefile": "p.samefile(l)",
    "pathlib.Path.resolve": "pathlib.Path(l).resolve()",
    "pathlib.Path.readlink": "pathlib.Path(l).readlink()",
    "pathlib.Path.chmod": "p.chmod(0o600)",
    "pathlib.Path.owner": "p.owner()",
    "pathlib.Path.group": "p.group()",
    "pathlib.Path.open": "p.open().close()",
    "pathlib.Path.read_bytes": "p.read_bytes()",
    "pathlib.Path.read_text": "p.read_text()",
    "pathlib.Path.mkdir": "pn.joinpath('a').mkdir(parents=True)",
    "pathlib.Path.touch": "pn.touch()",
    "pathlib.Path.write_bytes": "pn.write_bytes(b'x')",
    "pathlib.Path.write_text": "pn.write_text('x')",
    "pathlib.Path.symlink_to": "pn.symlink_to(f)",
    "pathlib.Path.hardlink_to": "pn.hardlink_to(f)",
    "pathlib.Path.unlink": "p.unlink()",
    "pathlib.Path.rmdir": "pe.rmdir()",
    "pathlib.Path.iterdir": "list(pd.iterdir())",
    "pathlib.Path.glob": "list(pd.glob('*/*'))",
    "pathlib.Path.rglob": "list(pd.rglob('*'))",
    "pathlib.Path.walk": "list(pd.walk())",
    "pathlib.Path.rename": "p.rename(n)",
    "pathlib.Path.replace": "p.replace(n)",
    "pathlib.Path.copy": "p.copy(n)",
    "pathlib.Path.copy_into": "p.copy_into(e)",
    "pathlib.Path.move": "p.move(n)",
    "pathlib.Path.move_into": "p.move_into(e)",
    "subprocess.Popen.wait": ("keep(subprocess.Popen(['true']))", "x.wait()"),
    "subprocess.Popen.communicate": (
        "subprocess.Popen(['true'], stdout=subprocess.PIPE, stderr=subprocess.PIPE)",
        "x.communicate()",
    ),
    "socket.socket.connect": ("socket.socket()", "x.connect(address())"),
    "socket.socket.accept": ("waiting()", "x.accept()"),
    "socket.socket.send": ("pair()", "x.send(b'x')"),
    "socket.socket.sendall": ("pair()", "x.sendall(b'x')"),
    "socket.socket.sendto": (
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "x.sendto(b'x', address())",
    ),
    "socket.socket.recv": ("pair()", "x.recv(1)"),
    "socket.socket.recv_into": ("pair()", "x.recv_into(bytearray(1))"),
    "socket.socket.recvfrom": ("pair()", "x.recvfrom(1)"),
    "socket.socket.recvmsg": ("pair()", "x.recvmsg(1)"),
    "sqlite3.Connection.execute": ("base()", "x.execute('select 1')"),
    "sqlite3.Connection.executemany": ("base()", "x.executemany('insert into t values (?)', [(1,)])"),
    "sqlite3.Connection.executescript": ("base()", "x.executescript('select 1')"),
    "sqlite3.Connection.commit": ("base()", "x.commit()"),
    "sqlite3.Connection.rollback": ("base()", "x.rollback()"),
    "sqlite3.Connection.backup": ("base()", "x.backup(sqlite3.connect(':memory:'))"),
    "sqlite3.Cursor.execute": ("base().cursor()", "x.execute('select 1')"),
    "sqlite3.Cursor.executemany": ("base().cursor()", "x.executemany('insert into t values (?)', [(1,)])"),
    "sqlite3.Cursor.executescript": ("base().cursor()", "x.executescript('select 1')"),
    "sqlite3.Cursor.fetchone": ("base().execute('select 1')", "x.fetchone()"),
    "sqlite3.Cursor.fetchmany": ("base().execute('select 1')", "x.fetchmany()"),
    "sqlite3.Cursor.fetchall": ("base().execute('select 1')", "x.fetchall()"),
    "threading.Lock.acquire": ("held(threading.Lock())", "x.acquire()"),
    "threading.Event.wait": "threading.Event().wait(0.01)",
    "threading.Condition.acquire": ("threading.Condition()", "x.acquire()"),
    "threading.Condition.wait": ("entered(threading.Condition())", "x.wait(0.01)"),
    "threading.Barrier.wait": ("threading.Barrier(2)", "x.wait(0.01)"),
    "threading.Thread.join": ("started()", "x.join()"),
    "http.client.HTTPConnection.connect": ("http.client.HTTPConnection(*address())", "x.connect()"),
    "http.client.HTTPConnection.request": ("http.client.HTTPConnection(*address())", "x.request('GET', '/')"),
    "http.client.HTTPConnection.getresponse": ("asked()", "x.getresponse()"),
    "urllib.request.OpenerDirector.open": ("urllib.request.build_opener()", "x.open(url()).close()"),
    "concurrent.futures.Executor.shutdown": ("working()", "x.shutdown()"),
    "queue.Queue.get": ("filled()", "x.get()"),
    "queue.Queue.join": ("worked()", "x.join()"),
    "concurrent.futures.Future.result": ("soon()", "x.result()"),
    "concurrent.futures.Future.exception": ("soon()", "x.exception()"),
}
for _kind, _maker in (
    ("httpx.Client", "httpx.Client()"),
    ("requests.Session", "requests.Session()"),
    ("urllib3.PoolManager", "urllib3.PoolManager()"),
):
    for _verb in ("get", "post", "put", "delete", "head", "options", "patch"):
        if _kind != "urllib3.PoolManager":
            CALLS[_kind + "." + _verb] = (_maker, "x.%s(url())" % _verb)
    CALLS[_kind + ".request"] = (_maker, "x.request('GET', url())")
CALLS["httpx.Client.stream"] = ("httpx.Client()", "x.stream('GET', url()).__enter__()")
CALLS["urllib3.PoolManager.urlopen"] = ("urllib3.PoolManager()", "x.urlopen('GET', url())")

# What is not called, by the beginning of its name.
NOT_CALLED = {
    "os.sync": "it writes out everything of the machine",
    "os.wait": "it takes the end of any child process",
    "msvcrt.": "it is of another system",
    "socket.gethostbyaddr": "it may ask a name server",
    "socket.getfqdn": "it may ask a name server",
    "getpass.": "it needs a terminal",
    "psycopg": "it needs a server",
    "pymysql.": "it needs a server",
    "MySQLdb.": "it needs a server",
    "mysql.": "it needs a server",
    "pyodbc.": "it needs a server",
    "oracledb.": "it needs a server",
    "mariadb.": "it needs a server",
    "duckdb.": "it depends on the driver",
    "redis.": "it needs a server",
    "pymongo.": "it needs a server",
    "clickhouse_connect.": "it needs a server",
    "chromadb.": "it depends on the kind of the client",
    "pymilvus.": "it needs a server",
    "neo4j.": "it needs a server",
    "azure.": "it needs a server",
    "docker.": "it needs a server",
    "google.": "it needs a server",
    "kubernetes.": "it needs a server",
    "slack_sdk.": "it needs a server",
    "webbrowser.": "it opens a browser",
    "dotenv.": "it is of another package",
    "joblib.": "it is of another package",
    "numpy.": "it is of another package",
    "pandas.": "it is of another package",
    "torch.": "it is of another package",
    "transformers.": "it needs a model",
    "sentence_transformers.": "it needs a model",
    "filelock.": "it depends on the platform",
    "multiprocessing.connection.": "it needs another process",
    "ssl.SSLContext.load_cert_chain": "it needs a certificate",
    "ssl.SSLContext.load_verify_locations": "it needs a certificate",
    "openai.": "it needs a server",
    "elasticsearch.": "it needs a server",
    "ftplib.": "it needs a server",
    "imaplib.": "it needs a server",
    "paramiko.": "it needs a server",
    "huggingface_hub.": "it needs a server",
    "git.": "it needs a repository",
    "smtplib.": "it needs a server",
    "sqlalchemy.": "it depends on the driver",
    "httpx.Client.send": "it takes a request that is made before",
    "requests.Session.send": "it takes a request that is made before",
}

_kept = []


def keep(value):
    _kept.append(value)
    return value


def _modules(code):
    """The modules that a call names."""
    names = {}
    for word in code.replace("(", " ").replace("[", " ").replace("*", " ").replace(",", " ").split():
        top, dot, _ = word.partition(".")
        if dot and top.isidentifier() and len(top) > 1 and top not in ("pd", "pe", "pn"):
            names[top] = __import__(top)
            if word.startswith(("urllib.request", "concurrent.futures", "importlib.metadata", "logging.handlers")):
                __import__(".".join(word.split(".")[:2]))
    return names


def _is_there(name):
    """Whether the attribute exists, its module being imported."""
    parts = name.split(".")
    for count in range(len(parts) - 1, 0, -1):
        found = sys.modules.get(".".join(parts[:count]))
        if found is not None:
            for part in parts[count:]:
                found = getattr(found, part, None)
            return found is not None
    return hasattr(builtins, name)


def _helpers():
    def zipped(folder):
        with zipfile.ZipFile(folder + ".zip", "w") as archive:
            archive.writestr("a", "text")
        return folder + ".zip"

    def tarred(folder):
        with tarfile.open(folder + ".tar", "w") as archive:
            archive.add(folder, "d")
        return folder + ".tar"

    def waved(path):
        with wave.open(path, "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", None))
        return path

    server = []

    def address():
        if not server:

            class Answer(BaseHTTPRequestHandler):
                def do_GET(self):
                    self.send_response(204)
                    self.end_headers()

                do_POST = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = do_PATCH = do_GET

                def log_message(self, *args):
                    pass

            class Server(ThreadingHTTPServer):
                daemon_threads = True
                # The own one looks up the host's name.
                server_bind = socketserver.TCPServer.server_bind
                server_name, server_port = "localhost", 0

            server.append(Server(("127.0.0.1", 0), Answer))
            threading.Thread(target=server[0].serve_forever, args=(0.01,), daemon=True).start()
        return server[0].server_address

    def waiting():
        listener = keep(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        keep(socket.create_connection(listener.getsockname()))
        return listener

    def pair():
        one, other = keep(socket.socketpair())
        other.send(b"xx")
        return one

    def base():
        connection = sqlite3.connect(":memory:")
        connection.execute("create table t (a)")
        return connection

    def later(function, *args):
        timer = threading.Timer(0.03, function, args)
        timer.daemon = True
        timer.start()

    def held(lock):
        lock.acquire()
        later(lock.release)
        return lock

    def entered(condition):
        condition.acquire()
        return condition

    def started():
        thread = threading.Thread(target=time.sleep, args=(0.03,), daemon=True)
        thread.start()
        return thread

    def filled():
        found = queue.Queue()
        later(found.put, 1)
        return found

    def worked():
        found = queue.Queue()
        found.put(1)
        later(found.task_done)
        return found

    def asked():
        connection = keep(http.client.HTTPConnection(*address()))
        connection.request("GET", "/")
        return connection

    def working():
        pool = ThreadPoolExecutor(1)
        pool.submit(time.sleep, 0.03)
        return pool

    def soon():
        pool = keep(ThreadPoolExecutor(1))
        return pool.submit(time.sleep, 0.03)

    address()
    return {
        "keep": keep,
        "zipped": zipped,
        "tarred": tarred,
        "waved": waved,
        "address": address,
        "url": lambda: "http://127.0.0.1:%d/" % address()[1],
        "waiting": waiting,
        "pair": pair,
        "base": base,
        "held": held,
        "entered": entered,
        "started": started,
        "filled": filled,
        "worked": worked,
        "soon": soon,
        "asked": asked,
        "working": working,
    }


def _places(folder):
    names = {name: os.path.join(folder, name) for name in "fdeln"}
    with open(names["f"], "w") as file:
        file.write("text\n")
    os.symlink(names["f"], names["l"])
    os.mkdir(names["e"])
    os.makedirs(os.path.join(names["d"], "inner"))
    for inner in ("a", os.path.join("inner", "b")):
        with open(os.path.join(names["d"], inner), "w") as file:
            file.write("text")
    for path, name in (("p", "f"), ("pd", "d"), ("pe", "e"), ("pn", "n")):
        names[path] = pathlib.Path(names[name])
    return names


class _Refused(list):
    """The primitives that were refused, also when nobody heard of it."""

    def __init__(self):
        super().__init__()
        from blockbuster import BlockingError

        self._kind, self._original = BlockingError, BlockingError.__init__

    def __enter__(self):
        original = self._original

        def refused(error, func, *rest):
            original(error, func, *rest)
            self.append(str(func))

        self._kind.__init__ = refused
        return self

    def __exit__(self, *_):
        self._kind.__init__ = self._original


def _on_loop(loop, code, names, filename):
    # Code that counts as the project's own, without a file of its own.
    space = dict(names)
    exec(compile("def probe():\n    return %s\n" % code, filename, "exec"), space)
    probe = space["probe"]

    async def run():
        return probe()

    return loop.run_until_complete(run())


def ask(name, loop, filename, helpers):
    """What the gate makes of one call."""
    for beginning, why in NOT_CALLED.items():
        if name.startswith(beginning) and name not in CALLS:
            return {"not-called": why}
    if name not in CALLS:
        return {"not-called": "guard has no harmless call of it"}
    call = CALLS[name]
    before, code = call if isinstance(call, tuple) else (None, call)
    folder = tempfile.mkdtemp(prefix="guard-sight-")
    stdin, sys.stdin = sys.stdin, io.StringIO("text\n")
    try:
        names = dict(helpers, os=os, shutil=shutil, **_places(folder))
        try:
            names.update(_modules((before or "") + " " + code))
        except ImportError as error:
            return {"not-called": "%s is not installed" % error.name}
        if name.startswith(("os.", "pathlib.")) and not _is_there(name):
            return {"not-called": "this Python has none"}
        if before is not None:
            names["x"] = keep(eval(before, names))
        with _Refused() as refused:
            try:
                _on_loop(loop, code, names, filename)
            except Exception as error:
                if not refused:
                    return {"not-called": "it failed here: %s: %s" % (type(error).__name__, str(error)[:200])}
        return {"refused": refused[0]} if refused else "let-pass"
    except Exception as error:
        return {"not-called": "it could not be made ready: %s: %s" % (type(error).__name__, str(error)[:200])}
    finally:
        sys.stdin = stdin
        shutil.rmtree(folder, ignore_errors=True)


def look(tree, places, names):
    """In which places the gate refuses anything at all, and what it refuses there."""
    loop = asyncio.new_event_loop()
    proxies = os.environ.get("no_proxy")
    os.environ["no_proxy"] = "*"
    helpers = _helpers()
    try:
        scope = {}
        for place in places:
            scope[place] = "refused" in ask("time.sleep", loop, os.path.join(tree, place), helpers)
        inside = [os.path.join(tree, place) for place in places if scope[place]]
        asked = {name: ask(name, loop, inside[0], helpers) for name in names} if inside else {}
        return {"places": scope, "calls": asked}
    finally:
        if proxies is None:
            os.environ.pop("no_proxy", None)
        else:
            os.environ["no_proxy"] = proxies
        for kept in _kept:
            # Of all that waits, only a process comes to an end by itself.
            ends = isinstance(kept, subprocess.Popen) and kept.wait
            close = getattr(kept, "close", None) or ends
            if callable(close):
                try:
                    close()
                except Exception:
                    pass
        del _kept[:]
        loop.close()


def _elsewhere(tree, modules):
    """Modules of the project that are not imported from the tree that they are edited in."""
    found = {}
    for name in modules:
        try:
            module = importlib.import_module(name)
        except Exception as error:
            found[name] = "%s: %s" % (type(error).__name__, error)
            continue
        origin = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", ())), "")
        origin = os.path.realpath(origin)
        if not origin.startswith(tree + os.sep):
            found[name] = origin
    return found


def test_guard_sight():
    with builtins.open(CONFIG) as file:
        config = json.load(file)
    said = look(config["tree"], config["places"], config["names"])
    said["elsewhere"] = _elsewhere(config["tree"], config["modules"])
    with builtins.open(config["output"], "w") as file:
        json.dump(said, file)
