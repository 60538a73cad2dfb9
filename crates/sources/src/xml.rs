//! XML as reports and logs write it: a stream cut into its repeated element, and one element as a JSON object.
//!
//! Prefixes of names are taken off, attributes and children become keys, what stands there several times a list. Good for
//! exports; no schema, no entities of one's own, no mixed text.

use std::ops::Range;

use memchr::{memchr, memmem};
use serde_json::{Map, Value};

/// Elements within elements that are followed.
const DEPTH_LIMIT: usize = 64;

/// A tag, and the text up to the next one.
pub(crate) struct Tag<'x> {
    /// Name without its prefix.
    pub name: &'x str,
    /// Name as written.
    whole: &'x str,
    attributes: &'x str,
    pub is_end: bool,
    pub is_alone: bool,
    pub text: &'x str,
}

impl<'x> Tag<'x> {
    pub fn get(&self, name: &str) -> Option<&'x str> {
        self.attributes().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    fn attributes(&self) -> impl Iterator<Item = (&'x str, &'x str)> {
        let mut rest = self.attributes;
        std::iter::from_fn(move || {
            let (key, behind) = rest.split_once('=')?;
            let behind = behind.trim_start();
            let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let (value, after) = behind[1..].split_once(quote)?;
            rest = after;
            Some((key.trim(), value))
        })
    }
}

/// The tags of a text, comments and declarations left out. Prefixes of names are taken off.
pub(crate) struct Tags<'x>(&'x str);

impl<'x> Tags<'x> {
    pub fn new(xml: &'x str) -> Self {
        Self(xml)
    }
}

impl<'x> Iterator for Tags<'x> {
    type Item = Tag<'x>;

    fn next(&mut self) -> Option<Tag<'x>> {
        loop {
            let (_, behind) = self.0.split_once('<')?;
            if let Some(comment) = behind.strip_prefix("!--") {
                self.0 = comment.split_once("-->")?.1;
                continue;
            }
            let (inner, after) = behind.split_once('>')?;
            self.0 = after;
            if inner.starts_with(['?', '!']) {
                continue;
            }
            let is_end = inner.starts_with('/');
            let is_alone = inner.ends_with('/');
            let body = inner.trim_matches('/');
            let (whole, attributes) = body.split_once(|c: char| c.is_whitespace()).unwrap_or((body, ""));
            let name = whole.rsplit(':').next().unwrap_or(whole);
            let text =
                match after.trim_start().strip_prefix("<![CDATA[").and_then(|raw| raw.split_once("]]>")) {
                    Some((raw, rest)) => {
                        self.0 = rest;
                        raw
                    }
                    None => after.split('<').next().unwrap_or_default(),
                };
            return Some(Tag { name, whole, attributes, is_end, is_alone, text });
        }
    }
}

/// Text without entities.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        let Some((entity, after)) = behind.split_once(';').filter(|(entity, _)| entity.len() <= 8) else {
            out.push('&');
            rest = behind;
            continue;
        };
        let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
        match entity {
            "amp" => out.push('&'),
            "lt" => out.push('<'),
            "gt" => out.push('>'),
            "quot" => out.push('"'),
            "apos" => out.push('\''),
            _ => {
                let hex = entity.strip_prefix("#x").and_then(|digits| number(digits, 16));
                out.extend(hex.or_else(|| entity.strip_prefix('#').and_then(|digits| number(digits, 10))));
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Whether a text is XML, and no page of a website.
#[must_use]
pub fn is_xml(bytes: &[u8]) -> bool {
    let body = bytes.trim_ascii_start();
    let head = String::from_utf8_lossy(&body[..body.len().min(512)]).to_lowercase();
    head.starts_with('<')
        && head[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '?' | '!'))
        && !["<!doctype html", "<html", "<body", "<head"].iter().any(|mark| head.contains(mark))
}

/// The element that is one record, as it is written: what the outermost element repeats, else that element itself.
#[must_use]
pub fn record(head: &[u8]) -> Option<String> {
    if !is_xml(head) {
        return None;
    }
    let text = String::from_utf8_lossy(head);
    let mut open: Vec<&str> = Vec::new();
    let mut root: Option<(&str, &str)> = None;
    // children that hold elements themselves: as written, and bare
    let mut children: Vec<(&str, &str)> = Vec::new();
    for tag in Tags::new(&text) {
        if tag.is_end {
            open.pop();
            continue;
        }
        match open.len() {
            0 if root.is_some_and(|(_, name)| name != tag.name) => break,
            0 if root.is_some() => return root.map(|(whole, _)| whole.to_owned()),
            0 => root = Some((tag.whole, tag.name)),
            2 if !children.iter().any(|(whole, _)| *whole == open[1]) => {
                children.push((open[1], open[1].rsplit(':').next().unwrap_or(open[1])));
            }
            _ => {}
        }
        if !tag.is_alone {
            open.push(tag.whole);
        }
        if open.len() > DEPTH_LIMIT {
            return None;
        }
    }
    let (whole, name) = root?;
    let repeats = |child: &str| {
        let (name, child) = (name.to_lowercase(), child.to_lowercase());
        name.starts_with(&child)
            || ["entry", "event", "row", "record", "item"].iter().any(|word| child.ends_with(word))
    };
    match children[..] {
        [(child, bare)] if repeats(bare) => Some(child.to_owned()),
        _ => Some(whole.to_owned()),
    }
}

/// The first element of this name: where it begins, and where it ends if it does.
fn first(bytes: &[u8], name: &str) -> Option<(usize, Option<usize>)> {
    let is_name = |at: usize| {
        bytes[at..].starts_with(name.as_bytes())
            && bytes.get(at + name.len()).is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'))
    };
    let start = memmem::find_iter(bytes, name.as_bytes())
        .find(|at| *at > 0 && bytes[at - 1] == b'<' && is_name(*at))
        .map(|at| at - 1)?;
    let (mut at, mut depth) = (start, 0_usize);
    while let Some(found) = memchr(b'<', &bytes[at..]) {
        let tag = at + found;
        if bytes[tag..].starts_with(b"<![CDATA[") {
            let Some(end) = memmem::find(&bytes[tag..], b"]]>") else { break };
            at = tag + end;
            continue;
        }
        let Some(close) = memchr(b'>', &bytes[tag..]).map(|close| tag + close) else { break };
        if bytes.get(tag + 1) == Some(&b'/') && is_name(tag + 2) {
            depth = depth.saturating_sub(1);
        } else if is_name(tag + 1) && bytes[close - 1] != b'/' {
            depth += 1;
        }
        at = close + 1;
        if depth == 0 {
            return Some((start, Some(at)));
        }
    }
    Some((start, None))
}

/// Length of the bytes up to the end of the first element of this name; `None` if it goes on behind them.
#[must_use]
pub fn end(bytes: &[u8], name: &str) -> Option<usize> {
    first(bytes, name)?.1
}

/// Where the first element of this name stands; one that is cut short goes on to the end.
#[must_use]
pub fn element(bytes: &[u8], name: &str) -> Option<Range<usize>> {
    let (start, end) = first(bytes, name)?;
    Some(start..end.unwrap_or(bytes.len()))
}

/// An element that is being read.
struct Node {
    name: String,
    text: String,
    object: Map<String, Value>,
}

impl Node {
    fn value(mut self) -> Value {
        let text = self.text.trim();
        // a reference to something (Workday) stands for what that is called
        if let Some(Value::String(called)) = self.object.get("Descriptor")
            && self.object.keys().all(|key| key == "Descriptor" || key == "ID")
        {
            return Value::String(called.clone());
        }
        if self.object.is_empty() {
            return Value::String(text.to_owned());
        }
        if !text.is_empty() {
            self.object.entry("text").or_insert(Value::String(text.to_owned()));
        }
        Value::Object(self.object)
    }

    fn add(&mut self, name: String, value: Value) {
        match self.object.get_mut(&name) {
            None => {
                self.object.insert(name, value);
            }
            Some(Value::Array(list)) => list.push(value),
            Some(known) => {
                let before = known.take();
                *known = Value::Array(vec![before, value]);
            }
        }
    }
}

/// One element as an object; `None` where it is cut short or nested too deep.
#[must_use]
pub fn value(bytes: &[u8]) -> Option<Value> {
    let text = String::from_utf8_lossy(bytes);
    let mut open: Vec<Node> = Vec::new();
    for tag in Tags::new(&text) {
        if !tag.is_end {
            let named = tag.attributes().filter(|(key, _)| !key.starts_with("xmlns"));
            let object = named.map(|(key, value)| {
                (key.rsplit(':').next().unwrap_or(key).to_owned(), Value::String(plain(value)))
            });
            let text = if tag.is_alone { String::new() } else { plain(tag.text) };
            open.push(Node { name: tag.name.to_owned(), text, object: object.collect() });
            if open.len() > DEPTH_LIMIT {
                return None;
            }
            if !tag.is_alone {
                continue;
            }
        }
        let node = open.pop()?;
        if tag.is_end && node.name != tag.name {
            return None;
        }
        let name = node.name.clone();
        match open.last_mut() {
            Some(parent) => parent.add(name, node.value()),
            None => return Some(node.value()).filter(Value::is_object),
        }
    }
    None
}

/// One element as JSON text.
#[must_use]
pub fn json(bytes: &[u8]) -> Option<Vec<u8>> {
    serde_json::to_vec(&value(bytes)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_record_is_what_the_outermost_element_repeats() {
        let of = |xml: &str| record(xml.as_bytes());
        let report = "<?xml version='1.0'?><wd:Report_Data xmlns:wd='urn:x'><wd:Report_Entry><wd:A>1</wd:A></wd:Report_Entry>";
        assert_eq!(of(report).as_deref(), Some("wd:Report_Entry"));
        let list = "<computers><size>2</size><computer><id>1</id></computer><computer><id>2</id></computer></computers>";
        assert_eq!(of(list).as_deref(), Some("computer"));
        assert_eq!(
            of("<computer><general><id>1</id></general><hardware><make>A</make></hardware></computer>")
                .as_deref(),
            Some("computer")
        );
        assert_eq!(of("<computer><general><id>1</id></general></computer>").as_deref(), Some("computer"));
        assert_eq!(of("<Event><System><A/></System></Event>\n<Event>").as_deref(), Some("Event"));
        assert_eq!(of("<!DOCTYPE html><html><div><p>x</p></div></html>"), None);
        assert_eq!(of("<34>Oct 11 22:14:15 host su: no"), None);
    }

    #[test]
    fn an_element_is_an_object() {
        let xml = "<w:E xmlns:w='u'><w:Name w:Descriptor=\"Ines &amp; Co\"><w:ID w:type='WID'>7</w:ID></w:Name><w:D Name='Ip'>1.2.3.4</w:D>\
                   <w:D Name='Port'/><!-- no --><w:N><![CDATA[a < b]]></w:N><w:Z/></w:E>";
        let expected = serde_json::json!({
            "Name": "Ines & Co", "D": [{"Name": "Ip", "text": "1.2.3.4"}, {"Name": "Port"}], "N": "a < b", "Z": ""
        });
        assert_eq!(value(xml.as_bytes()), Some(expected));
        assert_eq!(value(b"<a><b>1</b>"), None);
        assert_eq!(value("<a>".repeat(100_000).as_bytes()), None);
    }

    #[test]
    fn elements_are_found_whole_and_nested() {
        let xml = b"<?xml?><a><rows/><row x='1'><row>2</row></row><row/></a>";
        assert_eq!(end(xml, "row"), Some(46));
        assert_eq!(element(xml, "row").map(|range| &xml[range]), Some(&b"<row x='1'><row>2</row></row>"[..]));
        assert_eq!(end(&xml[..40], "row"), None);
        assert_eq!(element(&xml[46..], "row").map(|range| &xml[46..][range]), Some(&b"<row/>"[..]));
    }
}
