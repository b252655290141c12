import type { PanelView, PastMessage } from '../shared/border.ts';
import { fileSize, fullTime, machineTime } from './time.ts';
import { isRightToLeft, say, spoken } from './words.ts';

const kStyle = 'body{max-width:42rem;margin:2rem auto;padding:0 1rem;font:16px/1.5 system-ui,sans-serif}' +
  'article{margin:0 0 1rem}header{color:#555;font-size:.875rem}p{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}';

/** Text for HTML: what could begin a tag, an entity or end an attribute is written as an entity. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`=]/g, (one) => `&#${one.charCodeAt(0)};`);
}

function authorOf({ own, author_name }: PastMessage): string {
  return own ? say('you') : author_name || say('someone');
}

/** The conversation as a page that needs nothing but itself, and runs nothing. */
export function transcriptHtml(site: string, messages: readonly PastMessage[], now: number): string {
  const lines = messages.map((message) =>
    `<article><header><b dir="auto">${escapeHtml(authorOf(message))}</b> ` +
    `<time datetime="${machineTime(message.at)}">${escapeHtml(fullTime(message.at))}</time></header>` +
    `<p dir="auto">${escapeHtml(message.text)}</p>` +
    (message.attachments ?? []).map(({ name, size }) =>
      `<p dir="auto">${escapeHtml(`[${name}, ${fileSize(size)}]`)}</p>`).join('') + '</article>');
  const language = escapeHtml(spoken());
  return `<!doctype html><html lang="${language}" dir="${isRightToLeft(language) ? 'rtl' : 'ltr'}"><head>` +
    '<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src \'none\'; ' +
    'style-src \'unsafe-inline\'"><meta name="viewport" content="width=device-width,initial-scale=1">' +
    `<title>${escapeHtml(site)}</title><style>${kStyle}</style></head><body><h1>${escapeHtml(site)}</h1>` +
    `<p>${escapeHtml(say('savedOn', { date: fullTime(now) }))}</p><hr>${lines.join('')}</body></html>`;
}

export function transcriptJson(site: string, messages: readonly PastMessage[]): string {
  const plain = messages.map(({ at, author, own, text, state, ...rest }) => ({
    at: machineTime(at), author, name: authorOf({ at, author, own, text, state, ...rest }), text, state,
    ...(rest.cards ? { cards: rest.cards } : {}),
    ...(rest.attachments?.length
      ? { files: rest.attachments.map(({ name, type, size }) => ({ name, type, size })) } : {}),
  }));
  return JSON.stringify({ site, messages: plain }, null, 2);
}

/** Hands the conversation to the customer as a file. */
export function saveTranscript(
  form: 'html' | 'json', view: PanelView, conversation: string, past: readonly PastMessage[],
): void {
  const messages = past.filter((message) => message.conversation === conversation);
  const name = view.site.name || say('chat');
  const now = Date.now();
  const text = form === 'html' ? transcriptHtml(name, messages, now) : transcriptJson(name, messages);
  const type = form === 'html' ? 'text/html' : 'application/json';
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `${name.replace(/[^\p{L}\p{N}]+/gu, '-')}-${machineTime(now).slice(0, 10)}.${form}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
