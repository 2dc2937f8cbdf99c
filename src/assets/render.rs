//! The one template engine. Strict: a variable that is used and has no value is an error, and so
//! is a null, which handlebars alone would render as nothing.

use handlebars::{
    Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason,
    handlebars_helper, no_escape,
};
use serde::Serialize;
use serde_json::Value;

/// Why a template gave no text.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The template itself is wrong.
    #[error("the template `{name}` does not parse")]
    Template {
        /// Which.
        name: String,
        /// Line, column and what was expected there.
        #[source]
        source: Box<handlebars::TemplateError>,
    },
    /// It uses what it was not given.
    #[error(
        "the template `{name}` does not render: a variable it uses has no value, or a helper refused"
    )]
    Render {
        /// Which.
        name: String,
        /// Line, column and variable.
        #[source]
        source: Box<handlebars::RenderError>,
    },
    /// The data is no JSON.
    #[error("the data for the template `{name}` cannot be written as JSON")]
    Data {
        /// Which.
        name: String,
        /// What could not be written.
        #[source]
        source: serde_json::Error,
    },
}

handlebars_helper!(pystr: |text: str| python_string(text));
handlebars_helper!(docstring: |text: str| text.replace('\\', "\\\\").replace('"', "\\\""));

/// Renders a template's text. `name` decides the escaping (HTML's for `*.html.hbs`, none for
/// anything else) and stands in errors.
///
/// Helpers: `{{pystr x}}` a Python string literal, `{{docstring x}}` text inside of Python's
/// triple quotes, `{{indent 4 x}}` each line after the first moved right. A value that is null
/// counts as missing: `{{#if x}}` may ask for it, `{{x}}` may not use it. Python's own doubled
/// braces (`f"{{x}}"`) are written `\{{x}}` in a template.
///
/// # Errors
/// When the template does not parse, or uses a variable that has no value.
pub fn render(name: &str, template: &str, data: &impl Serialize) -> Result<String, RenderError> {
    let data = serde_json::to_value(data)
        .map_err(|source| RenderError::Data { name: name.to_owned(), source })?;
    let mut engine = Handlebars::new();
    engine.set_strict_mode(true);
    if !name.ends_with(".html.hbs") {
        engine.register_escape_fn(no_escape);
    }
    engine.register_helper("pystr", Box::new(pystr));
    engine.register_helper("docstring", Box::new(docstring));
    engine.register_helper("indent", Box::new(indent));
    engine.register_template_string(name, template).map_err(|source| RenderError::Template {
        name: name.to_owned(),
        source: Box::new(source),
    })?;
    engine
        .render(name, &without_nulls(data))
        .map_err(|source| RenderError::Render { name: name.to_owned(), source: Box::new(source) })
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => Value::Object(
            members
                .into_iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (name, without_nulls(value)))
                .collect(),
        ),
        Value::Array(items) => Value::Array(
            items.into_iter().filter(|item| !item.is_null()).map(without_nulls).collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

/// A Python string literal that any Python 3 reads back as `text`.
pub(crate) fn python_string(text: &str) -> String {
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            c if c.is_control() => literal.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => literal.push(c),
        }
    }
    literal.push('"');
    literal
}

fn indent(
    helper: &Helper<'_>,
    _: &Handlebars<'_>,
    _: &Context,
    _: &mut RenderContext<'_, '_>,
    out: &mut dyn Output,
) -> HelperResult {
    let argument = |at: usize| helper.param(at).map(|param| param.value());
    let (Some(width), Some(text)) =
        (argument(0).and_then(Value::as_u64), argument(1).and_then(Value::as_str))
    else {
        return Err(RenderErrorReason::Other("indent takes a width and a text".to_owned()).into());
    };
    let margin = " ".repeat(usize::try_from(width).unwrap_or_default());
    for (index, line) in text.lines().enumerate() {
        if index > 0 {
            out.write("\n")?;
            if !line.is_empty() {
                out.write(&margin)?;
            }
        }
        out.write(line)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use serde_json::json;

    use super::*;

    #[test]
    fn a_missing_or_null_variable_that_is_used_is_refused() {
        for data in [json!({}), json!({"x": null}), json!({"y": {"x": 1}})] {
            let error = render("t.py.hbs", "a = {{x}}", &data).unwrap_err();
            let cause = error.source().unwrap().to_string();
            assert!(cause.contains("\"x\""), "{data}: {cause}");
        }
        let error =
            render("t.py.hbs", "{{#each xs}}{{this.a}}{{/each}}", &json!({"xs": [{"a": null}]}));
        assert!(error.is_err());
    }

    #[test]
    fn a_missing_or_null_variable_may_be_asked_for() {
        for data in [json!({}), json!({"x": null})] {
            assert_eq!(render("t", "{{#if x}}{{x}}{{else}}none{{/if}}", &data).unwrap(), "none");
        }
    }

    #[test]
    fn only_html_is_escaped() {
        let data = json!({"x": "a < b & 'c'"});
        assert_eq!(render("t.md.hbs", "{{x}}", &data).unwrap(), "a < b & 'c'");
        assert_eq!(render("t.html.hbs", "{{x}}", &data).unwrap(), "a &lt; b &amp; &#x27;c&#x27;");
    }

    #[test]
    fn a_python_string_reads_back_as_itself() {
        let data = json!({"x": "a\"b\\c\nd\u{7f}é"});
        assert_eq!(render("t", "{{pystr x}}", &data).unwrap(), r#""a\"b\\c\nd\u007fé""#);
        assert_eq!(
            render("t", r#""""{{docstring x}}""""#, &json!({"x": r#"a"\"#})).unwrap(),
            r#""""a\"\\""""#
        );
    }

    #[test]
    fn pythons_doubled_braces_survive_when_escaped() {
        assert_eq!(render("t", r#"f"\{{x}} {{y}}""#, &json!({"y": 1})).unwrap(), r#"f"{{x}} 1""#);
    }

    #[test]
    fn lines_after_the_first_are_indented() {
        let data = json!({"x": "a\n\nb\n"});
        assert_eq!(render("t", "    {{indent 4 x}}|", &data).unwrap(), "    a\n\n    b|");
    }

    #[test]
    fn a_template_that_does_not_parse_says_where() {
        let error = render("bad.hbs", "x\n{{#if y}}", &json!({})).unwrap_err();
        assert_eq!(error.to_string(), "the template `bad.hbs` does not parse");
        assert!(error.source().is_some());
    }
}
