import { vi } from 'vitest';
import type { BreachBehaviour } from './doubles/breaches.ts';
import type { Behaviour, WireMail } from './doubles/mailchannels/send.ts';
import { createSigner, type KeyService, type Signer } from './doubles/mailchannels/signing-keys.ts';
import { createNetwork } from './doubles/network.ts';

const network = createNetwork();

/** What is published in DNS: nothing, until a test says so. */
export const { zone } = network;

/** MailChannels' side of freelancers' domains: its verdicts follow from the zone. */
export const { domainService } = network;

/** MailChannels answers like this from here to the end of the test: each once in turn, the last one for ever. */
export function mailService(...behaviours: Behaviour[]): void {
  network.mailService.behaves(...behaviours);
}

/** What happens elsewhere in the moment after a mail has reached MailChannels. */
export function whenMailed(event: () => void): void {
  network.mailService.whenMailed(event);
}

/** Every mail that reached MailChannels since the test began, oldest first. */
export function onTheWire(): readonly WireMail[] {
  return network.mailService.mails;
}

/** These passwords have been seen in a breach, from here to the end of the test. */
export function breached(...passwords: string[]): void {
  network.breaches.know(...passwords);
}

/** Have I Been Pwned answers like this from here to the end of the test. */
export function breachService(behaviour: BreachBehaviour): void {
  network.breaches.behaves(behaviour);
}

/** What was asked of Have I Been Pwned since the test began: all that left the machine about a password. */
export function breachRequests(): readonly Request[] {
  return network.breaches.asked;
}

/** MailChannels answers requests for its keys like this from here to the end of the test. */
export function keyService(behaviour: KeyService): void {
  network.signingKeys.behaves(behaviour);
}

/** The ids of the keys that were asked for since the test began, oldest first. */
export function keysAsked(): readonly string[] {
  return network.signingKeys.asked;
}

/** MailChannels knows of no key any more. */
export function withdrawKeys(): void {
  network.signingKeys.withdraw();
}

/** A signer of webhooks whose key MailChannels gives out, unless it is kept `secret`. */
export function signer(id?: string, secret?: 'secret'): Promise<Signer> {
  return createSigner(network.signingKeys, id, secret);
}

/** Turnstile's side of challenges: none was passed, until a test says so. */
export const { turnstile } = network;

/** For test/support/setup.ts, before each test: a network as new. `vi.restoreAllMocks()` takes it away. */
export function standInForNetwork(): void {
  network.clear();
  vi.spyOn(globalThis, 'fetch').mockImplementation(network.fetch);
}
