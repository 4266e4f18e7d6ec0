//! Plans and membership.

use crate::call::{NO_QUERY, escape};
use crate::{Client, Result};
use http::Method;
use yingku_protocol::{BuyMembership, Membership, MembershipBought, Page, Plan, SetPlan};

impl Client {
    /// Lists plans.
    pub async fn plans(&self) -> Result<Page<Plan>> {
        self.get("/api/v1/plans", NO_QUERY).await
    }

    /// Creates or changes a plan.
    pub async fn set_plan(&self, code: &str, body: &SetPlan) -> Result<Plan> {
        self.send(Method::PUT, &format!("/api/v1/plans/{}", escape(code)), body).await
    }

    /// The caller's membership.
    pub async fn membership(&self) -> Result<Membership> {
        self.get("/api/v1/membership", NO_QUERY).await
    }

    /// Buys a membership at the price that the buyer saw.
    pub async fn buy_membership(&self, body: &BuyMembership) -> Result<MembershipBought> {
        self.pay("/api/v1/membership/purchases", body).await
    }
}
