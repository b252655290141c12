// The real programs, started as their users start them.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { until } from './until.mjs';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
export const deskbell = process.env['DESKBELL_BIN'] ?? resolve(root, 'build/native/bin/deskbell');

/** A process whose output is kept. */
export class Program {
  output = '';
  #child;

  /** `onLine` is told each line of the output as it comes; what it was told counts, also of a process that was killed. */
  constructor(command, args, { onLine, ...options } = {}) {
    this.name = args[0] ?? command;
    this.#child = spawn(command, args, { cwd: root, stdio: ['pipe', 'pipe', 'pipe'], ...options });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream.on('data', (bytes) => { this.output += bytes; });
    if (onLine) createInterface({ input: this.#child.stdout }).on('line', onLine);
    this.ended = once(this.#child, 'close').then(([code, signal]) => ({ code, signal }));
    this.ended.then((end) => { this.end = end; });
    this.#child.stdin.on('error', () => {});
  }

  write(text) {
    this.#child.stdin.write(text);
  }

  endInput() {
    this.#child.stdin.end();
  }

  /** Waits for output that matches, from `after` on. */
  async says(pattern, after = 0) {
    await until(`${this.name} says ${pattern}; it said:\n${this.output.slice(-2000)}`, () => {
      if (pattern.test(this.output.slice(after))) return true;
      if (this.end) throw new Error(`${this.name} ended (${JSON.stringify(this.end)}):\n${this.output}`);
      return false;
    });
    return pattern.exec(this.output.slice(after));
  }

  async kill(signal = 'SIGKILL') {
    this.#child.kill(signal);
    return this.ended;
  }
}

/** The widget's files that hubs serve. */
const webFolder = process.env['DESKBELL_WEB'] ?? resolve(root, 'web/dist');

/** A hub that can be killed and started again on the same port and data. */
export class Hub {
  constructor({ data, port, siteFile }) {
    this.args = ['serve', '--data', data, '--host', '127.0.0.1', '--port', String(port),
      '--web', webFolder, '--site', siteFile];
    this.port = port;
  }

  async start() {
    this.program = new Program(deskbell, this.args);
    await this.program.says(/listening on http/);
  }

  /** As `kill -9` does: no warning, no tidying up. */
  async kill() {
    await this.program.kill('SIGKILL');
  }

  async stop() {
    if (!this.program || this.program.end) return;
    const { code } = await this.program.kill('SIGTERM');
    if (code !== 0) throw new Error(`the hub stopped with ${code}:\n${this.program.output}`);
  }
}

/** Makes an agent's account; the hub must not be running. */
export async function addAccount(data, site, login, name, password) {
  const program = new Program(deskbell, ['account', 'add', '--data', data, '--site', site,
    '--login', login, '--name', name, '--password-stdin']);
  program.write(`${password}\n`);
  program.endInput();
  const { code } = await program.ended;
  if (code !== 0) throw new Error(`account add failed:\n${program.output}`);
}

async function post(url, body, headers = {}) {
  const answer = await fetch(url, {
    method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body),
  });
  return answer.status === 204 ? null : answer.json();
}

async function authorization(hubUrl, site, { agent, secret }) {
  const { token } = await post(`${hubUrl}/v1/sites/${site}/tokens`, { actor: 'agent', id: agent, secret });
  return { authorization: `Bearer ${token}` };
}

/** An agent's device at the hub: `{ agent, secret }`. Takes as long as checking a password should. */
export function signIn(hubUrl, site, { login, password }) {
  return post(`${hubUrl}/v1/sites/${site}/login`, { login, password });
}

/** Everything that a hub has placed, as an agent's API sees it: `{ seq, event }` in its order. */
export async function pullHistory(hubUrl, site, device) {
  const base = `${hubUrl}/v1/sites/${site}`;
  const headers = await authorization(hubUrl, site, device);
  const events = [];
  for (let cursor = ''; ;) {
    const answer = await fetch(`${base}/events?limit=500${cursor && `&cursor=${cursor}`}`, { headers });
    const page = await answer.json();
    if (!answer.ok) throw new Error(`the hub answered no history: ${JSON.stringify(page)}`);
    events.push(...page.events);
    if (!page.more) return events;
    cursor = page.cursor;
  }
}

/** As an agent's app does while its person writes in that conversation. */
export async function noteTyping(hubUrl, site, device, conversation) {
  await post(`${hubUrl}/v1/sites/${site}/typing`, { conversation }, await authorization(hubUrl, site, device));
}

/** The agent's terminal client, driven through a pipe. */
export class Agent {
  constructor({ hubUrl, site, login, password, store }) {
    this.program = new Program(
      deskbell,
      ['agent', '--hub', hubUrl, '--site', site, '--login', login, '--store', store],
      { env: { ...process.env, DESKBELL_PASSWORD: password } },
    );
  }

  /** Runs one command to its end and returns what it printed. */
  async run(command) {
    const start = this.program.output.length;
    // `status` ends with this line, and commands run one after the other.
    this.program.write(`${command}\nstatus\n`);
    await this.program.says(/^unsent +\d+$/m, start);
    return this.program.output.slice(start);
  }

  async quit() {
    this.program.write('quit\n');
    return this.program.ended;
  }
}
