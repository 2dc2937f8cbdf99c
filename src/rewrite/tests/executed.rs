//! What the edits do when a real Python runs them: the same result, on the loop's own thread,
//! with the site or its helper on the stack.

use std::fs;

use serde_json::Value;

use super::parse;
use crate::exec::Command;
use crate::rewrite::{control, offloads, un_offload};

const HEAD: &str = "\
import asyncio, threading, traceback
from functools import partial
SEEN = []
def f(*a, **k):
    stack = [frame.lineno for frame in traceback.extract_stack() if frame.filename == __file__]
    SEEN.append([threading.current_thread() is threading.main_thread(), stack])
    return sum(a) + sum(k.values())
async def entry():
    loop = asyncio.get_running_loop()
";

const DRIVER: &str = "\
import asyncio, json, runpy, sys
told = []
for path in sys.argv[1:]:
    names = runpy.run_path(path)
    told.append([asyncio.run(names['entry']()), names['SEEN']])
print(json.dumps(told))
";

const BODIES: [&str; 17] = [
    "x = await asyncio.to_thread(f, 1, b=2)",
    "x = await asyncio.to_thread(partial(f, 1, b=2))",
    "x = await asyncio.to_thread(lambda: f(1) + 2)",
    "x = (await asyncio.to_thread(f, 1, 2)).real",
    "x = await loop.run_in_executor(None, f, 1, 2)",
    "x = await loop.run_in_executor(None, partial(f, 1, b=2))",
    "x = (await asyncio.gather(asyncio.to_thread(f, 1, 2), asyncio.sleep(0)))[0]",
    "x = await asyncio.wait_for(asyncio.to_thread(f, 1, 2), 5)",
    "x = await asyncio.wait_for(loop.run_in_executor(None, f, 1, 2), 5)",
    "x = await asyncio.create_task(asyncio.to_thread(f, 1, 2), name='n')",
    "x = await asyncio.ensure_future(asyncio.to_thread(f, 1, 2))",
    "x = await asyncio.shield(asyncio.to_thread(f, 1, 2))",
    "c = asyncio.to_thread(f, 1, 2); x = await c",
    "c = loop.run_in_executor(None, f, 1, 2); x = await asyncio.shield(c)",
    "x = sum([k async for k in (await asyncio.to_thread(f, k) for k in (1, 2))])",
    "x = sum([await asyncio.to_thread(f, k) for k in (1, 2)])",
    "x = await asyncio.to_thread(*(f, 1, 2))",
];

fn run(files: &[(String, String)]) -> Vec<Value> {
    let dir = tempfile::tempdir().unwrap();
    let paths: Vec<_> = files
        .iter()
        .map(|(name, source)| {
            let path = dir.path().join(name);
            fs::write(&path, source).unwrap();
            path
        })
        .collect();
    let output = Command::new("python3").args(["-B", "-c", DRIVER]).args(paths).run().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{stderr}"))
}

#[test]
fn un_offloaded_code_gives_the_same_result_on_the_loop() {
    let mut files = Vec::new();
    let mut lines = Vec::new();
    for (index, body) in BODIES.iter().enumerate() {
        let source = format!("{HEAD}    {body}\n    return x\n");
        let module = parse(&source);
        let found = offloads(&module);
        let offload = &found[0];
        let rewrite = un_offload(&module, offload.line, offload.column).unwrap();
        let control = control(&module, offload.line, offload.column);
        lines.push((rewrite.lines, rewrite.helper_lines));
        files.push((format!("plain{index}.py"), source.clone()));
        files.push((format!("control{index}.py"), control.source));
        files.push((format!("reverted{index}.py"), rewrite.source));
    }
    let told = run(&files);
    for (index, body) in BODIES.iter().enumerate() {
        let [plain, control, reverted] = &told[index * 3..index * 3 + 3] else { panic!() };
        for (told, on_loop) in [(plain, false), (control, false), (reverted, true)] {
            assert_eq!(told[0], 3, "{body}");
            let seen = told[1].as_array().unwrap();
            assert!(!seen.is_empty(), "{body}");
            assert!(seen.iter().all(|seen| seen[0] == on_loop), "{body}: {told}");
        }
        let (site, helper) = &lines[index];
        let is_attributed = |line: &Value| {
            let line = usize::try_from(line.as_u64().unwrap()).unwrap();
            site.contains(&line) || helper.as_ref().is_some_and(|helper| helper.contains(&line))
        };
        for seen in reverted[1].as_array().unwrap() {
            assert!(seen[1].as_array().unwrap().iter().any(is_attributed), "{body}: {seen}");
        }
    }
}
