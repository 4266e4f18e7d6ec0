//! Jobs: which kinds there are, which recur, and how often one that fails is tried again. Where
//! they are kept, and who runs them, never belongs here.

use crate::word::words;

/// How often a job is tried before it is given up.
pub const ATTEMPTS: i64 = 3;

const MINUTE_MS: i64 = 60 * 1_000;

words! {
    /// What a job does.
    pub enum Kind {
        /// Looks into a content: what it holds, and how it can be played.
        Probe = "probe",
        /// Makes of a content what is missing to play it.
        Convert = "convert",
        /// Decides in which sizes a content is encoded, where it is cut, and queues that.
        Plan = "plan",
        /// Encodes the sound of a content.
        Sound = "sound",
        /// Encodes a stretch of a content in all its sizes.
        Unit = "unit",
        /// Takes pictures out of a content: candidates for its poster, and what is ahead in it.
        Picture = "picture",
        /// Takes the subtitles out of a content.
        Subtitle = "subtitle",
        /// Writes the search index of all videos anew.
        IndexVideos = "index_videos",
        /// Makes a title public when its time has come.
        PublishVideo = "publish_video",
        /// Finds contents that must be looked into again, and queues that.
        FindUnprobed = "find_unprobed",
        /// Deletes sessions that have expired.
        ExpireSessions = "expire_sessions",
        /// Deletes failed logins that no longer count.
        ForgetFailures = "forget_failures",
        /// Deletes kept answers to money calls.
        ForgetAnswers = "forget_answers",
        /// Deletes digests of passwords that only the classic protocol uses, where it is off.
        ForgetDigests = "forget_digests",
        /// Deletes entries of the audit log that are older than the site keeps them.
        PruneAudit = "prune_audit",
        /// Purges what has been in the trash for long enough.
        EmptyTrash = "empty_trash",
        /// Deletes content that nothing refers to.
        CollectContent = "collect_content",
        /// Ends uploads in several requests that have expired.
        ExpireUploads = "expire_uploads",
        /// Removes what interrupted uploads have left on the disk.
        SweepIncoming = "sweep_incoming",
        /// Deletes jobs that ended long ago.
        ForgetJobs = "forget_jobs",
    }
}

words! {
    /// How far a job is.
    pub enum JobState {
        /// It waits.
        Queued = "queued",
        /// A process runs it.
        Running = "running",
        /// It was done.
        Done = "done",
        /// It was given up.
        Failed = "failed",
        /// An admin ended it.
        Cancelled = "cancelled",
    }
}

impl Kind {
    /// How long after it was done it is done again, in milliseconds; `None` where it is done
    /// once.
    pub fn every_ms(self) -> Option<i64> {
        match self {
            Kind::Probe
            | Kind::Convert
            | Kind::Plan
            | Kind::Sound
            | Kind::Unit
            | Kind::Picture
            | Kind::Subtitle
            | Kind::IndexVideos
            | Kind::PublishVideo => None,
            _ => Some(10 * MINUTE_MS),
        }
    }

    /// Higher ones go first: what somebody waits for before what nobody does.
    pub fn priority(self) -> i64 {
        match self {
            Kind::Probe => 100,
            Kind::Plan => 70,
            Kind::Sound => 60,
            Kind::Convert => 50,
            Kind::Subtitle => 45,
            Kind::Picture => 40,
            Kind::Unit => BACKGROUND,
            _ => 0,
        }
    }

    /// Which of a node's places it is run in.
    pub fn lane(self) -> Lane {
        match self {
            Kind::Unit => Lane::Encode,
            Kind::Convert
            | Kind::Plan
            | Kind::Sound
            | Kind::Picture
            | Kind::Subtitle
            | Kind::IndexVideos => Lane::Prepare,
            _ => Lane::Light,
        }
    }
}

/// The priority of a unit that nobody waits for.
pub const BACKGROUND: i64 = 20;
/// That of the beginning of a film that nobody can watch yet.
pub const BEGINNING: i64 = 60;
/// That of what somebody who watches needs next.
pub const SOON: i64 = 80;
/// That of what somebody waits for just now.
pub const URGENT: i64 = 95;

/// Places that a node runs jobs in: what takes long never keeps what is short waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Moments.
    Light,
    /// Minutes, on the machine that has the file.
    Prepare,
    /// Encoding; how many at once is a setting.
    Encode,
}

impl Lane {
    /// All of them.
    pub const ALL: [Lane; 3] = [Lane::Light, Lane::Prepare, Lane::Encode];
}

/// How long a job rests that has failed so many times, in milliseconds; `None`: it is given up.
/// One that recurs never is.
pub fn rest_ms(kind: Kind, attempts: i64) -> Option<i64> {
    match (kind.every_ms(), attempts) {
        (Some(every_ms), ATTEMPTS..) => Some(every_ms),
        (None, ATTEMPTS..) => None,
        (_, 1) => Some(5 * 1_000),
        _ => Some(MINUTE_MS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_one_text_form() {
        for &kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.as_str()), Some(kind));
            assert!(kind.as_str().len() <= 32);
        }
        assert_eq!(Kind::parse("Probe"), None);
    }

    #[test]
    fn a_job_is_tried_three_times_and_a_recurring_one_for_ever() {
        let rests = |kind| [1, 2, 3, 9].map(|attempts| rest_ms(kind, attempts));
        assert_eq!(rests(Kind::Probe), [Some(5_000), Some(60_000), None, None]);
        let every = Some(600_000);
        assert_eq!(rests(Kind::EmptyTrash), [Some(5_000), Some(60_000), every, every]);
    }
}
