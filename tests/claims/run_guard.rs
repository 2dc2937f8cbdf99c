//! GUARD is for what is off the loop.

use super::support::Desk;

#[test]
fn a_call_that_is_still_on_the_loop_cannot_be_guarded() {
    let desk = Desk::demo();
    // The gate does not see the new call, so the anchor is green; the function at the merge base is
    // red because of another one. A proof of that would be a proof of nothing.
    let gateway = desk.repository.read("courier/gateway.py");
    let offload = "        return await asyncio.to_thread(self._post, parcel)\n";
    assert_eq!(gateway.matches(offload).count(), 1);
    let onto = format!("        os.chmod(__file__, 0o644)\n{offload}");
    let gateway = gateway.replace(offload, &onto).replacen(
        "import asyncio\n",
        "import asyncio\nimport os\n",
        1,
    );
    desk.repository.write("courier/gateway.py", gateway);
    let json = desk.run(&["--json"]).code(3).json();
    let questions = json["questions"].as_array().unwrap();
    let question = questions
        .iter()
        .find(|question| {
            question["candidate"]["key"]["function"] == "Gateway.deliver"
                && question["candidate"]["key"]["symbol"] == "os.chmod"
        })
        .unwrap_or_else(|| panic!("{json:#}"));
    assert_eq!(question["suggestion"]["value"], "fix-and-anchor");
    let id = question["candidate"]["id"].as_str().unwrap();
    desk.guard(&["answer", &format!("{id}.judge"), "route=guard"]).code(3);
    let (path, anchor) = guard::assets::demo("answers")
        .find(|(path, _)| path.ends_with("test_gateway_deliver.py"))
        .unwrap();
    desk.repository.write(path, anchor);
    let said = desk.guard(&["answer", &format!("{id}.anchor"), "anchor=written"]).code(3);
    said.says(&["invalid: no-revert"]);
}

/// Protected by: the gate is run once more to see how far it comes.
#[test]
fn what_is_not_driven_is_told_by_the_turn_that_is_not_taken_and_the_test_that_comes_closest() {
    let desk = Desk::shop();
    let store = desk.repository.read("shop/store.py");
    let (call, plain) = ("        await asyncio", "    async def remove(self):\n");
    assert_eq!((store.matches(call).count(), store.matches(plain).count()), (1, 1));
    let branch = store
        .replace(call, "        if force:\n            await asyncio")
        .replace(plain, "    async def remove(self, force=False):\n");
    desk.repository.write("shop/store.py", branch);
    let test = "tests/blocking_io/test_store.py";
    let anchor = desk.repository.read(test).replace("    assert not path.exists()\n", "");
    desk.repository.write(test, anchor);
    desk.run(&["--no-memory"]).code(3);
    desk.guard(&["answer", "c1.judge", "route=guard"]).code(3);
    let tests = format!("tests={test}::test_remove");
    let said = desk.guard(&["answer", "c1.anchor", "anchor=written", &tests]).code(3);
    said.says(&[
        "not-driven",
        "It stands behind `if force` (line 10); tests/blocking_io/test_store.py::test_remove comes \
         closest: it gets there and goes another way.",
    ]);
}
