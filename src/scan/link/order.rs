//! The order in which a class asks what it inherits from: Python's own, C3.
//! <https://docs.python.org/3/howto/mro.html>

use std::rc::Rc;

use super::value::ClassId;

/// A class, then what it inherits from, nearest first, each once. Bases that contradict each other,
/// which Python refuses, come as they are written.
pub(super) fn linear(
    class: ClassId,
    bases: &[ClassId],
    orders: Vec<Rc<[ClassId]>>,
) -> Vec<ClassId> {
    let mut order = vec![class];
    if let [only] = orders.as_slice() {
        // Nothing comes between a class and its only base.
        order.extend(only.iter().filter(|other| **other != class));
        return order;
    }
    let mut left: Vec<Vec<ClassId>> = orders.iter().map(|order| order.to_vec()).collect();
    left.push(bases.to_vec());
    loop {
        left.retain(|each| !each.is_empty());
        if left.is_empty() {
            return order;
        }
        let is_free = |next: &ClassId| left.iter().all(|each| !each[1..].contains(next));
        let next = left.iter().map(|each| each[0]).find(is_free).unwrap_or(left[0][0]);
        order.push(next);
        left.iter_mut().for_each(|each| each.retain(|other| *other != next));
    }
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::{ClassId, linear};

    /// The order of the last class; each class is its name and its bases.
    fn order(classes: &[(&str, &[&str])]) -> String {
        let id = |name: &str| classes.iter().position(|(known, _)| *known == name).unwrap();
        let mut orders: Vec<Rc<[ClassId]>> = Vec::new();
        for (index, (_, bases)) in classes.iter().enumerate() {
            let bases: Vec<ClassId> = bases.iter().map(|name| ClassId::new(0, id(name))).collect();
            let theirs = bases.iter().map(|base| Rc::clone(&orders[base.index()])).collect();
            orders.push(linear(ClassId::new(0, index), &bases, theirs).into());
        }
        let names = orders.last().unwrap().iter().map(|class| classes[class.index()].0);
        names.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_base_that_is_shared_comes_after_all_that_inherit_from_it() {
        let diamond = [("O", &[][..]), ("A", &["O"]), ("B", &["O"]), ("C", &["A", "B"])];
        assert_eq!(order(&diamond), "C A B O");
    }

    #[test]
    fn the_order_is_c3_and_not_depth_first() {
        let classes = [
            ("A", &[][..]),
            ("B", &[]),
            ("C", &[]),
            ("D", &[]),
            ("E", &[]),
            ("K1", &["A", "B", "C"]),
            ("K2", &["D", "B", "E"]),
            ("K3", &["D", "A"]),
            ("Z", &["K1", "K2", "K3"]),
        ];
        assert_eq!(order(&classes), "Z K1 K2 K3 D A B C E");
    }

    #[test]
    fn bases_that_contradict_each_other_still_have_an_order() {
        let classes = [
            ("A", &[][..]),
            ("B", &[]),
            ("X", &["A", "B"]),
            ("Y", &["B", "A"]),
            ("Z", &["X", "Y"]),
        ];
        assert_eq!(order(&classes), "Z X Y A B");
    }
}
