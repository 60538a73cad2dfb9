//! As much XML as property lists and Windows events need: elements, attributes, text. No entities but the five of the
//! standard and numbers; no external anything. Never fails: what is not well formed ends the reading.

/// An element.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Element {
    /// Name without prefix.
    pub name: String,
    /// Attributes.
    pub attributes: Vec<(String, String)>,
    /// Text directly inside, trimmed.
    pub text: String,
    /// Elements inside.
    pub children: Vec<Element>,
}

/// Deepest nesting that is followed.
const DEPTH_MAX: usize = 400;

impl Element {
    /// An attribute; empty where it is missing.
    #[must_use]
    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str())
    }

    /// The first element inside of that name.
    #[must_use]
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }
}

/// Reads a text; the elements at its top are the children of what is returned.
#[must_use]
pub fn parse(text: &str) -> Element {
    let mut stack = vec![Element::default()];
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        add_text(&mut stack, rest.get(..start).unwrap_or(""));
        rest = rest.get(start..).unwrap_or("");
        if let Some(after) = skip(rest) {
            rest = after;
            continue;
        }
        if let Some(inside) = rest.strip_prefix("<![CDATA[") {
            let end = inside.find("]]>").unwrap_or(inside.len());
            if let Some(element) = stack.last_mut() {
                element.text.push_str(inside.get(..end).unwrap_or(""));
            }
            rest = inside.get(end + 3..).unwrap_or("");
            continue;
        }
        let Some(end) = tag_end(rest) else { break };
        let tag = rest.get(1..end).unwrap_or("");
        rest = rest.get(end + 1..).unwrap_or("");
        if tag.starts_with('/') {
            close(&mut stack);
        } else {
            let is_empty = tag.ends_with('/');
            stack.push(element(tag.trim_end_matches('/')));
            if is_empty || stack.len() > DEPTH_MAX {
                close(&mut stack);
            }
        }
    }
    while stack.len() > 1 {
        close(&mut stack);
    }
    stack.pop().unwrap_or_default()
}

/// The rest after a comment, declaration or instruction.
fn skip(rest: &str) -> Option<&str> {
    let end = if rest.starts_with("<!--") {
        rest.find("-->").map(|place| place + 3)
    } else if rest.starts_with("<?") || (rest.starts_with("<!") && !rest.starts_with("<![CDATA[")) {
        rest.find('>').map(|place| place + 1)
    } else {
        return None;
    };
    Some(end.and_then(|end| rest.get(end..)).unwrap_or(""))
}

/// Where a tag ends; a `>` inside quotes does not end it.
fn tag_end(rest: &str) -> Option<usize> {
    let mut quote: Option<char> = None;
    for (place, c) in rest.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(place),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    None
}

fn element(tag: &str) -> Element {
    let (name, mut rest) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    let mut attributes = Vec::new();
    while let Some((name, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let Some(quote) = after.chars().next().filter(|c| matches!(c, '"' | '\'')) else { break };
        let Some((value, next)) = after.get(1..).and_then(|inside| inside.split_once(quote)) else { break };
        attributes.push((name.trim().to_owned(), unescape(value)));
        rest = next;
    }
    let name = name.rsplit(':').next().unwrap_or(name).to_owned();
    Element { name, attributes, ..Element::default() }
}

fn add_text(stack: &mut [Element], text: &str) {
    if let Some(element) = stack.last_mut()
        && !text.trim().is_empty()
    {
        element.text.push_str(unescape(text.trim()).as_str());
    }
}

fn close(stack: &mut Vec<Element>) {
    if stack.len() > 1
        && let Some(done) = stack.pop()
        && let Some(parent) = stack.last_mut()
    {
        parent.children.push(done);
    }
}

/// Text with its entities written out.
#[must_use]
pub fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out.push_str(rest.get(..start).unwrap_or(""));
        rest = rest.get(start..).unwrap_or("");
        let end = rest.find(';').filter(|end| *end <= 10);
        let read = end.and_then(|end| Some((entity(rest.get(1..end)?)?, end)));
        match read {
            Some((c, end)) => {
                out.push(c);
                rest = rest.get(end + 1..).unwrap_or("");
            }
            None => {
                out.push('&');
                rest = rest.get(1..).unwrap_or("");
            }
        }
    }
    out + rest
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_attributes_and_entities_are_read() {
        let text = "<?xml version=\"1.0\"?><!-- c --><a:Event x='1 > 0'><Data Name=\"Id\">USB\\VID_1&amp;PID_2</Data>\
                    <Empty/><b><![CDATA[<raw>]]></b></a:Event>";
        let root = parse(text);
        let event = root.child("Event").unwrap();
        assert_eq!(event.attribute("x"), "1 > 0");
        assert_eq!(event.children.len(), 3);
        assert_eq!(event.child("Data").unwrap().text, "USB\\VID_1&PID_2");
        assert_eq!(event.child("b").unwrap().text, "<raw>");
        assert_eq!(unescape("&#65;&#x42;&bogus;&"), "AB&bogus;&");
    }

    #[test]
    fn what_is_not_well_formed_ends_quietly() {
        for text in ["<a", "<a><b></a>", "</a>", "<a x=>", "<![CDATA[", "<!--", &"<a>".repeat(5000)] {
            let _ = parse(text);
        }
    }
}
