import type { ComponentChildren } from 'preact';
import type { MessageView, RobotStepView, SiteView } from '../shared/border.ts';
import { MessageCards } from './cards.tsx';
import { Files } from './files.tsx';
import { Form } from './form.tsx';
import type { NamedField } from './form_fields.ts';
import { PersonIcon, RobotIcon } from './icons.tsx';
import type { Model } from './model.ts';
import type { State } from './state.ts';
import { awayText, robotWorks } from './desk.ts';
import { robotName, stepText } from './robot_words.ts';
import { Text } from './text.tsx';
import { duration, machineTime, timeOfDay } from './time.ts';
import { say } from './words.ts';

/** What can be expected of the people who take over, where the robot has not `said` it. */
function expectation({ desk, reply_minutes: minutes }: SiteView, said: string): string {
  if (said) return said;
  if (desk && !desk.open) return `${awayText(desk)} ${say('awayMore')}`;
  return minutes > 0 ? say('replyTime', { time: duration(minutes) }) : '';
}

function Choices({ message, step, model }: { message: MessageView; step: RobotStepView; model: Model }) {
  return (
    <div class="robot-choices" role="group" aria-label={say('robotOffers')}>
      {step.answers.map(({ id, title }) => (
        <button
          type="button" key={id} disabled={!step.open}
          onClick={() => { model.choose(message.id, id); model.callField(); }}
        >
          <bdi>{title}</bdi>
        </button>
      ))}
    </div>
  );
}

function Rating({ message, step, model }: { message: MessageView; step: RobotStepView; model: Model }) {
  if (step.helpful !== null) {
    return <p class="rated" role="status">{say(step.helpful ? 'didHelp' : 'didNotHelp')}</p>;
  }
  if (!step.open) return null;
  const rate = (helpful: boolean): void => { model.rate(message.id, helpful); model.callField(); };
  return (
    <div class="rating" role="group" aria-label={say('helpful')}>
      <span aria-hidden="true">{say('helpful')}</span>
      <button type="button" class="small-button" onClick={() => rate(true)}>{say('yes')}</button>
      <button type="button" class="small-button" onClick={() => rate(false)}>{say('no')}</button>
    </div>
  );
}

/** The questions of the site's own form, where it has them; otherwise by their names. */
function fieldsOf(step: RobotStepView, site: SiteView): NamedField[] {
  return step.fields.map((name) => ({ ...site.form?.properties[name], name, required: true }));
}

function Asked({ message, step, site, model }: {
  message: MessageView; step: RobotStepView; site: SiteView; model: Model;
}) {
  const [answer] = step.answers;
  if (!step.open || !answer) return null;
  return (
    <Form
      key={message.id} title={answer.title} more={say('robotAsksMore')} fields={fieldsOf(step, site)}
      done={say('send')} notNow={say('toPerson')} onSave={(update) => model.updateCustomer(update)}
      onClose={(saved) => {
        if (saved) model.choose(message.id, answer.id);
        else model.handOver();
        model.callField();
      }}
    />
  );
}

/** Words of the robot's, recognisably not a person's. */
function Said(props: { name: string; first: boolean; last: boolean; at: number; children: ComponentChildren }) {
  const side = `message other robot${props.first ? ' first' : ''}${props.last ? ' last' : ''}`;
  return (
    <div class={side}>
      {props.last && <span class="face" aria-hidden="true"><RobotIcon /></span>}
      {props.first && (
        <p class="name" aria-hidden="true"><bdi>{props.name}</bdi> <span class="tag">{say('automatic')}</span></p>
      )}
      <div class="bubble">
        <span class="hidden-words">{say('says', { name: `${props.name} (${say('automatic')})` })}</span>
        <div class="said" dir="auto">{props.children}</div>
      </div>
      {props.last && <p class="meta"><time dateTime={machineTime(props.at)}>{timeOfDay(props.at)}</time></p>}
    </div>
  );
}

/** What the customer chose, as if he had said it. */
function Chosen({ title }: { title: string }) {
  return (
    <div class="message own first last">
      <div class="bubble">
        <span class="hidden-words">{say('says', { name: say('you') })}</span>
        <div class="said" dir="auto"><p>{title}</p></div>
      </div>
    </div>
  );
}

/** One step of the robot's. */
export function RobotStep(props: {
  message: MessageView; step: RobotStepView; site: SiteView; first: boolean; last: boolean; newest: boolean; model: Model;
}) {
  const { message, step, site, model } = props;
  if (step.kind === 'handed_over') {
    return (
      <li class="system handed-over" data-id={message.id} data-step={step.kind}>
        <PersonIcon />
        <p><strong>{say('handedOver')}</strong> {step.reason === 'complaint' && say('sorry')}</p>
        <p dir="auto">{expectation(site, message.text)}</p>
      </li>
    );
  }
  const { first, last } = props;
  const chose = step.kind === 'chosen';
  return (
    <li class="robot-step" data-id={message.id} data-step={step.kind}>
      {chose && <Chosen title={step.answers[0]?.title ?? ''} />}
      <Said name={robotName(site)} first={first || chose} last={last} at={message.at}>
        <Text text={stepText(step, message.text)} />
      </Said>
      <Files message={message} model={model} />
      <MessageCards cards={message.cards} newest={props.newest} model={model} />
      {step.kind === 'offered' && <Choices message={message} step={step} model={model} />}
      {(step.kind === 'answered' || chose) && <Rating message={message} step={step} model={model} />}
      {step.kind === 'asked' && <Asked message={message} step={step} site={site} model={model} />}
    </li>
  );
}

/** What the robot says before anybody has asked. */
export function RobotGreeting({ site }: { site: SiteView }) {
  return (
    <div class="robot-greeting">
      <Said name={robotName(site)} first last={false} at={0}>
        <Text text={site.robot?.greeting || say('robotGreeting')} />
      </Said>
    </div>
  );
}

/** As long as the robot answers: that it does, and the way to a person. */
export function RobotBar({ state, model }: { state: State; model: Model }) {
  const { view, screen } = state;
  const { conversation } = model;
  if (!view || screen.at !== 'talk' || !state.current) return null;
  const begins = screen.id === 'new' && robotWorks(view.site);
  if (!begins && conversation?.handled_by !== 'robot') return null;
  return (
    <div class="robot-bar">
      <span><RobotIcon />{say('robotHere')}</span>
      <button
        type="button" class="small-button"
        onClick={() => { if (begins) model.post(say('wantPerson')); else model.handOver(); model.callField(); }}
      >
        {say('toPerson')}
      </button>
    </div>
  );
}
