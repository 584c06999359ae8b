ALTER TABLE `mails` ADD `about` text;--> statement-breakpoint
CREATE INDEX `mails_about` ON `mails` (`about`,`kind`,`created_at`) WHERE "mails"."about" IS NOT NULL;