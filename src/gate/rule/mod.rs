//! A project rule: one more primitive that the gate refuses. What it is as source, where the project
//! keeps its rules, and whether one is admitted: by an anchor that was executed, never by a wish.

mod admit;
mod list;
mod message;

pub use admit::{Admission, Gap, Refused, admit, gap};
pub use list::{CentralList, ListError};
pub use message::message;

/// Names of audit events that no attribute bears, and the attribute that a rule must replace.
const EVENTS: [(&str, &str); 14] = [
    ("open", "builtins.open"),
    ("glob.glob/2", "glob.glob"),
    ("socket.connect", "socket.socket.connect"),
    ("socket.sendto", "socket.socket.sendto"),
    ("socket.sendmsg", "socket.socket.sendmsg"),
    ("subprocess.Popen", "subprocess.Popen.__init__"),
    ("http.client.connect", "http.client.HTTPConnection.connect"),
    ("http.client.send", "http.client.HTTPConnection.send"),
    ("urllib.Request", "urllib.request.urlopen"),
    ("ftplib.connect", "ftplib.FTP.connect"),
    ("imaplib.open", "imaplib.IMAP4.open"),
    ("poplib.connect", "poplib.POP3.__init__"),
    ("smtplib.connect", "smtplib.SMTP.connect"),
    ("mmap.__new__", "mmap.mmap"),
];

/// A rule for one primitive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// How a refusal is reported: `os.chmod`.
    pub name: String,
    /// What must be imported: `os`.
    pub module: String,
    /// What holds the function: `os`, `pathlib.Path`.
    pub owner: String,
    /// Its attribute there: `chmod`.
    pub function: String,
}

impl Rule {
    /// The rule that refuses a primitive, named as an audit event or as Python's attribute.
    pub fn of(primitive: &str) -> Self {
        let known = EVENTS.iter().find(|(event, _)| *event == primitive);
        let name = known.map_or(primitive, |(_, attribute)| attribute);
        // A builtin has no module in its name.
        let (owner, function) = name.rsplit_once('.').unwrap_or(("builtins", name));
        // A module's name is lower case, a type's as a rule is not; `socket.socket` is the exception.
        let is_type = |part: &str| part.starts_with(|first: char| first.is_ascii_uppercase());
        let parts: Vec<&str> = owner.split('.').collect();
        let modules = match parts.iter().position(|part| is_type(part)) {
            Some(at) => at.max(1),
            None if owner == "socket.socket" => 1,
            None => parts.len(),
        };
        Self {
            name: format!("{owner}.{function}"),
            module: parts[..modules].join("."),
            owner: owner.to_owned(),
            function: function.to_owned(),
        }
    }

    /// A pattern with the rule's parts in it: `{name}`, `{module}`, `{owner}`, `{function}`.
    pub fn fill(&self, pattern: &str) -> String {
        pattern
            .replace("{name}", &self.name)
            .replace("{module}", &self.module)
            .replace("{owner}", &self.owner)
            .replace("{function}", &self.function)
    }

    /// The rule for a list of Blockbuster's own objects, with what it imports.
    pub fn plain(&self) -> String {
        self.fill(
            "import {module}\n\n(\"{name}\", BlockBusterFunction({owner}, \"{function}\", scanned_modules=[...]))",
        )
    }

    /// Whether a refusal under this name is this rule's: Blockbuster names it by its owner's own name.
    pub fn is_named(&self, primitive: &str) -> bool {
        primitive == self.name
            || primitive.rsplit_once('.').is_some_and(|(owner, function)| {
                function == self.function
                    && self.owner.rsplit('.').next() == owner.rsplit('.').next()
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_names_module_owner_and_function() {
        for (primitive, name, module, owner, function) in [
            ("os.chmod", "os.chmod", "os", "os", "chmod"),
            ("open", "builtins.open", "builtins", "builtins", "open"),
            ("io.open", "io.open", "io", "io", "open"),
            ("socket.sendto", "socket.socket.sendto", "socket", "socket.socket", "sendto"),
            ("pathlib.Path.glob", "pathlib.Path.glob", "pathlib", "pathlib.Path", "glob"),
            (
                "urllib.Request",
                "urllib.request.urlopen",
                "urllib.request",
                "urllib.request",
                "urlopen",
            ),
        ] {
            let rule = Rule::of(primitive);
            let parts = [&*rule.name, &*rule.module, &*rule.owner, &*rule.function];
            assert_eq!(parts, [name, module, owner, function]);
        }
    }

    #[test]
    fn blockbuster_names_a_method_by_the_last_name_of_its_owner() {
        assert!(Rule::of("pathlib.Path.glob").is_named("Path.glob"));
        assert!(Rule::of("os.chmod").is_named("os.chmod"));
        assert!(!Rule::of("os.chmod").is_named("os.chown"));
    }
}
