//! Weight, not verdict: population rates, weights in bits, innocent explanations, and a prior turned into
//! an assessment that explains itself. Pure: no file, no clock, no order of a hash.
//!
//! # Layout
//! - [`input`]: what the caller gives; [`assessment`]: what comes back
//! - [`vocabulary`]: the closed list of innocent explanations, of evidence against, and of schemes, with
//!   sources
//! - [`rates`]: how often honest and fraudulent engagements show a thing, and the weight that follows
//! - [`component`]: the weight of a shared token; [`conduct`]: what makes it more than a couple's;
//!   [`mod@line`]: whose line a public address is; [`town`]: farms without a house that could be seen;
//!   [`tied`]: farms and rings among open cases
//! - [`scheme`]: fraud as a mixture of schemes; [`together`]: one cause behind several answers
//! - [`learning`]: what decisions teach the weights
//! - [`calibrate`]: what a sum of cautious weights is worth
//! - [`weigh`]: one person's parts; [`opening`]: the tier rule; [`role`]: proposed roles; [`mod@words`]: plain
//!   words
//!
//! # Where the score is monotone, and where not
//! Evidence against and attested explanations never raise a score. One more fired answer never lowers its
//! own group, but may lower the whole through the bar "explained together" when it completes the picture of
//! an innocent explanation: a VPN, far away, in another time zone is a traveller more often than three
//! oddities; and it moves the shares of the schemes, so that silence elsewhere costs a little more or less.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod assess;
pub mod assessment;
pub mod calibrate;
pub mod component;
pub mod conduct;
pub mod error;
pub mod input;
pub mod learning;
pub mod line;
pub mod opening;
pub mod rates;
pub mod role;
pub mod scheme;
pub mod tied;
pub mod together;
pub mod town;
pub mod vocabulary;
pub mod weigh;
pub mod words;

pub use assess::assess;
pub use assessment::{
    AgainstItem, Assessment, Baseline, Clearing, Part, PartKind, PopulationReport, Report, Role, SilentItem,
    Together, WeighedEvidence, WeightNote,
};
pub use error::Error;
pub use input::{
    Attested, Band, IndicatorKind, IndicatorMeta, Inputs, PRIOR_APPLICANT, PRIOR_WORKER, RatePrior,
    Reference, Rules, Settings, Subject, THRESHOLD,
};
pub use vocabulary::{AgainstKind, Careful, Explanation, Scheme, Vocabulary};
pub use words::{likelihood_sentence, words};
