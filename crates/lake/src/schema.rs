//! Tables of the normal form as Arrow schemas, and cells as Arrow columns.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanBuilder, Float64Builder, Int64Builder, ListBuilder, StringBuilder,
    TimestampMicrosecondBuilder,
};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use model::{Cell, Class, Column, Kind, TableDef};

/// Arrow schema of a table; columns of class `Account` are followed by `<name>_last4`.
pub(crate) fn arrow_schema(table: &TableDef) -> SchemaRef {
    let mut fields = Vec::new();
    for column in table.columns {
        fields.push(Field::new(column.name, data_type(column.kind), true));
        if column.class == Class::Account {
            fields.push(Field::new(format!("{}_last4", column.name), DataType::Utf8, true));
        }
    }
    Arc::new(Schema::new(fields))
}

fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Text => DataType::Utf8,
        Kind::Int => DataType::Int64,
        Kind::Float => DataType::Float64,
        Kind::Bool => DataType::Boolean,
        Kind::Time => DataType::Timestamp(TimeUnit::Microsecond, None),
        Kind::List => DataType::List(Arc::new(Field::new("item", DataType::Utf8, true))),
    }
}

/// Grows one Arrow column cell by cell. A cell of another kind than the column's becomes missing: `Record::set`
/// has already refused it where it was made.
pub(crate) enum ColumnBuilder {
    Text(StringBuilder),
    Int(Int64Builder),
    Float(Float64Builder),
    Bool(BooleanBuilder),
    Time(TimestampMicrosecondBuilder),
    List(ListBuilder<StringBuilder>),
}

impl ColumnBuilder {
    pub(crate) fn new(column: &Column) -> Self {
        match column.kind {
            Kind::Text => Self::Text(StringBuilder::new()),
            Kind::Int => Self::Int(Int64Builder::new()),
            Kind::Float => Self::Float(Float64Builder::new()),
            Kind::Bool => Self::Bool(BooleanBuilder::new()),
            Kind::Time => Self::Time(TimestampMicrosecondBuilder::new()),
            Kind::List => Self::List(ListBuilder::new(StringBuilder::new())),
        }
    }

    pub(crate) fn text(&mut self, value: Option<&str>) {
        if let Self::Text(builder) = self {
            builder.append_option(value);
        }
    }

    pub(crate) fn push(&mut self, cell: &Cell) {
        match (self, cell) {
            (Self::Text(builder), Cell::Text(value)) => builder.append_value(value),
            (Self::Text(builder), _) => builder.append_null(),
            (Self::Int(builder), Cell::Int(value)) => builder.append_value(*value),
            (Self::Int(builder), _) => builder.append_null(),
            (Self::Float(builder), Cell::Float(value)) => builder.append_value(*value),
            (Self::Float(builder), _) => builder.append_null(),
            (Self::Bool(builder), Cell::Bool(value)) => builder.append_value(*value),
            (Self::Bool(builder), _) => builder.append_null(),
            (Self::Time(builder), Cell::Time(value)) => builder.append_value(value.0),
            (Self::Time(builder), _) => builder.append_null(),
            (Self::List(builder), Cell::List(values)) => {
                builder.append_value(values.iter().map(|value| Some(value.as_str())));
            }
            (Self::List(builder), _) => builder.append_null(),
        }
    }

    /// The column so far. What comes next is likely as large: room for it is made at once, not by doubling.
    pub(crate) fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(builder) => {
                let array = builder.finish();
                *builder = StringBuilder::with_capacity(array.len(), array.values().len() * 9 / 8);
                Arc::new(array)
            }
            Self::Int(builder) => {
                let array = builder.finish();
                *builder = Int64Builder::with_capacity(array.len());
                Arc::new(array)
            }
            Self::Float(builder) => {
                let array = builder.finish();
                *builder = Float64Builder::with_capacity(array.len());
                Arc::new(array)
            }
            Self::Bool(builder) => Arc::new(builder.finish()),
            Self::Time(builder) => {
                let array = builder.finish();
                *builder = TimestampMicrosecondBuilder::with_capacity(array.len());
                Arc::new(array)
            }
            Self::List(builder) => Arc::new(builder.finish()),
        }
    }
}
