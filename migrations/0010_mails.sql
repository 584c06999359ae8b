CREATE TABLE `mails` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`workspace_id` text,
	`contact_id` text,
	`member_id` text,
	`state` text NOT NULL,
	`reason` text DEFAULT '' NOT NULL,
	`tries` integer DEFAULT 0 NOT NULL,
	`tried_at` integer,
	`provider_id` text,
	`created_at` integer NOT NULL,
	`settled_at` integer,
	FOREIGN KEY (`member_id`) REFERENCES `members`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`workspace_id`,`contact_id`) REFERENCES `contacts`(`workspace_id`,`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "mails_one_account" CHECK(("mails"."contact_id" IS NULL) = ("mails"."workspace_id" IS NULL) AND ("mails"."contact_id" IS NULL OR "mails"."member_id" IS NULL))
);
--> statement-breakpoint
CREATE INDEX `mails_contact_created_at` ON `mails` (`contact_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `mails_waiting` ON `mails` (`workspace_id`,`created_at`) WHERE "mails"."state" = 'waiting';--> statement-breakpoint
CREATE INDEX `mails_created_at` ON `mails` (`created_at`);