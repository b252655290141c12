import { useState } from 'preact/hooks';
import { words } from './words.ts';

/** Asks once, after the first message, who is writing. Nothing depends on the answer. */
export function Introduction(props: {
  onSave: (name: string, email: string) => Promise<string | null>;
  /** It is answered, or not going to be. */
  onClose: () => void;
}) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [error, setError] = useState('');

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const given = name.trim() + email.trim();
    const failure = given ? await props.onSave(name.trim(), email.trim()) : null;
    if (failure === null) props.onClose();
    else setError(failure);
  }

  return (
    <form class="card" onSubmit={submit} aria-labelledby="introduction">
      <p id="introduction"><strong>{words.introduce}</strong></p>
      <p class="more">{words.introduceMore}</p>
      <div class="fields">
        <label class="field">
          <span>{words.name}</span>
          <input
            name="name" autoComplete="name" maxLength={100} value={name}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>{words.email}</span>
          <input
            name="email" type="email" autoComplete="email" maxLength={200} value={email}
            onInput={(event) => setEmail(event.currentTarget.value)}
          />
        </label>
      </div>
      <p class="error" role="alert">{error}</p>
      <div class="choices">
        <button type="submit" class="main-button">{words.save}</button>
        <button type="button" class="quiet-button" onClick={props.onClose}>{words.notNow}</button>
      </div>
    </form>
  );
}
