CREATE TABLE `senders` (
	`workspace_id` text PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`address` text NOT NULL,
	`domain` text NOT NULL,
	`use` text NOT NULL,
	`created_at` integer NOT NULL,
	`asked_at` integer NOT NULL,
	`confirmed_at` integer,
	`selector` text,
	`dkim_value` text,
	`findings` text DEFAULT '' NOT NULL,
	`checked_at` integer,
	`verified_at` integer,
	`broken_at` integer,
	`broken_by` text,
	`told_at` integer,
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `senders_use_checked_at` ON `senders` (`use`,`checked_at`);