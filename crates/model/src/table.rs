//! What a table is: named, typed columns, each with a field class that fixes how it is stored.

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// UTF-8 text.
    Text,
    /// 64-bit signed integer.
    Int,
    /// 64-bit float.
    Float,
    /// True or false.
    Bool,
    /// Microseconds since 1970-01-01 UTC.
    Time,
    /// List of text, never holding nulls.
    List,
}

/// How a value is kept. Everything but [`Class::Plain`] reaches SQL only as a keyed token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Kept as it is.
    Plain,
    /// E-mail address: token, and an encrypted clear value.
    Email,
    /// Phone number: token, and an encrypted clear value.
    Phone,
    /// Name of a person: token, and an encrypted clear value.
    Name,
    /// Postal address: token, and an encrypted clear value.
    Address,
    /// Bank account, tax id or wallet: token and the last four characters in `<column>_last4`.
    Account,
}

impl Class {
    /// Whether SQL sees a keyed token in place of the value.
    #[must_use]
    pub fn is_token(self) -> bool {
        self != Self::Plain
    }

    /// Whether the clear value is kept, encrypted, for `linkage` and `disclosure`.
    #[must_use]
    pub fn keeps_clear(self) -> bool {
        !matches!(self, Self::Plain | Self::Account)
    }
}

/// Who writes a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Layer {
    /// Rows are records of sources: begins with `record_id`, `time`, `source`.
    Record,
    /// Rows are computed by `linkage` or shipped as facts.
    Derived,
}

/// One column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Name in SQL, in mappings and in documentation.
    pub name: &'static str,
    /// Type.
    pub kind: Kind,
    /// Field class.
    pub class: Class,
    /// What it holds, with unit where there is one.
    pub doc: &'static str,
}

/// One table of the normal form.
#[derive(Debug, PartialEq, Eq)]
pub struct TableDef {
    /// Name in SQL.
    pub name: &'static str,
    /// OCSF 1.8 `class_uid`; 0 where the table is our own extension.
    pub class_uid: u32,
    /// Who writes it.
    pub layer: Layer,
    /// What one row is.
    pub doc: &'static str,
    /// Columns in order.
    pub columns: &'static [Column],
}

/// Whose account a table names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// One of a service, which need not be anybody's on the roster.
    Service,
    /// A worker's own id: a paper about one.
    Worker,
    /// A candidate's id in the applicant tracking system.
    Applicant,
}

/// The columns by which a table names an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccountColumns {
    /// The id: the service's own, the roster's or the tracking system's.
    pub id: &'static str,
    /// The e-mail address, where the table has one that names the account.
    pub email: Option<&'static str>,
    /// The person's name, where rows of the table may say no more: a carrier knows whom a parcel is for, and no id.
    pub name: Option<&'static str>,
    /// Whose it is.
    pub whose: Whose,
}

impl AccountColumns {
    /// In SQL: the account as the tables of who is who know it. The prefix names the table, as `t.`, or nothing.
    #[must_use]
    pub fn key(&self, prefix: &str) -> String {
        let Some(email) = self.email else { return format!("{prefix}{}", self.id) };
        let (first, second) = if self.whose == Whose::Service { (email, self.id) } else { (self.id, email) };
        let third = self.name.map(|name| format!(", {prefix}{name}")).unwrap_or_default();
        format!("coalesce({prefix}{first}, {prefix}{second}{third})")
    }
}

impl TableDef {
    /// Position of a column by name.
    #[must_use]
    pub fn position(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// Whether its rows name a device of the company in all the ways that endpoint tools know one.
    #[must_use]
    pub fn names_devices(&self) -> bool {
        ["device_uid", "serial", "hostname"].iter().all(|name| self.position(name).is_some())
    }

    /// Whether a device of the company tells what its rows say. (An assignment is told by a register.)
    #[must_use]
    pub fn is_told_by_devices(&self) -> bool {
        self.names_devices() && self.name != "device_assignment"
    }

    /// By which columns its rows name the account of the person whom they are about, where no device tells them.
    #[must_use]
    pub fn account(&self) -> Option<AccountColumns> {
        let has = |name: &str| self.position(name).is_some();
        if self.names_devices() && !has("worker_id") {
            return None;
        }
        let name = ["recipient_name", "worker_name"].into_iter().find(|name| has(name));
        let way = |id, email, whose| AccountColumns { id, email, name, whose };
        let ways = [
            way("applicant_id", None, Whose::Applicant),
            way("user_uid", Some("user_email"), Whose::Service),
            way("actor_name", Some("actor_email"), Whose::Service),
            way("worker_id", Some("work_email"), Whose::Worker),
            way("worker_id", Some("recipient_email"), Whose::Worker),
            way("worker_id", Some("worker_email"), Whose::Worker),
        ];
        ways.into_iter().find(|way| has(way.id) && way.email.is_none_or(has))
    }
}

/// Position of a column in its table, as declared by [`declare_tables!`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At(pub usize);

/// Declares tables: for each a module with one constant per column and a static [`TableDef`].
macro_rules! declare_tables {
    ($( $(#[doc = $doc:literal])+ $name:ident($layer:ident, $uid:literal) {
        $( $col:ident : $kind:ident $class:ident $cdoc:literal ),* $(,)?
    } )*) => {
        $(
            $(#[doc = $doc])+
            #[allow(non_upper_case_globals)]
            pub mod $name {
                use $crate::table::{At, Class, Column, Kind, Layer, TableDef};
                #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
                enum Position { $($col),* }
                $(
                    #[doc = $cdoc]
                    pub const $col: At = At(Position::$col as usize);
                )*
                /// The table's definition.
                pub static TABLE: TableDef = TableDef {
                    name: stringify!($name),
                    class_uid: $uid,
                    layer: Layer::$layer,
                    doc: concat!($($doc),+),
                    columns: &[$( Column {
                        name: stringify!($col), kind: Kind::$kind, class: Class::$class, doc: $cdoc,
                    } ),*],
                };
            }
        )*
        /// Every table declared here, in order.
        pub static ALL: &[&$crate::table::TableDef] = &[$( &$name::TABLE ),*];
    };
}
pub(crate) use declare_tables;
