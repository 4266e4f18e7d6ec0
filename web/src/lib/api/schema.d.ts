// Made by `npm run generate` from the API document; edit nothing here.

export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The page at the root: the site itself, or what runs here where it was built without pages. */
        get: operations["root"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists accounts, newest first. Admins only. */
        get: operations["list_accounts"];
        put?: never;
        /** Registers an account, as the sign-up policy of its role allows. */
        post: operations["register_account"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows an account. Admins only. */
        get: operations["show_account"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes what an admin may change: a changed role ends every session. */
        patch: operations["edit_account"];
        trace?: never;
    };
    "/api/v1/accounts/{id}/credits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Credits the wallet of an account, with a reason. Admins only. */
        post: operations["credit_wallet"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{id}/lock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Locks an account: it cannot log in, and everything that it logged in ends within 1 s. */
        post: operations["lock_account"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{id}/reset-code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a code with which a forgotten password is replaced; it is shown this once. */
        post: operations["create_reset_code"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{id}/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends every session, ticket and link of an account. */
        delete: operations["end_account_sessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{id}/throttles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists from where an account cannot log in for a while, after too many failures. Admins only. */
        get: operations["list_throttles"];
        put?: never;
        post?: never;
        /** Forgets the failures that keep an account from logging in. Admins only. */
        delete: operations["lift_throttles"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists all that happened to an account, newest first: acts on it and by it, logins and
         *     failures, its wallet, its downloads. Admins only.
         */
        get: operations["show_timeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{id}/unlock": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets a locked account log in again. */
        post: operations["unlock_account"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{id}/wallet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows the wallet of an account. Admins only. */
        get: operations["show_account_wallet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts/{id}/wallet/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the movements of the wallet of an account, newest first. Admins only. */
        get: operations["list_account_wallet_entries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/admins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes an admin, whatever the sign-up policy says. Admins only. */
        post: operations["create_admin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/announcements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists announcements, last published first. */
        get: operations["list_announcements"];
        put?: never;
        /** Publishes an announcement, now or at a time to come. Admins only. */
        post: operations["publish_announcement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/announcements/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Shows how a content will look, within the limits of publishing. Admins only. */
        post: operations["preview_announcement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/announcements/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Marks every announcement as read. */
        post: operations["read_all_announcements"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/announcements/unread": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Counts the announcements that the caller has not read, up to 100. */
        get: operations["count_unread"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/announcements/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows an announcement. */
        get: operations["show_announcement"];
        put?: never;
        post?: never;
        /** Withdraws an announcement. */
        delete: operations["withdraw_announcement"];
        options?: never;
        head?: never;
        /** Changes an announcement; a text that changes goes into its history. */
        patch: operations["edit_announcement"];
        trace?: never;
    };
    "/api/v1/announcements/{id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Marks an announcement as read. */
        post: operations["read_announcement"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/announcements/{id}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists earlier texts of an announcement, newest first. Admins only. */
        get: operations["list_revisions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assignments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives a worker something to encode; 204 where there is nothing for five seconds. */
        post: operations["claim_unit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assignments/{id}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ends a job: as done, where nothing is missing; as failed; or it is left to others. */
        post: operations["end_unit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assignments/{id}/parts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Takes what was encoded of one size, as ffmpeg wrote it, and publishes it. */
        put: operations["put_part"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assignments/{id}/renewals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Holds a job. The answer comes after four seconds, or at once when the job is lost. */
        post: operations["renew_unit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/assignments/{id}/source": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The file that a job is encoded from. */
        get: operations["fetch_source"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the audit log, newest first. Admins only. */
        get: operations["list_audit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists comments of all videos, newest first, with what was reported of them. Admins only. */
        get: operations["list_all_comments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/comments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Deletes a comment and the replies to it: one's own, or as an admin anybody's. */
        delete: operations["delete_comment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/comments/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets a comment through that waits for it, and forgets what was reported of it. Admins only. */
        post: operations["approve_comment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/comments/{id}/like": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Likes a comment. */
        put: operations["like_comment"];
        post?: never;
        /** Likes a comment no longer. */
        delete: operations["unlike_comment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/comments/{id}/replies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists replies to a comment, oldest first. */
        get: operations["list_replies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/comments/{id}/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reports a comment to the admins. */
        post: operations["report_comment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/danmaku": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists danmaku that were reported, newest first. Admins only. */
        get: operations["list_reported_danmaku"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/danmaku/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Deletes a danmaku: one's own, or as an admin anybody's. */
        delete: operations["delete_danmaku"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/danmaku/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Forgets what was reported of a danmaku. Admins only. */
        post: operations["approve_danmaku"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/danmaku/{id}/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reports a danmaku to the admins. */
        post: operations["report_danmaku"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/dashboard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows how the site does, now and day by day in its time zone. Admins only. */
        get: operations["show_dashboard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/doctor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Looks at everything that can be wrong, and mends what can be mended. Admins only. */
        post: operations["examine"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/downloads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the caller's downloads, newest first. */
        get: operations["list_downloads"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/downloads/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows one of the caller's downloads. */
        get: operations["show_download"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/entries/{id}/reversals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Says what the reversal of a journal entry would do now, and changes nothing. Admins only. */
        get: operations["preview_reversal"];
        put?: never;
        /**
         * Reverses a journal entry by an opposite one. What is spent already is reported as a
         *     shortfall; a purchase is refunded, and what it gave ends. Admins only.
         */
        post: operations["reverse_entry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/fingerprint": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Asks by size and sampled fingerprint whether content might be here. Admins only. */
        get: operations["ask_fingerprint"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/front": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows the front page: what is at its head, and rows of videos. */
        get: operations["show_front"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists what the caller watched, last watched first. What it may no longer see is left out, so
         *     that a page may be short of some.
         */
        get: operations["list_history"];
        put?: never;
        post?: never;
        /** Forgets everything that the caller watched. */
        delete: operations["clear_history"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/history/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Forgets that the caller watched a video. */
        delete: operations["forget_watched"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invites": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists invites, newest first. Admins only. */
        get: operations["list_invites"];
        put?: never;
        /** Makes an invite; its code is shown this once. */
        post: operations["create_invite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invites/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revokes an invite. */
        delete: operations["revoke_invite"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists jobs, newest first. Admins only. */
        get: operations["list_jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a job. Admins only. */
        get: operations["show_job"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancels a job that waits or runs; it has no effect then. Admins only. */
        post: operations["cancel_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/jobs/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Runs a job again that failed or was cancelled, or one that waits at once. Admins only. */
        post: operations["retry_job"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/labels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the categories and tags that visible videos have. */
        get: operations["list_labels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/ledger/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Verifies the whole journal: chains, balances, sums, purchases. Admins only. */
        post: operations["verify_ledger"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/library": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists what the caller bought, what is withdrawn as well. */
        get: operations["list_owned"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lists/{list}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists what the caller saved in a list of its own, `favourites` or `later`, last saved first. What it
         *     may no longer see is left out, so that a page may be short of some.
         */
        get: operations["list_saved"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/lists/{list}/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Puts a video at the head of a list of the caller's own; 5,000 at most. */
        put: operations["save_video"];
        post?: never;
        /** Takes a video out of a list of the caller's own. */
        delete: operations["unsave_video"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who is asking; `account` is null while logged out. A dead cookie is taken back, so that
         *     its browser may see what anybody may.
         */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes what the owner may change of an account. */
        patch: operations["edit_me"];
        trace?: never;
    };
    "/api/v1/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Changes the caller's password. Other sessions, tickets and links end. */
        post: operations["change_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/membership": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows the caller's membership. */
        get: operations["show_membership"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/membership/purchases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Buys a membership from the wallet. Downloads that wait are released. */
        post: operations["buy_membership"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/password-reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replaces a forgotten password, with the code that an admin handed over. */
        post: operations["reset_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the membership plans. */
        get: operations["list_plans"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/plans/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Creates or changes a plan. Admins only. */
        put: operations["set_plan"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists everybody's downloads, newest first. Admins only. */
        get: operations["list_records"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/review": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Counts comments and danmaku that admins are to look at. Admins only. */
        get: operations["count_to_review"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the caller's live sessions, newest first. */
        get: operations["list_sessions"];
        put?: never;
        /**
         * Logs in.
         * @description Failures are counted: 5 for an account from one address and 30 from an address in 15
         *     minutes; then 429 with `retry_after_seconds`.
         */
        post: operations["log_in"];
        /** Logs out everywhere: every session, ticket and link of the caller ends. */
        delete: operations["end_all_sessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/current": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Logs out. */
        delete: operations["end_current_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Ends one of the caller's sessions. */
        delete: operations["end_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists every setting. Admins only. */
        get: operations["list_settings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/settings/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a setting. Admins only. */
        get: operations["get_setting"];
        /** Changes a setting. Admins only. */
        put: operations["set_setting"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes the first admin, with the setup code that `serve` printed. */
        post: operations["set_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/site": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What anybody may know of this site. */
        get: operations["site"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/site/addresses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The addresses to hand to people; none where only this machine reaches the site. Admins only. */
        get: operations["list_addresses"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/subtitles/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes subtitles. Admins only. */
        delete: operations["delete_subtitle"];
        options?: never;
        head?: never;
        /**
         * Changes the language or the label of subtitles, or how the characters of their file are
         *     read. Admins only.
         */
        patch: operations["edit_subtitle"];
        trace?: never;
    };
    "/api/v1/subtitles/{id}/text": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows subtitles as WebVTT: whether their characters are read as they should be. Admins only. */
        get: operations["subtitle_text"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/trash": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the trash, last trashed first. Admins only. */
        get: operations["list_trash"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists open uploads, newest first. Admins only. */
        get: operations["list_uploads"];
        put?: never;
        /**
         * Begins an upload (tus creation, with bytes or none; concatenation). Admins only.
         * @description `Upload-Metadata` takes `filename`, `title`, `is_free` (`1` or `0`), `fingerprint` and
         *     `content_hash` (what arrives must have them; content that is here already is refused at
         *     once by its hash), `category`, `tags`, `description`, `price_minor` and `member_price_minor`.
         */
        post: operations["create_upload"];
        delete?: never;
        /** Says what of tus is spoken here: `Tus-Version`, `Tus-Extension`, `Tus-Max-Size`. */
        options: operations["upload_abilities"];
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/uploads/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows an upload as it is, without making anybody let go of it. Admins only. */
        get: operations["show_upload"];
        put?: never;
        post?: never;
        /** Ends an upload; its bytes go, what it became stays. Admins only. */
        delete: operations["end_upload"];
        /** The same, for one upload. */
        options: operations["one_upload_abilities"];
        /** Says how far an upload is. Whoever writes it saves and lets go first. Admins only. */
        head: operations["settle_upload"];
        /**
         * Goes on with an upload at `Upload-Offset`. Answered when the bytes are on the disk; the
         *     last ones make a video of it. Admins only.
         * @description Content that is here already is refused: 409 `video_exists` or `video_in_trash`, with
         *     `video_id`.
         */
        patch: operations["append_upload"];
        trace?: never;
    };
    "/api/v1/videos": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists videos: filtered, searched by any part of the title, category or tags, sorted. */
        get: operations["list_videos"];
        put?: never;
        /**
         * Uploads a video: the body is the file itself. Answered when it is durable. Admins only.
         * @description Content that is here already is refused: 409 `video_exists` or `video_in_trash`, with
         *     `video_id`.
         */
        post: operations["upload_video"];
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Changes several videos, up to 200: all of them, or none. Admins only.
         * @description A refusal names the video that it is about: `video_id`.
         */
        patch: operations["edit_videos"];
        trace?: never;
    };
    "/api/v1/videos/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes several videos out of the trash, up to 200: all of them, or none. Admins only.
         * @description A refusal names the video that it is about: `video_id`.
         */
        post: operations["restore_videos"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos/trash": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Moves several videos to the trash, up to 200: all of them, or none. Admins only.
         * @description One that is in the trash already stays there. A refusal names the video: `video_id`.
         */
        post: operations["trash_videos"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows a video. */
        get: operations["show_video"];
        put?: never;
        post?: never;
        /** Moves a video to the trash: gone at once from every list and from sale. Admins only. */
        delete: operations["trash_video"];
        options?: never;
        head?: never;
        /** Changes a video. Admins only. */
        patch: operations["edit_video"];
        trace?: never;
    };
    "/api/v1/videos/{id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists comments under a video, newest first, each with its first three replies. */
        get: operations["list_comments"];
        put?: never;
        /** Writes a comment under a video, or a reply to one: at most 6 in a minute. */
        post: operations["write_comment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos/{id}/danmaku": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists danmaku of a part of a film, of ten minutes at most, in the order of the film. */
        get: operations["list_danmaku"];
        put?: never;
        /** Sends a danmaku: at most 10 in 30 seconds. */
        post: operations["write_danmaku"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos/{id}/danmaku/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sends danmaku as they arrive, without end: server-sent events whose data are danmaku in JSON,
         *     within a second or so, whichever node took them. It ends with the caller's login.
         */
        get: operations["follow_danmaku"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos/{id}/downloads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Asks for a ticket: 201 for a new one, 200 for the live one.
         * @description No byte is sent before its `available_at`; asking again changes nothing about that. A
         *     paid video that is not owned answers 402 `purchase_required` with `price_minor`.
         */
        post: operations["ask_ticket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos/{id}/poster": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Shows another of a video's candidates as its poster. Admins only. */
        put: operations["choose_poster"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos/{id}/posters": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the candidates for a video's poster, the one that is shown first. Admins only. */
        get: operations["list_posters"];
        put?: never;
        /**
         * Keeps a picture as a video's poster: JPEG, PNG or WebP, of at most 20 MiB; ten for a video. Its sizes are
         *     made here. Admins only.
         */
        post: operations["add_poster"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos/{id}/posters/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Removes a poster that was uploaded; another candidate is shown. Admins only. */
        delete: operations["delete_poster"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos/{id}/previews": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Says which small frame shows which part of a video, as WebVTT whose texts are addresses of
         *     pictures with a place: `/p/…/sheet.webp#xywh=160,0,160,90`.
         */
        get: operations["preview_index"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos/{id}/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Writes down how far the caller has watched a video: it goes on there on every device. */
        put: operations["put_progress"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos/{id}/purchases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Buys a video from the wallet, once for good; the answer has the ticket to fetch it. */
        post: operations["buy_video"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos/{id}/purge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Purges a video in the trash for good, content and all. Admins only. */
        post: operations["purge_video"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos/{id}/related": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists what goes with a video: what comes next in its category, and others like it. */
        get: operations["list_related"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes a video out of the trash. Admins only. */
        post: operations["restore_video"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/videos/{id}/subtitles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the subtitles of a video. Players find them in its playlist. */
        get: operations["list_subtitles"];
        put?: never;
        /**
         * Keeps a file of subtitles with a video: SubRip, ASS or WebVTT, of at most 4 MiB. UTF-8, UTF-16,
         *     GB 18030, Big5 and some more encodings are recognised. Admins only.
         */
        post: operations["add_subtitle"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/wallet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Shows the caller's wallet. */
        get: operations["show_wallet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/wallet/entries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists the movements of the caller's wallet, newest first. */
        get: operations["list_wallet_entries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/watches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Lists what the caller watched, newest first; admins see everybody's. `account_id` of another
         *     account is for admins alone.
         */
        get: operations["list_watches"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists workers, newest first. Admins only. */
        get: operations["list_workers"];
        put?: never;
        /** Registers a worker; only this answer has its token. */
        post: operations["create_worker"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revokes a worker: its token ends, and what it encodes is queued again. */
        delete: operations["revoke_worker"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/d/{ticket}/{file_name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Fetches a file with a ticket. Needs no login; answers ranges and conditions (RFC 9110). */
        get: operations["fetch_file"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process runs. */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metrics for Prometheus. Admins, and programs on this machine. */
        get: operations["show_metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/oembed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Says how another page shows a video (oEmbed 1.0). Where the site is not public, only for whoever
         *     is logged in.
         */
        get: operations["show_oembed"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/p/{name}/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Sends a file of a picture. Its address is in the answers about its video; nobody can guess it,
         *     and what it stands for never changes.
         */
        get: operations["show_picture"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The database and the storage answer: requests may be sent here. */
        get: operations["readiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{link}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Ends watching: a player that leaves a video makes room at once among those that its account
         *     may watch at the same time. It does not have to; one that asks for nothing makes room after
         *     half a minute.
         */
        delete: operations["leave"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{link}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Plays a video: `master.m3u8` is the playlist to begin with (HLS, RFC 8216), the others are
         *     named in it. Needs no login: whoever has the address may watch, until it expires or the
         *     right behind it ends.
         */
        get: operations["watch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/s/{link}/{track}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Plays a track of a video: its playlist, and what that names. */
        get: operations["watch_track"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description An account, as its owner and admins see it. */
        Account: {
            /**
             * Format: date-time
             * @description When it was registered.
             */
            created_at: string;
            /** @description Name to show instead, if the owner gave one. */
            display_name?: string | null;
            /**
             * Format: int64
             * @description Number of the account.
             */
            id: number;
            /** @description Whether it is kept what it watches. */
            keeps_history?: boolean;
            /** @description Whether an admin locked it. */
            locked: boolean;
            /** @description Membership as of now. */
            membership: components["schemas"]["Membership"];
            /** @description Whether it may neither comment nor send danmaku. */
            muted?: boolean;
            /** @description Login name as it was registered; unique without regard to case or width. */
            name: string;
            /** @description Admins' note about the account; absent for everybody else. */
            note?: string | null;
            /** @description Role. */
            role: components["schemas"]["Role"];
        };
        /** @description Where people reach the site. */
        Addresses: {
            /** @description Addresses to hand out; none where only the server's own machine reaches it. */
            items: string[];
        };
        /** @description An announcement. */
        Announcement: {
            /** @description Who wrote it. */
            author: string;
            /** @description Content as it was written: Markdown. */
            content: string;
            /** @description The same as sanitised HTML. */
            content_html: string;
            /**
             * Format: date-time
             * @description When it was last edited, if it was.
             */
            edited_at?: string | null;
            /**
             * Format: int64
             * @description Number of the announcement.
             */
            id: number;
            /** @description Whether it stands on the front page. */
            pinned: boolean;
            /**
             * Format: date-time
             * @description When it is or was published.
             */
            published_at: string;
            /** @description Title. */
            title: string;
            /** @description Whether this caller has not read it. */
            unread: boolean;
            /**
             * Format: date-time
             * @description When it was withdrawn; admins only.
             */
            withdrawn_at?: string | null;
        };
        /** @description How a content will look. */
        AnnouncementPreview: {
            /** @description The content as sanitised HTML. */
            content_html: string;
        };
        /** @description An earlier text of an announcement. */
        AnnouncementRevision: {
            /** @description Who wrote it. */
            author: string;
            /** @description Content then. */
            content: string;
            /**
             * Format: date-time
             * @description When it was written.
             */
            created_at: string;
            /**
             * Format: int64
             * @description Number of the revision.
             */
            id: number;
            /** @description Title then. */
            title: string;
        };
        /** @description What a worker is to encode. */
        Assignment: {
            /**
             * Format: int64
             * @description Number of the content.
             */
            content_id: number;
            /**
             * Format: int64
             * @description Proves that the job is this worker's; goes along with every request about it.
             */
            fence: number;
            /** @description Whether the colours are brought to those of an ordinary screen. */
            is_hdr: boolean;
            /** @description Whether each picture is two fields. */
            is_interlaced: boolean;
            /** @description Whether somebody waits for it. */
            is_urgent: boolean;
            /**
             * Format: int64
             * @description Number of the job.
             */
            job_id: number;
            /**
             * Format: int64
             * @description How much later than decoded a picture is shown at most.
             */
            lead: number;
            /**
             * Format: int64
             * @description The job is another's unless it is renewed within so many milliseconds.
             */
            lease_ms: number;
            /**
             * Format: int64
             * @description When the film begins, by its file's own clock.
             */
            origin: number;
            /** @description What is to be encoded, each by one process. */
            runs: components["schemas"]["UnitRun"][];
            /** @description Names the file that it is encoded from; another file has another name. */
            source: string;
            /**
             * Format: int64
             * @description Size of that file.
             */
            source_bytes: number;
        };
        /** @description One act that was recorded. */
        AuditEntry: {
            /** @description What was done, for example `video.upload` or `session.login_failed`. */
            action: string;
            /** @description Its name then; `operator` or `nobody` where there is no account. */
            actor: string;
            /**
             * Format: int64
             * @description Account that acted; null for the operator at the machine, and for nobody.
             */
            actor_id?: number | null;
            /** @description Address the call came from; empty for the machine itself. */
            address: string;
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description Facts of the act; never a secret. */
            detail: {
                [key: string]: unknown;
            };
            /**
             * Format: int64
             * @description Number of the entry.
             */
            id: number;
            /**
             * Format: int64
             * @description Number of that thing.
             */
            subject_id?: number | null;
            /** @description What kind of thing it was done to. */
            subject_kind?: string | null;
        };
        /** @description Buys a plan from the wallet. */
        BuyMembership: {
            /**
             * Format: int64
             * @description The length that the buyer saw, in calendar months; 0 for ever. Not compared when absent.
             */
            expected_months?: number | null;
            /**
             * Format: int64
             * @description The price that the buyer saw, in minor units.
             */
            expected_price_minor: number;
            /** @description Code of the plan. */
            plan: string;
        };
        /** @description Buys a video. */
        BuyVideo: {
            /**
             * Format: int64
             * @description The price that the buyer saw, in minor units.
             */
            expected_price_minor: number;
        };
        /** @description Changes the caller's own password. Other sessions end. */
        ChangePassword: {
            /** @description The password until now. */
            current_password: string;
            /** @description The new one, 8–128 characters. */
            new_password: string;
        };
        /** @description Which of its candidates is to be a video's poster. */
        ChoosePoster: {
            /** @description The candidate's name. */
            name: string;
        };
        /** @description Asks for something to encode. */
        ClaimUnit: {
            /** @description Nothing of these contents (`content_id` of earlier assignments), at most 100. */
            except?: number[];
        };
        /** @description A comment under a video, or a reply to one. */
        Comment: {
            /**
             * Format: int64
             * @description Number of its author's account.
             */
            account_id: number;
            /** @description The name that its author shows. */
            author: string;
            /**
             * Format: date-time
             * @description When it was written.
             */
            created_at: string;
            /** @description Whether the caller may delete it. */
            deletable: boolean;
            /**
             * Format: int64
             * @description Number of the comment.
             */
            id: number;
            /** @description Whether it waits for an admin; its author and admins alone see it. */
            is_pending?: boolean;
            /** @description Whether the caller does. */
            liked: boolean;
            /**
             * Format: int64
             * @description How many accounts like it.
             */
            likes: number;
            /**
             * Format: int64
             * @description Number of the comment that it replies to.
             */
            parent_id?: number | null;
            /** @description Its first replies, oldest first; in the list of a video. */
            replies?: components["schemas"]["Comment"][];
            /**
             * Format: int64
             * @description How many replies it has.
             */
            reply_count: number;
            /** @description Plain text. */
            text: string;
            /**
             * Format: int64
             * @description Number of the video.
             */
            video_id: number;
        };
        /** @description Makes an account as an admin, whatever the sign-up policy says. */
        CreateAdmin: {
            /** @description Login name. */
            name: string;
            /** @description Password, 8–128 characters. */
            password: string;
        };
        /** @description Makes an invite. */
        CreateInvite: {
            /** @description What it is for, up to 100 characters. */
            label?: string;
            /** @description Role that it admits. */
            role: components["schemas"]["Role"];
            /**
             * Format: int64
             * @description How many accounts may register with it, 1–10,000; 1 when absent.
             */
            uses?: number | null;
            /**
             * Format: int64
             * @description How many hours it works, 1–8,760; 168 (a week) when absent.
             */
            valid_hours?: number | null;
        };
        /** @description Registers a worker. */
        CreateWorker: {
            /** @description What it is called, 1–40 characters. */
            name: string;
        };
        /** @description Credits a wallet. */
        CreditWallet: {
            /**
             * Format: int64
             * @description Amount in minor units, 1–100,000,000,000.
             */
            amount_minor: number;
            /** @description Why, 1–500 characters. */
            reason: string;
        };
        /** @description A wallet was credited. */
        Credited: {
            /**
             * Format: int64
             * @description Number of the account.
             */
            account_id: number;
            /**
             * Format: int64
             * @description What was added, in minor units.
             */
            amount_minor: number;
            /**
             * Format: int64
             * @description Balance afterwards, in minor units.
             */
            balance_minor: number;
            /**
             * Format: int64
             * @description Number of the journal entry.
             */
            id: number;
        };
        /** @description A short text over the picture. */
        Danmaku: {
            /**
             * Format: int64
             * @description Number of its author's account; for the author and for admins.
             */
            account_id?: number | null;
            /**
             * Format: int64
             * @description The moment of the film, in milliseconds from its beginning.
             */
            at_ms: number;
            /** @description `#rrggbb`. */
            color: string;
            /**
             * Format: int64
             * @description Its number.
             */
            id: number;
            /** @description How it moves. */
            mode: components["schemas"]["DanmakuMode"];
            /** @description One line of plain text. */
            text: string;
        };
        /**
         * @description How a text moves over the picture.
         * @enum {string}
         */
        DanmakuMode: "scroll" | "top" | "bottom";
        /** @description Danmaku of a part of a film. */
        DanmakuRange: {
            /** @description The newest 3,000 of it, in the order of the film. */
            items: components["schemas"]["Danmaku"][];
        };
        /** @description How the site does: now, and day by day. */
        Dashboard: {
            /**
             * Format: int64
             * @description Accounts, admins and locked ones included.
             */
            accounts: number;
            /** @description The days, oldest first; today, as far as it has come, is the last. */
            days: components["schemas"]["DashboardDay"][];
            /**
             * Format: int64
             * @description Free space on the disk of the store, in bytes.
             */
            free_bytes: number;
            /**
             * Format: int64
             * @description Accounts whose membership runs.
             */
            members: number;
            /**
             * Format: int64
             * @description All that was ever sold, without what was refunded, in minor units.
             */
            sales_minor: number;
            /**
             * Format: int64
             * @description All content that is kept, what is in the trash included, in bytes.
             */
            stored_bytes: number;
            /**
             * Format: int64
             * @description Videos in the trash.
             */
            trashed_videos: number;
            /**
             * Format: int64
             * @description Visible videos.
             */
            videos: number;
            /**
             * Format: int64
             * @description Tickets whose wait is not over.
             */
            waiting_downloads: number;
            /**
             * Format: int64
             * @description What is in all wallets together: what the site owes, in minor units.
             */
            wallets_minor: number;
        };
        /** @description One calendar day in the site's time zone. */
        DashboardDay: {
            /** @description The date, for example `2026-11-01`. */
            date: string;
            /**
             * Format: int64
             * @description Downloads of which the first byte was sent on this day.
             */
            downloads: number;
            /**
             * Format: int64
             * @description Accounts that were registered.
             */
            new_accounts: number;
            /**
             * Format: int64
             * @description Purchases of videos and plans, later refunded ones included.
             */
            purchases: number;
            /**
             * Format: int64
             * @description What was sold, less what was refunded on this day, whenever it was bought; in minor
             *     units. Below zero where more was refunded.
             */
            sales_minor: number;
            /**
             * Format: int64
             * @description Content that had come by the end of the day, in bytes. Only what is kept now counts:
             *     what was deleted since is not known any more.
             */
            stored_bytes: number;
        };
        /** @description What the doctor looked at, and what it found. */
        DoctorReport: {
            /** @description One finding a check. */
            items: components["schemas"]["Finding"][];
            /** @description Whether nothing is wrong (advice is not wrong). */
            ok: boolean;
        };
        /** @description The record of a download. */
        DownloadRecord: {
            /** @description Its name. */
            account: string;
            /**
             * Format: int64
             * @description Number of the account that downloads.
             */
            account_id: number;
            /**
             * Format: date-time
             * @description No byte was sent before.
             */
            available_at: string;
            /**
             * Format: int64
             * @description Bytes that were sent, repeats included.
             */
            bytes_sent: number;
            /**
             * Format: date-time
             * @description When every byte had been sent.
             */
            completed_at?: string | null;
            /**
             * Format: date-time
             * @description When the ticket was asked for.
             */
            created_at: string;
            /**
             * Format: int64
             * @description Number of the record.
             */
            id: number;
            /**
             * Format: int64
             * @description What was paid with this ticket, in minor units.
             */
            price_paid_minor: number;
            /** @description State. */
            state: components["schemas"]["DownloadState"];
            /** @description Title of the video. */
            title: string;
            /**
             * Format: int64
             * @description Number of the video.
             */
            video_id: number;
        };
        /**
         * @description How far a download has come.
         * @enum {string}
         */
        DownloadState: "waiting" | "ready" | "started" | "completed";
        /** @description Changes what an admin may change of an account. A changed role ends its sessions. */
        EditAccount: {
            /** @description Whether it may neither comment nor send danmaku. */
            muted?: boolean | null;
            /** @description Note for admins, up to 2,000 characters; an empty text removes it. */
            note?: string | null;
            role?: components["schemas"]["Role"] | null;
        };
        /** @description Changes an announcement; what is absent stays. */
        EditAnnouncement: {
            /** @description Content in Markdown, 1–20,000 characters. */
            content?: string | null;
            /** @description Whether it stands on the front page; at most one does, the one that was pinned last. */
            pinned?: boolean | null;
            /**
             * Format: date-time
             * @description When to publish.
             */
            published_at?: string | null;
            /** @description Title, 1–200 characters. */
            title?: string | null;
        };
        /** @description Changes what the owner may change of an account. */
        EditMe: {
            /** @description Name to show; an empty text removes it. */
            display_name?: string | null;
            /** @description Whether it is kept what the caller watches; what was kept before stays. */
            keeps_history?: boolean | null;
        };
        /** @description What is to change about subtitles. */
        EditSubtitle: {
            encoding?: components["schemas"]["TextEncoding"] | null;
            /** @description What they are called beside their language. */
            label?: string | null;
            /** @description Their language (BCP 47). */
            language?: string | null;
        };
        /** @description Changes a video; what is absent stays. */
        EditVideo: {
            /** @description Category, up to 50 characters; an empty text removes it. */
            category?: string | null;
            /** @description Description, up to 10,000 characters. */
            description?: string | null;
            /** @description Whether it costs nothing. */
            is_free?: boolean | null;
            /**
             * Format: int64
             * @description Own price for members in minor units; 0 goes back to the site's.
             */
            member_price_minor?: number | null;
            /** @description Whether members may watch it without buying it, where it is paid. */
            members_watch?: boolean | null;
            /**
             * Format: int64
             * @description Own price in minor units; 0 goes back to the site's prices.
             */
            price_minor?: number | null;
            /**
             * Format: date-time
             * @description When it becomes public; makes it `scheduled`.
             */
            publish_at?: string | null;
            /** @description Tags: up to 20 of up to 50 characters. */
            tags?: string[] | null;
            /** @description Title, 1–200 characters. */
            title?: string | null;
            visibility?: components["schemas"]["Visibility"] | null;
        };
        /** @description Changes several videos at once, all of them or none; what is absent stays. */
        EditVideos: {
            /** @description Tags that each gets, behind those that it has. */
            add_tags?: string[] | null;
            /** @description Category, up to 50 characters; an empty text removes it. */
            category?: string | null;
            /** @description Numbers of the videos, 1–200. */
            ids: number[];
            /** @description Whether they cost nothing. */
            is_free?: boolean | null;
            /**
             * Format: int64
             * @description Own price for members in minor units; 0 goes back to the site's.
             */
            member_price_minor?: number | null;
            /** @description Whether members may watch them without buying them, where they are paid. */
            members_watch?: boolean | null;
            /**
             * Format: int64
             * @description Own price in minor units; 0 goes back to the site's prices.
             */
            price_minor?: number | null;
            /**
             * Format: date-time
             * @description When they become public; makes them `scheduled`.
             */
            publish_at?: string | null;
            /** @description Tags that each loses, without regard to case or width. */
            remove_tags?: string[] | null;
            visibility?: components["schemas"]["Visibility"] | null;
        };
        /** @description A size in which a video is encoded. */
        EncodedSize: {
            /**
             * Format: int32
             * @description How much of it is done, in percent.
             */
            percent: number;
            /**
             * Format: int32
             * @description Pixels of the shorter side.
             */
            size: number;
        };
        /** @description How far the encoding of a video has come. */
        Encoding: {
            /**
             * Format: int32
             * @description How much of all sizes is done, in percent.
             */
            percent: number;
            /**
             * Format: int64
             * @description How long the rest takes at that speed.
             */
            seconds_left?: number | null;
            /** @description Its sizes, smallest first. */
            sizes: components["schemas"]["EncodedSize"][];
            /**
             * Format: double
             * @description Seconds of film that were encoded in a second, of late, by all workers together.
             */
            speed?: number | null;
            /** @description Whether anything is being done. */
            stage: components["schemas"]["EncodingStage"];
        };
        /**
         * @description Whether anything is being encoded.
         * @enum {string}
         */
        EncodingStage: "queued" | "encoding" | "done" | "failed";
        /** @description Ends an assignment. */
        EndUnit: {
            /** @description Why it failed, in the words of whatever failed; up to 2,000 characters. */
            detail?: string;
            /**
             * Format: int64
             * @description `fence` of the assignment.
             */
            fence: number;
            /** @description How it ends. */
            outcome: components["schemas"]["UnitOutcome"];
        };
        /** @description One check of the doctor. */
        Finding: {
            /** @description What was looked at: `database`, `storage`, `blobs`, `ledger`, `ffmpeg`, `clock`, `admin`, `disk`. */
            check: string;
            /** @description What was found, in plain words. */
            detail: string;
            /** @description `ok`, `advice`, `wrong` or `repaired`. */
            state: string;
        };
        /** @description Whether content might be here already. A hint, never proof. */
        FingerprintAnswer: {
            /** @description Whether that video is in the trash. */
            in_trash: boolean;
            /** @description Whether some content has that size and fingerprint. */
            known: boolean;
            /**
             * Format: int64
             * @description The video that has it.
             */
            video_id?: number | null;
        };
        /** @description The front page. */
        Front: {
            hero?: components["schemas"]["Video"] | null;
            /**
             * @description Rows of videos, none of them empty; none at all where the library is so small that one list shows
             *     it.
             */
            shelves: components["schemas"]["FrontShelf"][];
        };
        /** @description A row of videos on the front page, newest first. */
        FrontShelf: {
            /** @description Their category, where that is it. */
            category?: string | null;
            /** @description What they have in common. */
            kind: components["schemas"]["FrontShelfKind"];
            /** @description The videos. */
            videos: components["schemas"]["Video"][];
        };
        /**
         * @description What the videos of a row have in common.
         * @enum {string}
         */
        FrontShelfKind: "new" | "category" | "free";
        /** @description An invite. */
        Invite: {
            /** @description The code; shown once, when it is made. */
            code?: string | null;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description It works until then.
             */
            expires_at: string;
            /**
             * Format: int64
             * @description Number of the invite.
             */
            id: number;
            /** @description What it is for. */
            label: string;
            /**
             * Format: date-time
             * @description When it was revoked, if it was.
             */
            revoked_at?: string | null;
            /** @description Role that it admits. */
            role: components["schemas"]["Role"];
            /**
             * Format: int64
             * @description How many did.
             */
            used: number;
            /**
             * Format: int64
             * @description How many accounts may register with it in all.
             */
            uses: number;
        };
        /** @description A job. */
        Job: {
            /**
             * Format: int64
             * @description How often it was begun since it was queued.
             */
            attempts: number;
            /**
             * Format: date-time
             * @description When it was first queued.
             */
            created_at: string;
            /** @description Why it failed last, in the words of whatever failed. */
            detail?: string | null;
            /** @description Why it failed last, for a person. */
            explanation?: string | null;
            /** @description The process that runs it. */
            holder?: string | null;
            /**
             * Format: int64
             * @description Number of the job.
             */
            id: number;
            /** @description What it does, as a stable word, for example `probe`. */
            kind: string;
            /**
             * Format: date-time
             * @description While it runs: another process takes it over after this.
             */
            lease_until?: string | null;
            /** @description What it is done to. */
            payload: Record<string, never>;
            /**
             * Format: int64
             * @description Higher ones go first.
             */
            priority: number;
            /** @description Why it failed last, as a stable word. */
            reason?: string | null;
            /**
             * Format: date-time
             * @description It does not begin before.
             */
            run_at: string;
            /** @description How far it is. */
            state: components["schemas"]["JobState"];
            /** @description What it does, for a person. */
            title: string;
            /**
             * Format: date-time
             * @description When it was last begun, renewed or ended.
             */
            updated_at: string;
            /** @description Title of that video. */
            video?: string | null;
            /**
             * Format: int64
             * @description Number of the video that it is about, where it is about one.
             */
            video_id?: number | null;
        };
        /**
         * @description How far a job is.
         * @enum {string}
         */
        JobState: "queued" | "running" | "done" | "failed" | "cancelled";
        /**
         * @description The categories and tags that visible videos have: each sorted, and the first 200. Of ways
         *     to write one that differ in case or width alone, the oldest video's is taken.
         */
        Labels: {
            /** @description Categories. */
            categories: string[];
            /** @description Tags. */
            tags: string[];
        };
        /** @description What `ledger verify` found. */
        LedgerReport: {
            /**
             * Format: int64
             * @description How many journal entries were read.
             */
            entries: number;
            /** @description Whether everything holds. */
            ok: boolean;
            /** @description What does not hold, at most 100 lines. */
            problems: string[];
            /**
             * Format: int64
             * @description How many wallets were read.
             */
            wallets: number;
        };
        /** @description Logs in. */
        LogIn: {
            /** @description True for pages: the token is set as an `HttpOnly` cookie, and is not in the answer. */
            cookie?: boolean;
            /** @description Login name. */
            name: string;
            /** @description Password. */
            password: string;
        };
        /** @description A new login. */
        LoggedIn: {
            /** @description Who logged in. */
            account: components["schemas"]["Account"];
            /**
             * Format: date-time
             * @description It ends at the latest then; earlier when it is not used.
             */
            expires_at: string;
            /**
             * Format: int64
             * @description Number of the session.
             */
            id: number;
            /** @description Bearer token; absent where it was set as a cookie. */
            token?: string | null;
        };
        /** @description Who is asking: `account` is null while logged out. */
        Me: {
            account?: components["schemas"]["Account"] | null;
        };
        /** @description A membership as of now. */
        Membership: {
            /** @description Whether it runs now. */
            active: boolean;
            /**
             * Format: date-time
             * @description When it ends or ended; null for ever, and where there never was one.
             */
            expires_at?: string | null;
            /** @description Whether it runs for ever. */
            lifetime: boolean;
        };
        /** @description A membership was bought. */
        MembershipBought: {
            /**
             * Format: int64
             * @description Balance afterwards, in minor units.
             */
            balance_minor: number;
            /**
             * Format: int64
             * @description Number of the journal entry.
             */
            entry_id: number;
            /**
             * Format: int64
             * @description Number of the purchase.
             */
            id: number;
            /** @description Membership afterwards. */
            membership: components["schemas"]["Membership"];
            /** @description Code of the plan. */
            plan: string;
            /**
             * Format: int64
             * @description What was paid, in minor units.
             */
            price_paid_minor: number;
        };
        /** @description How another page shows a video: a response of oEmbed 1.0 (<https://oembed.com>), of the type `video`. */
        OEmbed: {
            /**
             * Format: int32
             * @description Its height in pixels.
             */
            height: number;
            /** @description An `iframe` with the video. */
            html: string;
            /** @description Name of the site. */
            provider_name: string;
            /** @description Address of the site. */
            provider_url: string;
            /**
             * Format: int32
             * @description Its height in pixels.
             */
            thumbnail_height?: number | null;
            /** @description Address of a picture. */
            thumbnail_url?: string | null;
            /**
             * Format: int32
             * @description Its width in pixels.
             */
            thumbnail_width?: number | null;
            /** @description Title of the video. */
            title: string;
            /** @description `video`. */
            type: string;
            /** @description `1.0`. */
            version: string;
            /**
             * Format: int32
             * @description Its width in pixels.
             */
            width: number;
        };
        /** @description A video that the caller bought. */
        OwnedVideo: {
            /**
             * Format: date-time
             * @description When it was bought.
             */
            bought_at: string;
            /** @description Whether it can still be downloaded. */
            downloadable: boolean;
            /**
             * Format: int64
             * @description Number of the purchase.
             */
            id: number;
            /**
             * Format: int64
             * @description What was paid, in minor units.
             */
            price_paid_minor: number;
            /** @description Title of the video. */
            title: string;
            /**
             * Format: int64
             * @description Number of the video.
             */
            video_id: number;
            /** @description Whether it is no longer offered to others. */
            withdrawn: boolean;
        };
        /** @description A page of a list. Stable while items come and go: `next_cursor` says where to go on. */
        Page_Account: {
            /**
             * @description The items, in the order that was asked for. Fewer than asked for, or none, where a search
             *     has looked at many and found few so far.
             */
            items: {
                /**
                 * Format: date-time
                 * @description When it was registered.
                 */
                created_at: string;
                /** @description Name to show instead, if the owner gave one. */
                display_name?: string | null;
                /**
                 * Format: int64
                 * @description Number of the account.
                 */
                id: number;
                /** @description Whether it is kept what it watches. */
                keeps_history?: boolean;
                /** @description Whether an admin locked it. */
                locked: boolean;
                /** @description Membership as of now. */
                membership: components["schemas"]["Membership"];
                /** @description Whether it may neither comment nor send danmaku. */
                muted?: boolean;
                /** @description Login name as it was registered; unique without regard to case or width. */
                name: string;
                /** @description Admins' note about the account; absent for everybody else. */
                note?: string | null;
                /** @description Role. */
                role: components["schemas"]["Role"];
            }[];
            /** @description Hand this back as `cursor` for the next page; null on the last one. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. Stable while items come and go: `next_cursor` says where to go on. */
        Page_Announcement: {
            /**
             * @description The items, in the order that was asked for. Fewer than asked for, or none, where a search
             *     has looked at many and found few so far.
             */
            items: {
                /** @description Who wrote it. */
                author: string;
                /** @description Content as it was written: Markdown. */
                content: string;
                /** @description The same as sanitised HTML. */
                content_html: string;
                /**
                 * Format: date-time
                 * @description When it was last edited, if it was.
                 */
                edited_at?: string | null;
                /**
                 * Format: int64
                 * @description Number of the announcement.
                 */
                id: number;
                /** @description Whether it stands on the front page. */
                pinned: boolean;
                /**
                 * Format: date-time
                 * @description When it is or was published.
                 */
                published_at: string;
                /** @description Title. */
                title: string;
                /** @description Whether this caller has not read it. */
                unread: boolean;
                /**
                 * Format: date-time
                 * @description When it was withdrawn; admins only.
                 */
                withdrawn_at?: string | null;
            }[];
            /** @description Hand this back as `cursor` for the next page; null on the last one. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. Stable while items come and go: `next_cursor` says where to go on. */
        Page_AnnouncementRevision: {
            /**
             * @description The items, in the order that was asked for. Fewer than asked for, or none, where a search
             *     has looked at many and found few so far.
             */
            items: {
                /** @description Who wrote it. */
                author: string;
                /** @description Content then. */
                content: string;
                /**
                 * Format: date-time
                 * @description When it was written.
                 */
                created_at: string;
                /**
                 * Format: int64
                 * @description Number of the revision.
                 */
                id: number;
                /** @description Title then. */
                title: string;
            }[];
            /** @description Hand this back as `cursor` for the next page; null on the last one. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. Stable while items come and go: `next_cursor` says where to go on. */
        Page_AuditEntry: {
            /**
             * @description The items, in the order that was asked for. Fewer than asked for, or none, where a search
             *     has looked at many and found few so far.
             */
            items: {
                /** @description What was done, for example `video.upload` or `session.login_failed`. */
                action: string;
                /** @description Its name then; `operator` or `nobody` where there is no account. */
                actor: string;
                /**
                 * Format: int64
                 * @description Account that acted; null for the operator at the machine, and for nobody.
                 */
                actor_id?: number | null;
                /** @description Address the call came from; empty for the machine itself. */
                address: string;
                /**
                 * Format: date-time
                 * @description When.
                 */
                at: string;
                /** @description Facts of the act; never a secret. */
                detail: {
                    [key: string]: unknown;
                };
                /**
                 * Format: int64
                 * @description Number of the entry.
                 */
                id: number;
                /**
                 * Format: int64
                 * @description Number of that thing.
                 */
                subject_id?: number | null;
                /** @description What kind of thing it was done to. */
                subject_kind?: string | null;
            }[];
            /** @description Hand this back as `cursor` for the next page; null on the last one. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. Stable while items come and go: `next_cursor` says where to go on. */
        Page_Comment: {
            /**
             * @description The items, in the order that was asked for. Fewer than asked for, or none, where a search
             *     has looked at many and found few so far.
             */
            items: {
                /**
                 * Format: int64
                 * @description Number of its author's account.
                 */
                account_id: number;
                /** @description The name that its author shows. */
                author: string;
                /**
                 * Format: date-time
                 * @description When it was written.
                 */
                created_at: string;
                /** @description Whether the caller may delete it. */
                deletable: boolean;
                /**
                 * Format: int64
                 * @description Number of the comment.
                 */
                id: number;
                /** @description Whether it waits for an admin; its author and admins alone see it. */
                is_pending?: boolean;
                /** @description Whether the caller does. */
                liked: boolean;
                /**
                 * Format: int64
                 * @description How many accounts like it.
                 */
                likes: number;
                /**
                 * Format: int64
                 * @description Number of the comment that it replies to.
                 */
                parent_id?: number | null;
                /** @description Its first replies, oldest first; in the list of a video. */
                replies?: components["schemas"]["Comment"][];
                /**
                 * Format: int64
                 * @description How many replies it has.
                 */
                reply_count: number;
                /** @description Plain text. */
                text: string;
                /**
                 * Format: int64
                 * @description Number of the video.
                 */
                video_id: number;
            }[];
            /** @description Hand this back as `cursor` for the next page; null on the last one. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. Stable while items come and go: `next_cursor` says where to go on. */
        Page_DownloadRecord: {
            /**
             * @description The items, in the order that was asked for. Fewer than asked for, or none, where a search
             *     has looked at many and found few so far.
             */
            items: {
                /** @description Its name. */
                account: string;
                /**
                 * Format: int64
                 * @description Number of the account that downloads.
                 */
                account_id: number;
                /**
                 * Format: date-time
                 * @description No byte was sent before.
                 */
                available_at: string;
                /**
                 * Format: int64
                 * @description Bytes that were sent, repeats included.
                 */
                bytes_sent: number;
                /**
                 * Format: date-time
                 * @description When every byte had been sent.
                 */
                completed_at?: string | null;
                /**
                 * Format: date-time
                 * @description When the ticket was asked for.
                 */
                created_at: string;
                /**
                 * Format: int64
                 * @description Number of the record.
                 */
                id: number;
                /**
                 * Format: int64
                 * @description What was paid with this ticket, in minor units.
                 */
                price_paid_minor: number;
                /** @description State. */
                state: components["schemas"]["DownloadState"];
                /** @description Title of the video. */
                title: string;
                /**
                 * Format: int64
                 * @description Number of the video.
                 */
                video_id: number;
            }[];
            /** @description Hand this back as `cursor` for the next page; null on the last one. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. Stable while items come and go: `next_cursor` says where to go on. */
        Page_Invite: {
            /**
             * @description The items, in the order that was asked for. Fewer than asked for, or none, where a search
             *     has looked at many and found few so far.
             */
            items: {
                /** @description The code; shown once, when it is made. */
                code?: string | null;
                /**
                 * Format: date-time
                 * @description When it was made.
                 */
                created_at: string;
                /**
                 * Format: date-time
                 * @description It works until then.
                 */
                expires_at: string;
                /**
                 * Format: int64
                 * @description Number of the invite.
                 */
                id: number;
                /** @description What it is for. */
                label: string;
                /**
                 * Format: date-time
                 * @description When it was revoked, if it was.
                 */
                revoked_at?: string | null;
                /** @description Role that it admits. */
                role: components["schemas"]["Role"];
                /**
                 * Format: int64
                 * @description How many did.
                 */
                used: number;
                /**
                 * Format: int64
                 * @description How many accounts may register with it in all.
                 */
                uses: number;
            }[];
            /** @description Hand this back as `cursor` for the next page; null on the last one. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. Stable while items come and go: `next_cursor` says where to go on. */
        Page_Job: {
            /**
             * @description The items, in the order that was asked for. Fewer than asked for, or none, where a search
             *     has looked at many and found few so far.
             */
            items: {
                /**
                 * Format: int64
                 * @description How often it was begun since it was queued.
                 */
                attempts: number;
                /**
                 * Format: date-time
                 * @description When it was first queued.
                 */
                created_at: string;
                /** @description Why it failed last, in the words of whatever failed. */
                detail?: string | null;
                /** @description Why it failed last, for a person. */
                explanation?: string | null;
                /** @description The process that runs it. */
                holder?: string | null;
                /**
                 * Format: int64
                 * @description Number of the job.
                 */
                id: number;
                /** @description What it does, as a stable word, for example `probe`. */
                kind: string;
                /**
                 * Format: date-time
                 * @description While it runs: another process takes it over after this.
                 */
                lease_until?: string | null;
                /** @description What it is done to. */
                payload: Record<string, never>;
                /**
                 * Format: int64
                 * @description Higher ones go first.
                 */
                priority: number;
                /** @description Why it failed last, as a stable word. */
                reason?: string | null;
                /**
                 * Format: date-time
                 * @description It does not begin before.
                 */
                run_at: string;
                /** @description How far it is. */
                state: components["schemas"]["JobState"];
                /** @description What it does, for a person. */
                title: string;
                /**
                 * Format: date-time
                 * @description When it was last begun, renewed or ended.
                 */
                updated_at: string;
                /** @description Title of that video. */
                video?: string | null;
                /**
                 * Format: int64
                 * @description Number of the video that it is about, where it is about one.
                 */
                video_id?: number | null;
            }[];
            /** @description Hand this back as `cursor` for the next page; null on the last one. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. Stable while items come and go: `next_cursor` says where to go on. */
        Page_OwnedVideo: {
            /**
             * @description The items, in the order that was asked for. Fewer than asked for, or none, where a search
             *     has looked at many and found few so far.
             */
            items: {
                /**
                 * Format: date-time
                 * @description When it was bought.
                 */
                bought_at: string;
                /** @description Whether it can still be downloaded. */
                downloadable: boolean;
                /**
                 * Format: int64
                 * @description Number of the purchase.
                 */
                id: number;
                /**
                 * Format: int64
                 * @description What was paid, in minor units.
                 */
                price_paid_minor: number;
                /** @description Title of the video. */
                title: string;
                /**
                 * Format: int64
                 * @description Number of the video.
                 */
                video_id: number;
                /** @description Whether it is no longer offered to others. */
                withdrawn: boolean;
            }[];
            /** @description Hand this back as `cursor` for the next page; null on the last one. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. Stable while items come and go: `next_cursor` says where to go on. */
        Page_Plan: {
            /**
             * @description The items, in the order that was asked for. Fewer than asked for, or none, where a search
             *     has looked at many and found few so far.
             */
            items: {
                /** @description Short name that never changes, for example `month`. */
                code: string;
                /**
                 * Format: int64
                 * @description Number of the plan.
                 */
                id: number;
                /**
                 * Format: int64
                 * @description Length in calendar months; null for ever.
                 */
                months?: number | null;
                /** @description Whether it can be bought. */
                on_sale: boolean;
                /**
                 * Format: int64
                 * @description Price, in minor units.
                 */
                price_minor: number;
                /** @description Title in English. */
                title_en: string;
                /** @description Title in Chinese. */
                title_zh: string;
            }[];
            /** @description Hand this back as `cursor` for the next page; null on the last one. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. Stable while items come and go: `next_cursor` says where to go on. */
        Page_ResumableUpload: {
            /**
             * @description The items, in the order that was asked for. Fewer than asked for, or none, where a search
             *     has looked at many and found few so far.
             */
            items: {
                /** @description Who uploads it; empty for the operator. */
                account: string;
                /** @description Why it was refused: `video_exists`, `video_in_trash`, `hash_mismatch` and so on. */
                code?: string | null;
                /** @description `Upload-Concat`, as the client sent it; empty for none. */
                concat: string;
                /**
                 * Format: date-time
                 * @description When it began.
                 */
                created_at: string;
                /**
                 * Format: date-time
                 * @description When it ends if no more bytes come.
                 */
                expires_at: string;
                /** @description Name of the file, as the client gave it. */
                file_name: string;
                /** @description Its sampled fingerprint, where the client gave it. */
                fingerprint?: string | null;
                /** @description Its name in addresses: nobody guesses it. */
                id: string;
                /** @description Whether it is a part of another, or put together of parts. */
                kind: components["schemas"]["UploadKind"];
                /** @description `Upload-Metadata`, as the client sent it. */
                metadata: string;
                /**
                 * Format: int64
                 * @description Bytes that are on the disk for good.
                 */
                offset_bytes: number;
                /**
                 * Format: int64
                 * @description Size of the file, once it is known.
                 */
                size_bytes?: number | null;
                /** @description What became of it. */
                state: components["schemas"]["UploadState"];
                /**
                 * Format: date-time
                 * @description When bytes were last saved.
                 */
                updated_at: string;
                /**
                 * Format: int64
                 * @description The video that it became, or that has its content.
                 */
                video_id?: number | null;
            }[];
            /** @description Hand this back as `cursor` for the next page; null on the last one. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. Stable while items come and go: `next_cursor` says where to go on. */
        Page_Reviewed: {
            /**
             * @description The items, in the order that was asked for. Fewer than asked for, or none, where a search
             *     has looked at many and found few so far.
             */
            items: {
                /**
                 * Format: int64
                 * @description Number of its author's account.
                 */
                account_id: number;
                /** @description The name of that account. */
                author: string;
                /**
                 * Format: date-time
                 * @description When it was written.
                 */
                created_at: string;
                /**
                 * Format: int64
                 * @description Its number.
                 */
                id: number;
                /** @description Whether it waits to be let through. */
                is_pending: boolean;
                /** @description Who reported it, and why. */
                reports: components["schemas"]["Report"][];
                /** @description Plain text. */
                text: string;
                /** @description Title of the video. */
                title: string;
                /**
                 * Format: int64
                 * @description Number of the video.
                 */
                video_id: number;
            }[];
            /** @description Hand this back as `cursor` for the next page; null on the last one. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. Stable while items come and go: `next_cursor` says where to go on. */
        Page_SavedVideo: {
            /**
             * @description The items, in the order that was asked for. Fewer than asked for, or none, where a search
             *     has looked at many and found few so far.
             */
            items: {
                /**
                 * Format: date-time
                 * @description When it was put there.
                 */
                saved_at: string;
                /** @description The video. */
                video: components["schemas"]["Video"];
            }[];
            /** @description Hand this back as `cursor` for the next page; null on the last one. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. Stable while items come and go: `next_cursor` says where to go on. */
        Page_Session: {
            /**
             * @description The items, in the order that was asked for. Fewer than asked for, or none, where a search
             *     has looked at many and found few so far.
             */
            items: {
                /** @description Address it logged in from. */
                address: string;
                /** @description The program that logged in, as it named itself. */
                client: string;
                /**
                 * Format: date-time
                 * @description When it logged in.
                 */
                created_at: string;
                /** @description Whether it is the one that asks. */
                current: boolean;
                /**
                 * Format: date-time
                 * @description When it ends at the latest.
                 */
                expires_at: string;
                /**
                 * Format: int64
                 * @description Number of the session.
                 */
                id: number;
                /**
                 * Format: date-time
                 * @description When it was last used, to about a minute.
                 */
                last_used_at: string;
            }[];
            /** @description Hand this back as `cursor` for the next page; null on the last one. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. Stable while items come and go: `next_cursor` says where to go on. */
        Page_Setting: {
            /**
             * @description The items, in the order that was asked for. Fewer than asked for, or none, where a search
             *     has looked at many and found few so far.
             */
            items: {
                /** @description What values it takes, for example `0..=86400` or `open|invite|closed`. */
                accepts: string;
                /** @description Its value when nobody changed it. */
                default: string;
                /** @description Its name, for example `download.wait_free_seconds`. */
                key: string;
                /** @description Its value now, as text. */
                value: string;
            }[];
            /** @description Hand this back as `cursor` for the next page; null on the last one. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. Stable while items come and go: `next_cursor` says where to go on. */
        Page_TimelineItem: {
            /**
             * @description The items, in the order that was asked for. Fewer than asked for, or none, where a search
             *     has looked at many and found few so far.
             */
            items: {
                /** @description Name of the account that it was done to. */
                account?: string | null;
                /**
                 * @description What was done, as the audit log says it, for example `account.lock`; for money one of
                 *     `wallet.welcome`, `wallet.credit`, `wallet.reverse`, `video.buy` and
                 *     `membership.buy`; for a download `download.ask`.
                 */
                action: string;
                /**
                 * @description Its name; `operator`, or `nobody` for whoever was not logged in. Null where the site
                 *     itself acted.
                 */
                actor?: string | null;
                /**
                 * Format: int64
                 * @description Account that acted; null for the operator at the machine, and for nobody.
                 */
                actor_id?: number | null;
                /** @description Address the call came from; null where it was not kept. */
                address?: string | null;
                /**
                 * Format: int64
                 * @description Change of the balance, in minor units; below zero for what was paid.
                 */
                amount_minor?: number | null;
                /**
                 * Format: date-time
                 * @description When.
                 */
                at: string;
                /**
                 * Format: int64
                 * @description Balance afterwards, in minor units.
                 */
                balance_minor?: number | null;
                /**
                 * Format: int64
                 * @description Bytes of the download that were sent by now, repeats included.
                 */
                bytes_sent?: number | null;
                /** @description Further facts of the act, as the audit log has them; never a secret. */
                detail: {
                    [key: string]: unknown;
                };
                /**
                 * Format: int64
                 * @description Number of the download's record.
                 */
                download_id?: number | null;
                /**
                 * Format: int64
                 * @description Number of the journal entry.
                 */
                entry_id?: number | null;
                /** @description Names the event, for example `audit-12`, `entry-3` or `download-7`. */
                id: string;
                /** @description What it is about. */
                kind: components["schemas"]["TimelineKind"];
                /** @description Code of the plan that was bought. */
                plan?: string | null;
                /** @description Why: what an admin wrote at a credit or a reversal. */
                reason?: string | null;
                /**
                 * Format: int64
                 * @description The journal entry that reverses this one.
                 */
                reversed_by_id?: number | null;
                /**
                 * Format: int64
                 * @description The journal entry that this one reverses.
                 */
                reverses_id?: number | null;
                state?: components["schemas"]["DownloadState"] | null;
                /**
                 * Format: int64
                 * @description Number of that thing.
                 */
                subject_id?: number | null;
                /** @description What kind of thing it was done to. */
                subject_kind?: string | null;
                /** @description Title that the video has now. */
                title?: string | null;
                /**
                 * Format: int64
                 * @description Number of the video.
                 */
                video_id?: number | null;
            }[];
            /** @description Hand this back as `cursor` for the next page; null on the last one. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. Stable while items come and go: `next_cursor` says where to go on. */
        Page_Video: {
            /**
             * @description The items, in the order that was asked for. Fewer than asked for, or none, where a search
             *     has looked at many and found few so far.
             */
            items: {
                /**
                 * Format: int64
                 * @description How many accounts own it; for admins only, in the trash and on one video.
                 */
                buyers?: number | null;
                /** @description Category; empty for none. */
                category: string;
                /** @description BLAKE3 hash of the file, 64 hex digits. */
                content_hash: string;
                /**
                 * Format: date-time
                 * @description When it was uploaded.
                 */
                created_at: string;
                /** @description Description, plain text. */
                description: string;
                /**
                 * Format: int64
                 * @description Length in milliseconds, where ffprobe found it.
                 */
                duration_ms?: number | null;
                /** @description True in the answer to an upload of content that was here already. */
                existing?: boolean;
                /** @description Name it is downloaded under. */
                file_name: string;
                /**
                 * Format: int64
                 * @description Height of the picture as it is shown (upright, in square pixels).
                 */
                height?: number | null;
                /**
                 * Format: int64
                 * @description Number of the video.
                 */
                id: number;
                /** @description Whether it costs nothing. */
                is_free: boolean;
                /** @description Which of the caller's own lists it is in. */
                lists?: components["schemas"]["SavedList"][];
                /** @description Media type by content, for example `video/mp4`. */
                media_type: string;
                /**
                 * Format: int64
                 * @description Price for members, in minor units; 0 when free.
                 */
                member_price_minor: number;
                /** @description Whether members may watch it without buying it, where it is paid. */
                members_watch: boolean;
                /** @description Whether this caller bought it. */
                owned: boolean;
                /** @description Whether and how it can be watched. */
                playback: components["schemas"]["Playback"];
                poster?: components["schemas"]["Poster"] | null;
                /**
                 * Format: int64
                 * @description Price for accounts that are no members, in minor units; 0 when free.
                 */
                price_minor: number;
                progress?: components["schemas"]["Progress"] | null;
                /**
                 * Format: date-time
                 * @description When it becomes public, where it is scheduled; admins only.
                 */
                publish_at?: string | null;
                sheet?: components["schemas"]["Sheet"] | null;
                /**
                 * Format: int64
                 * @description Size of the file in bytes.
                 */
                size_bytes: number;
                /** @description What the file consists of, in its order; only in the answer to a `GET` of one video. */
                streams?: components["schemas"]["Stream"][];
                /** @description Tags. */
                tags: string[];
                /** @description Title. */
                title: string;
                /**
                 * Format: date-time
                 * @description When it went to the trash; admins only.
                 */
                trashed_at?: string | null;
                /**
                 * Format: date-time
                 * @description When it was last edited.
                 */
                updated_at: string;
                /**
                 * Format: int64
                 * @description How often it was watched: once in six hours for each account.
                 */
                view_count?: number;
                /** @description For whom it is; of one in the trash, for whom it was. */
                visibility: components["schemas"]["Visibility"];
                /**
                 * Format: int64
                 * @description Width of the picture as it is shown (upright, in square pixels).
                 */
                width?: number | null;
                /** @description Whether it is no longer offered (in the trash, purged, or a draft by now). */
                withdrawn: boolean;
                /**
                 * Format: int64
                 * @description Price for this caller now, in minor units; 0 when free or owned.
                 */
                your_price_minor: number;
            }[];
            /** @description Hand this back as `cursor` for the next page; null on the last one. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. Stable while items come and go: `next_cursor` says where to go on. */
        Page_WalletEntry: {
            /**
             * @description The items, in the order that was asked for. Fewer than asked for, or none, where a search
             *     has looked at many and found few so far.
             */
            items: {
                /**
                 * Format: int64
                 * @description Change of the balance, in minor units; below zero for what was paid.
                 */
                amount_minor: number;
                /**
                 * Format: date-time
                 * @description When.
                 */
                at: string;
                /**
                 * Format: int64
                 * @description Balance afterwards, in minor units.
                 */
                balance_minor: number;
                /**
                 * Format: int64
                 * @description Number of the journal entry.
                 */
                id: number;
                /** @description `welcome`, `credit`, `purchase` or `reversal`. */
                kind: string;
                /** @description What it was for: a reason, a title, a plan. */
                reason: string;
                /**
                 * Format: int64
                 * @description The entry that reverses this one.
                 */
                reversed_by_id?: number | null;
                /**
                 * Format: int64
                 * @description The entry that this one reverses.
                 */
                reverses_id?: number | null;
            }[];
            /** @description Hand this back as `cursor` for the next page; null on the last one. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. Stable while items come and go: `next_cursor` says where to go on. */
        Page_WatchRecord: {
            /**
             * @description The items, in the order that was asked for. Fewer than asked for, or none, where a search
             *     has looked at many and found few so far.
             */
            items: {
                /** @description Its name. */
                account: string;
                /**
                 * Format: int64
                 * @description Number of the account that watched.
                 */
                account_id: number;
                /**
                 * Format: int64
                 * @description Number of the record.
                 */
                id: number;
                /**
                 * Format: date-time
                 * @description When it was last heard of, to within ten seconds.
                 */
                last_at: string;
                /**
                 * Format: date-time
                 * @description When it began to play.
                 */
                started_at: string;
                /** @description Title of the video. */
                title: string;
                /**
                 * Format: int64
                 * @description Number of the video.
                 */
                video_id: number;
            }[];
            /** @description Hand this back as `cursor` for the next page; null on the last one. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. Stable while items come and go: `next_cursor` says where to go on. */
        Page_WatchedVideo: {
            /**
             * @description The items, in the order that was asked for. Fewer than asked for, or none, where a search
             *     has looked at many and found few so far.
             */
            items: {
                /** @description The video, with how far it was watched. */
                video: components["schemas"]["Video"];
                /**
                 * Format: date-time
                 * @description When it was last watched.
                 */
                watched_at: string;
            }[];
            /** @description Hand this back as `cursor` for the next page; null on the last one. */
            next_cursor?: string | null;
        };
        /** @description A page of a list. Stable while items come and go: `next_cursor` says where to go on. */
        Page_Worker: {
            /**
             * @description The items, in the order that was asked for. Fewer than asked for, or none, where a search
             *     has looked at many and found few so far.
             */
            items: {
                /**
                 * Format: date-time
                 * @description When it was registered.
                 */
                created_at: string;
                /**
                 * Format: int64
                 * @description Number of the worker.
                 */
                id: number;
                /** @description What it is called. */
                name: string;
                /**
                 * Format: date-time
                 * @description When it was revoked, if it was.
                 */
                revoked_at?: string | null;
                /**
                 * Format: int64
                 * @description How many jobs it runs now.
                 */
                running: number;
                /**
                 * Format: date-time
                 * @description When it was heard of last, to within ten seconds.
                 */
                seen_at?: string | null;
                /** @description Its token; only in the answer to its registration. */
                token?: string | null;
            }[];
            /** @description Hand this back as `cursor` for the next page; null on the last one. */
            next_cursor?: string | null;
        };
        /** @description A membership plan on sale. */
        Plan: {
            /** @description Short name that never changes, for example `month`. */
            code: string;
            /**
             * Format: int64
             * @description Number of the plan.
             */
            id: number;
            /**
             * Format: int64
             * @description Length in calendar months; null for ever.
             */
            months?: number | null;
            /** @description Whether it can be bought. */
            on_sale: boolean;
            /**
             * Format: int64
             * @description Price, in minor units.
             */
            price_minor: number;
            /** @description Title in English. */
            title_en: string;
            /** @description Title in Chinese. */
            title_zh: string;
        };
        /** @description Whether a video can be watched in the browser. */
        Playback: {
            /** @description Why not, for a person. */
            detail?: string | null;
            encoding?: components["schemas"]["Encoding"] | null;
            /**
             * @description Where any player can play it (HLS, RFC 8216), for 12 hours; only in the answer to a `GET`
             *     of one video, and only for accounts that may watch it, or its beginning. Whoever has the address can watch.
             */
            hls_url?: string | null;
            /**
             * Format: int64
             * @description How much of it the address plays, in milliseconds, where that is a preview.
             */
            preview_ms?: number | null;
            /** @description Why not, as a stable word, for example `video_codec`. */
            reason?: string | null;
            /** @description Whether it can be played. */
            state: components["schemas"]["PlaybackState"];
            /**
             * Format: int64
             * @description How long the address waits before it plays, in milliseconds, where it does.
             */
            wait_ms?: number | null;
        };
        /**
         * @description How far a video is from being played.
         * @enum {string}
         */
        PlaybackState: "preparing" | "ready" | "partial" | "unplayable";
        /** @description A picture that stands for a video. */
        Poster: {
            /**
             * Format: int64
             * @description Where in the film it was taken, in milliseconds.
             */
            at_ms: number;
            /** @description A tiny one to be shown until another is loaded: a `data:` URL. */
            blur: string;
            /** @description Its files: sizes in WebP, the smallest first, and one in JPEG. */
            files: components["schemas"]["PosterFile"][];
            /** @description Whether an admin uploaded it; it is then no frame of the film. */
            is_uploaded?: boolean;
            /** @description Its name. */
            name: string;
        };
        /** @description A file of a poster. */
        PosterFile: {
            /**
             * Format: int32
             * @description Height in pixels.
             */
            height: number;
            /** @description `image/webp` or `image/jpeg`. */
            media_type: string;
            /** @description Its path on this server. It never changes. */
            path: string;
            /**
             * Format: int32
             * @description Width in pixels.
             */
            width: number;
        };
        /** @description Candidates for a video's poster. */
        Posters: {
            /** @description The one that is shown first. */
            items: components["schemas"]["Poster"][];
        };
        /** @description Asks how a content will look. */
        PreviewAnnouncement: {
            /** @description Content in Markdown, 1–20,000 characters. */
            content: string;
        };
        /**
         * @description Free or paid videos.
         * @enum {string}
         */
        PriceFilter: "free" | "paid";
        /**
         * @description A problem document (RFC 9457): the body of every HTTP error and of the command
         *     line's `--json` refusals.
         */
        Problem: {
            /** @description The stable code, see the list in the API document's description. */
            code: string;
            /** @description What happened, for a person, in the language of the request. */
            detail: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description The code in words that do not change. */
            title: string;
            /** @description `about:blank#CODE`; a name, not an address to fetch. */
            type: string;
        } & {
            [key: string]: unknown;
        };
        /** @description How far the caller has watched a video. */
        Progress: {
            /** @description Whether it was watched to its end, or to its credits. */
            is_done: boolean;
            /**
             * Format: int64
             * @description Milliseconds from the beginning of the film.
             */
            position_ms: number;
        };
        /** @description Publishes an announcement. */
        PublishAnnouncement: {
            /** @description Content in Markdown, 1–20,000 characters. */
            content: string;
            /** @description Whether it stands on the front page, in place of the one that stands there. */
            pinned?: boolean;
            /**
             * Format: date-time
             * @description When to publish; at once when absent. May lie ahead.
             */
            published_at?: string | null;
            /** @description Title, 1–200 characters. */
            title: string;
        };
        /** @description Says how far the caller has watched a video. */
        PutProgress: {
            /**
             * Format: int64
             * @description Milliseconds from the beginning of the film; 0 up to a day.
             */
            position_ms: number;
        };
        /** @description Registers an account. */
        RegisterAccount: {
            /** @description Name to show, up to 64 characters. */
            display_name?: string | null;
            /** @description Invite code, where policy asks for one. */
            invite?: string | null;
            /** @description Login name, 1–64 characters after NFKC; Chinese is welcome. */
            name: string;
            /** @description Password, 8–128 characters. */
            password: string;
            role?: components["schemas"]["Role"] | null;
        };
        /** @description What goes with a video. */
        Related: {
            /** @description Others: with tags of it first, then of its category, then the newest. */
            items: components["schemas"]["Video"][];
            next?: components["schemas"]["Video"] | null;
        };
        /** @description A report about a comment or a danmaku. */
        Report: {
            /** @description Name of the account that reported it. */
            account: string;
            /** @description Why; may be empty. */
            reason: string;
        };
        /** @description A one-time code with which a forgotten password is replaced; shown once. */
        ResetCode: {
            /** @description The code to hand over. */
            code: string;
            /**
             * Format: date-time
             * @description It works until then (24 hours).
             */
            expires_at: string;
            /**
             * Format: int64
             * @description Number of the account.
             */
            id: number;
            /** @description Login name of the account. */
            name: string;
        };
        /** @description Replaces a forgotten password with a reset code. */
        ResetPassword: {
            /** @description The code that an admin handed over. */
            code: string;
            /** @description Login name. */
            name: string;
            /** @description The new password, 8–128 characters. */
            new_password: string;
        };
        /** @description An upload that comes in several requests (tus 1.0.0), as admins see it. */
        ResumableUpload: {
            /** @description Who uploads it; empty for the operator. */
            account: string;
            /** @description Why it was refused: `video_exists`, `video_in_trash`, `hash_mismatch` and so on. */
            code?: string | null;
            /** @description `Upload-Concat`, as the client sent it; empty for none. */
            concat: string;
            /**
             * Format: date-time
             * @description When it began.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it ends if no more bytes come.
             */
            expires_at: string;
            /** @description Name of the file, as the client gave it. */
            file_name: string;
            /** @description Its sampled fingerprint, where the client gave it. */
            fingerprint?: string | null;
            /** @description Its name in addresses: nobody guesses it. */
            id: string;
            /** @description Whether it is a part of another, or put together of parts. */
            kind: components["schemas"]["UploadKind"];
            /** @description `Upload-Metadata`, as the client sent it. */
            metadata: string;
            /**
             * Format: int64
             * @description Bytes that are on the disk for good.
             */
            offset_bytes: number;
            /**
             * Format: int64
             * @description Size of the file, once it is known.
             */
            size_bytes?: number | null;
            /** @description What became of it. */
            state: components["schemas"]["UploadState"];
            /**
             * Format: date-time
             * @description When bytes were last saved.
             */
            updated_at: string;
            /**
             * Format: int64
             * @description The video that it became, or that has its content.
             */
            video_id?: number | null;
        };
        /** @description What the reversal of an entry would do now. */
        ReversalPreview: {
            /** @description Login name of the account. */
            account: string;
            /**
             * Format: int64
             * @description Number of the account.
             */
            account_id: number;
            /**
             * Format: int64
             * @description Change that the balance would have, in minor units.
             */
            amount_minor: number;
            /**
             * Format: int64
             * @description Balance afterwards, in minor units.
             */
            balance_minor: number;
            /**
             * Format: int64
             * @description Number of the entry.
             */
            reverses_id: number;
            /**
             * Format: int64
             * @description What could not be taken back because it is spent, in minor units.
             */
            shortfall_minor: number;
        };
        /** @description Reverses a journal entry by an opposite one. */
        ReverseEntry: {
            /** @description Why, 1–500 characters. */
            reason: string;
        };
        /** @description An entry was reversed. */
        Reversed: {
            /**
             * Format: int64
             * @description Number of the account.
             */
            account_id: number;
            /**
             * Format: int64
             * @description Change of the balance, in minor units.
             */
            amount_minor: number;
            /**
             * Format: int64
             * @description Balance afterwards, in minor units.
             */
            balance_minor: number;
            /**
             * Format: int64
             * @description Number of the new journal entry.
             */
            id: number;
            /**
             * Format: int64
             * @description Number of the entry that it reverses.
             */
            reverses_id: number;
            /**
             * Format: int64
             * @description What could not be taken back because it is spent, in minor units.
             */
            shortfall_minor: number;
        };
        /** @description How many there are for the admins to look at. */
        ReviewCount: {
            /**
             * Format: int64
             * @description Comments.
             */
            comments: number;
            /**
             * Format: int64
             * @description Danmaku.
             */
            danmaku: number;
        };
        /** @description A comment or a danmaku, as admins review it. */
        Reviewed: {
            /**
             * Format: int64
             * @description Number of its author's account.
             */
            account_id: number;
            /** @description The name of that account. */
            author: string;
            /**
             * Format: date-time
             * @description When it was written.
             */
            created_at: string;
            /**
             * Format: int64
             * @description Its number.
             */
            id: number;
            /** @description Whether it waits to be let through. */
            is_pending: boolean;
            /** @description Who reported it, and why. */
            reports: components["schemas"]["Report"][];
            /** @description Plain text. */
            text: string;
            /** @description Title of the video. */
            title: string;
            /**
             * Format: int64
             * @description Number of the video.
             */
            video_id: number;
        };
        /**
         * @description What an account may do.
         * @enum {string}
         */
        Role: "admin" | "user";
        /**
         * @description A list of an account's own.
         * @enum {string}
         */
        SavedList: "favourites" | "later";
        /** @description A video in a list of the caller's own. */
        SavedVideo: {
            /**
             * Format: date-time
             * @description When it was put there.
             */
            saved_at: string;
            /** @description The video. */
            video: components["schemas"]["Video"];
        };
        /** @description A live login of the caller. */
        Session: {
            /** @description Address it logged in from. */
            address: string;
            /** @description The program that logged in, as it named itself. */
            client: string;
            /**
             * Format: date-time
             * @description When it logged in.
             */
            created_at: string;
            /** @description Whether it is the one that asks. */
            current: boolean;
            /**
             * Format: date-time
             * @description When it ends at the latest.
             */
            expires_at: string;
            /**
             * Format: int64
             * @description Number of the session.
             */
            id: number;
            /**
             * Format: date-time
             * @description When it was last used, to about a minute.
             */
            last_used_at: string;
        };
        /** @description Creates or changes a plan; what is absent stays (a new plan needs a price). */
        SetPlan: {
            /**
             * Format: int64
             * @description Length in calendar months, 1–1,200; 0 for ever.
             */
            months?: number | null;
            /** @description Whether it can be bought. */
            on_sale?: boolean | null;
            /**
             * Format: int64
             * @description Price in minor units, 1–100,000,000.
             */
            price_minor?: number | null;
            /** @description Title in English, 1–100 characters. */
            title_en?: string | null;
            /** @description Title in Chinese, 1–100 characters. */
            title_zh?: string | null;
        };
        /** @description Changes a setting. */
        SetSetting: {
            /** @description The new value, as text. */
            value: string;
        };
        /** @description Makes the first admin, with the code that `serve` printed. */
        SetUp: {
            /** @description The setup code. */
            code: string;
            /** @description Login name of the first admin. */
            name: string;
            /** @description Password, 8–128 characters. */
            password: string;
        };
        /** @description A setting. */
        Setting: {
            /** @description What values it takes, for example `0..=86400` or `open|invite|closed`. */
            accepts: string;
            /** @description Its value when nobody changed it. */
            default: string;
            /** @description Its name, for example `download.wait_free_seconds`. */
            key: string;
            /** @description Its value now, as text. */
            value: string;
        };
        /** @description Small frames of a film side by side, row by row: the first hundred of it. */
        Sheet: {
            /**
             * Format: int32
             * @description How many are in a row.
             */
            columns: number;
            /**
             * Format: int32
             * @description Height of one, in pixels.
             */
            frame_height: number;
            /**
             * Format: int32
             * @description Width of one, in pixels.
             */
            frame_width: number;
            /** @description How many frames there are. */
            frames: number;
            /** @description Its path on this server. It never changes. */
            path: string;
        };
        /** @description What anybody may know of this site. */
        Site: {
            /** @description ISO 4217 code of the currency; amounts are in its minor unit. */
            currency: string;
            /** @description The operator's own lines at the foot of each page, as sanitised HTML; empty for none. */
            footer_html: string;
            /** @description Whether there are comments under videos. */
            has_comments?: boolean;
            /** @description Whether there are danmaku over the picture. */
            has_danmaku?: boolean;
            /** @description Language of the pages, `zh` or `en`; empty where each reader's own is taken. */
            language: string;
            /** @description Its name. */
            name: string;
            /** @description Whether there is no admin yet. */
            needs_setup: boolean;
            /**
             * Format: int64
             * @description The same for members, in minor units.
             */
            price_paid_member_minor: number;
            /**
             * Format: int64
             * @description Price of a paid video that has none of its own, in minor units.
             */
            price_paid_minor: number;
            /** @description Whether players show the viewer's name over the picture. */
            shows_viewer: boolean;
            /** @description The same for admins. */
            signup_admin: string;
            /** @description `open`, `invite` or `closed`: who may register as a user. */
            signup_user: string;
            /** @description Whom to ask for help, for example with a forgotten password. */
            support_contact: string;
            /** @description IANA name of the site's time zone. */
            timezone: string;
            /** @description Version of the program. */
            version: string;
            /** @description `login` or `public`: who may see the lists. */
            visibility: string;
        };
        /**
         * @description A part of a file: pictures, sound or subtitles, as ffprobe describes it. Names of codecs,
         *     profiles, formats and colours are those of ffmpeg.
         */
        Stream: {
            /**
             * Format: int64
             * @description Channels of sound: 2 for stereo, 6 for 5.1.
             */
            channels?: number | null;
            /** @description Codec, for example `h264`, `aac` or `subrip`; empty where ffmpeg does not know it. */
            codec: string;
            /** @description Colour primaries, for example `bt709`. */
            color_primaries?: string | null;
            /** @description Matrix of the colours, for example `bt709`. */
            color_space?: string | null;
            /** @description Transfer function, for example `bt709`, or `smpte2084` (PQ). */
            color_transfer?: string | null;
            /**
             * Format: double
             * @description Pictures in a second, on average.
             */
            frame_rate?: number | null;
            /**
             * Format: int64
             * @description Height in pixels, as stored in the file.
             */
            height?: number | null;
            /** @description Whether players choose it among those of its kind. */
            is_default: boolean;
            /** @description Whether subtitles are shown even to those who want none. */
            is_forced: boolean;
            /** @description What it consists of. */
            kind: components["schemas"]["StreamKind"];
            /** @description Language as the file writes it, mostly three letters (ISO 639-2). */
            language?: string | null;
            /** @description How a pixel is stored, for example `yuv420p10le`. */
            pixel_format?: string | null;
            /** @description Profile of the codec, for example `High` or `LC`. */
            profile?: string | null;
            /**
             * Format: int64
             * @description How far players turn the pictures, clockwise in degrees, where they do.
             */
            rotation_degrees?: number | null;
            /**
             * Format: int64
             * @description Samples of sound in a second.
             */
            sample_rate_hz?: number | null;
            /** @description Title that the file gives it, for example `Director's commentary`. */
            title?: string | null;
            /**
             * Format: int64
             * @description Width in pixels, as stored in the file.
             */
            width?: number | null;
        };
        /**
         * @description What a stream consists of.
         * @enum {string}
         */
        StreamKind: "video" | "audio" | "subtitle";
        /** @description Subtitles of a video. Players find them in the playlist of the video. */
        Subtitle: {
            /**
             * Format: date-time
             * @description When they came.
             */
            created_at: string;
            encoding?: components["schemas"]["TextEncoding"] | null;
            format?: components["schemas"]["SubtitleFormat"] | null;
            /**
             * Format: int64
             * @description Their number.
             */
            id: number;
            /**
             * @description What they are called beside their language, for example `Director's commentary`; may be
             *     empty.
             */
            label: string;
            /** @description Their language (BCP 47), for example `zh-Hans`; `und` where it is not known. */
            language: string;
            /** @description Where they come from. */
            origin: components["schemas"]["SubtitleOrigin"];
        };
        /**
         * @description How a file of subtitles is written.
         * @enum {string}
         */
        SubtitleFormat: "srt" | "ass" | "vtt";
        /**
         * @description Where subtitles come from.
         * @enum {string}
         */
        SubtitleOrigin: "embedded" | "uploaded" | "nothing";
        /** @description Subtitles of one video. */
        Subtitles: {
            /** @description In the order in which they came. */
            items: components["schemas"]["Subtitle"][];
        };
        /**
         * @description How the characters of a file of subtitles are written.
         * @enum {string}
         */
        TextEncoding: "utf-8" | "utf-16le" | "utf-16be" | "gb18030" | "big5" | "shift_jis" | "euc-kr" | "windows-1252";
        /** @description An address that an account cannot log in from for a while. */
        Throttle: {
            /** @description The address. */
            address: string;
            /**
             * Format: int64
             * @description How many failures counted in the last 15 minutes.
             */
            failures: number;
            /** @description What there were too many failures of. */
            reason: components["schemas"]["ThrottleReason"];
            /**
             * Format: date-time
             * @description When another attempt is let through.
             */
            until: string;
        };
        /**
         * @description What there were too many failures of.
         * @enum {string}
         */
        ThrottleReason: "account" | "address";
        /** @description From where an account cannot log in for a while, after too many failures. */
        Throttles: {
            /** @description The addresses. */
            items: components["schemas"]["Throttle"][];
        };
        /** @description The right to fetch one video once. */
        Ticket: {
            /**
             * Format: date-time
             * @description No byte is sent before.
             */
            available_at: string;
            /** @description BLAKE3 hash of the file, 64 hex digits. */
            content_hash: string;
            /**
             * Format: date-time
             * @description It works until then.
             */
            expires_at: string;
            /** @description Name to save it under. */
            file_name: string;
            /**
             * Format: int64
             * @description Number of the ticket, and of its record.
             */
            id: number;
            /**
             * Format: int64
             * @description What was paid with this ticket, in minor units.
             */
            price_paid_minor: number;
            /**
             * Format: int64
             * @description Size in bytes.
             */
            size_bytes: number;
            /** @description State. */
            state: components["schemas"]["DownloadState"];
            /** @description Title of the video. */
            title: string;
            /** @description Where to fetch it, relative to the server's address; needs no login. */
            url: string;
            /**
             * Format: int64
             * @description Number of the video.
             */
            video_id: number;
            /**
             * Format: int64
             * @description What is left of the wait, in milliseconds.
             */
            wait_ms: number;
        };
        /** @description One event of an account. What is absent does not apply. */
        TimelineItem: {
            /** @description Name of the account that it was done to. */
            account?: string | null;
            /**
             * @description What was done, as the audit log says it, for example `account.lock`; for money one of
             *     `wallet.welcome`, `wallet.credit`, `wallet.reverse`, `video.buy` and
             *     `membership.buy`; for a download `download.ask`.
             */
            action: string;
            /**
             * @description Its name; `operator`, or `nobody` for whoever was not logged in. Null where the site
             *     itself acted.
             */
            actor?: string | null;
            /**
             * Format: int64
             * @description Account that acted; null for the operator at the machine, and for nobody.
             */
            actor_id?: number | null;
            /** @description Address the call came from; null where it was not kept. */
            address?: string | null;
            /**
             * Format: int64
             * @description Change of the balance, in minor units; below zero for what was paid.
             */
            amount_minor?: number | null;
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /**
             * Format: int64
             * @description Balance afterwards, in minor units.
             */
            balance_minor?: number | null;
            /**
             * Format: int64
             * @description Bytes of the download that were sent by now, repeats included.
             */
            bytes_sent?: number | null;
            /** @description Further facts of the act, as the audit log has them; never a secret. */
            detail: {
                [key: string]: unknown;
            };
            /**
             * Format: int64
             * @description Number of the download's record.
             */
            download_id?: number | null;
            /**
             * Format: int64
             * @description Number of the journal entry.
             */
            entry_id?: number | null;
            /** @description Names the event, for example `audit-12`, `entry-3` or `download-7`. */
            id: string;
            /** @description What it is about. */
            kind: components["schemas"]["TimelineKind"];
            /** @description Code of the plan that was bought. */
            plan?: string | null;
            /** @description Why: what an admin wrote at a credit or a reversal. */
            reason?: string | null;
            /**
             * Format: int64
             * @description The journal entry that reverses this one.
             */
            reversed_by_id?: number | null;
            /**
             * Format: int64
             * @description The journal entry that this one reverses.
             */
            reverses_id?: number | null;
            state?: components["schemas"]["DownloadState"] | null;
            /**
             * Format: int64
             * @description Number of that thing.
             */
            subject_id?: number | null;
            /** @description What kind of thing it was done to. */
            subject_kind?: string | null;
            /** @description Title that the video has now. */
            title?: string | null;
            /**
             * Format: int64
             * @description Number of the video.
             */
            video_id?: number | null;
        };
        /**
         * @description What an event is about.
         * @enum {string}
         */
        TimelineKind: "account" | "session" | "money" | "download" | "admin";
        /**
         * @description How an assignment ends.
         * @enum {string}
         */
        UnitOutcome: "done" | "failed" | "released";
        /** @description Segments, one after the other, that are encoded in the same sizes. */
        UnitRun: {
            /**
             * Format: int64
             * @description Number of the first segment.
             */
            first: number;
            /** @description Whether the film ends with the last. */
            is_last: boolean;
            /** @description The segments. */
            segments: components["schemas"]["UnitSegment"][];
            /** @description The sizes. */
            sizes: components["schemas"]["UnitSize"][];
        };
        /** @description A segment of a film. */
        UnitSegment: {
            /**
             * Format: int64
             * @description When it ends.
             */
            end: number;
            /**
             * Format: int32
             * @description How many pictures it has.
             */
            pictures: number;
            /**
             * Format: int64
             * @description When it begins.
             */
            start: number;
        };
        /** @description A size in which a film is encoded. */
        UnitSize: {
            /**
             * Format: int32
             * @description Pixels.
             */
            height: number;
            /**
             * Format: int32
             * @description The level of H.264 times ten.
             */
            level: number;
            /**
             * Format: int64
             * @description Bits in a second at most.
             */
            max_bits: number;
            /**
             * Format: int32
             * @description Its name: the pixels of the shorter side.
             */
            name: number;
            /**
             * Format: int32
             * @description Pixels.
             */
            width: number;
        };
        /** @description How many announcements the caller has not read. */
        Unread: {
            /**
             * Format: int64
             * @description Their number, counted up to 100.
             */
            count: number;
        };
        /**
         * @description What an upload is for.
         * @enum {string}
         */
        UploadKind: "whole" | "partial" | "final";
        /**
         * @description What became of an upload.
         * @enum {string}
         */
        UploadState: "open" | "done" | "refused" | "ended";
        /** @description A video, as the caller may see it. */
        Video: {
            /**
             * Format: int64
             * @description How many accounts own it; for admins only, in the trash and on one video.
             */
            buyers?: number | null;
            /** @description Category; empty for none. */
            category: string;
            /** @description BLAKE3 hash of the file, 64 hex digits. */
            content_hash: string;
            /**
             * Format: date-time
             * @description When it was uploaded.
             */
            created_at: string;
            /** @description Description, plain text. */
            description: string;
            /**
             * Format: int64
             * @description Length in milliseconds, where ffprobe found it.
             */
            duration_ms?: number | null;
            /** @description True in the answer to an upload of content that was here already. */
            existing?: boolean;
            /** @description Name it is downloaded under. */
            file_name: string;
            /**
             * Format: int64
             * @description Height of the picture as it is shown (upright, in square pixels).
             */
            height?: number | null;
            /**
             * Format: int64
             * @description Number of the video.
             */
            id: number;
            /** @description Whether it costs nothing. */
            is_free: boolean;
            /** @description Which of the caller's own lists it is in. */
            lists?: components["schemas"]["SavedList"][];
            /** @description Media type by content, for example `video/mp4`. */
            media_type: string;
            /**
             * Format: int64
             * @description Price for members, in minor units; 0 when free.
             */
            member_price_minor: number;
            /** @description Whether members may watch it without buying it, where it is paid. */
            members_watch: boolean;
            /** @description Whether this caller bought it. */
            owned: boolean;
            /** @description Whether and how it can be watched. */
            playback: components["schemas"]["Playback"];
            poster?: components["schemas"]["Poster"] | null;
            /**
             * Format: int64
             * @description Price for accounts that are no members, in minor units; 0 when free.
             */
            price_minor: number;
            progress?: components["schemas"]["Progress"] | null;
            /**
             * Format: date-time
             * @description When it becomes public, where it is scheduled; admins only.
             */
            publish_at?: string | null;
            sheet?: components["schemas"]["Sheet"] | null;
            /**
             * Format: int64
             * @description Size of the file in bytes.
             */
            size_bytes: number;
            /** @description What the file consists of, in its order; only in the answer to a `GET` of one video. */
            streams?: components["schemas"]["Stream"][];
            /** @description Tags. */
            tags: string[];
            /** @description Title. */
            title: string;
            /**
             * Format: date-time
             * @description When it went to the trash; admins only.
             */
            trashed_at?: string | null;
            /**
             * Format: date-time
             * @description When it was last edited.
             */
            updated_at: string;
            /**
             * Format: int64
             * @description How often it was watched: once in six hours for each account.
             */
            view_count?: number;
            /** @description For whom it is; of one in the trash, for whom it was. */
            visibility: components["schemas"]["Visibility"];
            /**
             * Format: int64
             * @description Width of the picture as it is shown (upright, in square pixels).
             */
            width?: number | null;
            /** @description Whether it is no longer offered (in the trash, purged, or a draft by now). */
            withdrawn: boolean;
            /**
             * Format: int64
             * @description Price for this caller now, in minor units; 0 when free or owned.
             */
            your_price_minor: number;
        };
        /** @description A video was bought: the debit, the purchase and the ticket are one transaction. */
        VideoBought: {
            /**
             * Format: int64
             * @description Balance afterwards, in minor units.
             */
            balance_minor: number;
            /**
             * Format: int64
             * @description Number of the journal entry.
             */
            entry_id: number;
            /**
             * Format: int64
             * @description Number of the purchase.
             */
            id: number;
            /**
             * Format: int64
             * @description What was paid, in minor units.
             */
            price_paid_minor: number;
            /** @description The right to fetch it. */
            ticket: components["schemas"]["Ticket"];
            /**
             * Format: int64
             * @description Number of the video.
             */
            video_id: number;
        };
        /** @description Names several videos. */
        VideoIds: {
            /** @description Numbers of the videos, 1–200. */
            ids: number[];
        };
        /**
         * @description Orders of a list of videos.
         * @enum {string}
         */
        VideoSort: "newest" | "oldest" | "title";
        /** @description Several videos, in the order in which they were named. */
        Videos: {
            /** @description The videos. */
            items: components["schemas"]["Video"][];
        };
        /**
         * @description For whom a title is that is not in the trash.
         * @enum {string}
         */
        Visibility: "public" | "unlisted" | "scheduled" | "draft";
        /**
         * @description For whom the videos of a list are.
         * @enum {string}
         */
        VisibilityFilter: "public" | "unlisted" | "scheduled" | "draft" | "all";
        /** @description A wallet. */
        Wallet: {
            /**
             * Format: int64
             * @description Balance in minor units; never below zero.
             */
            balance_minor: number;
            /** @description ISO 4217 code of the currency. */
            currency: string;
            /**
             * Format: int64
             * @description Number of the account it belongs to.
             */
            id: number;
        };
        /** @description One movement of a wallet. */
        WalletEntry: {
            /**
             * Format: int64
             * @description Change of the balance, in minor units; below zero for what was paid.
             */
            amount_minor: number;
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /**
             * Format: int64
             * @description Balance afterwards, in minor units.
             */
            balance_minor: number;
            /**
             * Format: int64
             * @description Number of the journal entry.
             */
            id: number;
            /** @description `welcome`, `credit`, `purchase` or `reversal`. */
            kind: string;
            /** @description What it was for: a reason, a title, a plan. */
            reason: string;
            /**
             * Format: int64
             * @description The entry that reverses this one.
             */
            reversed_by_id?: number | null;
            /**
             * Format: int64
             * @description The entry that this one reverses.
             */
            reverses_id?: number | null;
        };
        /** @description A video that was watched in one go, by one login. */
        WatchRecord: {
            /** @description Its name. */
            account: string;
            /**
             * Format: int64
             * @description Number of the account that watched.
             */
            account_id: number;
            /**
             * Format: int64
             * @description Number of the record.
             */
            id: number;
            /**
             * Format: date-time
             * @description When it was last heard of, to within ten seconds.
             */
            last_at: string;
            /**
             * Format: date-time
             * @description When it began to play.
             */
            started_at: string;
            /** @description Title of the video. */
            title: string;
            /**
             * Format: int64
             * @description Number of the video.
             */
            video_id: number;
        };
        /** @description A video that the caller watched. */
        WatchedVideo: {
            /** @description The video, with how far it was watched. */
            video: components["schemas"]["Video"];
            /**
             * Format: date-time
             * @description When it was last watched.
             */
            watched_at: string;
        };
        /** @description A worker. */
        Worker: {
            /**
             * Format: date-time
             * @description When it was registered.
             */
            created_at: string;
            /**
             * Format: int64
             * @description Number of the worker.
             */
            id: number;
            /** @description What it is called. */
            name: string;
            /**
             * Format: date-time
             * @description When it was revoked, if it was.
             */
            revoked_at?: string | null;
            /**
             * Format: int64
             * @description How many jobs it runs now.
             */
            running: number;
            /**
             * Format: date-time
             * @description When it was heard of last, to within ten seconds.
             */
            seen_at?: string | null;
            /** @description Its token; only in the answer to its registration. */
            token?: string | null;
        };
        /** @description Writes a comment. */
        WriteComment: {
            /**
             * Format: int64
             * @description Number of the comment that it replies to; one that is itself a reply takes none.
             */
            parent_id?: number | null;
            /** @description Plain text. */
            text: string;
        };
        /** @description Sends a danmaku. */
        WriteDanmaku: {
            /**
             * Format: int64
             * @description The moment of the film, in milliseconds from its beginning.
             */
            at_ms: number;
            /** @description `#rrggbb`; white when absent. */
            color?: string | null;
            mode?: components["schemas"]["DanmakuMode"] | null;
            /** @description One line of plain text. */
            text: string;
        };
        /** @description Reports something that should not be there. */
        WriteReport: {
            /** @description Why. */
            reason?: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    root: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_accounts: {
        parameters: {
            query?: {
                /** @description Any part of the name, from one character on. */
                search?: string;
                /** @description The account with exactly this name, without regard to case or width. */
                name?: string;
                /** @description Only this role. */
                role?: components["schemas"]["Role"];
                /** @description Only locked ones (true) or others (false). */
                locked?: boolean;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many, 1–200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Account"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    register_account: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterAccount"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_account: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    edit_account: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EditAccount"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    credit_wallet: {
        parameters: {
            query?: never;
            header: {
                "idempotency-key": string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreditWallet"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Credited"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    lock_account: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_reset_code: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResetCode"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_account_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_throttles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Throttles"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    lift_throttles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_timeline: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many, 1–200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TimelineItem"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unlock_account: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_account_wallet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Wallet"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_account_wallet_entries: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many, 1–200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_WalletEntry"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_admin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateAdmin"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_announcements: {
        parameters: {
            query?: {
                /** @description For admins: those to come and those withdrawn as well. */
                all?: boolean;
                /** @description Only the one that stands on the front page. */
                pinned?: boolean;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many, 1–200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Announcement"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    publish_announcement: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PublishAnnouncement"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Announcement"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    preview_announcement: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewAnnouncement"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnnouncementPreview"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_all_announcements: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    count_unread: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Unread"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_announcement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Announcement"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    withdraw_announcement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    edit_announcement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EditAnnouncement"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Announcement"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    read_announcement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_revisions: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many, 1–200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AnnouncementRevision"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    claim_unit: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClaimUnit"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Assignment"];
                };
            };
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_unit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EndUnit"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_part: {
        parameters: {
            query: {
                /** @description `fence` of the assignment. */
                fence: number;
                /** @description The name of their size. */
                size: number;
                /** @description Number of the first segment. */
                first: number;
                /** @description How many segments there are. */
                count: number;
                /** @description How long it took to encode them, in milliseconds. */
                took_ms: number;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": number[];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    renew_unit: {
        parameters: {
            query: {
                /** @description `fence` of the assignment. */
                fence: number;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    fetch_source: {
        parameters: {
            query: {
                /** @description `fence` of the assignment. */
                fence: number;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": number[];
                };
            };
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": number[];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_audit: {
        parameters: {
            query?: {
                /** @description Only acts of this account. */
                actor_id?: number;
                /** @description Only this action, for example `session.login_failed`. */
                action?: string;
                /** @description Only acts on this kind of thing; goes with `subject_id`. */
                subject_kind?: string;
                /** @description Only acts on the thing with this number; goes with `subject_kind`. */
                subject_id?: number;
                /** @description Only from then on. */
                since?: string;
                /** @description Only before then. */
                until?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many, 1–200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AuditEntry"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_all_comments: {
        parameters: {
            query?: {
                /** @description Only those that are reported, or wait to be let through. */
                needs_review?: boolean;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many, 1–200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Reviewed"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_comment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    approve_comment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    like_comment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unlike_comment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_replies: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many, 1–200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Comment"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    report_comment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WriteReport"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_reported_danmaku: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many, 1–200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Reviewed"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_danmaku: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    approve_danmaku: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    report_danmaku: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WriteReport"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_dashboard: {
        parameters: {
            query?: {
                /** @description How many days up to today, 1–366; 30 when absent. */
                days?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dashboard"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    examine: {
        parameters: {
            query?: {
                /** @description Mend what can be mended: recount references, remove files that nothing refers to. */
                repair?: boolean;
                /** @description Read every file and compare its hash. Slow. */
                deep?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoctorReport"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_downloads: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many, 1–200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DownloadRecord"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_download: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DownloadRecord"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    preview_reversal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReversalPreview"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reverse_entry: {
        parameters: {
            query?: never;
            header: {
                "idempotency-key": string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReverseEntry"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Reversed"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ask_fingerprint: {
        parameters: {
            query: {
                /** @description Size of the file in bytes. */
                size_bytes: number;
                /** @description Sampled fingerprint: MD5 over 10 bytes each at 0, size/3, 2*(size/3) and size-10. */
                fingerprint: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FingerprintAnswer"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_front: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Front"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_history: {
        parameters: {
            query?: {
                /** @description Only those that were not watched to the end. */
                unfinished?: boolean;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many, 1–200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_WatchedVideo"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    clear_history: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    forget_watched: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_invites: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many, 1–200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Invite"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_invite: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateInvite"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invite"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revoke_invite: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invite"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_jobs: {
        parameters: {
            query?: {
                /** @description Only in this state. */
                state?: components["schemas"]["JobState"];
                /** @description Only of this kind. */
                kind?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many, 1–200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Job"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    cancel_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    retry_job: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_labels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Labels"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    verify_ledger: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LedgerReport"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_owned: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many, 1–200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_OwnedVideo"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_saved: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many, 1–200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                list: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_SavedVideo"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    save_video: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                list: string;
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    unsave_video: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                list: string;
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    edit_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EditMe"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    change_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangePassword"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_membership: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Membership"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    buy_membership: {
        parameters: {
            query?: never;
            header: {
                "idempotency-key": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BuyMembership"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MembershipBought"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    reset_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetPassword"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_plans: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Plan"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_plan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                code: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetPlan"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Plan"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_records: {
        parameters: {
            query?: {
                /** @description Only of this account. */
                account_id?: number;
                /** @description Only of this video. */
                video_id?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many, 1–200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DownloadRecord"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    count_to_review: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReviewCount"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_sessions: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many, 1–200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Session"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    log_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LogIn"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoggedIn"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_all_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_current_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Setting"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    get_setting: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Setting"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_setting: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetSetting"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Setting"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    set_up: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetUp"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    site: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Site"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_addresses: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Addresses"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_subtitle: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    edit_subtitle: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EditSubtitle"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subtitle"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    subtitle_text: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/vtt": string;
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_trash: {
        parameters: {
            query?: {
                /** @description Any part of the title, a tag or the category, from one character on. */
                search?: string;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many, 1–200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Video"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_uploads: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many, 1–200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ResumableUpload"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_upload: {
        parameters: {
            query?: never;
            header: {
                /** @description `1.0.0` */
                "Tus-Resumable": "1.0.0";
                /** @description Size of the whole in bytes. */
                "Upload-Length"?: number;
                /** @description 1: the size comes later. */
                "Upload-Defer-Length"?: 1;
                /** @description Keys and Base64 values. */
                "Upload-Metadata"?: string | null;
                /** @description `partial`, or `final;` and parts. */
                "Upload-Concat"?: string | null;
                /** @description Of the bytes that come along. */
                "Upload-Checksum"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/offset+octet-stream": number[];
            };
        };
        responses: {
            /** @description Begun; `Location` says where it goes on. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    upload_abilities: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_upload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResumableUpload"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    end_upload: {
        parameters: {
            query?: never;
            header: {
                /** @description `1.0.0` */
                "Tus-Resumable": "1.0.0";
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    one_upload_abilities: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    settle_upload: {
        parameters: {
            query?: never;
            header: {
                /** @description `1.0.0` */
                "Tus-Resumable": "1.0.0";
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description `Upload-Offset`; `Yingku-Video-Id` when it is done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    append_upload: {
        parameters: {
            query?: never;
            header: {
                /** @description `1.0.0` */
                "Tus-Resumable": "1.0.0";
                /** @description Where the bytes begin. */
                "Upload-Offset": number;
                /** @description The size, where it was to come. */
                "Upload-Length"?: number;
                /** @description Algorithm and Base64. */
                "Upload-Checksum"?: string | null;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/offset+octet-stream": number[];
            };
        };
        responses: {
            /** @description `Upload-Offset`; `Yingku-Video-Id` when it is done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_videos: {
        parameters: {
            query?: {
                /** @description Any part of the title, a tag or the category, from one character on. */
                search?: string;
                /** @description `free` or `paid`; both when absent. */
                price?: components["schemas"]["PriceFilter"];
                /** @description Only this category. */
                category?: string;
                /** @description Only with this tag. */
                tag?: string;
                /** @description For admins, those that are not public too; others may ask for `public` alone. */
                visibility?: components["schemas"]["VisibilityFilter"];
                /** @description Order; newest first when absent. */
                sort?: components["schemas"]["VideoSort"];
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many, 1–200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Video"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    upload_video: {
        parameters: {
            query: {
                /** @description Name of the file, 1–255 bytes after it was made safe. */
                file_name: string;
                /** @description Title, 1–200 characters; the file's stem when absent. */
                title?: string;
                /** @description Whether it costs nothing; false when absent. */
                is_free?: boolean;
                /** @description Own price in minor units, 1–100,000,000; the site's when absent. */
                price_minor?: number;
                /** @description Own price for members in minor units, 1–`price_minor`. */
                member_price_minor?: number;
                /** @description Description, up to 10,000 characters. */
                description?: string;
                /** @description Category, up to 50 characters. */
                category?: string;
                /** @description Tags, separated by commas: up to 20 of up to 50 characters. */
                tags?: string;
                /** @description For whom it is: `public`, `unlisted` or `draft`; as `upload.publish_as` says when absent. */
                visibility?: components["schemas"]["Visibility"];
                /** @description BLAKE3 hash that the sender computed (64 hex digits), to be checked at the end. */
                content_hash?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": number[];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Video"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    edit_videos: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EditVideos"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Videos"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restore_videos: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VideoIds"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Videos"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    trash_videos: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VideoIds"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Videos"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_video: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Video"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    trash_video: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Video"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    edit_video: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EditVideo"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Video"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_comments: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many, 1–200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Comment"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    write_comment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WriteComment"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Comment"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_danmaku: {
        parameters: {
            query: {
                /** @description From this moment on, in milliseconds. */
                from_ms: number;
                /** @description Up to this moment, which is not a part of it; ten minutes later at most. */
                to_ms: number;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DanmakuRange"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    write_danmaku: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WriteDanmaku"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Danmaku"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    follow_danmaku: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    ask_ticket: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ticket"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    choose_poster: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChoosePoster"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Video"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_posters: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Posters"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    add_poster: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": number[];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Video"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    delete_poster: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Video"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    preview_index: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/vtt": string;
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    put_progress: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PutProgress"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Progress"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    buy_video: {
        parameters: {
            query?: never;
            header: {
                "idempotency-key": string;
            };
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BuyVideo"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VideoBought"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    purge_video: {
        parameters: {
            query?: {
                /** @description Purge although accounts bought it and were not refunded. */
                even_if_bought?: boolean;
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_related: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Related"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    restore_video: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Video"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_subtitles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subtitles"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    add_subtitle: {
        parameters: {
            query: {
                /** @description Name of the file; its ending says the format, else its beginning does. */
                file_name?: string;
                /** @description Its language (BCP 47). */
                language: string;
                /** @description What it is called beside its language. */
                label?: string;
                /** @description How its characters are read; without it, that is recognised. */
                encoding?: "utf-8" | "utf-16le" | "utf-16be" | "gb18030" | "big5" | "shift_jis" | "euc-kr" | "windows-1252";
            };
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": number[];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Subtitle"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_wallet: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Wallet"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_wallet_entries: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many, 1–200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_WalletEntry"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_watches: {
        parameters: {
            query?: {
                /** @description Only of this account. */
                account_id?: number;
                /** @description Only of this video. */
                video_id?: number;
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many, 1–200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_WatchRecord"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    list_workers: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string;
                /** @description How many, 1–200; 50 when absent. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Worker"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    create_worker: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWorker"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Worker"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    revoke_worker: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Worker"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    fetch_file: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                ticket: string;
                file_name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": number[];
                };
            };
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": number[];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_oembed: {
        parameters: {
            query: {
                /** @description Address of the page of a video. */
                url: string;
                /** @description `json`, and nothing else. */
                format?: string;
                /** @description The most pixels there are from side to side. */
                maxwidth?: number;
                /** @description The most pixels there are from top to bottom. */
                maxheight?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OEmbed"];
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    show_picture: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/webp": number[];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    readiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    leave: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                link: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    watch: {
        parameters: {
            query?: {
                /** @description `1`: it waits for what is not encoded yet, so that `master.m3u8` names all sizes. */
                partial?: number;
            };
            header?: never;
            path: {
                link: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "video/mp4": number[];
                };
            };
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "video/mp4": number[];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    watch_track: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                link: string;
                track: string;
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "video/mp4": number[];
                };
            };
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "video/mp4": number[];
                };
            };
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            412: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Refused: a problem document. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
