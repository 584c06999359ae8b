import { expect, test } from 'vitest';
import { countedMailboxOf, mailboxOf } from '../../worker/values/mailbox.ts';

test.each([
  ['carla@gmail.com', 'carla@gmail.com'],
  ['c.ar.la@gmail.com', 'carla@gmail.com'],
  ['carla+portal@gmail.com', 'carla@gmail.com'],
  ['c.arla+a.b+c@googlemail.com', 'carla@gmail.com'],
  ['carla+portal@acme.example', 'carla+portal@acme.example'],
  ['c.arla@acme.example', 'c.arla@acme.example'],
  ['c.arla@gmail.com.example', 'c.arla@gmail.com.example'],
  ['c.arla@mail.gmail.com', 'c.arla@mail.gmail.com'],
  ['+portal@gmail.com', '+portal@gmail.com'],
])('mailbox of %s: %s', (key, mailbox) => {
  expect(mailboxOf({ key })).toBe(mailbox);
});

test.each([
  ['c.arla+a@googlemail.com', 'carla@gmail.com'],
  ['carla+portal@acme.example', 'carla@acme.example'],
  ['carla+a+b@acme.example', 'carla@acme.example'],
  ['c.ar.la+x@acme.example', 'carla@acme.example'],
  ['+portal@acme.example', '+portal@acme.example'],
  ['+portal@gmail.com', '+portal@gmail.com'],
])('mailbox of %s, counted: %s', (key, mailbox) => {
  expect(countedMailboxOf({ key })).toBe(mailbox);
});
