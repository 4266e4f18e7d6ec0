//! The dashboard: how the site does, now and day by day.

use crate::app::support::error::invalid;
use crate::app::{Operation, Result};
use yingku_core::calendar::{Day, days_until};
use yingku_core::field::number;
use yingku_db::dashboard::{self, Quarter};
use yingku_protocol::{Dashboard, DashboardDay, ShowDashboard};

const USUAL_DAYS: u32 = 30;
const MOST_DAYS: i64 = 366;

impl Operation {
    /// How the site does: now, and day by day in the site's time zone.
    pub async fn show_dashboard(&self, wanted: &ShowDashboard) -> Result<Dashboard> {
        let count = wanted.days.unwrap_or(USUAL_DAYS);
        number(i64::from(count), 1, MOST_DAYS).map_err(|problem| invalid("days", problem))?;
        let free_bytes = self.base.blobs.free_bytes().await?;
        let now = self.base.now();
        // One unchanging view: the sums and the days fit each other.
        let view = self.base.db.snapshot().await?;
        let timezone = self.base.settings(&view).await?.timezone;
        let calendar = days_until(now, count, timezone);
        let begins_at = calendar.first().map_or(now, |day| day.begins_at);
        let during = begins_at..calendar.last().map_or(now, |day| day.ends_at);
        let mut days: Vec<DashboardDay> = calendar.iter().map(empty).collect();
        let mut add = |quarters: Vec<Quarter>, add: fn(&mut DashboardDay, Quarter)| {
            for quarter in quarters {
                let at = calendar.partition_point(|day| day.ends_at <= quarter.at_ms);
                if let Some(day) = days.get_mut(at) {
                    add(day, quarter);
                }
            }
        };
        add(dashboard::new_accounts(&view, during.clone()).await?, |day, quarter| {
            day.new_accounts += quarter.count;
        });
        add(dashboard::purchases(&view, during.clone()).await?, |day, quarter| {
            day.purchases += quarter.count;
            day.sales_minor += quarter.sum;
        });
        add(dashboard::refunds(&view, during.clone()).await?, |day, quarter| {
            day.sales_minor -= quarter.sum;
        });
        add(dashboard::downloads(&view, during.clone()).await?, |day, quarter| {
            day.downloads += quarter.count;
        });
        add(dashboard::contents(&view, during).await?, |day, quarter| {
            day.stored_bytes += quarter.sum;
        });
        let mut stored_bytes = dashboard::stored_before(&view, begins_at).await?;
        for day in &mut days {
            stored_bytes += day.stored_bytes;
            day.stored_bytes = stored_bytes;
        }
        let totals = dashboard::totals(&view, now).await?;
        Ok(Dashboard {
            days,
            accounts: totals.accounts,
            members: totals.members,
            videos: totals.videos,
            trashed_videos: totals.trashed_videos,
            stored_bytes: totals.stored_bytes,
            free_bytes: i64::try_from(free_bytes).unwrap_or(i64::MAX),
            sales_minor: totals.sales_minor,
            wallets_minor: totals.wallets_minor,
            waiting_downloads: totals.waiting_downloads,
        })
    }
}

fn empty(day: &Day) -> DashboardDay {
    DashboardDay {
        date: day.date.to_string(),
        sales_minor: 0,
        purchases: 0,
        downloads: 0,
        new_accounts: 0,
        stored_bytes: 0,
    }
}
