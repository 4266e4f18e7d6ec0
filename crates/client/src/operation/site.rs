//! The site.

use crate::call::NO_QUERY;
use crate::{Client, Result};
use yingku_protocol::{Dashboard, ShowDashboard, Site};

impl Client {
    /// What anybody may know of the site.
    pub async fn site(&self) -> Result<Site> {
        self.get("/api/v1/site", NO_QUERY).await
    }

    /// How the site does, now and day by day.
    pub async fn dashboard(&self, query: &ShowDashboard) -> Result<Dashboard> {
        self.get("/api/v1/dashboard", query).await
    }
}
