//! Arguments of record linkage.

use std::path::PathBuf;

use clap::Args;

/// Example: bonafide link people.csv --id id --output clusters.csv
#[derive(Args)]
pub struct Link {
    /// CSV or Parquet files; several are linked with each other
    #[arg(required_unless_present = "folder", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Column that names a record (default: its row); A,B where files call it differently
    #[arg(long, value_name = "COLUMN")]
    pub id: Option<String>,
    /// What is compared and how (default: what --suggest prints)
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Print a configuration proposed from the data alone; links with it as well if something is to be written or scored
    #[arg(long, conflicts_with = "config")]
    pub suggest: bool,
    /// Write record_id,cluster_id; CSV, or Parquet by its name (default: on stdout)
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write left_id,right_id,bits,probability; CSV, or Parquet by its name
    #[arg(long, value_name = "FILE")]
    pub pairs: Option<PathBuf>,
    /// Score against labels: a cluster for each record, or pairs
    #[arg(long, value_name = "FILE")]
    pub truth: Option<PathBuf>,
    /// Column of the labels, where it cannot be guessed
    #[arg(long, value_name = "COLUMN")]
    pub truth_column: Option<String>,
    /// Why two records are one or not, in bits
    #[arg(long, num_args = 2, value_names = ["A", "B"])]
    pub explain: Option<Vec<String>>,
    /// What holds the cluster of a record together, what it hangs by, and into what it would fall apart
    #[arg(long, value_name = "ID")]
    pub explain_cluster: Option<String>,
    /// Write pictures of weights, thresholds, clusters and, with --explain, the waterfall
    #[arg(long, value_name = "DIR")]
    pub charts: Option<PathBuf>,
    /// Write the ids of records that say too little to be linked
    #[arg(long, value_name = "FILE")]
    pub unlinkables: Option<PathBuf>,
    /// Write so many pairs to judge, of each likelihood as many, with an empty column `verdict`
    #[arg(long, value_name = "N")]
    pub sample: Option<usize>,
    /// Where the pairs to judge go (default: on stdout)
    #[arg(long, value_name = "FILE", requires = "sample")]
    pub sample_output: Option<PathBuf>,
    /// Which pairs are drawn: another number, another sample
    #[arg(long, value_name = "NUMBER", requires = "sample", default_value_t = 1)]
    pub seed: u64,
    /// Precision and recall with bounds of 95 %, from a sample that came back with verdicts
    #[arg(long, value_name = "FILE", conflicts_with = "sample")]
    pub judged: Option<PathBuf>,
    /// An index of records to be asked and changed
    #[command(flatten)]
    pub index: IndexArgs,
}

/// What is done with an index.
#[derive(Args)]
#[command(next_help_heading = "Index: one record against all that are known")]
pub struct IndexArgs {
    /// Folder of an index: built from the named files, then asked and changed; alone it tells what is in it
    #[arg(long = "index", value_name = "DIR", conflicts_with_all = ["suggest", "truth", "explain", "explain_cluster", "charts", "unlinkables", "sample", "judged"])]
    pub folder: Option<PathBuf>,
    /// Build it anew from the named files where there is one
    #[arg(long, requires = "folder")]
    pub rebuild: bool,
    /// Build with the model of another index, learning nothing: what grew under one model and what is built with it are the same
    #[arg(long, value_name = "DIR", requires = "folder", conflicts_with = "config")]
    pub model_of: Option<PathBuf>,
    /// Take in the records of a file; one with a known id replaces what that id held
    #[arg(long, value_name = "FILE", requires = "folder", conflicts_with_all = ["files", "config"])]
    pub add: Vec<PathBuf>,
    /// Take out the record of this id
    #[arg(long, value_name = "ID", requires = "folder", conflicts_with = "files")]
    pub delete: Vec<String>,
    /// Say that the record of this id is another than those it is with
    #[arg(long, value_name = "ID", requires = "folder", conflicts_with = "files")]
    pub unmerge: Vec<String>,
    /// Ask who the records of a file are, or of standard input (-): CSV, Parquet or JSON lines in, JSON lines out
    #[arg(long, value_name = "FILE", requires = "folder")]
    pub query: Option<PathBuf>,
    /// Whose records these are: nothing of one tenant is a candidate for another, or linked to it
    #[arg(long, value_name = "NAME", requires = "folder", default_value = "", hide_default_value = true)]
    pub tenant: String,
}
