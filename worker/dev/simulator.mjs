// Starts the simulator of MailChannels' HTTP API that its SDK has. For `npm start` and tests.

import { spawn } from 'node:child_process';
import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import { ROOT } from './install.mjs';

const CLI = join(ROOT, 'node_modules', 'mailchannels-sdk', 'dist', 'cli.mjs');
const READY_WITHIN_MS = 15_000;

/** @typedef {{ url: string, stop: () => void }} Running */

/**
 * Starts the simulator as a process of its own, on a free port of this machine.
 * @param {string} nodePath
 * @returns {Promise<Running>}
 */
export async function startSimulator(nodePath) {
  const port = await freePort();
  const args = [CLI, 'simulate', '--host', '127.0.0.1', '--port', String(port), '--silent'];
  const child = spawn(nodePath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const stop = () => void child.kill();
  process.once('exit', stop);
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await answers(url))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      stop();
      throw new Error('The simulator of MailChannels did not start.');
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { url, stop };
}

/**
 * Starts a proxy in front of the simulator, which does not show the mails that it accepts. The proxy forwards all
 * requests and calls `show` with each mail, so that a developer can open its link.
 * @param {string} target
 * @param {(mail: { to: string, from: string, replyTo: string | null, subject: string, text: string }) => void} show
 * @returns {Promise<Running>}
 */
export async function startWatching(target, show) {
  const server = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { host: _host, ...headers } = request.headers;
    const options = { method: request.method, headers };
    const forwarded = http.request(new URL(request.url ?? '/', target), options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      const isMail = request.url?.startsWith('/tx/v1/send') === true;
      if (isMail && answer.statusCode === 200) showMail(body.toString());
    });
    forwarded.on('error', () => response.writeHead(502).end());
    forwarded.end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${portOf(server)}`, stop };

  /** @param {string} json */
  function showMail(json) {
    /** @type {{ personalizations?: { to: { email: string }[] }[], from: Person, reply_to?: Person, subject: string, content: { type: string, value: string }[] }} */
    const { personalizations, from, reply_to, subject, content } = JSON.parse(json);
    const to = personalizations?.[0]?.to[0]?.email;
    const text = content?.find(({ type }) => type === 'text/plain')?.value;
    if (to === undefined || text === undefined) return;
    show({ to, from: mailbox(from), replyTo: reply_to ? mailbox(reply_to) : null, subject, text });
  }
}

/** @typedef {{ name?: string, email: string }} Person */
/** `Name <address>`. @param {Person} person */
function mailbox({ name, email }) {
  return name ? `${name} <${email}>` : email;
}

/** Whether a server answers. @param {string} url */
function answers(url) {
  return new Promise((resolve) => {
    const request = http.get(url, (response) => resolve(Boolean(response.resume())));
    request.on('error', () => resolve(false));
  });
}

async function freePort() {
  const probe = net.createServer();
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', () => resolve(null)));
  const port = portOf(probe);
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** @param {net.Server} server */
function portOf(server) {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
