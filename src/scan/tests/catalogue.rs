//! What blocks, one snippet each, and its counterpart that does not.

use super::{NOTHING, exposed, scan};
use crate::model::Priority;

/// Imports, statements before, the call, then symbol, category, operation and priority.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, Priority);

use Priority::{High, Low, Medium};

const FILE: &str = "BLOCKING_FILE_IO";
const WAIT: &str = "BLOCKING_WAIT";
const NET: &str = "BLOCKING_NETWORK_IO";
const DB: &str = "BLOCKING_DATABASE_IO";
const HTTP: &str = "BLOCKING_HTTP_IO";

const ROWS: &[Row] = &[
    ("import os", "os.stat(p)", "os.stat", FILE, "FILE_METADATA", Low),
    ("import os", "os.path.exists(p)", "os.path.exists", FILE, "FILE_METADATA", Low),
    ("", "open(p)", "open", FILE, "FILE_OPEN", Medium),
    ("import gzip", "gzip.open(p)", "gzip.open", FILE, "FILE_OPEN", Medium),
    ("import os", "os.makedirs(p)", "os.makedirs", FILE, "FILE_WRITE", Medium),
    ("import os", "os.unlink(p)", "os.unlink", FILE, "FILE_DELETE", Medium),
    ("import os", "os.fsync(p)", "os.fsync", FILE, "FILE_SYNC", High),
    ("import fcntl", "fcntl.flock(p, fcntl.LOCK_EX)", "fcntl.flock", FILE, "FILE_LOCK", High),
    ("import os", "os.walk(p)", "os.walk", FILE, "FILE_ENUMERATION", High),
    ("import glob", "glob.glob(p)", "glob.glob", FILE, "FILE_ENUMERATION", High),
    ("import os", "os.replace(p, p)", "os.replace", FILE, "FILE_COPY_MOVE", High),
    ("import shutil", "shutil.move(p, p)", "shutil.move", FILE, "FILE_COPY_MOVE", High),
    ("import shutil", "shutil.copytree(p, p)", "shutil.copytree", FILE, "FILE_TREE_COPY", High),
    ("import shutil", "shutil.rmtree(p)", "shutil.rmtree", FILE, "FILE_TREE_DELETE", High),
    ("import tempfile", "tempfile.mkdtemp()", "tempfile.mkdtemp", FILE, "FILE_WRITE", Medium),
    ("import zipfile", "zipfile.ZipFile(p)", "zipfile.ZipFile", FILE, "ARCHIVE", High),
    (
        "import tarfile\nx = tarfile.open('x')",
        "x.extractall(p)",
        "x.extractall",
        FILE,
        "ARCHIVE",
        High,
    ),
    ("import shutil", "shutil.unpack_archive(p)", "shutil.unpack_archive", FILE, "ARCHIVE", High),
    ("import requests", "requests.get(p)", "requests.get", HTTP, "HTTP_REQUEST", High),
    ("import httpx", "httpx.Client().get(p)", "httpx.Client.get", HTTP, "HTTP_REQUEST", High),
    (
        "import urllib.request",
        "urllib.request.urlopen(p)",
        "urllib.request.urlopen",
        HTTP,
        "HTTP_REQUEST",
        High,
    ),
    (
        "import boto3\ns3 = boto3.client('s3')",
        "s3.put_object(Key=p)",
        "s3.put_object",
        HTTP,
        "HTTP_REQUEST",
        High,
    ),
    (
        "import boto3\ns = boto3.Session()\ns3 = s.client('s3')",
        "s3.upload_file(p)",
        "s3.upload_file",
        HTTP,
        "HTTP_REQUEST",
        High,
    ),
    (
        "import socket",
        "socket.create_connection(p)",
        "socket.create_connection",
        NET,
        "SOCKET",
        High,
    ),
    ("import socket", "socket.getaddrinfo(p, 1)", "socket.getaddrinfo", NET, "DNS", High),
    ("import socket", "socket.gethostbyname(p)", "socket.gethostbyname", NET, "DNS", High),
    (
        "import smtplib\nm = smtplib.SMTP()",
        "m.send_message(p)",
        "m.send_message",
        NET,
        "SOCKET",
        High,
    ),
    ("import sqlite3", "sqlite3.connect(p)", "sqlite3.connect", DB, "DATABASE", High),
    (
        "import sqlite3\nc = sqlite3.connect('x').cursor()",
        "c.execute(p)",
        "c.execute",
        DB,
        "DATABASE",
        High,
    ),
    ("import psycopg", "psycopg.connect(p)", "psycopg.connect", DB, "DATABASE", High),
    (
        "import psycopg2\nc = psycopg2.connect('x').cursor()",
        "c.fetchall()",
        "c.fetchall",
        DB,
        "DATABASE",
        High,
    ),
    ("import pymysql\nc = pymysql.connect()", "c.commit()", "c.commit", DB, "DATABASE", High),
    (
        "from sqlalchemy.orm import Session\ns = Session()",
        "s.execute(p)",
        "s.execute",
        DB,
        "DATABASE",
        High,
    ),
    (
        "from sqlalchemy.orm import sessionmaker\nmake = sessionmaker()\ns = make()",
        "s.commit()",
        "s.commit",
        DB,
        "DATABASE",
        High,
    ),
    (
        "import sqlalchemy\ne = sqlalchemy.create_engine('x')",
        "e.connect()",
        "e.connect",
        DB,
        "DATABASE",
        High,
    ),
    (
        "from sqlalchemy.orm import Session\nq = Session().query(1).filter(2)",
        "q.order_by(3).first()",
        "q.order_by.first",
        DB,
        "DATABASE",
        High,
    ),
    (
        "import openai\nc = openai.OpenAI()",
        "c.chat.completions.create(p)",
        "c.chat.completions.create",
        HTTP,
        "HTTP_REQUEST",
        High,
    ),
    (
        "from elasticsearch import Elasticsearch\nc = Elasticsearch()",
        "c.indices.create(p)",
        "c.indices.create",
        HTTP,
        "HTTP_REQUEST",
        High,
    ),
    (
        "import http.client\nc = http.client.HTTPSConnection('x')",
        "c.getresponse()",
        "c.getresponse",
        HTTP,
        "HTTP_REQUEST",
        High,
    ),
    (
        "import urllib.request\nc = urllib.request.build_opener()",
        "c.open(p)",
        "c.open",
        HTTP,
        "HTTP_REQUEST",
        High,
    ),
    ("import ftplib\nc = ftplib.FTP()", "c.retrbinary(p, p)", "c.retrbinary", NET, "SOCKET", High),
    (
        "import paramiko\nc = paramiko.SSHClient()",
        "c.exec_command(p)",
        "c.exec_command",
        NET,
        "SOCKET",
        High,
    ),
    (
        "from concurrent.futures import ThreadPoolExecutor\nc = ThreadPoolExecutor()",
        "c.shutdown()",
        "c.shutdown",
        WAIT,
        "WAIT",
        High,
    ),
    ("import redis\nr = redis.Redis()", "r.get(p)", "r.get", DB, "DATABASE", High),
    (
        "import redis\nr = redis.Redis().pipeline()",
        "r.execute()",
        "r.execute",
        DB,
        "DATABASE",
        High,
    ),
    (
        "import subprocess",
        "subprocess.run(p)",
        "subprocess.run",
        "BLOCKING_SUBPROCESS",
        "SUBPROCESS",
        High,
    ),
    ("import os", "os.system(p)", "os.system", "BLOCKING_SUBPROCESS", "SUBPROCESS", High),
    ("import os", "os.waitpid(p, 0)", "os.waitpid", "BLOCKING_SUBPROCESS", "SUBPROCESS", High),
    (
        "import subprocess\nc = subprocess.Popen('x')",
        "c.wait()",
        "c.wait",
        "BLOCKING_SUBPROCESS",
        "SUBPROCESS",
        High,
    ),
    ("import time", "time.sleep(1)", "time.sleep", "BLOCKING_SLEEP", "SLEEP", High),
    ("import threading\nl = threading.Lock()", "l.acquire()", "l.acquire", WAIT, "LOCK", Medium),
    ("import threading\ne = threading.Event()", "e.wait()", "e.wait", WAIT, "WAIT", High),
    ("import threading\nt = threading.Thread()", "t.join()", "t.join", WAIT, "WAIT", High),
    ("import queue\nq = queue.Queue()", "q.get()", "q.get", WAIT, "WAIT", High),
    (
        "from concurrent.futures import ThreadPoolExecutor\nf = ThreadPoolExecutor().submit(print)",
        "f.result()",
        "f.result",
        WAIT,
        "WAIT",
        High,
    ),
    (
        "import asyncio\nf = asyncio.run_coroutine_threadsafe(None, None)",
        "f.result()",
        "f.result",
        WAIT,
        "WAIT",
        High,
    ),
    (
        "from tempfile import TemporaryDirectory\nd = TemporaryDirectory()",
        "d.cleanup()",
        "d.cleanup",
        FILE,
        "FILE_TREE_DELETE",
        High,
    ),
    (
        "import ssl\nc = ssl.create_default_context()",
        "c.load_verify_locations(p)",
        "c.load_verify_locations",
        FILE,
        "FILE_READ",
        Medium,
    ),
    ("import duckdb", "duckdb.sql(p)", "duckdb.sql", DB, "DATABASE", High),
    ("import duckdb\nc = duckdb.connect()", "c.commit()", "c.commit", DB, "DATABASE", High),
    (
        "from pymongo import MongoClient\nc = MongoClient()",
        "c['db']['all'].find_one(p)",
        "c.find_one",
        DB,
        "DATABASE",
        High,
    ),
    (
        "import clickhouse_connect\nc = clickhouse_connect.get_client()",
        "c.query(p)",
        "c.query",
        DB,
        "DATABASE",
        High,
    ),
    (
        "from qdrant_client import QdrantClient\nc = QdrantClient()",
        "c.upsert(p)",
        "c.upsert",
        DB,
        "DATABASE",
        High,
    ),
    ("import pandas as pd", "pd.read_csv(p)", "pandas.read_csv", FILE, "FILE_READ", Medium),
    ("import pandas as pd", "pd.read_sql(p, 'x')", "pandas.read_sql", DB, "DATABASE", High),
    ("import numpy as np", "np.save('x', p)", "numpy.save", FILE, "FILE_WRITE", Medium),
    ("import wave", "wave.open(p)", "wave.open", FILE, "FILE_OPEN", Medium),
    ("import logging", "logging.FileHandler(p)", "logging.FileHandler", FILE, "FILE_OPEN", Medium),
    (
        "from importlib.metadata import version",
        "version('x')",
        "importlib.metadata.version",
        FILE,
        "FILE_METADATA",
        Low,
    ),
    ("import inspect", "inspect.getsource(p)", "inspect.getsource", FILE, "FILE_READ", Medium),
    (
        "from transformers import AutoTokenizer",
        "AutoTokenizer.from_pretrained('x')",
        "transformers.AutoTokenizer.from_pretrained",
        HTTP,
        "HTTP_REQUEST",
        High,
    ),
    (
        "import docker\nc = docker.from_env()",
        "c.containers.run(p)",
        "c.containers.run",
        HTTP,
        "HTTP_REQUEST",
        High,
    ),
    (
        "from kubernetes import client\nc = client.CoreV1Api()",
        "c.read_namespaced_pod('x', p)",
        "c.read_namespaced_pod",
        HTTP,
        "HTTP_REQUEST",
        High,
    ),
    (
        "from google.cloud import storage\nc = storage.Client()",
        "c.bucket('x').blob(p).download_as_text()",
        "c.bucket.blob.download_as_text",
        HTTP,
        "HTTP_REQUEST",
        High,
    ),
    (
        "from azure.storage.blob import BlobServiceClient\nc = BlobServiceClient('x')",
        "c.get_blob_client('x', p).upload_blob(p)",
        "c.get_blob_client.upload_blob",
        HTTP,
        "HTTP_REQUEST",
        High,
    ),
    (
        "import chromadb\nc = chromadb.PersistentClient('x')",
        "c.get_collection(p)",
        "c.get_collection",
        DB,
        "DATABASE",
        High,
    ),
    (
        "from neo4j import GraphDatabase\nd = GraphDatabase.driver('x')",
        "d.session().run(p)",
        "d.session.run",
        DB,
        "DATABASE",
        High,
    ),
    (
        "from filelock import FileLock\nl = FileLock('x')",
        "l.acquire()",
        "l.acquire",
        WAIT,
        "LOCK",
        Medium,
    ),
    (
        "from multiprocessing.connection import Connection\nc: Connection",
        "c.recv()",
        "c.recv",
        WAIT,
        "WAIT",
        High,
    ),
    ("", "input()", "input", "BLOCKING_CONSOLE", "CONSOLE", High),
    ("import getpass", "getpass.getpass()", "getpass.getpass", "BLOCKING_CONSOLE", "CONSOLE", High),
];

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
