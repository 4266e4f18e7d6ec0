//! Bars on standard error, for a person who looks and a thing that lasts.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Nothing is shown of what is over sooner.
const LASTING: Duration = Duration::from_secs(1);

/// How far something in bytes has come. Cheap to clone; all clones are the same bar.
#[derive(Clone)]
pub struct Progress(Arc<Mutex<Inner>>);

struct Inner {
    began: Instant,
    watched: bool,
    what: String,
    done: u64,
    total: u64,
    bar: Option<ProgressBar>,
}

impl Progress {
    /// Nothing of `total` bytes is done.
    pub fn new(what: impl Into<String>, total: u64) -> Self {
        Progress(Arc::new(Mutex::new(Inner {
            began: Instant::now(),
            watched: std::io::stderr().is_terminal(),
            what: what.into(),
            done: 0,
            total,
            bar: None,
        })))
    }

    /// So many bytes are done now.
    pub fn at(&self, done: u64) {
        self.update(|inner| inner.done = done);
    }

    /// So many bytes more are done.
    pub fn add(&self, bytes: u64) {
        self.update(|inner| inner.done += bytes);
    }

    /// Takes the bar away.
    pub fn end(&self) {
        if let Ok(mut inner) = self.0.lock()
            && let Some(bar) = inner.bar.take()
        {
            bar.finish_and_clear();
        }
    }

    fn update(&self, change: impl FnOnce(&mut Inner)) {
        let Ok(mut inner) = self.0.lock() else { return };
        change(&mut inner);
        if inner.bar.is_none() && inner.watched && inner.began.elapsed() >= LASTING {
            inner.bar = Some(bar(&inner));
        }
        if let Some(bar) = &inner.bar {
            bar.set_position(inner.done);
        }
    }
}

fn bar(inner: &Inner) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(inner.total), ProgressDrawTarget::stderr())
        .with_elapsed(inner.began.elapsed())
        .with_message(inner.what.clone());
    let form = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
    if let Ok(style) = ProgressStyle::with_template(form) {
        bar.set_style(style);
    }
    bar
}
