ALTER TABLE `workspaces` ADD `language` text DEFAULT 'en-GB' NOT NULL;--> statement-breakpoint
ALTER TABLE `workspaces` ADD `time_zone` text DEFAULT 'UTC' NOT NULL;