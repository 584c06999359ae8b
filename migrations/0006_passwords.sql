CREATE TABLE `passwords` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace_id` text,
	`contact_id` text,
	`member_id` text,
	`hash` text NOT NULL,
	`set_at` integer NOT NULL,
	FOREIGN KEY (`member_id`) REFERENCES `members`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`workspace_id`,`contact_id`) REFERENCES `contacts`(`workspace_id`,`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "passwords_one_account" CHECK(("passwords"."contact_id" IS NOT NULL AND "passwords"."workspace_id" IS NOT NULL AND "passwords"."member_id" IS NULL) OR ("passwords"."contact_id" IS NULL AND "passwords"."workspace_id" IS NULL AND "passwords"."member_id" IS NOT NULL))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `passwords_contact_id_unique` ON `passwords` (`contact_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `passwords_member_id_unique` ON `passwords` (`member_id`);