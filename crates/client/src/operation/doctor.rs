//! The doctor.

use crate::call::Patience;
use crate::{Client, Result};
use http::Method;
use yingku_protocol::{DoctorReport, Examine};

impl Client {
    /// Examines the installation; deep, it reads every file.
    pub async fn examine(&self, query: &Examine) -> Result<DoctorReport> {
        self.act(Method::POST, "/api/v1/doctor", query, Patience::Endless).await
    }
}
