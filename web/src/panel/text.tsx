import { words } from './words';

type Part = { text: string; href: string | null };

const kAddress = /https?:\/\/[^\s<>"'`\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+/giu;

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

function safeHref(address: string): string | null {
  try {
    const url = new URL(address);
    // An address that carries a name before the host (https://bank.example@evil.example) deceives.
    const plain = /^https?:$/.test(url.protocol) && !url.username && !url.password;
    return plain ? url.href : null;
  } catch {
    return null;
  }
}

/** Cuts text into words and web addresses. Whatever it holds, it is only ever shown as text. */
export function splitText(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(kAddress)) {
    const address = trimmed(match[0]);
    const href = safeHref(address);
    if (href === null) continue;
    if (match.index > from) parts.push({ text: text.slice(from, match.index), href: null });
    parts.push({ text: address, href });
    from = match.index + address.length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), href: null });
  return parts;
}

export function Text({ text }: { text: string }) {
  return (
    <>
      {splitText(text).map(({ text: piece, href }) =>
        href === null ? piece : (
          <a href={href} target="_blank" rel="noopener noreferrer nofollow">
            {piece}
            <span class="hidden-words">{words.opensInNewTab}</span>
          </a>
        ),
      )}
    </>
  );
}
