ALTER TABLE `activity` ADD `mail_id` text;--> statement-breakpoint
CREATE UNIQUE INDEX `activity_mail_kind` ON `activity` (`mail_id`,`kind`) WHERE "activity"."mail_id" IS NOT NULL;--> statement-breakpoint
ALTER TABLE `mails` ADD `request_id` text;--> statement-breakpoint
ALTER TABLE `mails` ADD `delivered_at` integer;--> statement-breakpoint
CREATE INDEX `mails_provider_id` ON `mails` (`provider_id`) WHERE "mails"."provider_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `mails_request_id` ON `mails` (`request_id`) WHERE "mails"."request_id" IS NOT NULL;