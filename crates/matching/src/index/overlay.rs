//! What changed since the base was written: held in memory, and kept as a list of changes that gives the same again.

use std::collections::{BTreeMap, BTreeSet};

use super::coding::{Reader, damaged, put, put_bytes, put_rising, put_text};
use crate::Result;
use crate::hash;

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// A node that did not exist; it gets the next number.
    Node(Vec<u8>),
    /// A record comes to a node.
    Comes(u32, String),
    /// A record leaves a node.
    Goes(u32, String),
    /// The node has no record any more.
    Dies(u32),
    /// Nodes that are likely the same.
    Near(u32, Vec<u32>),
    /// Nodes of its entity.
    Group(u32, Vec<u32>),
    /// Nodes that somebody said are others.
    Apart(u32, Vec<u32>),
}

impl Change {
    pub(super) fn put(&self, out: &mut Vec<u8>) {
        match self {
            Self::Node(content) => {
                put(out, 0);
                put_bytes(out, content);
            }
            Self::Comes(node, id) | Self::Goes(node, id) => {
                put(out, if matches!(self, Self::Comes(..)) { 1 } else { 2 });
                put(out, u64::from(*node));
                put_text(out, id);
            }
            Self::Dies(node) => {
                put(out, 3);
                put(out, u64::from(*node));
            }
            Self::Near(node, others) | Self::Group(node, others) | Self::Apart(node, others) => {
                put(
                    out,
                    match self {
                        Self::Near(..) => 4,
                        Self::Group(..) => 5,
                        _ => 6,
                    },
                );
                put(out, u64::from(*node));
                put_rising(out, others);
            }
        }
    }

    pub(super) fn read(reader: &mut Reader) -> Result<Self> {
        Ok(match reader.number()? {
            0 => Self::Node(reader.bytes()?.to_vec()),
            1 => Self::Comes(reader.small()?, reader.text()?.to_owned()),
            2 => Self::Goes(reader.small()?, reader.text()?.to_owned()),
            3 => Self::Dies(reader.small()?),
            4 => Self::Near(reader.small()?, reader.rising()?),
            5 => Self::Group(reader.small()?, reader.rising()?),
            6 => Self::Apart(reader.small()?, reader.rising()?),
            _ => return Err(damaged()),
        })
    }
}

/// Ids of a node, the shortest first.
pub(super) type Ids = BTreeSet<(usize, String)>;

/// What changed.
#[derive(Default)]
pub(super) struct Overlay {
    /// Contents of nodes that the base does not have.
    pub contents: Vec<Vec<u8>>,
    /// Ids of nodes whose records changed.
    pub ids: hash::Map<u32, Ids>,
    /// Node of each id that came, `None` for one that went; by tenant and id.
    pub node_of: BTreeMap<(String, String), Option<u32>>,
    /// Nodes without a record.
    pub dead: hash::Map<u32, ()>,
    /// New nodes by key of a rule, and by content.
    pub rules: hash::Map<u32, Vec<u32>>,
    pub by_content: hash::Map<u32, Vec<u32>>,
    /// How many dead nodes a key has.
    pub dead_keys: hash::Map<u32, u64>,
    pub near: hash::Map<u32, Vec<u32>>,
    pub group: hash::Map<u32, Vec<u32>>,
    pub apart: hash::Map<u32, Vec<u32>>,
    /// Records that came, and that went.
    pub came: u64,
    pub gone: u64,
    /// Changes made.
    pub changes: u64,
}
