import { useId, useState } from 'preact/hooks';
import type { PanelView } from '../shared/border.ts';
import { isGood } from './form_fields.ts';
import type { Model } from './model.ts';
import { say, sayError } from './words.ts';

/** The conversation by e-mail, and what has become of the last wish for it. */
export function MailTranscript({ model, view }: { model: Model; view: PanelView }) {
  const [email, setEmail] = useState(view.customer.email);
  const [error, setError] = useState('');
  const id = useId();
  const { transcript } = view;

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    const wanted = email.trim();
    const failure = isGood({ name: 'email', required: true }, wanted)
      ? await model.mailTranscript(wanted) : 'invalid_command';
    setError(failure === null ? '' : failure === 'invalid_command' ? say('wrong')
      : say('notSent', { reason: sayError(failure) }));
  }

  return (
    <form class="by-mail" noValidate onSubmit={submit}>
      <label class="field">
        <span>{say('mailTo')}</span>
        <input
          {...{ type: 'email' } as object} autoComplete="email" maxLength={254} dir="ltr" value={email}
          aria-invalid={error !== ''} aria-describedby={id}
          onInput={(event) => setEmail(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="small-button">{say('send')}</button>
      <p class="error" role="alert" id={id}>{error}</p>
      <p class="soft" role="status">
        {transcript && (transcript.error ? say('notSent', { reason: sayError(transcript.error.code) })
          : say(transcript.sent ? 'mailed' : 'mailing', { email: transcript.email }))}
      </p>
    </form>
  );
}
