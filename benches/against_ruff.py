"""guard scan against ruff's async rules, cold and without caches, on three public projects.

    cargo build --profile dist
    python3 benches/against_ruff.py target/dist/guard

Needs Python 3.9 or later and a package index that pip reaches; everything goes into a temporary
folder, or into the one that `--keep DIR` names, where a second run finds it again. Runs alternate,
so that other work on the machine hurts both alike. CPU is user plus system time of the whole
process, the least of all runs; memory is the largest resident set. Absolute figures are the
machine's, the ratios are what is compared.

A second table says what a scan costs that may use what was kept of the last one: with the same
tree, after a remark at the end of one file, and after a new function in one file.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

TREES = [
    ("open-webui", "0.12.4"),
    ("litellm", "1.109.1"),
    ("homeassistant", "2026.2.3"),
]


def run(command, folder, cache="/nowhere"):
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**os.environ, "XDG_CACHE_HOME": str(cache)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    # ruff ends with 1 where it found something.
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"{command[0]} failed in {folder}: {' '.join(map(str, command))}")
    # The unit of ru_maxrss is the byte on macOS, the kilobyte elsewhere.
    memory = usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return usage.ru_utime + usage.ru_stime, memory


def prepare(folder):
    python = folder / "venv" / "bin" / "python"
    if not python.exists():
        venv.create(folder / "venv", with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "ruff"], check=True)
    for name, version in TREES:
        tree = folder / name
        if tree.exists():
            continue
        wheels = folder / f"{name}-wheel"
        options = ["--quiet", "--no-deps", "--only-binary=:all:", "--ignore-requires-python"]
        subprocess.run(
            [python, "-m", "pip", "download", *options, "--dest", wheels, f"{name}=={version}"],
            check=True,
        )
        with zipfile.ZipFile(next(wheels.glob("*.whl"))) as wheel:
            wheel.extractall(tree)
    return python.parent / "ruff"


def size(tree):
    files = [path for path in tree.rglob("*.py") if path.is_file()]
    return len(files), sum(path.stat().st_size for path in files) / 1e6


def again(scan, folder, cache, runs):
    """The least CPU of a second scan: of the same tree, with a remark, with a new function."""
    edited = max(folder.rglob("*.py"), key=lambda path: (path.stat().st_size < 20_000, path))
    text = edited.read_text(encoding="utf-8")
    costs = []
    # What an earlier run kept would know these edits.
    shutil.rmtree(cache, ignore_errors=True)
    try:
        for added in ("", "# remark {}\n", "\n\ndef added_{0}(value):\n    return value + {0}\n"):
            least = None
            for number in range(runs):
                if added:
                    edited.write_text(text + added.format(number), encoding="utf-8")
                cost, _ = run(scan, folder, cache)
                # The first of the same tree is the one that fills the cache.
                if added or number > 0:
                    least = min(cost, least or cost)
            costs.append(least)
    finally:
        edited.write_text(text, encoding="utf-8")
    return costs


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("guard", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = (arguments.keep or Path(temporary)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        ruff = prepare(folder)
        lint = [ruff, "check", "--select", "ASYNC", "--isolated", "--no-cache", "--quiet", "."]
        scan = [arguments.guard.resolve(), "scan", ".", "--format", "json"]
        cold = [*scan, "--no-cache"]
        version = subprocess.run([ruff, "--version"], capture_output=True, text=True, check=True)
        print(f"{version.stdout.strip()}, {os.cpu_count()} cores, {platform.system()}", end=" ")
        print(f"{platform.machine()}, least of {arguments.runs} alternating runs\n")
        print("| tree | files | MB | ruff CPU s | guard CPU s | ratio | ruff MB | guard MB | ratio |")
        print("|---|---|---|---|---|---|---|---|---|")
        second = []
        for name, version in TREES:
            tree = folder / name
            files, megabytes = size(tree)
            pairs = [(run(lint, tree), run(cold, tree)) for _ in range(arguments.runs)]
            theirs, ours = (min(pair[side][0] for pair in pairs) for side in (0, 1))
            their_memory, our_memory = (max(pair[side][1] for pair in pairs) for side in (0, 1))
            print(
                f"| {name} {version} | {files} | {megabytes:.0f} | {theirs:.2f} | {ours:.2f} "
                f"| {ours / theirs:.2f} | {their_memory:.0f} | {our_memory:.0f} "
                f"| {our_memory / their_memory:.1f} |",
                flush=True,
            )
            ours_again = again(scan, tree, folder / f"{name}-cache", arguments.runs + 1)
            second.append((name, version, ours, ours_again))
        print("\n| tree | cold CPU s | the same again | a remark more | a function more |")
        print("|---|---|---|---|---|")
        for name, version, cold_cost, costs in second:
            cells = " | ".join(f"{cost:.2f} ({cost / cold_cost:.2f})" for cost in costs)
            print(f"| {name} {version} | {cold_cost:.2f} | {cells} |")


if __name__ == "__main__":
    main()
