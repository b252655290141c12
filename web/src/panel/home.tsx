import type { ConversationView, PanelView, SiteView } from '../shared/border.ts';
import { awayText, robotWorks } from './desk.ts';
import { initial, Mark } from './header.tsx';
import { NextIcon, SearchIcon } from './icons.tsx';
import { plainText } from './markdown.ts';
import type { Model } from './model.ts';
import type { State } from './state.ts';
import { RobotGreeting } from './robot.tsx';
import { duration, machineTime, shortWhen } from './time.ts';
import { say } from './words.ts';

/** How many past conversations the home screen shows. */
const kShownConversations = 3;

function Desk({ site }: { site: SiteView }) {
  const { desk, reply_minutes: minutes } = site;
  if (!desk && !minutes) return null;
  return (
    <div class="desk">
      {desk && <p class={desk.open ? 'lamp on' : 'lamp'}>{desk.open ? say('here') : awayText(desk)}</p>}
      {minutes > 0 && (!desk || desk.open) &&
        <p class="soft">{say('replyTime', { time: duration(minutes) })}</p>}
      {desk && !desk.open && <p class="soft">{say('awayMore')}</p>}
    </div>
  );
}

/** One conversation in a list. */
export function ConversationButton(props: { one: ConversationView; onOpen: () => void }) {
  const { one } = props;
  const name = one.assignee_name || say('someone');
  return (
    <button type="button" class="row" onClick={props.onOpen}>
      <span class="face" aria-hidden="true">{initial(name)}</span>
      <span class="row-words">
        <span class="row-name"><bdi>{name}</bdi></span>
        <span class="row-text" dir="auto">{plainText(one.last_text)}</span>
      </span>
      <span class="row-end">
        <time dateTime={machineTime(one.last_at)}>{shortWhen(one.last_at, Date.now())}</time>
        {one.unread > 0
          ? <span class="count"><span class="hidden-words">{say('unread', { n: one.unread })}</span>
            <span aria-hidden="true">{one.unread}</span></span>
          : one.resolved && <span class="done-word">{say('finished')}</span>}
      </span>
    </button>
  );
}

function Suggestions({ view, model }: { view: PanelView; model: Model }) {
  const suggestions = view.site.suggestions ?? [];
  if (suggestions.length === 0) return null;
  return (
    <section class="tile" aria-labelledby="often">
      <h2 id="often">{say('suggestions')}</h2>
      <ul class="plain-list">
        {suggestions.map((text) => (
          <li key={text}>
            <button type="button" class="row" onClick={() => model.post(text)}>
              <span class="row-words" dir="auto">{text}</span><NextIcon />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Where one begins: a greeting, whether somebody is there, what was said before, what others ask. */
export function Home(props: { logo: string; state: State; model: Model }) {
  const { state: { view, failure, storage }, model } = props;
  const waits = view === null && failure === null && storage.state !== 'newer';
  const conversations = view?.conversations ?? [];
  return (
    <div class="scroller home" tabIndex={0} role="region" aria-label={say('chat')}>
      <div class="hero">
        <Mark name={view?.site.name || say('chat')} logo={props.logo} />
        {waits ? <p class="loading" role="status">{say('loading')}</p> : (
          <p class="hello" dir="auto">{view?.site.greeting || say('greeting')}</p>
        )}
      </div>
      <div class="tiles">
        {view && robotWorks(view.site) &&
          <section class="tile"><RobotGreeting site={view.site} /></section>}
        {view && (view.site.desk || view.site.reply_minutes > 0) &&
          <section class="tile"><Desk site={view.site} /></section>}
        {conversations.length > 0 && (
          <section class="tile" aria-labelledby="past">
            <h2 id="past">{say('conversations')}</h2>
            <ul class="plain-list">
              {conversations.slice(0, kShownConversations).map((one) => (
                <li key={one.id}>
                  <ConversationButton one={one} onOpen={() => model.go({ at: 'talk', id: one.id })} />
                </li>
              ))}
              <li>
                <button type="button" class="row quiet" onClick={() => model.go({ at: 'past' })}>
                  <SearchIcon /><span class="row-words">{say('allConversations')}</span><NextIcon />
                </button>
              </li>
            </ul>
          </section>
        )}
        {view && <Suggestions view={view} model={model} />}
        {!waits && <p class="more">{say('greetingMore')}</p>}
      </div>
    </div>
  );
}
