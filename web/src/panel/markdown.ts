// Light Markdown, read into a tree that the panel shows as nodes of its own: nothing that anybody
// writes ever becomes HTML, and an address becomes a link only when it is one of the web's or mail's.

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'strong' | 'em'; parts: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'link'; href: string; parts: Inline[] };

export type Block =
  | { kind: 'lines'; parts: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'list'; ordered: boolean; start: number; items: Inline[][] };

/** What is nested deeper stays as it was written. */
const kMaxDepth = 4;

const kAddress = /https?:\/\/[^\s<>"'`\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+/giu;

/** Characters that turn the direction of what follows, or hide: no part of an address. */
const kDeceiving = /[\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/u;

/** What is after an address in prose and seldom part of it. */
function trimmed(address: string): string {
  let end = address.replace(/[.,;:!?*_~]+$/u, '');
  for (const [open, close] of ['()', '[]', '{}'] as const) {
    while (end.endsWith(close!) && end.split(close!).length > end.split(open!).length) {
      end = end.slice(0, -1).replace(/[.,;:!?*_~]+$/u, '');
    }
  }
  return end;
}

/** The address to link to; null for what is none, or deceives. */
export function safeHref(address: string): string | null {
  if (kDeceiving.test(address)) return null;
  try {
    const url = new URL(address);
    if (url.protocol === 'mailto:') return /^mailto:[^\s?&@]+@[^\s?&@]+$/i.test(address) ? url.href : null;
    // An address that carries a name before the host (https://bank.example@evil.example) deceives.
    const plain = /^https?:$/.test(url.protocol) && !url.username && !url.password;
    return plain ? url.href : null;
  } catch {
    return null;
  }
}

/** A label that looks like an address must be that address. */
function isHonest(label: string, href: string): boolean {
  if (!/[\w-]\.[a-z]{2,}|:\/\//i.test(label)) return true;
  const shown = safeHref(/^[a-z]+:/i.test(label) ? label : `https://${label}`);
  return shown !== null && new URL(shown).host === new URL(href).host;
}

/** Cuts text into words and web addresses. */
function withAddresses(text: string): Inline[] {
  const parts: Inline[] = [];
  let from = 0;
  for (const match of text.matchAll(kAddress)) {
    const address = trimmed(match[0]);
    const href = safeHref(address);
    if (href === null) continue;
    if (match.index > from) parts.push({ kind: 'text', text: text.slice(from, match.index) });
    parts.push({ kind: 'link', href, parts: [{ kind: 'text', text: address }] });
    from = match.index + address.length;
  }
  if (from < text.length) parts.push({ kind: 'text', text: text.slice(from) });
  return parts;
}

// The first group is what stands before the mark (looking behind is beyond Safari 16.3). Each has a
// bound, so that no message can keep the panel busy.
const kBefore = String.raw`(^|[^\p{L}\p{N}`;
const kMarks: ReadonlyArray<{
  pattern: RegExp;
  link?: boolean;
  read: (inside: string, depth: number, address: string) => Inline | null;
}> = [
  { pattern: /()`([^`\n]{1,1000})`/, read: (text) => ({ kind: 'code', text }) },
  {
    pattern: /()\[([^[\]\n]{1,200})\]\(([^\s()<>]{1,2000}(?:\([^\s()<>]*\))?[^\s()<>]*)\)/,
    link: true,
    read: (label, depth, address) => {
      const href = safeHref(address);
      if (href === null || !isHonest(label, href)) return null;
      return { kind: 'link', href, parts: inline(label, depth, false) };
    },
  },
  {
    pattern: new RegExp(kBefore + String.raw`*])\*\*(?=\S)([^\n]{0,1000}?\S)\*\*(?![\p{L}\p{N}*])`, 'u'),
    read: (text, depth) => ({ kind: 'strong', parts: inline(text, depth) }),
  },
  {
    pattern: new RegExp(kBefore + String.raw`*])\*(?=[^\s*])([^*\n]{0,1000}[^\s*])\*(?![\p{L}\p{N}*])`, 'u'),
    read: (text, depth) => ({ kind: 'em', parts: inline(text, depth) }),
  },
  {
    pattern: new RegExp(kBefore + String.raw`_/])_(?=[^\s_])([^_\n]{0,1000}[^\s_])_(?![\p{L}\p{N}_/])`, 'u'),
    read: (text, depth) => ({ kind: 'em', parts: inline(text, depth) }),
  },
];

/** The mark that begins first wins; addresses are found where no mark is. */
function inline(text: string, depth = 0, links = true): Inline[] {
  const plain = (piece: string): Inline[] =>
    !piece ? [] : links ? withAddresses(piece) : [{ kind: 'text', text: piece }];
  if (depth >= kMaxDepth) return plain(text);
  const parts: Inline[] = [];
  let from = 0;
  while (from < text.length) {
    const rest = text.slice(from);
    let first: { index: number; end: number; made: Inline } | null = null;
    for (const { pattern, link, read } of kMarks) {
      const match = link && !links ? null : pattern.exec(rest);
      if (!match) continue;
      const index = match.index + match[1]!.length;
      if (first && index >= first.index) continue;
      const made = read(match[2]!, depth + 1, match[3] ?? '');
      if (made) first = { index, end: match.index + match[0].length, made };
    }
    // What stands inside an address is part of it: https://a.example/x_y_z
    const address = links ? nextAddress(rest) : null;
    if (address && (!first || address.index < first.index)) {
      parts.push(...plain(rest.slice(0, address.end)));
      from += address.end;
      continue;
    }
    if (!first) {
      parts.push(...plain(rest));
      break;
    }
    parts.push(...plain(rest.slice(0, first.index)), first.made);
    from += first.end;
  }
  return parts;
}

function nextAddress(text: string): { index: number; end: number } | null {
  for (const match of text.matchAll(kAddress)) {
    const address = trimmed(match[0]);
    if (safeHref(address) !== null) return { index: match.index, end: match.index + address.length };
  }
  return null;
}

const kFence = /^ {0,3}```[^`\n]*$/;
const kItem = /^ {0,3}(?:[-*•]|(\d{1,4})[.)])\s+(\S.*)$/;

export function parse(text: string): Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  const finish = (): void => {
    const joined = lines.join('\n').replace(/^\n+|\n+$/g, '');
    if (joined) blocks.push({ kind: 'lines', parts: inline(joined) });
    lines = [];
  };
  const all = text.split('\n');
  for (let i = 0; i < all.length; ++i) {
    const line = all[i]!;
    if (kFence.test(line)) {
      const end = all.findIndex((later, j) => j > i && /^ {0,3}```\s*$/.test(later));
      if (end > i) {
        finish();
        blocks.push({ kind: 'code', text: all.slice(i + 1, end).join('\n') });
        i = end;
        continue;
      }
    }
    const item = kItem.exec(line);
    // One line alone that begins with a number or a hyphen is a sentence, not a list.
    const before = blocks.at(-1);
    const ordered = item?.[1] !== undefined;
    const goesOn = lines.length === 0 && before?.kind === 'list' && before.ordered === ordered;
    const next = kItem.exec(all[i + 1] ?? '');
    if (item && (goesOn || (next && (next[1] !== undefined) === ordered))) {
      if (goesOn) {
        before.items.push(inline(item[2]!));
      } else {
        finish();
        blocks.push({ kind: 'list', ordered, start: Number(item[1] ?? 1), items: [inline(item[2]!)] });
      }
      continue;
    }
    lines.push(line);
  }
  finish();
  return blocks;
}

/** The words alone, for lists and for speech. */
export function plainText(text: string): string {
  const flat = (parts: Inline[]): string =>
    parts.map((part) => ('text' in part ? part.text : flat(part.parts))).join('');
  return parse(text).map((block) => {
    if (block.kind === 'code') return block.text;
    return block.kind === 'list' ? block.items.map(flat).join(', ') : flat(block.parts);
  }).join(' ');
}
