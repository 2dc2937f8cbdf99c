"""guard scan against ruff's async rules, cold and without caches, on three public projects.

    cargo build --release
    python3 benches/against_ruff.py target/release/guard

Needs Python 3.9 or later on Linux or macOS, and a package index that pip reaches; everything goes
into a temporary folder, or into the one that `--keep DIR` names, where a second run finds it again.
Runs alternate, so that other work on the machine hurts both alike. CPU is user plus system time of
the whole process, the least of all runs; memory is the largest resident set. Absolute figures are
the machine's, the ratios are what is compared.

A process begins with the largest resident set of the one that started it, so this one is kept
small: what needs much is imported in a process of its own, and no list of files is made. What it
has itself is measured with a run of `true`, and no ratio is given of what is no more than that.

A second table says what a scan costs that may use what was kept of the last one: with the same
tree, after a remark at the end of one file, after one in the middle of it, which moves lines, and
after a new function in it.
"""

import argparse
import os
import sys

TREES = [
    ("open-webui", "0.12.4"),
    ("litellm", "1.109.1"),
    ("homeassistant", "2026.2.3"),
]

# What is edited is no longer than this, in bytes.
SHORT = 20_000

EDITS = [
    ("the same again", lambda text, number: None),
    ("a remark at its end", lambda text, number: f"{text}# remark {number}\n"),
    ("a remark in its middle", lambda text, number: in_the_middle(text, f"# remark {number}\n")),
    (
        "a function more",
        lambda text, number: f"{text}\n\ndef added_{number}(value):\n    return value + {number}\n",
    ),
]


def run(command, folder, cache="/nowhere"):
    """The CPU seconds and megabytes of a command, whose output nobody reads."""
    pid = os.fork()
    if pid == 0:
        try:
            os.chdir(folder)
            nothing = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(nothing, stream)
            os.execvpe(command[0], command, {**os.environ, "XDG_CACHE_HOME": cache})
        finally:
            os._exit(127)
    _, status, usage = os.wait4(pid, 0)
    # ruff ends with 1 where it found something.
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"{command[0]} failed in {folder}: {' '.join(command)}")
    # The unit of ru_maxrss is the byte on macOS, the kilobyte elsewhere.
    memory = usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return usage.ru_utime + usage.ru_stime, memory


def apart(do, *arguments):
    """Does something in a process of its own, whose memory ends with it."""
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            do(*arguments)
            status = 0
        finally:
            sys.stdout.flush()
            os._exit(status)
    _, status = os.waitpid(pid, 0)
    if status != 0:
        sys.exit("what is needed cannot be prepared")


def prepare(folder):
    import shutil
    import subprocess
    import venv
    import zipfile

    python = os.path.join(folder, "venv", "bin", "python")
    if not os.path.exists(python):
        venv.create(os.path.join(folder, "venv"), with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "ruff"], check=True)
    for name, version in TREES:
        tree = os.path.join(folder, name)
        if os.path.exists(tree):
            continue
        wheels = os.path.join(folder, f"{name}-wheel")
        options = ["--quiet", "--no-deps", "--only-binary=:all:", "--ignore-requires-python"]
        subprocess.run(
            [python, "-m", "pip", "download", *options, "--dest", wheels, f"{name}=={version}"],
            check=True,
        )
        wheel = next(entry.path for entry in os.scandir(wheels) if entry.name.endswith(".whl"))
        with zipfile.ZipFile(wheel) as packed:
            packed.extractall(tree)
    # What an earlier run kept would know the edits of this one.
    for name, _ in TREES:
        shutil.rmtree(os.path.join(folder, f"{name}-cache"), ignore_errors=True)


def sources(folder):
    """The path and size of each Python file below a folder."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from sources(entry.path)
            elif entry.name.endswith(".py") and entry.is_file():
                yield entry.path, entry.stat().st_size


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)


def first_function(text):
    """Where the first `def` at the top begins; 0 where there is none."""
    starts = [text.find(f"\n{word} ") + 1 for word in ("def", "async def")]
    return min((start for start in starts if start > 0), default=0)


def in_the_middle(text, remark):
    at = first_function(text)
    return text[:at] + remark + text[at:]


def edited_of(tree):
    """The last short file with a function at its top."""
    last = ""
    for path, size in sources(tree):
        if path > last and size < SHORT and first_function(read(path)):
            last = path
    return last


def again(scan, tree, cache, runs):
    """The least CPU of a second scan after each kind of edit."""
    edited = edited_of(tree)
    text = read(edited)
    costs = []
    try:
        for _, edit in EDITS:
            least = None
            for number in range(runs):
                changed = edit(text, number)
                if changed is not None:
                    write(edited, changed)
                cost, _ = run(scan, tree, cache)
                # The first of the same tree is the one that fills the cache; the first of the
                # others follows another kind of edit.
                if number > 0:
                    least = min(cost, least or cost)
            costs.append(least)
    finally:
        write(edited, text)
    return costs


def least_floor(runs):
    """The megabytes of a process that does nothing."""
    return min(run(["true"], "/")[1] for _ in range(runs))


def compared(ours, theirs, floor):
    """Two figures of memory and their ratio, where they are more than this process has itself."""
    if min(ours, theirs) <= 1.1 * floor:
        return f"| {theirs:.0f} | {ours:.0f} | hidden by the {floor:.0f} of this script |"
    return f"| {theirs:.0f} | {ours:.0f} | {ours / theirs:.1f} |"


def machine():
    system = os.uname()
    return f"{os.cpu_count()} cores, {system.sysname} {system.machine}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("guard")
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    if arguments.keep:
        os.makedirs(arguments.keep, exist_ok=True)
        measure(arguments, os.path.realpath(arguments.keep))
        return
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        measure(arguments, os.path.realpath(folder))


def measure(arguments, folder):
    apart(prepare, folder)
    ruff = os.path.join(folder, "venv", "bin", "ruff")
    lint = [ruff, "check", "--select", "ASYNC", "--isolated", "--no-cache", "--quiet", "."]
    scan = [os.path.realpath(arguments.guard), "scan", ".", "--format", "json"]
    cold = [*scan, "--no-cache"]
    apart(os.execv, ruff, [ruff, "--version"])
    print(f"{machine()}, least of {arguments.runs} alternating runs\n")
    print("| tree | files | MB | ruff CPU s | guard CPU s | ratio | ruff MB | guard MB | ratio |")
    print("|---|---|---|---|---|---|---|---|---|", flush=True)
    floor = least_floor(arguments.runs)
    second = []
    for name, version in TREES:
        tree = os.path.join(folder, name)
        files, size = 0, 0
        for _, its_size in sources(tree):
            files, size = files + 1, size + its_size
        pairs = [(run(lint, tree), run(cold, tree)) for _ in range(arguments.runs)]
        theirs, ours = (min(pair[side][0] for pair in pairs) for side in (0, 1))
        their_memory, our_memory = (max(pair[side][1] for pair in pairs) for side in (0, 1))
        print(
            f"| {name} {version} | {files} | {size / 1e6:.0f} | {theirs:.2f} | {ours:.2f} "
            f"| {ours / theirs:.2f} {compared(our_memory, their_memory, floor)}",
            flush=True,
        )
        cache = os.path.join(folder, f"{name}-cache")
        second.append((name, version, ours, again(scan, tree, cache, arguments.runs + 1)))
    print(f"\n| tree | cold CPU s | {' | '.join(kind for kind, _ in EDITS)} |")
    print("|---|---|" + "---|" * len(EDITS))
    for name, version, cost, costs in second:
        cells = " | ".join(f"{each:.2f} ({each / cost:.2f})" for each in costs)
        print(f"| {name} {version} | {cost:.2f} | {cells} |")


if __name__ == "__main__":
    main()
