//! The loader of procedures, under arbitrary text: it says what is wrong and never panics, and what it
//! takes can be explained, drawn and exported.
//!
//! `cargo +nightly fuzz run procedure fuzz/corpus/procedure sop src/sop`

#![no_main]

use guard::report::{Picture, graph};
use guard::sop::Sop;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match Sop::load("fuzz.yaml", text) {
        Ok(sop) => {
            for state in sop.states.iter().chain(&sop.each.states) {
                assert!(!state.outcomes().is_empty(), "{} comes to nothing", state.id);
                assert!(state.then.iter().all(|(outcome, _)| state.next(outcome).is_some()));
            }
            for picture in [Picture::Mermaid, Picture::Dot, Picture::Svg, Picture::Text] {
                assert!(!graph(&sop, picture).is_empty());
            }
        }
        Err(error) => {
            assert!(!error.problems.is_empty(), "refused without a reason");
            let _ = error.to_string();
        }
    }
});
