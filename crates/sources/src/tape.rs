//! JSON as the parser leaves it: one tape of nodes, walked in place. A look-up steps over what it does not want without
//! looking inside. The parser's own walk does the same with a call and a cut for each step, which was half the work of
//! reading a log.

use simd_json::{Node, StaticNode};

/// The tape of one unit.
pub type Tape<'i> = simd_json::Tape<'i>;

/// A value on a tape: the nodes from its own on.
#[derive(Debug, Clone, Copy)]
pub struct Value<'t, 'i>(&'t [Node<'i>]);

/// The entries of an object.
#[derive(Debug, Clone, Copy)]
pub struct Object<'t, 'i> {
    nodes: &'t [Node<'i>],
    left: usize,
}

/// The elements of an array.
#[derive(Debug, Clone, Copy)]
pub struct Array<'t, 'i> {
    nodes: &'t [Node<'i>],
    left: usize,
}

/// The outermost value of a tape.
#[must_use]
pub fn root<'t, 'i>(tape: &'t Tape<'i>) -> Value<'t, 'i> {
    Value(&tape.0)
}

/// Nodes that a value takes up.
#[inline]
fn width(node: &Node<'_>) -> usize {
    match node {
        Node::Object { count, .. } | Node::Array { count, .. } => count + 1,
        Node::String(_) | Node::Static(_) => 1,
    }
}

impl<'t, 'i> Value<'t, 'i> {
    #[inline]
    fn scalar(self) -> Option<StaticNode> {
        match self.0.first() {
            Some(Node::Static(value)) => Some(*value),
            _ => None,
        }
    }

    /// The entries, if it is an object.
    #[must_use]
    #[inline]
    pub fn as_object(self) -> Option<Object<'t, 'i>> {
        match self.0.split_first() {
            Some((Node::Object { len, .. }, nodes)) => Some(Object { nodes, left: *len }),
            _ => None,
        }
    }

    /// The elements, if it is an array.
    #[must_use]
    #[inline]
    pub fn as_array(self) -> Option<Array<'t, 'i>> {
        match self.0.split_first() {
            Some((Node::Array { len, .. }, nodes)) => Some(Array { nodes, left: *len }),
            _ => None,
        }
    }

    /// The text, if it is a string.
    #[must_use]
    #[inline]
    pub fn as_str(self) -> Option<&'i str> {
        match self.0.first() {
            Some(Node::String(text)) => Some(text),
            _ => None,
        }
    }

    /// A whole number that fits.
    #[must_use]
    pub fn as_i64(self) -> Option<i64> {
        match self.scalar()? {
            StaticNode::I64(number) => Some(number),
            StaticNode::U64(number) => i64::try_from(number).ok(),
            _ => None,
        }
    }

    /// A whole number that fits.
    #[must_use]
    pub fn as_u64(self) -> Option<u64> {
        match self.scalar()? {
            StaticNode::I64(number) => u64::try_from(number).ok(),
            StaticNode::U64(number) => Some(number),
            _ => None,
        }
    }

    /// A number with a point.
    #[must_use]
    pub fn as_f64(self) -> Option<f64> {
        match self.scalar()? {
            StaticNode::F64(number) => Some(number),
            _ => None,
        }
    }

    /// True or false.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        match self.scalar()? {
            StaticNode::Bool(truth) => Some(truth),
            _ => None,
        }
    }

    /// Whether it is an object.
    #[must_use]
    pub fn is_object(self) -> bool {
        matches!(self.0.first(), Some(Node::Object { .. }))
    }

    /// Whether it is an array.
    #[must_use]
    pub fn is_array(self) -> bool {
        matches!(self.0.first(), Some(Node::Array { .. }))
    }

    /// Whether it is a string.
    #[must_use]
    pub fn is_str(self) -> bool {
        matches!(self.0.first(), Some(Node::String(_)))
    }

    /// Whether it is null.
    #[must_use]
    #[inline]
    pub fn is_null(self) -> bool {
        matches!(self.0.first(), Some(Node::Static(StaticNode::Null)) | None)
    }
}

impl<'t, 'i> Object<'t, 'i> {
    /// Key and value, one after the other.
    #[must_use]
    #[inline]
    pub fn iter(self) -> Self {
        self
    }

    /// Keys, one after the other.
    pub fn keys(self) -> impl Iterator<Item = &'i str> + use<'t, 'i> {
        self.map(|(key, _)| key)
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(self) -> usize {
        self.left
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.left == 0
    }
}

impl<'t, 'i> Iterator for Object<'t, 'i> {
    type Item = (&'i str, Value<'t, 'i>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let Some((Node::String(key), value)) = self.nodes.split_first() else { return None };
        self.nodes = value.get(width(value.first()?)..).unwrap_or_default();
        Some((key, Value(value)))
    }
}

impl<'t, 'i> Array<'t, 'i> {
    /// Elements, one after the other.
    #[must_use]
    #[inline]
    pub fn iter(self) -> Self {
        self
    }

    /// The element at a place, from 0.
    #[must_use]
    pub fn get(mut self, at: usize) -> Option<Value<'t, 'i>> {
        self.nth(at)
    }

    /// How many elements there are.
    #[must_use]
    pub fn len(self) -> usize {
        self.left
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.left == 0
    }
}

impl<'t, 'i> Iterator for Array<'t, 'i> {
    type Item = Value<'t, 'i>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1)?;
        let value = self.nodes;
        self.nodes = value.get(width(value.first()?)..).unwrap_or_default();
        Some(Value(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: Value<'_, '_>) -> String {
        if let Some(object) = value.as_object() {
            let entries: Vec<String> =
                object.iter().map(|(key, value)| format!("{key}={}", shown(value))).collect();
            return format!("{{{}}}", entries.join(","));
        }
        if let Some(array) = value.as_array() {
            let elements: Vec<String> = array.iter().map(shown).collect();
            return format!("[{}]", elements.join(","));
        }
        let scalar = value.as_str().map(str::to_owned);
        let scalar = scalar.or_else(|| value.as_i64().map(|number| number.to_string()));
        let scalar = scalar.or_else(|| value.as_f64().map(|number| number.to_string()));
        let scalar = scalar.or_else(|| value.as_bool().map(|truth| truth.to_string()));
        scalar.unwrap_or_else(|| if value.is_null() { "null".into() } else { "?".into() })
    }

    #[test]
    fn every_value_is_met_in_its_place() {
        let text = r#"{"a":{"b":[1,{"c":null},[]],"d":{}},"e":true,"a":"twice","f":[2.5,-3],"g":{"h":"i"}}"#;
        let mut bytes = text.as_bytes().to_vec();
        let tape = simd_json::to_tape(&mut bytes).unwrap();
        let expected = "{a={b=[1,{c=null},[]],d={}},e=true,a=twice,f=[2.5,-3],g={h=i}}";
        assert_eq!(shown(root(&tape)), expected);
        let object = root(&tape).as_object().unwrap();
        assert_eq!((object.len(), object.keys().count(), object.is_empty()), (5, 5, false));
    }
}
