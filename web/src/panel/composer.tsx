import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { NamedAnswer } from '../shared/border.ts';
import { AttachButtons, ChosenList, DropZone, filesOf } from './attach.tsx';
import type { Choice } from './chosen.ts';
import { EmojiButton } from './emoji.tsx';
import { SendIcon } from './icons.tsx';
import { keep, recall, watch } from './keepsake.ts';
import { optionId, Suggestions, useSuggestions } from './suggestions.tsx';
import { say } from './words.ts';

/** The core's limit for a message, in bytes of UTF-8 (kMaxTextBytes in core/event/event.h). */
const kMaxTextBytes = 16 * 1024;

export function Composer(props: {
  site: string;
  /** What is written belongs to it: an id, or `new`. */
  conversation: string;
  /** It is what `new` has become here: what is being written goes on in it. */
  begun: boolean;
  resolved: boolean;
  /** Text from the page; taken over into the field. */
  proposed: string;
  onProposedTaken: () => void;
  /** Grows when the cursor belongs here. */
  fieldCalls: number;
  /** `answer`: the one that the customer chose himself, by its title; empty for none. */
  onSend: (text: string, answer: string) => void;
  /** Null where answers are not suggested. */
  onSuggest: ((text: string) => Promise<readonly NamedAnswer[]>) | null;
  /** The files that are sent with the text. */
  choice: Choice;
  onFiles: (files: File[]) => void;
  onRemoveFile: (key: string) => void;
  onTyping: () => void;
}) {
  const { site } = props;
  const draft = `draft:${props.conversation}` as const;
  const [text, setText] = useState(() => recall(site, draft));
  const field = useRef<HTMLTextAreaElement>(null);
  /** What is in the field was written here, since this page was looked at last. */
  const own = useRef(false);
  const before = useRef(draft);
  const tooLong = new TextEncoder().encode(text.trim()).length > kMaxTextBytes;
  const { files } = props.choice;
  const ready = (text.trim() !== '' || files.length > 0) && !tooLong && !files.some(({ busy }) => busy);

  function write(value: string): void {
    setText(value);
    keep(site, draft, value);
  }

  function sendText(written: string, answer: string): void {
    write('');
    props.onSend(written, answer);
    own.current = false;
    field.current?.focus();
  }

  function send(): void {
    if (ready) sendText(text.trim(), '');
  }

  const list = useId();
  const take = ({ id, title }: NamedAnswer): void => sendText(title, id);
  const suggesting = useSuggestions(text, props.onSuggest, take);

  function onKeyDown(event: KeyboardEvent): void {
    if (suggesting.onKey(event)) return;
    if (event.key !== 'Enter' || event.shiftKey || event.altKey) return;
    // Enter that ends a composition (Chinese, Japanese, Korean…) is not meant for us. Safari ends
    // the composition first and sends the key afterwards, with this code.
    if (event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  }

  /** Words of a copied table come with a picture of it: then the words are meant. */
  function onPaste(event: ClipboardEvent): void {
    const pasted = filesOf(event.clipboardData);
    if (pasted.length === 0 || event.clipboardData?.types.includes('text/plain')) return;
    event.preventDefault();
    props.onFiles(pasted);
  }

  function attach(chosen: File[]): void {
    if (chosen.length > 0) props.onFiles(chosen);
    field.current?.focus();
  }

  function insert(emoji: string): void {
    const { current } = field;
    if (!current) return;
    const { selectionStart: from, selectionEnd: to } = current;
    own.current = true;
    write(text.slice(0, from) + emoji + text.slice(to));
    requestAnimationFrame(() => {
      current.focus();
      current.setSelectionRange(from + emoji.length, from + emoji.length);
    });
  }

  useLayoutEffect(() => {
    const last = before.current;
    before.current = draft;
    if (last === draft) return;
    if (props.begun && last === 'draft:new' && own.current) {
      if (recall(site, last) === text) keep(site, last, '');
      write(text);
    } else {
      own.current = false;
      setText(recall(site, draft));
    }
  }, [draft]);
  // What another tab writes is seen here, but not under the hands of who writes here.
  useEffect(() => watch(site, draft, (value) => { if (!own.current) setText(value); }), [draft]);
  useEffect(() => {
    const left = (): void => { own.current = false; };
    window.addEventListener('blur', left);
    return () => window.removeEventListener('blur', left);
  }, []);

  useLayoutEffect(() => {
    const { current } = field;
    if (!current) return;
    current.style.height = 'auto';
    current.style.height = current.scrollHeight + 'px';
  }, [text]);

  useLayoutEffect(() => {
    if (!props.proposed) return;
    write(props.proposed);
    props.onProposedTaken();
  }, [props.proposed]);

  useLayoutEffect(() => {
    // On a touch screen the keyboard would cover the conversation unasked.
    if (props.fieldCalls > 0 && !matchMedia('(pointer: coarse)').matches) field.current?.focus();
  }, [props.fieldCalls]);

  const invitation = say(props.resolved ? 'composeAgain' : 'compose');
  return (
    <form class="composer" onSubmit={(event) => { event.preventDefault(); send(); }}>
      <DropZone onFiles={attach} />
      <ChosenList
        choice={props.choice}
        onRemove={(key) => { props.onRemoveFile(key); field.current?.focus(); }}
      />
      <Suggestions id={list} suggesting={suggesting} onTake={take} />
      <div class="writing">
        <textarea
          ref={field} rows={1} value={text} placeholder={invitation} aria-label={invitation}
          dir="auto" enterkeyhint="send" autoComplete="off" aria-autocomplete="list"
          aria-controls={suggesting.answers.length > 0 ? list : undefined}
          aria-activedescendant={suggesting.active < 0 ? undefined : optionId(list, suggesting.active)}
          onInput={(event) => {
            own.current = true;
            write(event.currentTarget.value);
            if (event.currentTarget.value) props.onTyping();
          }}
          onKeyDown={onKeyDown}
          onPaste={onPaste}
        />
        <AttachButtons onFiles={attach} />
        <EmojiButton site={site} onChoose={insert} />
        <button type="submit" class="send" aria-label={say('send')}
          aria-disabled={!ready}>
          <SendIcon />
        </button>
      </div>
      {tooLong && <p class="error" role="alert">{say('tooLong')}</p>}
    </form>
  );
}
