// A mail server for tests: it keeps what it is sent, and answers as the test says. And a reader of
// mails, which knows no more of MIME than our mails need but is strict about that.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { TLSSocket } from 'node:tls';

const kMaxLine = 998;

export class MailServer {
  /** `{ from, to, raw, tls, user }` of each mail whose end has come, answered or not. */
  mails = [];
  /** Every command that came, but for mails' lines. */
  commands = [];
  /** What to answer: code and text by `greeting`, `MAIL`, `RCPT`, `DATA` or `end`; '' for nothing at all. */
  answers = {};
  port = 0;
  connections = 0;
  #server = null;
  #sockets = new Set();
  #tls;

  /** With `tls` ({ key, cert }), it offers STARTTLS. */
  static async start({ tls } = {}) {
    const server = new MailServer();
    server.#tls = tls;
    await server.open();
    return server;
  }

  get url() {
    return `smtp://127.0.0.1:${this.port}`;
  }

  /** Where it was before, if it was. */
  async open() {
    this.#server = createServer((socket) => this.#talk(socket));
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = this.#server.address().port;
  }

  async close() {
    for (const socket of this.#sockets) socket.destroy();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #talk(socket) {
    this.connections += 1;
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {});
    const session = { socket, tls: false, user: '', from: '', to: [] };
    this.#listen(session);
    this.#say(session, 'greeting', '220 mail.example ready');
  }

  #say({ socket }, step, usual) {
    const answer = this.answers[step] ?? usual;
    if (answer) socket.write(`${answer}\r\n`);
  }

  #listen(session) {
    let text = '';
    let lines = null; // of a mail
    session.socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      for (let end; (end = text.indexOf('\r\n')) >= 0;) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        if (!lines) {
          lines = this.#command(session, line) ? [] : null;
        } else if (line === '.') {
          const raw = lines.map((one) => one.replace(/^\./, '')).join('\r\n') + '\r\n';
          const { from, to, tls, user } = session;
          this.mails.push({ from, to, tls, user, raw });
          lines = null;
          this.#say(session, 'end', '250 taken');
        } else {
          lines.push(line);
        }
      }
    });
  }

  /** Whether a mail comes next. */
  #command(session, line) {
    if (session.authenticating) {
      session.user = Buffer.from(line, 'base64').toString().split('\0').slice(1).join(':');
      session.authenticating = false;
      session.socket.write('235 welcome\r\n');
      return false;
    }
    this.commands.push(line);
    const [word] = line.toUpperCase().split(/[ :]/);
    switch (word) {
      case 'EHLO': {
        const able = ['mail.example', 'SMTPUTF8', '8BITMIME', 'AUTH PLAIN',
          ...(this.#tls && !session.tls ? ['STARTTLS'] : [])];
        session.socket.write(able.map((one, i) => `250${i + 1 < able.length ? '-' : ' '}${one}\r\n`).join(''));
        return false;
      }
      case 'STARTTLS': {
        session.socket.write('220 go on\r\n');
        session.socket.removeAllListeners('data');
        const socket = new TLSSocket(session.socket, { isServer: true, ...this.#tls });
        socket.on('error', () => {});
        Object.assign(session, { socket, tls: true });
        this.#listen(session);
        return false;
      }
      case 'AUTH':
        session.socket.write('334 \r\n');
        session.authenticating = true;
        return false;
      case 'MAIL':
        [, session.from] = /<(.*?)>/.exec(line);
        session.to = [];
        this.#say(session, 'MAIL', '250 fine');
        return false;
      case 'RCPT':
        session.to.push(/<(.*?)>/.exec(line)[1]);
        this.#say(session, 'RCPT', '250 fine');
        return false;
      case 'DATA': {
        const refused = this.answers.DATA;
        this.#say(session, 'DATA', '354 go on');
        return refused === undefined;
      }
      case 'QUIT':
        session.socket.end('221 bye\r\n');
        return false;
      default:
        session.socket.write('500 what?\r\n');
        return false;
    }
  }
}

function decodeWords(text) {
  return text.replace(/(=\?[^?]+\?B\?[^?]*\?=)\s+(?==\?)/g, '$1')
    .replace(/=\?UTF-8\?B\?([^?]*)\?=/g, (_, word) => {
      const bytes = Buffer.from(word, 'base64');
      const decoded = bytes.toString('utf8');
      assert.deepEqual(Buffer.from(decoded), bytes, 'each encoded word is whole by itself');
      return decoded;
    });
}

function decodeQuotedPrintable(text) {
  assert.match(text, /^[\x20-\x7e\r\n\t]*$/);
  assert.doesNotMatch(text, /[ \t]\r\n/);
  const joined = text.replace(/=\r\n/g, '');
  assert.doesNotMatch(joined, /=(?![0-9A-F]{2})/);
  return Buffer.from(joined.replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1')
    .toString('utf8').replace(/\r\n/g, '\n');
}

/** `{ fields, body }`: header fields by their names in lower case, each of which may be there once. */
function split(raw) {
  const end = raw.indexOf('\r\n\r\n');
  const fields = {};
  for (const line of raw.slice(0, end).replace(/\r\n(?=[ \t])/g, '').split('\r\n')) {
    const [, name, value] = /^([\w-]+): *(.*)$/.exec(line);
    assert.ok(!(name.toLowerCase() in fields), `${name} is there twice`);
    fields[name.toLowerCase()] = value;
  }
  return { fields, body: raw.slice(end + 4) };
}

/** `{ fields, subject, from, text, html }` of a mail of ours. */
export function readMail(raw) {
  for (const line of raw.split('\r\n')) {
    assert.ok(line.length <= kMaxLine, 'no line is longer than SMTP allows');
    assert.doesNotMatch(line, /[\r\n]/, 'no line ends otherwise than in CRLF');
  }
  const { fields, body } = split(raw);
  const [, boundary] = /^multipart\/alternative; boundary="(.*)"$/.exec(fields['content-type']);
  const [before, ...parts] = `\r\n${body}`.split(`\r\n--${boundary}`);
  assert.equal(before, '');
  assert.equal(parts.pop(), '--\r\n');
  const [text, html] = parts.map((part) => {
    const inner = split(part.slice(2));
    assert.equal(inner.fields['content-transfer-encoding'], 'quoted-printable');
    return { type: inner.fields['content-type'], words: decodeQuotedPrintable(inner.body) };
  });
  assert.equal(parts.length, 2);
  assert.equal(text.type, 'text/plain; charset=utf-8');
  assert.equal(html.type, 'text/html; charset=utf-8');
  return { fields, subject: decodeWords(fields.subject), from: decodeWords(fields.from), text: text.words, html: html.words };
}
