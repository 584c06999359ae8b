ALTER TABLE `mails` ADD `sample_of` text;--> statement-breakpoint
CREATE INDEX `mails_sample` ON `mails` (`member_id`,`sample_of`,`created_at`) WHERE "mails"."sample_of" IS NOT NULL;