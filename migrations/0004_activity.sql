CREATE TABLE `activity` (
	`id` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`workspace_id` text,
	`contact_id` text,
	`member_id` text,
	`address_key` text,
	`link_epoch` integer,
	`verifier_hash` text,
	`detail` text DEFAULT '' NOT NULL,
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`member_id`) REFERENCES `members`(`id`) ON UPDATE no action ON DELETE set null,
	FOREIGN KEY (`workspace_id`,`contact_id`) REFERENCES `contacts`(`workspace_id`,`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `activity_workspace_at` ON `activity` (`workspace_id`,`at`,`id`);--> statement-breakpoint
CREATE INDEX `activity_contact_at` ON `activity` (`contact_id`,`at`);--> statement-breakpoint
CREATE INDEX `activity_address_at` ON `activity` (`address_key`,`kind`,`at`);--> statement-breakpoint
CREATE INDEX `activity_at` ON `activity` (`at`);