//! The stable refusal codes, shared by every interface.

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal,)*) => {
        /// Why a call was refused. The text form is stable; callers branch on it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $($(#[$doc])* $variant,)* }

        impl Code {
            /// Every code there is, in the order of this file.
            pub const ALL: &[Code] = &[$(Code::$variant,)*];

            /// The stable text form, for example `video_exists`.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $text,)* }
            }
        }
    };
}

codes! {
    /// No live login came with a call that needs one.
    LoginRequired = "login_required",
    /// The token that came is dead: logged out, expired, or ended by a raised epoch.
    SessionEnded = "session_ended",
    /// The caller's role may not do this.
    Forbidden = "forbidden",
    /// A cookie-borne change came from another site.
    OriginMismatch = "origin_mismatch",
    /// Unknown name, locked account or wrong password; deliberately not distinguished.
    WrongCredentials = "wrong_credentials",
    /// The password is right, and the account is locked; `contact` says whom to ask.
    AccountLocked = "account_locked",
    /// Too many failed attempts; `retry_after_seconds` says how long to wait.
    TooManyAttempts = "too_many_attempts",
    /// Too many accounts were registered from this address; `retry_after_seconds` says how long
    /// to wait.
    TooManySignUps = "too_many_sign_ups",
    /// A field broke a limit; `field` names it and `problem` says which limit.
    InvalidField = "invalid_field",
    /// The request could not be read at all.
    MalformedRequest = "malformed_request",
    /// There is no such thing, or none that this caller may see; `kind` names it.
    NotFound = "not_found",
    /// The path exists, the method does not.
    MethodNotAllowed = "method_not_allowed",
    /// The request body is over `limit_bytes`.
    PayloadTooLarge = "payload_too_large",
    /// The request body has a media type that is not read here.
    UnsupportedMediaType = "unsupported_media_type",
    /// The body or the head did not arrive in time.
    RequestTimeout = "request_timeout",
    /// Another account has that name, without regard to case or width.
    NameTaken = "name_taken",
    /// Sign-up for that role is closed by policy.
    SignupClosed = "signup_closed",
    /// Sign-up for that role needs an invite code.
    InviteRequired = "invite_required",
    /// The invite code is unknown, used up, expired, revoked or for another role.
    InviteInvalid = "invite_invalid",
    /// There is an admin already, so first-run setup is over.
    SetupDone = "setup_done",
    /// The setup code is wrong.
    SetupCodeInvalid = "setup_code_invalid",
    /// The password reset code is wrong, used or expired.
    ResetCodeInvalid = "reset_code_invalid",
    /// The last admin can be neither locked nor demoted.
    LastAdmin = "last_admin",
    /// A visible video has this content; `video_id` names it.
    VideoExists = "video_exists",
    /// A video in the trash has this content; `video_id` names it.
    VideoInTrash = "video_in_trash",
    /// Only a video in the trash can be restored or purged.
    VideoNotInTrash = "video_not_in_trash",
    /// `buyers` accounts bought the video and were not refunded.
    VideoHasBuyers = "video_has_buyers",
    /// The video was withdrawn and this caller does not own it.
    VideoWithdrawn = "video_withdrawn",
    /// The file is over `limit_bytes`.
    UploadTooLarge = "upload_too_large",
    /// Fewer bytes arrived than were announced.
    UploadIncomplete = "upload_incomplete",
    /// The upload was ended, has expired or was lost: begin a new one.
    UploadEnded = "upload_ended",
    /// The job has ended, or another process runs it by now.
    JobEnded = "job_ended",
    /// What a worker sent is not what was to be encoded; `reason` says how.
    UnitRefused = "unit_refused",
    /// What a worker sent cannot be joined with what is there: another encoder made that.
    OtherEncoder = "other_encoder",
    /// Only a job that failed, was cancelled or waits can be queued again, and only once.
    JobNotRetryable = "job_not_retryable",
    /// The upload goes on at `offset`, and at no other place.
    UploadOffsetMismatch = "upload_offset_mismatch",
    /// Another request writes this upload, or has taken it over from this one.
    UploadBusy = "upload_busy",
    /// An upload that is put together of others takes no bytes of its own.
    UploadIsFinal = "upload_is_final",
    /// This account has `limit` uploads open.
    TooManyUploads = "too_many_uploads",
    /// The bytes that arrived do not have the checksum that came with them; none is kept.
    ChecksumMismatch = "checksum_mismatch",
    /// The request speaks no version of tus that is spoken here.
    TusVersionUnsupported = "tus_version_unsupported",
    /// The file has neither pictures nor sound that can be read.
    NotAFilm = "not_a_film",
    /// This server has no ffmpeg that it may run, which that needs.
    NoFfmpeg = "no_ffmpeg",
    /// The file was written to while it was imported.
    FileChanged = "file_changed",
    /// A file cannot be linked into the store: it lies in another file system.
    OtherFileSystem = "other_file_system",
    /// What lies beside a film to describe it cannot be read; `file` names it.
    SidecarUnreadable = "sidecar_unreadable",
    /// The bytes that arrived do not hash to the announced content hash.
    HashMismatch = "hash_mismatch",
    /// The video is paid and this account does not own it; `price_minor` is its price.
    PurchaseRequired = "purchase_required",
    /// The balance is too low; `missing_minor` says by how much.
    InsufficientBalance = "insufficient_balance",
    /// The price is no longer the one the buyer saw; `price_minor` is today's.
    PriceChanged = "price_changed",
    /// The plan no longer has the length the buyer saw; `months` is today's, 0 for ever.
    PlanChanged = "plan_changed",
    /// This account owns it already.
    AlreadyOwned = "already_owned",
    /// The video is free, in the trash or purged: there is nothing to buy.
    NotForSale = "not_for_sale",
    /// A membership runs now, and this call buys only a first one.
    AlreadyMember = "already_member",
    /// This account has a membership for ever.
    AlreadyLifetime = "already_lifetime",
    /// A call that moves money came without an `Idempotency-Key`.
    IdempotencyKeyRequired = "idempotency_key_required",
    /// The key was used before with another request.
    IdempotencyKeyReused = "idempotency_key_reused",
    /// The entry was reversed before.
    AlreadyReversed = "already_reversed",
    /// An entry of this kind cannot be reversed.
    NotReversible = "not_reversible",
    /// The wallet would go over the largest amount that is kept.
    BalanceLimit = "balance_limit",
    /// The wait is not over; `available_at` and `retry_after_seconds` say when it is.
    DownloadWaiting = "download_waiting",
    /// The ticket was used, is too old, or was ended with its sessions.
    TicketEnded = "ticket_ended",
    /// The wait before this video plays is not over; `retry_after_seconds` says how long it is.
    WatchWaiting = "watch_waiting",
    /// What is to be played is not encoded yet; ask again.
    SegmentNotReady = "segment_not_ready",
    /// The account watches as many videos as it may at once; `limit` says how many.
    TooManyStreams = "too_many_streams",
    /// The address to watch at has expired, or the right behind it has ended.
    WatchEnded = "watch_ended",
    /// This ticket is being fetched over `limit` connections.
    TooManyConnections = "too_many_connections",
    /// No byte of the requested range exists.
    RangeNotSatisfiable = "range_not_satisfiable",
    /// The currency is fixed once the first entry is in the journal.
    CurrencyFixed = "currency_fixed",
    /// The site has no comments.
    CommentsOff = "comments_off",
    /// The site has no danmaku.
    DanmakuOff = "danmaku_off",
    /// An admin muted this account: it may neither comment nor send danmaku.
    Muted = "muted",
    /// The text has a word that is not wanted on this site.
    TextBlocked = "text_blocked",
    /// The account says too much in too short a time; `retry_after_seconds` says how long to wait.
    TooFast = "too_fast",
    /// The disk is full.
    StorageFull = "storage_full",
    /// The storage failed; nothing was changed.
    StorageFailed = "storage_failed",
    /// The database cannot be reached just now; nothing was changed.
    DatabaseUnavailable = "database_unavailable",
    /// The server is at one of its limits; try again soon.
    Busy = "busy",
    /// A fault of the server; its log has the detail.
    Internal = "internal",
}

impl Code {
    /// The code with that text form, if there is one.
    pub fn parse(text: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|code| code.as_str() == text)
    }
}
