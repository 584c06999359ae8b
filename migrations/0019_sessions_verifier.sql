ALTER TABLE `sessions` ADD `verifier_hash` text;--> statement-breakpoint
CREATE INDEX `sessions_verifier_hash` ON `sessions` (`verifier_hash`) WHERE "sessions"."verifier_hash" IS NOT NULL;