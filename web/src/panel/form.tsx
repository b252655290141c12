import { useEffect, useRef, useState } from 'preact/hooks';
import type { CustomerView } from '../shared/border.ts';
import { isGood, type NamedField } from './form_fields.ts';
import { say, sayError } from './words.ts';

type Update = Partial<Omit<CustomerView, 'id'>>;

const kAutocomplete: Record<string, string> = { name: 'name', email: 'email', phone: 'tel' };

function titleOf(field: NamedField): string {
  if (field.title) return field.title;
  if (field.name === 'name') return say('name');
  return field.name === 'email' ? say('email') : field.name;
}

function Field(props: {
  field: NamedField; value: string; wrong: string; onChange: (value: string) => void;
}) {
  const { field, value, wrong } = props;
  const error = wrong ? `${field.name}-error` : undefined;
  const shared = {
    name: field.name, required: field.required, 'aria-invalid': wrong !== '', 'aria-describedby': error,
  };
  const note = wrong && <span class="error" id={error}>{wrong}</span>;
  if (field.type === 'boolean') {
    return (
      <label class="field check">
        <input
          {...shared} type="checkbox" checked={value === 'true'}
          onChange={(event) => props.onChange(event.currentTarget.checked ? 'true' : '')}
        />
        <span><bdi>{titleOf(field)}</bdi></span>{note}
      </label>
    );
  }
  const email = field.format === 'email' || field.name === 'email';
  return (
    <label class="field">
      <span><bdi>{titleOf(field)}</bdi>{!field.required && <small> ({say('optional')})</small>}</span>
      {field.description && <small dir="auto">{field.description}</small>}
      {field.enum ? (
        <select {...shared} value={value} onChange={(event) => props.onChange(event.currentTarget.value)}>
          <option value="">{say('choose')}</option>
          {field.enum.map((choice) => <option key={choice} value={choice}>{choice}</option>)}
        </select>
      ) : (
        <input
          {...shared} {...({ type: email ? 'email' : 'text' } as object)} maxLength={200} value={value} dir="auto"
          inputMode={field.type === 'integer' ? 'numeric' : email ? 'email' : undefined}
          autoComplete={kAutocomplete[field.name] ?? 'off'}
          onInput={(event) => props.onChange(event.currentTarget.value)}
        />
      )}
      {note}
    </label>
  );
}

function updateOf(fields: readonly NamedField[], values: Record<string, string>): Update {
  const update: Update = {};
  for (const { name } of fields) {
    const value = values[name]?.trim();
    if (!value) continue;
    if (name === 'name' || name === 'email') update[name] = value;
    else (update.attributes ??= {})[name] = value;
  }
  return update;
}

/** Asks what nobody knows of the customer yet, and nothing else. */
export function Form(props: {
  title: string;
  more: string;
  fields: readonly NamedField[];
  /** What sends it, and what lets it be. */
  done: string;
  notNow: string;
  /** The first field is where the customer goes on. */
  focus?: boolean;
  onSave: (update: Update) => Promise<string | null>;
  onClose: (saved: boolean) => void;
}) {
  const [values, setValues] = useState<Record<string, string>>({});
  const [wrong, setWrong] = useState<Record<string, string>>({});
  const [error, setError] = useState('');
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    if (props.focus) form.current?.querySelector<HTMLElement>('input,select')?.focus();
  }, []);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const bad = props.fields.filter((field) => !isGood(field, values[field.name]?.trim() ?? ''));
    setWrong(Object.fromEntries(bad.map(({ name }) => [name, say(values[name] ? 'wrong' : 'missing')])));
    const [first] = bad;
    if (first) {
      form.current?.querySelector<HTMLElement>(`[name="${first.name}"]`)?.focus();
      return;
    }
    const update = updateOf(props.fields, values);
    const failure = Object.keys(update).length > 0 ? await props.onSave(update) : null;
    if (failure === null) props.onClose(true);
    else setError(say('notSaved', { reason: sayError(failure) }));
  }

  return (
    <form class="card" ref={form} onSubmit={submit} noValidate aria-labelledby="form-title">
      <p id="form-title"><strong>{props.title}</strong></p>
      <p class="more">{props.more}</p>
      <div class="fields">
        {props.fields.map((field) => (
          <Field
            key={field.name} field={field} value={values[field.name] ?? ''}
            wrong={wrong[field.name] ?? ''}
            onChange={(value) => setValues({ ...values, [field.name]: value })}
          />
        ))}
      </div>
      <p class="error" role="alert">{error}</p>
      <div class="choices">
        <button type="submit" class="main-button">{props.done}</button>
        <button type="button" class="quiet-button" onClick={() => props.onClose(false)}>
          {props.notNow}
        </button>
      </div>
    </form>
  );
}
