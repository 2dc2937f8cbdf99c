//! Which calls block.

use super::{NOTHING, exposed};

#[test]
fn functions_are_known_under_every_import() {
    let text = "
import shutil, os.path as p
from time import sleep as nap
from os import remove
async def f():
    shutil.rmtree('x')
    nap(1)
    remove('x')
    p.exists('x')
";
    assert_eq!(
        exposed(text),
        [
            "5:5 f shutil.rmtree FILE_TREE_DELETE DIRECT_ASYNC definite",
            "6:5 f time.sleep SLEEP DIRECT_ASYNC definite",
            "7:5 f os.remove FILE_DELETE DIRECT_ASYNC definite",
            "8:5 f os.path.exists FILE_METADATA DIRECT_ASYNC definite",
        ]
    );
}

#[test]
fn a_function_of_the_project_may_shadow_a_sink() {
    let text = "
def open(x): return x
async def f(): open('x')
";
    assert_eq!(exposed(text), NOTHING);
}

#[test]
fn paths_are_known_by_what_made_them() {
    let text = "
from pathlib import Path
async def f(q: Path, r):
    p = Path('a') / 'b'
    p.parent.mkdir()
    Path('a').resolve().replace('b')
    q.read_text()
    for child in p.iterdir():
        child.unlink()
";
    assert_eq!(
        exposed(text),
        [
            "4:5 f p.parent.mkdir FILE_WRITE DIRECT_ASYNC definite",
            "5:5 f pathlib.Path.resolve FILE_METADATA DIRECT_ASYNC definite",
            "5:5 f pathlib.Path.resolve.replace FILE_COPY_MOVE DIRECT_ASYNC definite",
            "6:5 f q.read_text FILE_READ DIRECT_ASYNC probable",
            "7:18 f p.iterdir FILE_ENUMERATION DIRECT_ASYNC definite",
            "8:9 f child.unlink FILE_DELETE DIRECT_ASYNC definite",
        ]
    );
}

#[test]
fn a_receiver_that_is_a_path_by_name_alone_is_possible() {
    let text = "
async def f(file_path, client):
    file_path.exists()
    client.exists()
";
    assert_eq!(exposed(text), ["2:5 f file_path.exists FILE_METADATA DIRECT_ASYNC possible"]);
}

#[test]
fn replacing_in_text_is_no_file_operation() {
    let text = "
async def f(path: str, target):
    path.replace('a', 'b')
    target.replace('a', 'b')
    'x'.replace('a', 'b')
";
    assert_eq!(exposed(text), NOTHING);
}

#[test]
fn a_receiver_whose_type_says_otherwise_is_no_path() {
    let text = "
import redis.asyncio as redis
async def f():
    cache_path = redis.Redis()
    cache_path.exists('k')
";
    assert_eq!(exposed(text), NOTHING);
}

#[test]
fn an_awaited_call_is_no_sink() {
    let text = "
import asyncio, requests
async def f(path, session: requests.Session):
    await path.exists()
    await asyncio.wait_for(path.read_text(), 1)
    await asyncio.gather(*[path.stat() for _ in range(2)])
    async with path.open() as g: pass
    async for line in path.iterdir(): pass
    task = path.touch()
    await task
    [x async for x in path.glob('*')]
";
    assert_eq!(exposed(text), NOTHING);
}

#[test]
fn an_http_client_is_named_by_its_type() {
    let text = "
import requests, httpx
async def f():
    s = requests.Session()
    s.get('u')
    httpx.Client().post('u')
    with httpx.Client() as c:
        c.get('u')
    async with httpx.AsyncClient() as a:
        a.get('u')
";
    assert_eq!(
        exposed(text),
        [
            "4:5 f requests.Session.get HTTP_REQUEST DIRECT_ASYNC definite",
            "5:5 f httpx.Client.post HTTP_REQUEST DIRECT_ASYNC definite",
            "7:9 f httpx.Client.get HTTP_REQUEST DIRECT_ASYNC definite",
        ]
    );
}

#[test]
fn a_wait_with_a_limit_is_none() {
    let text = "
import queue, threading
async def f():
    q = queue.Queue()
    q.get()
    q.get(timeout=1)
    lock = threading.Lock()
    lock.acquire()
    lock.acquire(False)
";
    assert_eq!(
        exposed(text),
        ["4:5 f q.get WAIT DIRECT_ASYNC definite", "7:5 f lock.acquire LOCK DIRECT_ASYNC definite",]
    );
}

#[test]
fn an_archive_in_memory_is_no_file() {
    let text = "
import io, zipfile
async def f(name):
    buffer = io.BytesIO()
    zipfile.ZipFile(buffer, 'w')
    zipfile.ZipFile(name, 'w')
";
    assert_eq!(exposed(text), ["5:5 f zipfile.ZipFile ARCHIVE DIRECT_ASYNC definite"]);
}

#[test]
fn columns_count_characters() {
    let text = "
async def f():
    x = 'é'; open('x')
";
    assert_eq!(exposed(text), ["2:14 f open FILE_OPEN DIRECT_ASYNC definite"]);
}

#[test]
fn a_wait_with_any_limit_is_no_sink() {
    let text = "
import queue, threading
q = queue.Queue()
t = threading.Thread(target=print)
async def f():
    q.get()
    q.get(True, 5)
    t.join(0.1)
";
    assert_eq!(exposed(text), ["5:5 f q.get WAIT DIRECT_ASYNC definite"]);
}

#[test]
fn a_socket_that_was_told_not_to_block_is_no_sink() {
    let text = "
import socket
async def f():
    a = socket.socket()
    a.setblocking(False)
    a.connect(('x', 1))
    b = socket.socket()
    b.connect(('x', 1))
";
    assert_eq!(exposed(text), ["7:5 f b.connect SOCKET DIRECT_ASYNC definite"]);
}

#[test]
fn a_call_is_named_by_the_import_that_is_tried_first() {
    let text = "
try:
    import sqlite3
except ImportError:
    from pysqlite2 import dbapi2 as sqlite3
async def f(): sqlite3.connect('x')
";
    assert_eq!(exposed(text), ["5:16 f sqlite3.connect DATABASE DIRECT_ASYNC definite"]);
}
