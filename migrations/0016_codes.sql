-- Why a mail failed, and why a sender broke, were stored as sentences. From here on they are codes (MAIL_FAILURES in
-- worker/db/schema.ts), and a page makes the words. A sentence that is not in the list becomes unclear.
CREATE TABLE `__mail_failures` (`sentence` text PRIMARY KEY NOT NULL, `code` text NOT NULL);
--> statement-breakpoint
INSERT INTO `__mail_failures` (`sentence`, `code`) VALUES
  ('the mail service could not be reached', 'unreachable'),
  ('the mail service did not answer in time', 'timeout'),
  ('the mail service has trouble of its own', 'service-error'),
  ('the mail service takes no more mail for the moment', 'rate-limited'),
  ('the mail service takes no more mail today; if it happens again, whoever runs Latchkey for you has to raise the limit there', 'quota'),
  ('the mail service takes no more mail today', 'quota'),
  ('the mail service answered something unexpected', 'unclear'),
  ('the mail service could not pass the mail on', 'undelivered'),
  ('the mail service does not let this portal send; whoever runs Latchkey for you has to look at its mail settings', 'sender-refused'),
  ('the mail service does not let us send: its key or the sender’s address needs a look', 'sender-refused'),
  ('the mail service no longer mails this address, because mails to it came back or were called spam; ask them for another address, or whoever runs Latchkey for you to have it allowed again', 'suppressed'),
  ('the mail service no longer mails this address: mails to it bounced or were called spam', 'suppressed'),
  ('the mail service did not accept the mail; whoever runs Latchkey for you finds its answer in the log', 'refused'),
  ('the mail service did not accept the mail', 'refused'),
  ('Latchkey’s own storage did not answer', 'storage-down'),
  ('it could not be kept for another try', 'queue-down'),
  ('sending was cut off; they can ask again', 'cut-off'),
  ('sending was cut off, and nobody knows whether it left; they can ask again', 'cut-off'),
  ('asked again since', 'superseded'),
  ('signed in, switched off or changed meanwhile', 'no-longer-needed'),
  ('there is no such mailbox', 'no-mailbox'),
  ('the mailbox is full', 'mailbox-full'),
  ('the mailbox is switched off', 'mailbox-disabled'),
  ('the mailbox takes no mail', 'mailbox-closed'),
  ('there is no mail server at that domain', 'no-mail-server'),
  ('that domain takes no mail', 'domain-takes-no-mail'),
  ('their mail server can’t take it', 'server-unable'),
  ('their mail server could not be reached', 'server-unreachable'),
  ('their mail server refused it as unwanted', 'unwanted'),
  ('their mail server did not take it', 'rejected'),
  ('it did not say why', 'no-reason'),
  ('mails to this address came back before, or were called spam', 'returned-before'),
  ('by them or by their mail program', 'marked-as-spam');
--> statement-breakpoint
UPDATE `mails` SET `reason` = CASE
    WHEN `reason` LIKE '%; it could not be kept for another try' THEN 'queue-down'
    ELSE coalesce((SELECT `code` FROM `__mail_failures` WHERE `sentence` = `mails`.`reason`), 'unclear')
  END
  WHERE `reason` <> '';
--> statement-breakpoint
-- Two reasons in one sentence: why the last try failed, and that no queue kept the mail.
UPDATE `activity` SET `detail` = json_set(json_remove(`detail`, '$.reason'),
    '$.failure', 'queue-down',
    '$.after', coalesce((
      SELECT `code` FROM `__mail_failures`
      WHERE `sentence` = replace(`activity`.`detail` ->> 'reason', '; it could not be kept for another try', '')
    ), 'unclear'),
    '$.mail', CASE `kind` WHEN 'notice_failed' THEN 'password' ELSE 'sign-in' END)
  WHERE `kind` IN ('link_failed', 'notice_failed')
    AND CASE WHEN json_valid(`detail`) THEN `detail` ->> 'reason' LIKE '%; it could not be kept for another try' END;
--> statement-breakpoint
-- Every notice to a contact was about a password. An early row that names no mail is about a sign-in mail.
UPDATE `activity` SET `detail` = json_set(json_remove(`detail`, '$.reason'),
    '$.failure', coalesce((
      SELECT `code` FROM `__mail_failures`
      WHERE `sentence` = replace(`activity`.`detail` ->> 'reason', '; the mail service goes on trying for a while', '')
    ), 'unclear'),
    '$.mail', CASE `kind` WHEN 'notice_failed' THEN 'password' ELSE coalesce(`detail` ->> 'mail', 'sign-in') END)
  WHERE `kind` IN ('link_failed', 'notice_failed', 'mail_bounced', 'mail_delayed', 'mail_suppressed', 'mail_complained')
    AND CASE WHEN json_valid(`detail`) THEN `detail` ->> 'reason' IS NOT NULL END;
--> statement-breakpoint
-- Which records were wrong stood in brackets, or after a colon: `its DNS records are no longer right (SPF, DKIM)`.
UPDATE `activity` SET `detail` = CASE
    WHEN `detail` ->> 'reason' = 'the mail service refused mail from it'
    THEN json_set(json_remove(`detail`, '$.reason'), '$.cause', 'refused')
    ELSE json_set(json_remove(`detail`, '$.reason'), '$.cause', 'records', '$.records', json('[' || rtrim(
      CASE WHEN instr(`detail` ->> 'reason', 'SPF') THEN '"spf",' ELSE '' END
      || CASE WHEN instr(`detail` ->> 'reason', 'DKIM') THEN '"dkim",' ELSE '' END
      || CASE WHEN instr(`detail` ->> 'reason', 'lock-down') THEN '"domain-lockdown",' ELSE '' END
      || CASE WHEN instr(`detail` ->> 'reason', 'MX') THEN '"mx",' ELSE '' END, ',') || ']'))
  END
  WHERE `kind` = 'sender_broken'
    AND CASE WHEN json_valid(`detail`) THEN `detail` ->> 'reason' IS NOT NULL END;
--> statement-breakpoint
-- Where somebody signed in or opened a link has another name, so that "place" means nothing else.
UPDATE `activity` SET `detail` = json_set(json_remove(`detail`, '$.place'), '$.location', `detail` ->> 'place')
  WHERE `kind` IN ('signed_in', 'link_opened')
    AND CASE WHEN json_valid(`detail`) THEN `detail` ->> 'place' IS NOT NULL END;
--> statement-breakpoint
DROP TABLE `__mail_failures`;
