//! The data files: tab-separated lines, `#` begins a comment.

/// The cells of each line.
pub fn rows(text: &'static str) -> impl Iterator<Item = Row> {
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .map(|line| Row(line.split('\t').collect()))
}

/// One line of a data file.
pub struct Row(Vec<&'static str>);

impl Row {
    /// A cell as it stands, empty where the line is shorter.
    pub fn text(&self, at: usize) -> &'static str {
        self.0.get(at).copied().unwrap_or_default().trim()
    }

    /// A cell as a number; a test holds that every numeric cell of our files is one.
    pub fn number<T: std::str::FromStr + Default>(&self, at: usize) -> T {
        self.text(at).parse().unwrap_or_default()
    }
}
