//! User agents of browsers, as Okta names their parts.

use crate::calendar::Day;
use crate::catalogue::Os;
use crate::draw::Draw;

/// A browser on a system.
pub struct Agent {
    /// Raw user agent around the version.
    pub raw: [&'static str; 2],
    /// Okta's name of the system.
    pub os: &'static str,
    /// Okta's name of the browser.
    pub browser: &'static str,
    /// `Computer` or `Mobile`.
    pub device: &'static str,
    /// Version on the first day of 2025; a new one comes every four weeks. 0 where the agent names none that moves.
    version: i32,
}

impl Agent {
    /// Version of a day; a person updates some days after the release.
    pub fn version(&self, day: Day, who: usize) -> i32 {
        self.version + if self.version == 0 { 0 } else { (day - 20_089 - (who % 11) as i32) / 28 }
    }
}

/// The browsers that people use.
pub const AGENTS: &[Agent] = &[
    Agent {
        raw: [
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/",
            ".0.0.0 Safari/537.36",
        ],
        os: "Mac OS X",
        browser: "CHROME",
        device: "Computer",
        version: 131,
    },
    Agent {
        raw: [
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.",
            " Safari/605.1.15",
        ],
        os: "Mac OS X",
        browser: "SAFARI",
        device: "Computer",
        version: 2,
    },
    Agent {
        raw: [
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/",
            ".0.0.0 Safari/537.36",
        ],
        os: "Windows 10",
        browser: "CHROME",
        device: "Computer",
        version: 131,
    },
    Agent {
        raw: [
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/",
            ".0.0.0",
        ],
        os: "Windows 10",
        browser: "EDGE",
        device: "Computer",
        version: 131,
    },
    Agent {
        raw: [
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/",
            ".0.0.0 Safari/537.36",
        ],
        os: "Linux",
        browser: "CHROME",
        device: "Computer",
        version: 131,
    },
    Agent {
        raw: [
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_",
            "_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Mobile/15E148 Safari/604.1",
        ],
        os: "iOS (iPhone)",
        browser: "SAFARI",
        device: "Mobile",
        version: 2,
    },
    Agent {
        raw: [
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/",
            ".0.0.0 Mobile Safari/537.36",
        ],
        os: "Android 10",
        browser: "CHROME",
        device: "Mobile",
        version: 131,
    },
];

/// Chrome on a Windows PC that is not ours.
pub const WINDOWS_PC: usize = 2;

/// Chrome on a Mac that is not ours.
pub const MAC: usize = 0;

/// Chrome on Linux.
pub const LINUX: usize = 4;

/// The browser of a laptop.
pub fn of_laptop(draw: &mut Draw, os: Os) -> usize {
    match os {
        Os::Darwin => usize::from(draw.chance(0.14)),
        Os::Windows => 2 + usize::from(draw.chance(0.35)),
        Os::Ubuntu => 4,
    }
}

/// The browser of a phone.
pub fn of_phone(draw: &mut Draw) -> usize {
    5 + usize::from(draw.chance(0.45))
}
