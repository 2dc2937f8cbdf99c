//! What the embedded catalogue says.

use super::{Catalogue, Name};
use crate::model::Priority;

#[test]
fn the_embedded_catalogue_loads() {
    let sink = Catalogue::embedded().function(Name::new("shutil.rmtree")).unwrap();
    assert_eq!(
        (sink.operation.as_str(), sink.category.as_str(), sink.priority),
        ("FILE_TREE_DELETE", "BLOCKING_FILE_IO", Priority::High)
    );
}

#[test]
fn what_blockbuster_does_not_see_is_said() {
    let catalogue = Catalogue::embedded();
    assert!(!catalogue.function(Name::new("open")).unwrap().seen_by_blockbuster);
    assert!(
        catalogue
            .method(Name::new("pathlib.Path"), Name::new("read_text"))
            .unwrap()
            .seen_by_blockbuster
    );
    assert!(
        !catalogue
            .method(Name::new("pathlib.Path"), Name::new("touch"))
            .unwrap()
            .seen_by_blockbuster
    );
}

#[test]
fn a_receiver_is_a_path_by_name_only_if_the_name_says_so() {
    let catalogue = Catalogue::embedded();
    assert!(catalogue.hinted("file_path", Name::new("exists")).is_some());
    assert!(catalogue.hinted("client", Name::new("exists")).is_none());
    assert!(catalogue.hinted("file_path", Name::new("replace")).is_none());
}
