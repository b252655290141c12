import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { OptionsIcon } from './icons.tsx';
import { keep } from './keepsake.ts';
import { kLanguages, switchLanguage } from './language.ts';
import type { Model } from './model.ts';
import type { State } from './state.ts';
import { later, WithLater } from './with_later.tsx';
import { say, spoken } from './words.ts';

function Switch(props: {
  on: boolean;
  label: string;
  /** What comes of it. */
  more?: string;
  onChange: (on: boolean) => void;
}) {
  return (
    <label class="switch">
      <span>{props.label}{props.more && <small>{props.more}</small>}</span>
      <input
        type="checkbox" role="switch" checked={props.on}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
    </label>
  );
}

/** What the customer may choose, and what he may take with him. */
export function Menu(props: { site: string; framed: boolean; state: State; model: Model }) {
  const { site, framed, model, state } = props;
  const [open, setOpen] = useState(false);
  const [failure, setFailure] = useState('');
  const here = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  const { alerts, conversation } = model;

  useEffect(() => {
    if (!open) return;
    const outside = (event: Event): void => {
      if (!here.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    document.addEventListener('focusin', outside);
    return () => {
      document.removeEventListener('pointerdown', outside);
      document.removeEventListener('focusin', outside);
    };
  }, [open]);
  useEffect(() => setOpen(false), [state.screen]);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !open) return;
    event.stopPropagation();
    setOpen(false);
    button.current?.focus();
  }

  async function save(form: 'html' | 'json'): Promise<void> {
    setFailure('');
    try {
      const { saveTranscript } = await later();
      saveTranscript(form, state.view!, conversation!.id, await model.transcript());
      setOpen(false);
      button.current?.focus();
    } catch (error) {
      setFailure(say('error.other', { code: error instanceof Error ? error.message : '' }));
    }
  }

  async function speak(language: string): Promise<void> {
    keep(site, 'language', language);
    try {
      await switchLanguage(language);
      model.speaks(language);
    } catch {
      setFailure(say('error.other', { code: language }));
    }
  }

  return (
    <div class="menu" ref={here} onKeyDown={onKeyDown}>
      <button
        type="button" class="plain" ref={button} aria-label={say('options')} aria-expanded={open}
        aria-controls={id} onClick={() => { setOpen(!open); alerts.look(); }}
      >
        <OptionsIcon />
      </button>
      <div class="choices-list" id={id} hidden={!open}>
        <Switch on={alerts.sound} label={say('sound')} onChange={(on) => alerts.setSound(on)} />
        {alerts.canNotify && (alerts.refused ? <p class="soft">{say('notifyRefused')}</p> : (
          <Switch
            on={alerts.notifies} label={say('notify')}
            onChange={(on) => void alerts.setNotifies(on)}
          />
        ))}
        {alerts.notifies && (
          <Switch
            on={alerts.showsText} label={say('notifyText')} more={framed ? say('notifyTextMore') : ''}
            onChange={(on) => alerts.setShowsText(on)}
          />
        )}
        <label class="switch">
          <span>{say('language')}</span>
          <select value={spoken()} onChange={(event) => void speak(event.currentTarget.value)}>
            {Object.entries(kLanguages).map(([tag, name]) => (
              <option key={tag} value={tag} lang={tag}>{name}</option>
            ))}
          </select>
        </label>
        {conversation && (
          <>
            <button type="button" onClick={() => void save('html')}>{say('saveHtml')}</button>
            <button type="button" onClick={() => void save('json')}>{say('saveJson')}</button>
            {open && state.view!.site.mail && (
              <WithLater>
                {({ MailTranscript }) => <MailTranscript key={conversation.id} model={model} view={state.view!} />}
              </WithLater>
            )}
          </>
        )}
        <p class="error" role="alert">{failure}</p>
      </div>
    </div>
  );
}
