CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace_id` text,
	`contact_id` text,
	`member_id` text,
	`method` text NOT NULL,
	`link_epoch` integer,
	`device` text NOT NULL,
	`place` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`ended_at` integer,
	`ended_by` text,
	FOREIGN KEY (`member_id`) REFERENCES `members`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`workspace_id`,`contact_id`) REFERENCES `contacts`(`workspace_id`,`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "sessions_one_account" CHECK(("sessions"."contact_id" IS NOT NULL AND "sessions"."workspace_id" IS NOT NULL AND "sessions"."member_id" IS NULL) OR ("sessions"."contact_id" IS NULL AND "sessions"."workspace_id" IS NULL AND "sessions"."member_id" IS NOT NULL))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_contact_epoch` ON `sessions` (`contact_id`,`link_epoch`);--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_member_epoch` ON `sessions` (`member_id`,`link_epoch`);--> statement-breakpoint
CREATE INDEX `sessions_expires_at` ON `sessions` (`expires_at`);