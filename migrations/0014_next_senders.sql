CREATE TABLE `__new_senders` (
	`workspace_id` text NOT NULL,
	`slot` text NOT NULL,
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
	PRIMARY KEY(`workspace_id`, `slot`),
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
INSERT INTO `__new_senders`("workspace_id", "slot", "id", "address", "domain", "use", "created_at", "asked_at", "confirmed_at", "selector", "dkim_value", "findings", "checked_at", "verified_at", "broken_at", "broken_by", "told_at") SELECT "workspace_id", 'current', "id", "address", "domain", "use", "created_at", "asked_at", "confirmed_at", "selector", "dkim_value", "findings", "checked_at", "verified_at", "broken_at", "broken_by", "told_at" FROM `senders`;--> statement-breakpoint
DROP TABLE `senders`;--> statement-breakpoint
ALTER TABLE `__new_senders` RENAME TO `senders`;--> statement-breakpoint
CREATE INDEX `senders_use_checked_at` ON `senders` (`use`,`checked_at`);