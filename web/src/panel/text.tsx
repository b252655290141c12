import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { CopyIcon } from './icons.tsx';
import { parse, safeHref, type Inline } from './markdown.ts';
import { say } from './words.ts';

/** A link that leaves the panel; what is no address of the web's is shown as text. */
export function Link(props: { href: string; class?: string; children: ComponentChildren }) {
  const href = safeHref(props.href);
  if (href === null) return <>{props.children}</>;
  return (
    <a class={props.class} href={href} target="_blank" rel="noopener noreferrer nofollow">
      {props.children}
      <span class="hidden-words">{say('opensInNewTab')}</span>
    </a>
  );
}

function Parts({ parts }: { parts: Inline[] }) {
  return (
    <>
      {parts.map((part) => {
        switch (part.kind) {
          case 'text': return part.text;
          case 'code': return <code dir="ltr">{part.text}</code>;
          case 'strong': return <strong><Parts parts={part.parts} /></strong>;
          case 'em': return <em><Parts parts={part.parts} /></em>;
          case 'link': return <Link href={part.href}><Parts parts={part.parts} /></Link>;
        }
      })}
    </>
  );
}

/** Where a frame has no clipboard, the older way works within the click. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    field.value = text;
    document.body.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    return done;
  }
}

function CodeBlock({ text }: { text: string }) {
  const [copied, setCopied] = useState(false);
  return (
    <div class="code" dir="ltr">
      <pre tabIndex={0}><code>{text}</code></pre>
      <button type="button" class="copy" onClick={async () => setCopied(await copy(text))}>
        <CopyIcon />{say(copied ? 'copied' : 'copy')}
      </button>
      <span class="hidden-words" role="status">{copied && say('copied')}</span>
    </div>
  );
}

/** What somebody wrote, with its light Markdown; whatever it holds, it is only ever shown as text. */
export function Text({ text }: { text: string }) {
  return (
    <>
      {parse(text).map((block) => {
        if (block.kind === 'code') return <CodeBlock text={block.text} />;
        if (block.kind === 'lines') return <p><Parts parts={block.parts} /></p>;
        const items = block.items.map((parts) => <li><Parts parts={parts} /></li>);
        return block.ordered ? <ol class="list" start={block.start}>{items}</ol>
          : <ul class="list">{items}</ul>;
      })}
    </>
  );
}
