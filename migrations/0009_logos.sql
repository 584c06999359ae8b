CREATE TABLE `logos` (
	`workspace_id` text PRIMARY KEY NOT NULL,
	`hash` text NOT NULL,
	`type` text NOT NULL,
	`created_at` integer NOT NULL,
	`bytes` blob NOT NULL,
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `logos_hash` ON `logos` (`hash`);--> statement-breakpoint
ALTER TABLE `workspaces` ADD `logo_hash` text;--> statement-breakpoint
ALTER TABLE `workspaces` ADD `logo_width` integer;--> statement-breakpoint
ALTER TABLE `workspaces` ADD `logo_height` integer;