CREATE TABLE `account` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `name` varchar(64) NOT NULL,
  `name_key` varchar(200) NOT NULL,
  `display_name` varchar(64) DEFAULT NULL,
  `role` varchar(16) NOT NULL,
  `password_hash` varchar(255) NOT NULL,
  `epoch` bigint(20) NOT NULL,
  `locked` tinyint(1) NOT NULL,
  `note` text DEFAULT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  `membership_until_ms` bigint(20) DEFAULT NULL,
  `membership_lifetime` tinyint(1) NOT NULL,
  `digest_hash` varchar(255) DEFAULT NULL,
  `keeps_history` tinyint(1) NOT NULL DEFAULT 1,
  `muted` tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  UNIQUE KEY `ix_account_name_key` (`name_key`),
  KEY `ix_account_role_locked_id` (`role`,`locked`,`id`),
  KEY `ix_account_locked_id` (`locked`,`id`),
  KEY `ix_account_created_at_ms` (`created_at_ms`),
  KEY `ix_account_membership_until_ms` (`membership_until_ms`),
  KEY `ix_account_membership_lifetime` (`membership_lifetime`)
) ENGINE=InnoDB AUTO_INCREMENT=4 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
INSERT INTO `account` VALUES
(1,'馆长','馆长',NULL,'admin','$argon2id$v=19$m=64,t=1,p=1$SnK4rx2RY0MDHeuhKJiY/A$s+ANI0QCNkuO4iKsONA7WD5/M37/VOZS26U7dN6jix8',0,0,NULL,1769832000000,NULL,0,NULL,1,0),
(2,'小红','小红',NULL,'user','$argon2id$v=19$m=64,t=1,p=1$xFYpHOfbENZ8Kr5kFtf6zw$76EPNwVj+cNrVSLcD/o8jKLBOalW8x4UFPzkTBJh5a8',0,0,NULL,1769832000000,1772251200000,0,NULL,1,0),
(3,'小锁','小锁',NULL,'user','$argon2id$v=19$m=64,t=1,p=1$7o5Fjfv7mkBMtaqLdAyLsg$3A+HccaCBgDBrkoJCPd/RoSTRi6mQAuTc5VnGELCsp8',1,1,NULL,1769832000000,NULL,0,NULL,1,0);
CREATE TABLE `announcement` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `title` varchar(200) NOT NULL,
  `content` mediumtext NOT NULL,
  `publish_at_ms` bigint(20) NOT NULL,
  `author` varchar(64) NOT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  `edited_at_ms` bigint(20) DEFAULT NULL,
  `withdrawn_at_ms` bigint(20) DEFAULT NULL,
  `pinned` tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  KEY `ix_announcement_withdrawn_at_ms_publish_at_ms_id` (`withdrawn_at_ms`,`publish_at_ms`,`id`),
  KEY `ix_announcement_publish_at_ms_id` (`publish_at_ms`,`id`)
) ENGINE=InnoDB AUTO_INCREMENT=2 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
INSERT INTO `announcement` VALUES
(1,'开馆','# 欢迎\n每天九点。',1769832000000,'馆长',1769832000000,NULL,NULL,0);
CREATE TABLE `announcement_read` (
  `account_id` bigint(20) NOT NULL,
  `announcement_id` bigint(20) NOT NULL,
  `read_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`account_id`,`announcement_id`),
  KEY `fk_announcement_read_announcement_id` (`announcement_id`),
  CONSTRAINT `fk_announcement_read_account_id` FOREIGN KEY (`account_id`) REFERENCES `account` (`id`),
  CONSTRAINT `fk_announcement_read_announcement_id` FOREIGN KEY (`announcement_id`) REFERENCES `announcement` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `announcement_revision` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `announcement_id` bigint(20) NOT NULL,
  `title` varchar(200) NOT NULL,
  `content` mediumtext NOT NULL,
  `author` varchar(64) NOT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `ix_announcement_revision_announcement_id_id` (`announcement_id`,`id`),
  CONSTRAINT `fk_announcement_revision_announcement_id` FOREIGN KEY (`announcement_id`) REFERENCES `announcement` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `audit_entry` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `at_ms` bigint(20) NOT NULL,
  `actor_id` bigint(20) DEFAULT NULL,
  `actor` varchar(64) NOT NULL,
  `action` varchar(64) NOT NULL,
  `subject_kind` varchar(32) DEFAULT NULL,
  `subject_id` bigint(20) DEFAULT NULL,
  `address` varchar(64) NOT NULL,
  `detail` text NOT NULL,
  PRIMARY KEY (`id`),
  KEY `ix_audit_entry_actor_id_id` (`actor_id`,`id`),
  KEY `ix_audit_entry_action_id` (`action`,`id`),
  KEY `ix_audit_entry_subject_kind_subject_id_id` (`subject_kind`,`subject_id`,`id`),
  KEY `ix_audit_entry_at_ms_id` (`at_ms`,`id`),
  KEY `ix_audit_entry_actor_id_at_ms_id` (`actor_id`,`at_ms`,`id`),
  KEY `ix_audit_entry_subject_kind_subject_id_at_ms_id` (`subject_kind`,`subject_id`,`at_ms`,`id`)
) ENGINE=InnoDB AUTO_INCREMENT=20 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
INSERT INTO `audit_entry` VALUES
(1,1769832000000,NULL,'nobody','site.set_up','account',1,'127.0.0.1','{}'),
(2,1769832000000,1,'馆长','session.login','session',1,'127.0.0.1','{}'),
(3,1769832000000,1,'馆长','setting.set',NULL,NULL,'127.0.0.1','{\"from\":\"1000\",\"key\":\"price.paid_minor\",\"to\":\"1200\"}'),
(4,1769832000000,1,'馆长','video.upload','video',1,'127.0.0.1','{\"content_hash\":\"b31f03753c60a4f9019430d065bf8db62d0df63722ba2764a10f0c35cc54607b\",\"size_bytes\":1000,\"title\":\"免费的电影\"}'),
(5,1769832000000,1,'馆长','video.upload','video',2,'127.0.0.1','{\"content_hash\":\"8e2ed5ef8819e500a58b3754100681f71ca7a25b07fbcb7ca8440e9b7a6ac6c9\",\"size_bytes\":1000,\"title\":\"Final_Cut\"}'),
(6,1769832000000,1,'馆长','video.upload','video',3,'127.0.0.1','{\"content_hash\":\"3f39bc360189cfc2e1bf03cdfa30a92d79f9f731053478ba8761f36bf035f583\",\"size_bytes\":1000,\"title\":\"旧的\"}'),
(7,1769832000000,1,'馆长','video.trash','video',3,'127.0.0.1','{}'),
(8,1769832000000,NULL,'nobody','account.register','account',2,'127.0.0.1','{\"name\":\"小红\",\"role\":\"user\"}'),
(9,1769832000000,2,'小红','session.login','session',2,'127.0.0.1','{}'),
(10,1769832000000,1,'馆长','wallet.credit','account',2,'127.0.0.1','{\"amount_minor\":1500,\"entry_id\":1,\"reason\":\"from the till\"}'),
(11,1769832000000,2,'小红','membership.buy','plan',1,'127.0.0.1','{\"code\":\"month\",\"entry_id\":2,\"price_minor\":1500}'),
(12,1769832000000,1,'馆长','wallet.credit','account',2,'127.0.0.1','{\"amount_minor\":5000,\"entry_id\":3,\"reason\":\"from the till\"}'),
(13,1769832000000,2,'小红','video.buy','video',2,'127.0.0.1','{\"entry_id\":4,\"price_minor\":450,\"ticket_id\":1}'),
(14,1769832000000,2,'小红','download.ask','video',1,'127.0.0.1','{\"ticket_id\":2}'),
(15,1769832000000,NULL,'nobody','account.register','account',3,'127.0.0.1','{\"name\":\"小锁\",\"role\":\"user\"}'),
(16,1769832000000,3,'小锁','session.login','session',3,'127.0.0.1','{}'),
(17,1769832000000,1,'馆长','account.lock','account',3,'127.0.0.1','{}'),
(18,1769832000000,1,'馆长','announcement.publish','announcement',1,'127.0.0.1','{\"published_at\":\"2026-01-31T04:00:00Z\",\"title\":\"开馆\"}'),
(19,1769832000000,1,'馆长','invite.create','invite',1,'127.0.0.1','{\"label\":\"老师\",\"role\":\"user\",\"uses\":1}');
CREATE TABLE `blob` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `content_hash` varchar(64) NOT NULL,
  `size_bytes` bigint(20) NOT NULL,
  `storage_key` varchar(100) NOT NULL,
  `fingerprint` varchar(32) NOT NULL,
  `media_type` varchar(100) NOT NULL,
  `reference_count` bigint(20) NOT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  `unreferenced_at_ms` bigint(20) DEFAULT NULL,
  `probe` varchar(16) NOT NULL,
  `duration_ms` bigint(20) DEFAULT NULL,
  `width` bigint(20) DEFAULT NULL,
  `height` bigint(20) DEFAULT NULL,
  `streams` text DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `ix_blob_content_hash` (`content_hash`),
  UNIQUE KEY `ix_blob_storage_key` (`storage_key`),
  KEY `ix_blob_unreferenced_at_ms` (`unreferenced_at_ms`),
  KEY `ix_blob_created_at_ms_size_bytes` (`created_at_ms`,`size_bytes`)
) ENGINE=InnoDB AUTO_INCREMENT=4 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
INSERT INTO `blob` VALUES
(1,'b31f03753c60a4f9019430d065bf8db62d0df63722ba2764a10f0c35cc54607b',1000,'5a/97/5a97ae6e5c6e2e9a6006d8c721c9e833','60d4d58e6d3a9ce1923346c0e84508de','application/octet-stream',1,1769832000000,NULL,'unreadable',NULL,NULL,NULL,NULL),
(2,'8e2ed5ef8819e500a58b3754100681f71ca7a25b07fbcb7ca8440e9b7a6ac6c9',1000,'b9/f1/b9f18fb3a9c0e1ff5faee253f85c3272','411d9be1e36a7d7b646c819ec98d1d13','application/octet-stream',1,1769832000000,NULL,'unreadable',NULL,NULL,NULL,NULL),
(3,'3f39bc360189cfc2e1bf03cdfa30a92d79f9f731053478ba8761f36bf035f583',1000,'d9/b1/d9b1f405f4949f14c47a21e6e266e87b','9d5c87e25e5bca586bcefabfb7685c3f','application/octet-stream',1,1769832000000,NULL,'unreadable',NULL,NULL,NULL,NULL);
CREATE TABLE `comment` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `video_id` bigint(20) NOT NULL,
  `account_id` bigint(20) NOT NULL,
  `parent_id` bigint(20) DEFAULT NULL,
  `text` text NOT NULL,
  `is_pending` tinyint(1) NOT NULL,
  `needs_review` tinyint(1) NOT NULL,
  `like_count` bigint(20) NOT NULL,
  `reply_count` bigint(20) NOT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `ix_comment_video_id_parent_id_id` (`video_id`,`parent_id`,`id`),
  KEY `ix_comment_parent_id` (`parent_id`),
  KEY `ix_comment_account_id_created_at_ms` (`account_id`,`created_at_ms`),
  KEY `ix_comment_needs_review_id` (`needs_review`,`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `comment_like` (
  `account_id` bigint(20) NOT NULL,
  `comment_id` bigint(20) NOT NULL,
  PRIMARY KEY (`account_id`,`comment_id`),
  KEY `ix_comment_like_comment_id` (`comment_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `content_fingerprint` (
  `fingerprint` varchar(32) NOT NULL,
  `size_bytes` bigint(20) NOT NULL,
  `blob_id` bigint(20) NOT NULL,
  PRIMARY KEY (`fingerprint`,`size_bytes`,`blob_id`),
  KEY `ix_content_fingerprint_blob_id` (`blob_id`),
  CONSTRAINT `fk_content_fingerprint_blob_id` FOREIGN KEY (`blob_id`) REFERENCES `blob` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
INSERT INTO `content_fingerprint` VALUES
('411d9be1e36a7d7b646c819ec98d1d13',1000,2),
('60d4d58e6d3a9ce1923346c0e84508de',1000,1),
('9d5c87e25e5bca586bcefabfb7685c3f',1000,3);
CREATE TABLE `danmaku` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `video_id` bigint(20) NOT NULL,
  `account_id` bigint(20) NOT NULL,
  `at_ms` bigint(20) NOT NULL,
  `text` varchar(400) NOT NULL,
  `mode` varchar(16) NOT NULL,
  `color` bigint(20) NOT NULL,
  `needs_review` tinyint(1) NOT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `ix_danmaku_video_id_at_ms` (`video_id`,`at_ms`),
  KEY `ix_danmaku_account_id_created_at_ms` (`account_id`,`created_at_ms`),
  KEY `ix_danmaku_needs_review_id` (`needs_review`,`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `encoding` (
  `blob_id` bigint(20) NOT NULL,
  `size` bigint(20) NOT NULL,
  `init` text NOT NULL,
  PRIMARY KEY (`blob_id`,`size`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `film` (
  `blob_id` bigint(20) NOT NULL,
  `state` varchar(16) NOT NULL,
  `reason` varchar(32) DEFAULT NULL,
  `planner` bigint(20) NOT NULL,
  `planned_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`blob_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `idempotency` (
  `actor_id` bigint(20) NOT NULL,
  `key` varchar(255) NOT NULL,
  `request_digest` varchar(64) NOT NULL,
  `response` text NOT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`actor_id`,`key`),
  KEY `ix_idempotency_created_at_ms` (`created_at_ms`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
INSERT INTO `idempotency` VALUES
(1,'credit-3','390b566db2feb8d3d5feaf7d98f8fb4ccdba827d8c99836c809bd159094b3980','{\"id\":1,\"account_id\":2,\"amount_minor\":1500,\"balance_minor\":1500}',1769832000000),
(1,'credit-4','256e9908524c6d5d4d9da19667b6ea5805c4bea47000337d4be91387ee0f1295','{\"id\":3,\"account_id\":2,\"amount_minor\":5000,\"balance_minor\":5000}',1769832000000),
(2,'fresh-2','54aa624d29136a06113713df6b0559bd9ee6e7c0c5733a0a26f18f0276a39c9f','{\"id\":2,\"entry_id\":2,\"plan\":\"month\",\"price_paid_minor\":1500,\"balance_minor\":0,\"membership\":{\"active\":true,\"lifetime\":false,\"expires_at\":\"2026-02-28T04:00:00Z\"}}',1769832000000),
(2,'fresh-3','0b0e307b1b21e382330709a25bde5a509f53dde634cc62aff78f75fdfa57f4cc','{\"id\":4,\"entry_id\":4,\"video_id\":2,\"price_paid_minor\":450,\"balance_minor\":4550,\"ticket\":{\"id\":1,\"video_id\":2,\"title\":\"Final_Cut\",\"file_name\":\"影片.mp4\",\"size_bytes\":1000,\"content_hash\":\"8e2ed5ef8819e500a58b3754100681f71ca7a25b07fbcb7ca8440e9b7a6ac6c9\",\"state\":\"ready\",\"available_at\":\"2026-01-31T04:00:00Z\",\"wait_ms\":0,\"expires_at\":\"2026-02-01T04:00:00Z\",\"url\":\"/d/1-Ob_K2XVmJdgndB6AiYuLQw/%E5%BD%B1%E7%89%87%2Emp4\",\"price_paid_minor\":450}}',1769832000000);
CREATE TABLE `imported` (
  `path_hash` varchar(64) NOT NULL,
  `path` text NOT NULL,
  `size_bytes` bigint(20) NOT NULL,
  `modified_ms` bigint(20) NOT NULL,
  `code` varchar(64) DEFAULT NULL,
  `video_id` bigint(20) DEFAULT NULL,
  `looked_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`path_hash`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `invite` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `code_hash` varchar(64) NOT NULL,
  `label` varchar(100) NOT NULL,
  `role` varchar(16) NOT NULL,
  `uses` bigint(20) NOT NULL,
  `used` bigint(20) NOT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  `expires_at_ms` bigint(20) NOT NULL,
  `revoked_at_ms` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `ix_invite_code_hash` (`code_hash`)
) ENGINE=InnoDB AUTO_INCREMENT=2 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
INSERT INTO `invite` VALUES
(1,'9c6d9a4e2715f2c26aa777411be65a7b7152931de0d77d8a3587c26e901474e2','老师','user',1,0,1769832000000,1770436800000,NULL);
CREATE TABLE `job` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `kind` varchar(32) NOT NULL,
  `payload` text NOT NULL,
  `state` varchar(16) NOT NULL,
  `priority` bigint(20) NOT NULL,
  `run_at_ms` bigint(20) NOT NULL,
  `attempts` bigint(20) NOT NULL,
  `fence` bigint(20) NOT NULL,
  `holder` varchar(64) DEFAULT NULL,
  `lease_until_ms` bigint(20) DEFAULT NULL,
  `dedupe_key` varchar(128) DEFAULT NULL,
  `reason` varchar(32) DEFAULT NULL,
  `detail` text DEFAULT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  `updated_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `ix_job_dedupe_key` (`dedupe_key`),
  KEY `ix_job_state_run_at_ms` (`state`,`run_at_ms`),
  KEY `ix_job_kind_id` (`kind`,`id`)
) ENGINE=InnoDB AUTO_INCREMENT=12 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
INSERT INTO `job` VALUES
(1,'find_unprobed','{}','queued',0,1795966995343,0,1,NULL,NULL,'find_unprobed {}',NULL,NULL,1795966395281,1795966395343),
(2,'expire_sessions','{}','queued',0,1795966995339,0,1,NULL,NULL,'expire_sessions {}',NULL,NULL,1795966395283,1795966395339),
(3,'forget_failures','{}','queued',0,1795966995355,0,1,NULL,NULL,'forget_failures {}',NULL,NULL,1795966395285,1795966395355),
(4,'forget_answers','{}','queued',0,1795966995365,0,1,NULL,NULL,'forget_answers {}',NULL,NULL,1795966395285,1795966395365),
(5,'forget_digests','{}','queued',0,1795966995372,0,1,NULL,NULL,'forget_digests {}',NULL,NULL,1795966395286,1795966395372),
(6,'prune_audit','{}','queued',0,1795966995384,0,1,NULL,NULL,'prune_audit {}',NULL,NULL,1795966395288,1795966395384),
(7,'empty_trash','{}','queued',0,1795966995393,0,1,NULL,NULL,'empty_trash {}',NULL,NULL,1795966395289,1795966395393),
(8,'collect_content','{}','queued',0,1795966995397,0,1,NULL,NULL,'collect_content {}',NULL,NULL,1795966395290,1795966395397),
(9,'expire_uploads','{}','queued',0,1795966995412,0,1,NULL,NULL,'expire_uploads {}',NULL,NULL,1795966395291,1795966395412),
(10,'sweep_incoming','{}','queued',0,1795966995415,0,1,NULL,NULL,'sweep_incoming {}',NULL,NULL,1795966395292,1795966395415),
(11,'forget_jobs','{}','queued',0,1795966995433,0,1,NULL,NULL,'forget_jobs {}',NULL,NULL,1795966395292,1795966395433);
CREATE TABLE `journal_entry` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `kind` varchar(16) NOT NULL,
  `account_id` bigint(20) NOT NULL,
  `actor_id` bigint(20) DEFAULT NULL,
  `reason` varchar(500) NOT NULL,
  `offer_id` bigint(20) DEFAULT NULL,
  `reverses_id` bigint(20) DEFAULT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `ix_journal_entry_reverses_id` (`reverses_id`),
  KEY `ix_journal_entry_account_id_id` (`account_id`,`id`),
  KEY `ix_journal_entry_account_id_created_at_ms_id` (`account_id`,`created_at_ms`,`id`),
  CONSTRAINT `fk_journal_entry_account_id` FOREIGN KEY (`account_id`) REFERENCES `account` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
INSERT INTO `journal_entry` VALUES
(1,'credit',2,1,'from the till',NULL,NULL,1769832000000),
(2,'purchase',2,2,'month',4,NULL,1769832000000),
(3,'credit',2,1,'from the till',NULL,NULL,1769832000000),
(4,'purchase',2,2,'Final_Cut',2,NULL,1769832000000);
CREATE TABLE `ladder` (
  `blob_id` bigint(20) NOT NULL,
  `recipe` varchar(255) NOT NULL,
  `plan` mediumtext NOT NULL,
  `made_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`blob_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `login_failure` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `name_key` varchar(200) NOT NULL,
  `address` varchar(64) NOT NULL,
  `failed_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `ix_login_failure_address_failed_at_ms` (`address`,`failed_at_ms`),
  KEY `ix_login_failure_name_key_address_failed_at_ms` (`name_key`,`address`,`failed_at_ms`),
  KEY `ix_login_failure_failed_at_ms` (`failed_at_ms`)
) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `offer` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `kind` varchar(16) NOT NULL,
  `subject_id` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `ix_offer_kind_subject_id` (`kind`,`subject_id`)
) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
INSERT INTO `offer` VALUES
(1,'video',1),
(2,'video',2),
(3,'video',3),
(4,'plan',1);
CREATE TABLE `one_time_code` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `purpose` varchar(16) NOT NULL,
  `account_id` bigint(20) DEFAULT NULL,
  `code_hash` varchar(64) NOT NULL,
  `expires_at_ms` bigint(20) NOT NULL,
  `used_at_ms` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `ix_one_time_code_purpose_account_id` (`purpose`,`account_id`)
) ENGINE=InnoDB AUTO_INCREMENT=2 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `ownership` (
  `account_id` bigint(20) NOT NULL,
  `offer_id` bigint(20) NOT NULL,
  `purchase_id` bigint(20) NOT NULL,
  PRIMARY KEY (`account_id`,`offer_id`),
  KEY `ix_ownership_offer_id` (`offer_id`),
  KEY `fk_ownership_purchase_id` (`purchase_id`),
  CONSTRAINT `fk_ownership_account_id` FOREIGN KEY (`account_id`) REFERENCES `account` (`id`),
  CONSTRAINT `fk_ownership_purchase_id` FOREIGN KEY (`purchase_id`) REFERENCES `purchase` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
INSERT INTO `ownership` VALUES
(2,2,4);
CREATE TABLE `picture` (
  `name` varchar(32) NOT NULL,
  `blob_id` bigint(20) NOT NULL,
  `kind` varchar(16) NOT NULL,
  `place` bigint(20) NOT NULL,
  `at_ms` bigint(20) NOT NULL,
  `storage_key` varchar(64) DEFAULT NULL,
  `files` text NOT NULL,
  `blur` text NOT NULL,
  `moments` text NOT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`name`),
  UNIQUE KEY `ix_picture_storage_key` (`storage_key`),
  KEY `ix_picture_blob` (`blob_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `plan` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `code` varchar(32) NOT NULL,
  `title_en` varchar(100) NOT NULL,
  `title_zh` varchar(100) NOT NULL,
  `price_minor` bigint(20) NOT NULL,
  `months` bigint(20) DEFAULT NULL,
  `on_sale` tinyint(1) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `ix_plan_code` (`code`)
) ENGINE=InnoDB AUTO_INCREMENT=4 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
INSERT INTO `plan` VALUES
(1,'month','One month','月度会员',1500,1,1),
(2,'year','One year','年度会员',14800,12,1),
(3,'lifetime','Lifetime','终身会员',49800,NULL,1);
CREATE TABLE `posting` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `entry_id` bigint(20) NOT NULL,
  `account_id` bigint(20) DEFAULT NULL,
  `house` varchar(16) NOT NULL,
  `amount_minor` bigint(20) NOT NULL,
  `balance_minor` bigint(20) DEFAULT NULL,
  `seq` bigint(20) DEFAULT NULL,
  `link_hash` varchar(64) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `ix_posting_account_id_seq` (`account_id`,`seq`),
  KEY `ix_posting_entry_id` (`entry_id`),
  CONSTRAINT `fk_posting_entry_id` FOREIGN KEY (`entry_id`) REFERENCES `journal_entry` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=9 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
INSERT INTO `posting` VALUES
(1,1,2,'',1500,1500,1,'a210e83bcb3c25e6b7be62361842dc35c86d538630b950864799a2b6b646f210'),
(2,1,NULL,'gifts',-1500,NULL,NULL,NULL),
(3,2,2,'',-1500,0,2,'8c6b18446096edb9831b2d074ad74f8f4b397203fed308449281b311d2538e66'),
(4,2,NULL,'sales',1500,NULL,NULL,NULL),
(5,3,2,'',5000,5000,3,'53b6ee5b09d5552ce1aaf581e713f222f0b6c1ff098fa22c4432be7cdd7d1e60'),
(6,3,NULL,'gifts',-5000,NULL,NULL,NULL),
(7,4,2,'',-450,4550,4,'2902df022dfabea05c50bc1c97bd3f8d78863926c77b2104bd4c6be6c30be5c4'),
(8,4,NULL,'sales',450,NULL,NULL,NULL);
CREATE TABLE `progress` (
  `account_id` bigint(20) NOT NULL,
  `video_id` bigint(20) NOT NULL,
  `position_ms` bigint(20) NOT NULL,
  `is_done` tinyint(1) NOT NULL,
  `watched_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`account_id`,`video_id`),
  KEY `ix_progress_account_watched` (`account_id`,`watched_at_ms`,`video_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `purchase` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `account_id` bigint(20) NOT NULL,
  `offer_id` bigint(20) NOT NULL,
  `entry_id` bigint(20) NOT NULL,
  `price_minor` bigint(20) NOT NULL,
  `months` bigint(20) DEFAULT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  `refunded_at_ms` bigint(20) DEFAULT NULL,
  `timezone` varchar(64) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `ix_purchase_entry_id` (`entry_id`),
  KEY `ix_purchase_account_id_id` (`account_id`,`id`),
  KEY `ix_purchase_offer_id_refunded_at_ms` (`offer_id`,`refunded_at_ms`),
  KEY `ix_purchase_created_at_ms_price_minor` (`created_at_ms`,`price_minor`),
  KEY `ix_purchase_refunded_at_ms_price_minor` (`refunded_at_ms`,`price_minor`),
  CONSTRAINT `fk_purchase_account_id` FOREIGN KEY (`account_id`) REFERENCES `account` (`id`),
  CONSTRAINT `fk_purchase_entry_id` FOREIGN KEY (`entry_id`) REFERENCES `journal_entry` (`id`),
  CONSTRAINT `fk_purchase_offer_id` FOREIGN KEY (`offer_id`) REFERENCES `offer` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
INSERT INTO `purchase` VALUES
(2,2,4,2,1500,1,1769832000000,NULL,'Asia/Shanghai'),
(4,2,2,4,450,NULL,1769832000000,NULL,NULL);
CREATE TABLE `rendition` (
  `blob_id` bigint(20) NOT NULL,
  `kind` varchar(16) NOT NULL,
  `storage_key` varchar(64) NOT NULL,
  `size_bytes` bigint(20) NOT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`blob_id`,`kind`),
  UNIQUE KEY `ix_rendition_storage_key` (`storage_key`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `report` (
  `account_id` bigint(20) NOT NULL,
  `kind` varchar(16) NOT NULL,
  `subject_id` bigint(20) NOT NULL,
  `reason` varchar(800) NOT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`account_id`,`kind`,`subject_id`),
  KEY `ix_report_kind_subject_id` (`kind`,`subject_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `saved` (
  `account_id` bigint(20) NOT NULL,
  `list` varchar(16) NOT NULL,
  `video_id` bigint(20) NOT NULL,
  `saved_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`account_id`,`list`,`video_id`),
  KEY `ix_saved_account_id_list_saved_at_ms_video_id` (`account_id`,`list`,`saved_at_ms`,`video_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `seaql_migrations` (
  `version` varchar(255) NOT NULL,
  `applied_at` bigint(20) NOT NULL,
  PRIMARY KEY (`version`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `seaql_migrations` VALUES
('m0001_initial',1795966394),
('m0002_digest',1795966394),
('m0003_long_settings',1795966394),
('m0004_visible_tags',1795966394),
('m0005_moments',1795966394),
('m0006_upload',1795966395),
('m0007_purchase_timezone',1795966395),
('m0008_film',1795966395),
('m0009_job',1795966395),
('m0010_rendition',1795966395),
('m0011_watch',1795966395),
('m0012_members_watch',1795966395),
('m0013_ladder',1795966395),
('m0014_worker',1795966395),
('m0015_streams',1795966395),
('m0016_upload_about',1795966395),
('m0017_publication',1795966395),
('m0018_imported',1795966395),
('m0019_pinned',1795966395),
('m0020_lifetime',1795966395),
('m0021_picture',1795966395),
('m0022_progress',1795966395),
('m0023_subtitle',1795966395),
('m0024_saved',1795966395),
('m0025_discussion',1795966395),
('m0026_watch_left',1795966395);
CREATE TABLE `search_gram` (
  `kind` varchar(16) NOT NULL,
  `gram` varchar(2) NOT NULL,
  `subject_id` bigint(20) NOT NULL,
  PRIMARY KEY (`kind`,`gram`,`subject_id`),
  KEY `ix_search_gram_kind_subject_id` (`kind`,`subject_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
INSERT INTO `search_gram` VALUES
('account','小',2),
('account','小',3),
('account','小红',2),
('account','小锁',3),
('account','红',2),
('account','锁',3),
('account','长',1),
('account','馆',1),
('account','馆长',1),
('video','0',2),
('video','02',2),
('video','2',2),
('video','20',2),
('video','26',2),
('video','6',2),
('video','_',2),
('video','_c',2),
('video','a',1),
('video','a',2),
('video','al',2),
('video','an',1),
('video','an',2),
('video','c',2),
('video','cf',2),
('video','ch',2),
('video','cs',2),
('video','cu',2),
('video','d',1),
('video','d',3),
('video','dd',1),
('video','de',1),
('video','de',3),
('video','di',1),
('video','di',3),
('video','dy',1),
('video','e',1),
('video','e',2),
('video','e',3),
('video','ed',1),
('video','ei',1),
('video','en',1),
('video','en',2),
('video','f',1),
('video','f',2),
('video','fd',1),
('video','fe',1),
('video','fi',2),
('video','fu',2),
('video','g',1),
('video','g',2),
('video','gf',2),
('video','gs',2),
('video','h',2),
('video','he',2),
('video','hi',2),
('video','i',1),
('video','i',2),
('video','i',3),
('video','ia',1),
('video','ia',2),
('video','id',1),
('video','il',2),
('video','in',1),
('video','in',2),
('video','iu',3),
('video','j',2),
('video','j',3),
('video','jd',3),
('video','ji',2),
('video','ji',3),
('video','jl',2),
('video','l',2),
('video','l_',2),
('video','lp',2),
('video','lu',2),
('video','m',1),
('video','mf',1),
('video','mi',1),
('video','n',1),
('video','n',2),
('video','na',2),
('video','nf',1),
('video','ng',1),
('video','ng',2),
('video','ny',1),
('video','p',2),
('video','pa',2),
('video','pi',2),
('video','s',2),
('video','sh',2),
('video','t',2),
('video','u',2),
('video','u',3),
('video','ud',3),
('video','up',2),
('video','ut',2),
('video','w',1),
('video','wa',1),
('video','we',1),
('video','wf',1),
('video','y',1),
('video','yi',1),
('video','免',1),
('video','免费',1),
('video','城',2),
('video','城市',2),
('video','市',2),
('video','录',2),
('video','录片',2),
('video','影',1),
('video','旧',3),
('video','旧的',3),
('video','片',2),
('video','电',1),
('video','电影',1),
('video','的',1),
('video','的',3),
('video','的电',1),
('video','纪',2),
('video','纪录',2),
('video','费',1),
('video','费的',1);
CREATE TABLE `secret` (
  `name` varchar(32) NOT NULL,
  `value` varchar(255) NOT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
INSERT INTO `secret` VALUES
('link_key','0643cb2bd5c844b5fc1af7607d37b0dab0b215dc93c5f11f9c3b43d8426bce29'),
('settings_version','1');
CREATE TABLE `session` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `account_id` bigint(20) NOT NULL,
  `token_hash` varchar(64) NOT NULL,
  `epoch` bigint(20) NOT NULL,
  `client` varchar(200) NOT NULL,
  `address` varchar(64) NOT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  `last_used_at_ms` bigint(20) NOT NULL,
  `expires_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `ix_session_token_hash` (`token_hash`),
  KEY `ix_session_account_id_id` (`account_id`,`id`),
  KEY `ix_session_expires_at_ms` (`expires_at_ms`),
  CONSTRAINT `fk_session_account_id` FOREIGN KEY (`account_id`) REFERENCES `account` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=4 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
INSERT INTO `session` VALUES
(1,1,'b9fbf8e0c5286044c3d4a4d87457ecb021012e9002f6667d645af5176f1123ca',0,'','127.0.0.1',1769832000000,1769832000000,1777608000000),
(2,2,'15a2822041af6ce2f38d0f82f08a6c6906c4daed21b7e090f2e1a14e73c8448d',0,'','127.0.0.1',1769832000000,1769832000000,1777608000000),
(3,3,'f893d8c10d2aae77b96d8c0d17493dccde94c1704655b57a0f795bf1988d5ce6',0,'','127.0.0.1',1769832000000,1769832000000,1777608000000);
CREATE TABLE `setting` (
  `key` varchar(64) NOT NULL,
  `value` text NOT NULL,
  `updated_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`key`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
INSERT INTO `setting` VALUES
('price.paid_minor','1200',1769832000000),
('upload.allow_unknown','true',0);
CREATE TABLE `subtitle` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `blob_id` bigint(20) NOT NULL,
  `origin` varchar(16) NOT NULL,
  `language` varchar(35) NOT NULL,
  `label` varchar(100) NOT NULL,
  `format` varchar(8) DEFAULT NULL,
  `encoding` varchar(16) DEFAULT NULL,
  `source` mediumblob DEFAULT NULL,
  `text` mediumtext NOT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  KEY `ix_subtitle_blob_id` (`blob_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `ticket` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `account_id` bigint(20) NOT NULL,
  `video_id` bigint(20) NOT NULL,
  `basis` varchar(16) NOT NULL,
  `live_key` varchar(64) DEFAULT NULL,
  `price_paid_minor` bigint(20) NOT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  `available_at_ms` bigint(20) NOT NULL,
  `started_at_ms` bigint(20) DEFAULT NULL,
  `completed_at_ms` bigint(20) DEFAULT NULL,
  `bytes_sent` bigint(20) NOT NULL,
  `coverage` text NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `ix_ticket_live_key` (`live_key`),
  KEY `ix_ticket_account_id_id` (`account_id`,`id`),
  KEY `ix_ticket_account_id_video_id_id` (`account_id`,`video_id`,`id`),
  KEY `ix_ticket_video_id_id` (`video_id`,`id`),
  KEY `ix_ticket_started_at_ms` (`started_at_ms`),
  KEY `ix_ticket_available_at_ms` (`available_at_ms`),
  KEY `ix_ticket_account_id_created_at_ms_id` (`account_id`,`created_at_ms`,`id`),
  CONSTRAINT `fk_ticket_account_id` FOREIGN KEY (`account_id`) REFERENCES `account` (`id`),
  CONSTRAINT `fk_ticket_video_id` FOREIGN KEY (`video_id`) REFERENCES `video` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
INSERT INTO `ticket` VALUES
(1,2,2,'owned','2:2',450,1769832000000,1769832000000,NULL,NULL,0,''),
(2,2,1,'free',NULL,0,1769832000000,1769832000000,1769832000000,1769832000000,1000,'0-1000');
CREATE TABLE `unit` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `blob_id` bigint(20) NOT NULL,
  `size` bigint(20) NOT NULL,
  `first` bigint(20) NOT NULL,
  `past` bigint(20) NOT NULL,
  `storage_key` varchar(64) NOT NULL,
  `size_bytes` bigint(20) NOT NULL,
  `offsets` text NOT NULL,
  `took_ms` bigint(20) NOT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `ix_unit_storage_key` (`storage_key`),
  KEY `ix_unit_blob_id_size_first` (`blob_id`,`size`,`first`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `upload` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `name` varchar(32) NOT NULL,
  `storage_name` varchar(32) NOT NULL,
  `account_id` bigint(20) DEFAULT NULL,
  `kind` varchar(16) NOT NULL,
  `length_bytes` bigint(20) DEFAULT NULL,
  `offset_bytes` bigint(20) NOT NULL,
  `hash_state` text NOT NULL,
  `metadata` text NOT NULL,
  `concat` text NOT NULL,
  `state` varchar(16) NOT NULL,
  `code` varchar(64) DEFAULT NULL,
  `video_id` bigint(20) DEFAULT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  `updated_at_ms` bigint(20) NOT NULL,
  `expires_at_ms` bigint(20) NOT NULL,
  `about` mediumtext DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `ix_upload_name` (`name`),
  UNIQUE KEY `ix_upload_storage_name` (`storage_name`),
  KEY `ix_upload_state_id` (`state`,`id`),
  KEY `ix_upload_state_account_id` (`state`,`account_id`),
  KEY `ix_upload_state_expires_at_ms` (`state`,`expires_at_ms`)
) ENGINE=InnoDB AUTO_INCREMENT=2 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
INSERT INTO `upload` VALUES
(1,'c1c0f88d2e9d9284a8c9904f5e0a33f0','fe26642a77d38ef2bf67a0f78a85ae4d',1,'whole',4096,0,'','filename 56ysMeiusi5tcDQ=,title 56ys5LiA6K6y,is_free MA==,price_minor NzAw,tags 6K++56iL,fingerprint MDEyMzQ1Njc4OUFCQ0RFRjAxMjM0NTY3ODlhYmNkZWY=','','open',NULL,NULL,1769832000000,1769832000000,1770091200000,'{\"video\":{\"file_name\":\"第1讲.mp4\",\"title\":\"第一讲\",\"is_free\":false,\"price_minor\":700,\"tags\":\"课程\"},\"fingerprint\":\"0123456789abcdef0123456789abcdef\"}');
CREATE TABLE `video` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `blob_id` bigint(20) DEFAULT NULL,
  `title` varchar(200) NOT NULL,
  `title_key` varchar(600) NOT NULL,
  `search_text` text NOT NULL,
  `file_name` varchar(255) NOT NULL,
  `description` text NOT NULL,
  `category` varchar(50) NOT NULL,
  `category_key` varchar(150) NOT NULL,
  `is_free` tinyint(1) NOT NULL,
  `price_minor` bigint(20) DEFAULT NULL,
  `member_price_minor` bigint(20) DEFAULT NULL,
  `state` varchar(16) NOT NULL,
  `uploaded_by` bigint(20) DEFAULT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  `updated_at_ms` bigint(20) NOT NULL,
  `trashed_at_ms` bigint(20) DEFAULT NULL,
  `purged_at_ms` bigint(20) DEFAULT NULL,
  `members_watch` tinyint(1) NOT NULL DEFAULT 0,
  `state_before_trash` varchar(16) DEFAULT NULL,
  `publish_at_ms` bigint(20) DEFAULT NULL,
  `view_count` bigint(20) NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  UNIQUE KEY `ix_video_blob_id` (`blob_id`),
  KEY `ix_video_state_id` (`state`,`id`),
  KEY `ix_video_state_title_key_id` (`state`,`title_key`,`id`),
  KEY `ix_video_state_is_free_id` (`state`,`is_free`,`id`),
  KEY `ix_video_state_is_free_title_key_id` (`state`,`is_free`,`title_key`,`id`),
  KEY `ix_video_state_category_key_id` (`state`,`category_key`,`id`),
  KEY `ix_video_state_category_key_title_key_id` (`state`,`category_key`,`title_key`,`id`),
  KEY `ix_video_state_category_key_is_free_id` (`state`,`category_key`,`is_free`,`id`),
  KEY `ix_video_state_trashed_at_ms_id` (`state`,`trashed_at_ms`,`id`),
  CONSTRAINT `fk_video_blob_id` FOREIGN KEY (`blob_id`) REFERENCES `blob` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=4 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
INSERT INTO `video` VALUES
(1,1,'免费的电影','免费的电影','免费的电影\nmianfeidedianying\nmian fei de dian ying\nmfddy\nwenfeidedianying\nwen fei de dian ying\nwfddy\nwanfeidedianying\nwan fei de dian ying','影片.mp4','','','',1,NULL,NULL,'visible',1,1769832000000,1769832000000,NULL,NULL,0,NULL,NULL,0),
(2,2,'Final_Cut','final_cut','final_cut\n纪录片\n城市\n2026\nfinal cut\njilupian\nji lu pian\njlp\njilupan\nji lu pan\nchengshi\ncheng shi\ncs\nchengfu\ncheng fu\ncf','影片.mp4','','纪录片','纪录片',0,900,450,'visible',1,1769832000000,1769832000000,NULL,NULL,0,NULL,NULL,0),
(3,3,'旧的','旧的','旧的\njiude\njiu de\njd\njiudi\njiu di','影片.mp4','','','',1,NULL,NULL,'trashed',1,1769832000000,1769832000000,1769832000000,NULL,0,'visible',NULL,0);
CREATE TABLE `video_tag` (
  `tag_key` varchar(150) NOT NULL,
  `video_id` bigint(20) NOT NULL,
  `tag` varchar(50) NOT NULL,
  `position` int(11) NOT NULL,
  `visible` tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (`tag_key`,`video_id`),
  KEY `ix_video_tag_video_id` (`video_id`),
  KEY `ix_video_tag_visible_tag_key_video_id` (`visible`,`tag_key`,`video_id`),
  CONSTRAINT `fk_video_tag_video_id` FOREIGN KEY (`video_id`) REFERENCES `video` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
INSERT INTO `video_tag` VALUES
('2026',2,'2026',1,1),
('城市',2,'城市',0,1);
CREATE TABLE `wallet` (
  `account_id` bigint(20) NOT NULL,
  `balance_minor` bigint(20) NOT NULL,
  `seq` bigint(20) NOT NULL,
  `head_hash` varchar(64) NOT NULL,
  PRIMARY KEY (`account_id`),
  CONSTRAINT `fk_wallet_account_id` FOREIGN KEY (`account_id`) REFERENCES `account` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
INSERT INTO `wallet` VALUES
(1,0,0,'eb7222bfde10e16dd07806ebda4373baf7ea0eacaaa5972d99a65c44ad9e6336'),
(2,4550,4,'2902df022dfabea05c50bc1c97bd3f8d78863926c77b2104bd4c6be6c30be5c4'),
(3,0,0,'de65e8f4fa240fb9694d181c758fb34e6e7f893e56f2be1904a7c8d5069bdb08');
CREATE TABLE `watch` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `stream` varchar(16) NOT NULL,
  `account_id` bigint(20) NOT NULL,
  `video_id` bigint(20) NOT NULL,
  `started_at_ms` bigint(20) NOT NULL,
  `last_at_ms` bigint(20) NOT NULL,
  `has_left` tinyint(1) NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  KEY `ix_watch_stream_last_at_ms` (`stream`,`last_at_ms`),
  KEY `ix_watch_account_id_last_at_ms` (`account_id`,`last_at_ms`),
  KEY `ix_watch_video_id_id` (`video_id`,`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
CREATE TABLE `worker` (
  `id` bigint(20) NOT NULL AUTO_INCREMENT,
  `name` varchar(64) NOT NULL,
  `token_hash` varchar(64) NOT NULL,
  `created_at_ms` bigint(20) NOT NULL,
  `seen_at_ms` bigint(20) DEFAULT NULL,
  `revoked_at_ms` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `ix_worker_token_hash` (`token_hash`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
