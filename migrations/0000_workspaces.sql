CREATE TABLE `workspaces` (
	`id` text PRIMARY KEY NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`accent_color` text DEFAULT '#1f6f5c' NOT NULL,
	`welcome` text DEFAULT '' NOT NULL,
	`portal_contact` text DEFAULT '' NOT NULL,
	`default_portal_access` integer DEFAULT false NOT NULL,
	`created_at` integer NOT NULL,
	CONSTRAINT "workspaces_slug_shape" CHECK("workspaces"."slug" GLOB '[a-z0-9]*' AND length("workspaces"."slug") <= 40),
	CONSTRAINT "workspaces_accent_color_shape" CHECK(length("workspaces"."accent_color") = 7 AND "workspaces"."accent_color" GLOB '#[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]')
);
--> statement-breakpoint
CREATE UNIQUE INDEX `workspaces_slug_unique` ON `workspaces` (`slug`);