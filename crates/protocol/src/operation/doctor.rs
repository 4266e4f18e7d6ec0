//! The doctor's report.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What the doctor looked at, and what it found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DoctorReport {
    /// Whether nothing is wrong (advice is not wrong).
    pub ok: bool,
    /// One finding a check.
    pub items: Vec<Finding>,
}

/// One check of the doctor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// What was looked at: `database`, `storage`, `blobs`, `ledger`, `ffmpeg`, `clock`, `admin`, `disk`.
    pub check: String,
    /// `ok`, `advice`, `wrong` or `repaired`.
    pub state: String,
    /// What was found, in plain words.
    pub detail: String,
}

/// How the doctor should work.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Examine {
    /// Mend what can be mended: recount references, remove files that nothing refers to.
    #[serde(default)]
    pub repair: bool,
    /// Read every file and compare its hash. Slow.
    #[serde(default)]
    pub deep: bool,
}
