//! What a catalogue's stored form is made of, written into everything that holds stored records.
//!
//! This is the version of the stored format of the whole store. It is not a number that somebody must remember to
//! raise: it follows from the tables, the versions of their records, and the names of their indexes. An index whose
//! keys are made in another way therefore gets another name.

use thiserror::Error;

use super::catalog::Catalog;

/// The stored form of one table.
#[derive(Clone, Debug, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub struct TableSchema {
    /// The table's name.
    pub name: String,
    /// The version of its records.
    pub version: u8,
    /// The names of its indexes.
    pub indexes: Vec<String>,
}

/// The stored form of all tables, in the catalogue's order.
#[derive(Clone, Debug, Default, PartialEq, Eq, bincode::Encode, bincode::Decode)]
pub struct Schema(pub Vec<TableSchema>);

/// Why something that was stored cannot be read by this version of Hearth.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum SchemaError {
    /// A table's records have a later version.
    #[error(
        "the table '{table}' is stored in version {stored}, and this version of Hearth reads none newer than {known}: \
         start the newer Hearth again, or restore a backup from before it; nothing was changed"
    )]
    Newer {
        /// The table.
        table: String,
        /// The version that its records may have.
        stored: u8,
        /// The newest that is known here.
        known: u8,
    },
    /// A table that is not in the catalogue.
    #[error(
        "there is a table '{0}', which this version of Hearth does not know: start the newer Hearth again, or restore a \
         backup from before it; nothing was changed"
    )]
    Unknown(String),
}

impl Schema {
    /// The stored form that `catalog` writes.
    pub fn of(catalog: &Catalog) -> Self {
        let table = |table: &&'static dyn super::catalog::Table| TableSchema {
            name: table.name().to_owned(),
            version: table.version(),
            indexes: table.indexes().into_iter().map(str::to_owned).collect(),
        };
        Self(catalog.0.iter().map(table).collect())
    }

    /// Whether there is an index of this name.
    pub(super) fn has_index(&self, name: &str) -> bool {
        self.0.iter().any(|table| table.indexes.iter().any(|index| index == name))
    }

    /// Whether `catalog` can read what is stored in this form, as it is or after migrating it.
    ///
    /// # Errors
    ///
    /// [`SchemaError`] where a later version of Hearth wrote it.
    pub fn check(&self, catalog: &Catalog) -> Result<(), SchemaError> {
        for stored in &self.0 {
            let known = catalog.0.iter().find(|table| table.name() == stored.name);
            let known = known.ok_or_else(|| SchemaError::Unknown(stored.name.clone()))?.version();
            if stored.version > known {
                return Err(SchemaError::Newer { table: stored.name.clone(), stored: stored.version, known });
            }
        }
        Ok(())
    }
}
