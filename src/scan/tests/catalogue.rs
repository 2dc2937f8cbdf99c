//! What blocks, one snippet each, and its counterpart that does not.

mod rows;

use super::{NOTHING, exposed, scan};
use crate::model::Priority::Low;
use rows::ROWS;

#[test]
fn what_blocks_is_known_by_symbol_category_operation_and_priority() {
    for (before, call, symbol, category, operation, priority) in ROWS {
        let text = format!("{before}\nasync def f(p):\n    {call}\n");
        let findings = scan(&text).findings;
        let [finding] = findings.as_slice() else { panic!("{call}: {findings:#?}") };
        let found = &finding.blocking_call;
        assert_eq!(
            (found.symbol.as_str(), found.category.as_str(), found.operation.as_str()),
            (*symbol, *category, *operation)
        );
        assert_eq!(finding.priority, *priority, "{call}");
    }
}

#[test]
fn what_only_looks_like_it_is_not() {
    for (before, call) in [
        ("import os", "os.path.abspath(p)"),
        ("import os", "os.path.expanduser(p)"),
        ("import os", "os.path.join(p, p)"),
        ("import os", "os.getcwd()"),
        ("import os", "os.waitpid(p, os.WNOHANG)"),
        ("import fcntl", "fcntl.flock(p, fcntl.LOCK_EX | fcntl.LOCK_NB)"),
        ("import fcntl", "fcntl.flock(p, fcntl.LOCK_UN)"),
        ("from pathlib import Path", "Path(p).expanduser()"),
        ("from pathlib import Path", "Path(p).absolute()"),
        ("from pathlib import PurePath", "PurePath(p).with_suffix('x')"),
        ("", "'a'.replace(p, p)"),
        ("import io", "io.BytesIO().read()"),
        ("import tempfile", "tempfile.SpooledTemporaryFile()"),
        ("import redis.asyncio as redis\nr = redis.Redis()", "r.exists(p)"),
        ("import aiofiles.os", "aiofiles.os.stat(p)"),
        ("import threading\nl = threading.Lock()", "l.acquire(timeout=1)"),
        ("import threading\nl = threading.Lock()", "l.acquire(blocking=False)"),
        ("import threading\ne = threading.Event()", "e.wait(0.1)"),
        ("import threading\nt = threading.Thread()", "t.join(timeout=1)"),
        ("import threading\nt = threading.Thread()", "t.start()"),
        ("import queue\nq = queue.Queue()", "q.get_nowait()"),
        ("import queue\nq = queue.Queue()", "q.get(block=False)"),
        ("import asyncio\nq = asyncio.Queue()", "q.get()"),
        ("import asyncio\nl = asyncio.Lock()", "l.acquire()"),
        ("import asyncio\nf = asyncio.Future()", "f.result()"),
        (
            "from concurrent.futures import ThreadPoolExecutor\nf = ThreadPoolExecutor().submit(print)",
            "f.result(1)",
        ),
        ("import asyncio", "await asyncio.sleep(1)"),
        ("import time", "time.monotonic()"),
        ("import boto3\ns3 = boto3.client('s3')", "s3.generate_presigned_url(p)"),
        ("import aioboto3\ns3 = aioboto3.client('s3')", "s3.put_object(p)"),
        (
            "from sqlalchemy.ext.asyncio import AsyncSession\ns = AsyncSession()",
            "await s.execute(p)",
        ),
        ("import httpx\nc = httpx.AsyncClient()", "await c.get(p)"),
        ("import openai\nc = openai.AsyncOpenAI()", "await c.chat.completions.create(p)"),
        ("from sqlalchemy.orm import Session\ns = Session()", "s.query(p).filter(p)"),
        (
            "from concurrent.futures import ThreadPoolExecutor\nc = ThreadPoolExecutor()",
            "c.shutdown(wait=False)",
        ),
        ("from pymongo import MongoClient\nc = MongoClient()", "c['db']['all'].find(p)"),
        ("import pandas as pd, io", "pd.read_csv(io.StringIO(p))"),
        (
            "from azure.storage.blob.aio import BlobServiceClient\nc = BlobServiceClient('x')",
            "await c.create_container(p)",
        ),
        ("from google.cloud import storage\nc = storage.Client()", "c.bucket('x').blob(p)"),
        ("from pymongo import AsyncMongoClient\nc = AsyncMongoClient()", "await c.server_info()"),
        ("from filelock import AsyncFileLock\nl = AsyncFileLock('x')", "await l.acquire()"),
        ("import subprocess\nc = subprocess.Popen", "c"),
        ("import asyncio", "await asyncio.create_subprocess_exec(p)"),
        ("class S:\n    def get(self, p): pass\nr = S()", "r.get(p)"),
    ] {
        let text = format!("{before}\nasync def f(p):\n    {call}\n");
        assert_eq!(exposed(&text), NOTHING, "{call}");
    }
}

#[test]
fn lexical_path_functions_are_at_most_low() {
    for call in ["os.path.abspath(p)", "os.path.expanduser(p)", "Path(p).expanduser()"] {
        let text = format!("import os\nfrom pathlib import Path\nasync def f(p):\n    {call}\n");
        assert!(scan(&text).findings.iter().all(|finding| finding.priority == Low), "{call}");
    }
}
