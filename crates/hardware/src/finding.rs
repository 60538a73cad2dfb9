//! What the judgement says of one device.

/// How sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Too little is known of it to say anything.
    Unknown,
    /// Nothing speaks for a remote hand.
    Ordinary,
    /// It has a trait that remote hands have, and few others.
    Suspect,
    /// A network KVM, by its own name or through its disguise.
    Kvm,
}

impl Grade {
    /// As printed.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Ordinary => "ordinary",
            Self::Suspect => "suspect",
            Self::Kvm => "kvm",
        }
    }

    /// Whether it is worth an analyst's time.
    #[must_use]
    pub fn is_found(self) -> bool {
        self >= Self::Suspect
    }
}

/// What was found of one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How the source calls the device.
    pub device: String,
    /// `hid`, `usb`, `display`, `network` or `tool`.
    pub class: &'static str,
    /// The verdict.
    pub grade: Grade,
    /// Why, strongest first.
    pub reasons: Vec<String>,
    /// What it says of itself, in a fixed order.
    pub facts: Vec<(&'static str, String)>,
}

/// Reasons as they gather; the strongest grade wins.
#[derive(Debug, Default)]
pub struct Reasons {
    given: Vec<(Grade, String)>,
}

impl Reasons {
    /// Adds a reason with what it alone amounts to.
    pub fn give(&mut self, grade: Grade, reason: impl Into<String>) {
        let reason = reason.into();
        if !self.given.iter().any(|(_, known)| *known == reason) {
            self.given.push((grade, reason));
        }
    }

    /// The strongest grade so far; `least` where none was given.
    #[must_use]
    pub fn grade(&self, least: Grade) -> Grade {
        self.given.iter().map(|(grade, _)| *grade).max().unwrap_or(least).max(least)
    }

    /// The reasons, strongest first, otherwise in the order in which they were given.
    #[must_use]
    pub fn into_sorted(mut self) -> Vec<String> {
        self.given.sort_by_key(|(grade, _)| std::cmp::Reverse(*grade));
        self.given.into_iter().map(|(_, reason)| reason).collect()
    }
}
