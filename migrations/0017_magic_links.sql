CREATE TABLE `magic_links` (
	`mail_id` text PRIMARY KEY NOT NULL,
	`workspace_id` text,
	`contact_id` text,
	`member_id` text,
	`address_key` text NOT NULL,
	`link_epoch` integer NOT NULL,
	`verifier_hash` text NOT NULL,
	`requested_at` integer NOT NULL,
	`withheld_epoch` integer,
	FOREIGN KEY (`member_id`) REFERENCES `members`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`workspace_id`,`contact_id`) REFERENCES `contacts`(`workspace_id`,`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `magic_links_address_requested_at` ON `magic_links` (`address_key`,`requested_at`);--> statement-breakpoint
CREATE INDEX `magic_links_contact_requested_at` ON `magic_links` (`contact_id`,`requested_at`);--> statement-breakpoint
CREATE INDEX `magic_links_member` ON `magic_links` (`member_id`) WHERE "magic_links"."member_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `magic_links_requested_at` ON `magic_links` (`requested_at`);--> statement-breakpoint
-- what was sent within the last day still counts, dates its code and can be voided
INSERT INTO `magic_links` SELECT `mail_id`, `workspace_id`, `contact_id`, `member_id`, `address_key`, `link_epoch`, `verifier_hash`, `at`, NULL
  FROM `activity`
  WHERE `kind` = 'link_sent' AND `mail_id` IS NOT NULL AND `address_key` IS NOT NULL AND `link_epoch` IS NOT NULL
    AND `verifier_hash` IS NOT NULL AND `at` > (unixepoch() - 86400) * 1000;--> statement-breakpoint
UPDATE `activity` SET `detail` = json_set(`detail`, '$.epoch', `link_epoch`)
  WHERE `kind` = 'link_withheld' AND json_valid(`detail`) AND `link_epoch` IS NOT NULL;--> statement-breakpoint
DROP INDEX `activity_address_at`;--> statement-breakpoint
ALTER TABLE `activity` DROP COLUMN `address_key`;--> statement-breakpoint
ALTER TABLE `activity` DROP COLUMN `link_epoch`;--> statement-breakpoint
ALTER TABLE `activity` DROP COLUMN `verifier_hash`;