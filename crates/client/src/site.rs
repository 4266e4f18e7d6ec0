//! The site.

use crate::call::NO_QUERY;
use crate::{Client, Result};
use yingku_protocol::Site;

impl Client {
    /// What anybody may know of the site.
    pub async fn site(&self) -> Result<Site> {
        self.get("/api/v1/site", NO_QUERY).await
    }
}
