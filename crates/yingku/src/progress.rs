//! Bars on standard error, for a person who looks and a thing that lasts: one for each
//! thing, and one for all where there are several.

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Nothing is shown of what is over sooner.
const LASTING: Duration = Duration::from_secs(1);
/// A bar: what, how far, how fast, how long still.
const FORM: &str = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";

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
    board: Option<Board>,
    /// Whether it counts for all.
    counts: bool,
}

impl Inner {
    fn all(&self) -> Option<&ProgressBar> {
        self.board.as_ref().filter(|_| self.counts).map(|board| &board.all)
    }
}

/// Several bars, and below them one for all.
#[derive(Clone)]
pub struct Board {
    began: Instant,
    bars: MultiProgress,
    all: ProgressBar,
    /// Whether the bar for all is to be seen.
    sums: bool,
}

impl Board {
    /// A board of so many things, `total` bytes in all.
    pub fn new(what: impl Into<String>, things: usize, total: u64) -> Self {
        let bars = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let all = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
        all.set_style(style());
        all.set_message(what.into());
        // One thing is its own sum.
        let sums = std::io::stderr().is_terminal() && things > 1;
        Board { began: Instant::now(), bars, all, sums }
    }

    /// A bar on the board.
    pub fn bar(&self, what: impl Into<String>, total: u64) -> Progress {
        let progress = Progress::new(what, total);
        if let Ok(mut inner) = progress.0.lock() {
            inner.board = Some(self.clone());
        }
        progress
    }

    /// A bar of something that is no part of the whole.
    pub fn note(&self, what: impl Into<String>, total: u64) -> Progress {
        let progress = self.bar(what, total);
        if let Ok(mut inner) = progress.0.lock() {
            inner.counts = false;
        }
        progress
    }

    /// Says something while no bar is in the way.
    pub fn aside<T>(&self, say: impl FnOnce() -> T) -> T {
        self.bars.suspend(say)
    }

    fn show_what_lasts(&self) {
        if self.sums && self.all.is_hidden() && self.began.elapsed() >= LASTING {
            self.bars.add(self.all.clone());
        }
    }

    /// Takes the bar for all away.
    pub fn end(&self) {
        self.all.finish_and_clear();
    }
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
            board: None,
            counts: true,
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

    /// So many bytes were done before: they count for no rate.
    pub fn begin_at(&self, done: u64) {
        let Ok(mut inner) = self.0.lock() else { return };
        inner.done = done;
        if let Some(all) = inner.all() {
            all.dec_length(done);
        }
        if let Some(bar) = &inner.bar {
            bar.set_position(done);
            bar.reset_eta();
        }
    }

    /// Nothing more will be done of it, and nothing has to be.
    pub fn skip(&self) {
        let Ok(inner) = self.0.lock() else { return };
        if let Some(all) = inner.all() {
            all.dec_length(inner.total.saturating_sub(inner.done));
        }
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
        let before = inner.done;
        change(&mut inner);
        if let Some(board) = &inner.board {
            board.show_what_lasts();
        }
        if inner.bar.is_none() && inner.watched && inner.began.elapsed() >= LASTING {
            inner.bar = Some(bar(&inner));
        }
        if let Some(bar) = &inner.bar {
            bar.set_position(inner.done);
        }
        if let Some(all) = inner.all() {
            all.inc(inner.done.saturating_sub(before));
            all.dec(before.saturating_sub(inner.done));
        }
    }
}

fn bar(inner: &Inner) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(inner.total), ProgressDrawTarget::stderr())
        .with_position(inner.done)
        .with_elapsed(inner.began.elapsed())
        .with_message(inner.what.clone());
    bar.set_style(style());
    match &inner.board {
        Some(board) if !board.all.is_hidden() => board.bars.insert_before(&board.all, bar),
        Some(board) => board.bars.add(bar),
        None => bar,
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template(FORM).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_here_already_is_not_waited_for() {
        let board = Board::new("all", 3, 60);
        let (one, two, three) = (board.bar("a", 10), board.bar("b", 20), board.bar("c", 30));
        one.add(10);
        two.begin_at(15);
        two.at(20);
        two.at(18);
        two.add(2);
        three.skip();
        assert_eq!((board.all.position(), board.all.length()), (15, Some(15)));
    }
}
