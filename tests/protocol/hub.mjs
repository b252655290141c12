/** A real hub in a process of its own, with a folder of its own, and devices to speak with it. */

import { createHash, createHmac, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { addAccount, deskbell, Program, root } from '../support/programs.mjs';

const kWidget = resolve(root, 'web/dist');

export const kSite = 'fern';
export const kPassword = 'a password for tests';
/** So many may come new from one address; those of this machine are not counted. */
export const kNewCustomers = 3;

/** The same name gives the same id, with the form of a UUIDv8. */
export function idOf(name) {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** A little site with answers for everyone and for the team. */
function siteFile() {
  const answers = ['everyone', 'team'].map((scope) => ({
    id: idOf(`answer ${scope}`), title: `For ${scope}`, text: 'Hello {{customer.name|there}}',
    keywords: ['hello'], scope, language: 'en',
  }));
  return { site: kSite, name: 'Fern', greeting: 'Hello', origins: ['http://localhost:8081'], answers };
}

export class Hub {
  #program;
  #folder;

  /** Whether the widget has been built, so that the hub serves it. */
  hasWidget = existsSync(join(kWidget, 'panel.html'));

  /** With more of `serve`'s options. */
  static async start(...options) {
    if (!existsSync(deskbell)) {
      throw new Error(`There is no ${deskbell}: build it, or name another with DESKBELL_BIN.`);
    }
    const hub = new Hub();
    hub.#folder = await mkdtemp(join(tmpdir(), 'deskbell-protocol-'));
    try {
      await hub.#serve(options);
    } catch (error) {
      await rm(hub.#folder, { recursive: true, force: true });
      throw error;
    }
    return hub;
  }

  async #serve(options) {
    const [site, data] = ['site.json', 'data'].map((name) => join(this.#folder, name));
    await writeFile(site, JSON.stringify(siteFile()));
    await addAccount(data, kSite, 'ana', 'Ana Silva', kPassword);
    const identity = new Program(deskbell, ['identity', '--data', data, '--site', kSite]);
    await identity.ended;
    this.identitySecret = identity.output.trim();
    const args = ['serve', '--data', data, '--port', '0', '--site', site,
      '--max-new-customers', String(kNewCustomers), ...options];
    if (this.hasWidget) args.push('--web', kWidget);
    this.#program = new Program(deskbell, args);
    [, this.url] = await this.#program.says(/listening on (http:\S+)/);
  }

  /** Who the site's server says somebody is: a JWT. */
  identityToken(subject, claims = {}) {
    const now = Math.floor(Date.now() / 1000);
    const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({
      aud: 'deskbell', site: kSite, sub: subject, iat: now, exp: now + 300, ...claims,
    })}`;
    return `${text}.${createHmac('sha256', this.identitySecret).update(text).digest('base64url')}`;
  }

  /** Asks it to stop and waits until it has. Its exit code. */
  async stop() {
    return (await this.#program.kill('SIGTERM')).code;
  }

  async remove() {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Sends bytes as they are and answers the response, for what no HTTP client would send. */
  async raw(text) {
    const { hostname, port } = new URL(this.url);
    const socket = connect(Number(port), hostname);
    socket.write(text);
    const parts = [];
    for await (const part of socket) parts.push(part);
    const whole = Buffer.concat(parts).toString();
    const end = whole.indexOf('\r\n\r\n');
    const [first, ...lines] = whole.slice(0, end).split('\r\n');
    const headers = Object.fromEntries(lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }));
    return { status: Number(first.split(' ')[1]), headers, body: whole.slice(end + 4) };
  }
}

/** Somebody's device at the hub of that address. */
export class Device {
  #number = 0;

  constructor(url, actor, id, secret) {
    this.base = `${url}/v1/sites/${kSite}`;
    this.author = { kind: actor, id };
    this.secret = secret;
  }

  static async customer(url, name) {
    const device = new Device(url, 'customer', idOf(name), randomBytes(32).toString('hex'));
    await device.signIn();
    return device;
  }

  static async agent(url) {
    const body = JSON.stringify({ login: 'ana', password: kPassword });
    const answer = await fetch(`${url}/v1/sites/${kSite}/login`, { method: 'POST', body });
    const { agent, secret } = await answer.json();
    const device = new Device(url, 'agent', agent, secret);
    await device.signIn();
    return device;
  }

  async signIn() {
    const { kind: actor, id } = this.author;
    const body = JSON.stringify({ actor, id, secret: this.secret });
    const answer = await fetch(`${this.base}/tokens`, { method: 'POST', body });
    this.token = (await answer.json()).token;
  }

  get headers() {
    return { authorization: `Bearer ${this.token}` };
  }

  /** An event of this device's; a conversation where the type has one. */
  event(type, conversation, data) {
    return {
      id: idOf(`${this.author.id} ${++this.#number}`), type, ...(conversation ? { conversation } : {}),
      author: this.author, at: 1763770000000 + this.#number, ...(data ? { data } : {}),
    };
  }

  /** The results of pushing these. */
  async push(...events) {
    const answer = await fetch(`${this.base}/events`, {
      method: 'POST', headers: this.headers, body: JSON.stringify({ events }),
    });
    return (await answer.json()).results;
  }

  pull(query = '') {
    return fetch(`${this.base}/events${query}`, { headers: this.headers });
  }

  /** Opens a stream; its events come as `{ name, data }`. */
  async *stream(query = '', signal = undefined) {
    const answer = await fetch(`${this.base}/stream${query}`, { headers: this.headers, signal });
    let text = '';
    for await (const bytes of answer.body) {
      text += Buffer.from(bytes).toString();
      const frames = text.split('\n\n');
      text = frames.pop();
      for (const frame of frames) {
        const [, name] = /^event: (.*)$/m.exec(frame);
        yield { name, data: JSON.parse(frame.match(/(?<=^data: ).*$/gm).join('\n')) };
      }
    }
  }
}
