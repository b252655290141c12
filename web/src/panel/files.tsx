import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { AttachmentView, MessageView } from '../shared/border.ts';
import { DownIcon, PageIcon } from './icons.tsx';
import type { Model } from './model.ts';
import { draw, isPicture } from './pictures.ts';
import { fileSize, percent } from './time.ts';
import { say } from './words.ts';

/** Pictures are fetched when they are this close to being seen. */
const kNear = '400px';
/** The browser has begun to save by then. */
const kSavingMs = 10_000;

/** A picture's pixels; in its place `other` until they are there, and where it is no picture. */
export function Canvas(props: { blob: Blob | null; other: ComponentChildren; onFailed?: () => void }) {
  const here = useRef<HTMLSpanElement>(null);
  const [there, setThere] = useState(false);
  useEffect(() => {
    const { blob } = props;
    if (!blob) return;
    let gone = false;
    draw(blob).then((canvas) => {
      if (gone) return;
      here.current?.replaceChildren(canvas);
      setThere(true);
    }, () => { if (!gone) props.onFailed?.(); });
    return () => { gone = true; };
  }, [props.blob]);
  return <>{!there && props.other}<span class="canvas" ref={here} /></>;
}

/** Hands the bytes to the customer as a file: nothing of it is ever opened in here. */
function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), kSavingMs);
}

function Progress({ file }: { file: AttachmentView }) {
  if (file.state === 'ready') return null;
  const part = file.sent / file.size;
  return (
    <span class="progress">
      <progress max={1} value={part} aria-label={say('uploadOf', { name: file.name })} />
      <span class="soft">{file.state === 'waiting' ? say('state.waiting') : percent(part)}</span>
    </span>
  );
}

/** What a file is, in few letters: its ending, or what its author says. */
function kindOf({ name, type }: AttachmentView): string {
  const ending = /\.(\w{1,5})$/.exec(name)?.[1];
  return (ending ?? type.split('/')[1] ?? '').slice(0, 12).toUpperCase();
}

function File({ file, message, model }: { file: AttachmentView; message: string; model: Model }) {
  const here = useRef<HTMLLIElement>(null);
  const [blob, setBlob] = useState<Blob | null>(null);
  const [failed, setFailed] = useState(false);
  const [drawable, setDrawable] = useState(isPicture(file.type));

  async function load(): Promise<Blob | null> {
    if (blob) return blob;
    setFailed(false);
    const loaded = await model.worker.file(file.id, message).catch(() => null);
    setBlob(loaded);
    setFailed(loaded === null);
    return loaded;
  }

  useEffect(() => {
    if (!drawable) return;
    const observer = new IntersectionObserver(([entry]) => {
      if (!entry?.isIntersecting) return;
      observer.disconnect();
      void load();
    }, { rootMargin: kNear });
    observer.observe(here.current!);
    return () => observer.disconnect();
  }, [drawable]);

  async function take(): Promise<void> {
    const loaded = await load();
    if (loaded) save(loaded, file.name);
  }

  const about = (
    <span class="file-words">
      <bdi class="file-name">{file.name}</bdi>
      <span class="soft"><bdi>{kindOf(file)}</bdi> · {fileSize(file.size)}</span>
    </span>
  );
  return (
    <li ref={here}>
      <button
        type="button" class={drawable ? 'file picture' : 'file'} onClick={() => void take()}>
        <span class="hidden-words">
          {say(drawable ? 'savePicture' : 'saveFile', { name: file.name, size: fileSize(file.size) })}
        </span>
        {drawable && (
          <Canvas
            blob={blob} onFailed={() => setDrawable(false)} other={<span class="blank"><PageIcon /></span>}
          />
        )}
        <span class="file-line" aria-hidden="true">{!drawable && <PageIcon />}{about}<DownIcon /></span>
      </button>
      <Progress file={file} />
      {failed && <p class="error" role="alert">{say('fileFailed')}</p>}
    </li>
  );
}

/** The files of a message: pictures drawn, everything else to be saved. */
export function Files({ message, model }: { message: MessageView; model: Model }) {
  if (!message.attachments?.length) return null;
  return (
    <ul class="files" aria-label={say('files')}>
      {message.attachments.map((file) => <File key={file.id} file={file} message={message.id} model={model} />)}
    </ul>
  );
}
