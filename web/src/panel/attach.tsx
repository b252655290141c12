import { useEffect, useRef, useState } from 'preact/hooks';
import { kMaxFileBytes, kMaxFiles } from '../shared/protocol.ts';
import type { Choice, Chosen, Rejection } from './chosen.ts';
import { Canvas } from './files.tsx';
import { AttachIcon, CameraIcon, CloseIcon, PageIcon } from './icons.tsx';
import { isPicture } from './pictures.ts';
import { fileSize } from './time.ts';
import { say } from './words.ts';

/** The files that somebody pastes or drops; empty when it is something else. */
export function filesOf(data: DataTransfer | null): File[] {
  return [...(data?.files ?? [])];
}

function PickButton(props: {
  label: string; class: string; camera: boolean; onFiles: (files: File[]) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button" class={'plain round ' + props.class} aria-label={props.label}
        onClick={() => input.current?.click()}
      >
        {props.camera ? <CameraIcon /> : <AttachIcon />}
      </button>
      <input
        ref={input} type="file" hidden multiple={!props.camera}
        {...(props.camera ? { accept: 'image/*', capture: 'environment' } : {})}
        onChange={({ currentTarget }) => {
          props.onFiles([...(currentTarget.files ?? [])]);
          currentTarget.value = ''; // the same file can be chosen again
        }}
      />
    </>
  );
}

/** Attach, and where one holds the camera in the hand, take a photo. */
export function AttachButtons({ onFiles }: { onFiles: (files: File[]) => void }) {
  const hand = matchMedia('(pointer: coarse)').matches;
  return (
    <>
      <PickButton label={say('attach')} class="attach" camera={false} onFiles={onFiles} />
      {hand && <PickButton label={say('takePhoto')} class="camera" camera onFiles={onFiles} />}
    </>
  );
}

function sayRejection(one: Rejection): string {
  if (one.why === 'tooManyFiles') return say('tooManyFiles', { n: kMaxFiles });
  return say(one.why, { name: one.name, size: fileSize(kMaxFileBytes) });
}

function ChosenFile({ one, onRemove }: { one: Chosen; onRemove: () => void }) {
  const { blob, name, busy } = one;
  return (
    <li class="chosen-file">
      <span class="thumb" aria-hidden="true">
        {!busy && isPicture(blob.type) ? <Canvas blob={blob} other={<PageIcon />} /> : <PageIcon />}
      </span>
      <span class="file-words">
        <bdi class="file-name">{name}</bdi>
        <span class="soft">{busy ? say('preparing') : fileSize(blob.size)}</span>
      </span>
      <button type="button" class="plain small-round" aria-label={say('removeFile', { name })} onClick={onRemove}>
        <CloseIcon />
      </button>
    </li>
  );
}

/** What is going to be sent with the text, and what was not taken. */
export function ChosenList(props: { choice: Choice; onRemove: (key: string) => void }) {
  const { files, rejections } = props.choice;
  return (
    <>
      {files.length > 0 && (
        <ul class="chosen" aria-label={say('chosenFiles')}>
          {files.map((one) => <ChosenFile key={one.key} one={one} onRemove={() => props.onRemove(one.key)} />)}
        </ul>
      )}
      {rejections.length > 0 && (
        <div role="alert">{rejections.map((one) => <p class="error">{sayRejection(one)}</p>)}</div>
      )}
    </>
  );
}

/** Where files can be dropped: all of the panel, while some are held over it. */
export function DropZone({ onFiles }: { onFiles: (files: File[]) => void }) {
  const [over, setOver] = useState(false);
  const take = useRef(onFiles);
  take.current = onFiles;
  useEffect(() => {
    const brings = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false;
    const hover = (event: DragEvent): void => {
      if (!brings(event)) return;
      event.preventDefault(); // or the browser would open the file in place of the panel
      event.dataTransfer!.dropEffect = 'copy';
      setOver(true);
    };
    const leave = (event: DragEvent): void => { if (!event.relatedTarget) setOver(false); };
    const drop = (event: DragEvent): void => {
      if (!brings(event)) return;
      event.preventDefault();
      setOver(false);
      take.current(filesOf(event.dataTransfer));
    };
    document.addEventListener('dragenter', hover);
    document.addEventListener('dragover', hover);
    document.addEventListener('dragleave', leave);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('dragenter', hover);
      document.removeEventListener('dragover', hover);
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('drop', drop);
    };
  }, []);
  return over ? <div class="drop-zone" aria-hidden="true"><AttachIcon /><p>{say('dropHere')}</p></div> : null;
}
