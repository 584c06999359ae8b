DROP INDEX `mails_sample`;--> statement-breakpoint
ALTER TABLE `mails` RENAME COLUMN "sample_of" TO "about";--> statement-breakpoint
CREATE INDEX `mails_about` ON `mails` (`about`,`kind`,`created_at`) WHERE "mails"."about" IS NOT NULL;