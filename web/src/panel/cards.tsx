import { useRef, useState } from 'preact/hooks';
import type { Card } from '../shared/border.ts';
import { BackIcon, BoxIcon, NextIcon, PageIcon } from './icons.tsx';
import { safeHref } from './markdown.ts';
import type { Model } from './model.ts';
import { Link } from './text.tsx';
import { money } from './time.ts';
import { say } from './words.ts';

interface Deeds {
  /** The customer says this; null where he cannot (an old message). */
  onReply: ((text: string) => void) | null;
  onRead: (article: string) => void;
}

/** A picture of the web's; where it cannot be had, the card does without. */
function Picture({ address }: { address: string }) {
  const [broken, setBroken] = useState(false);
  const href = safeHref(address);
  if (broken || !href?.startsWith('http')) return null;
  return (
    <img
      class="card-image" src={href} alt="" loading="lazy" referrerpolicy="no-referrer"
      onError={() => setBroken(true)}
    />
  );
}

function Lines({ card }: { card: Card }) {
  const price = (amount: number | undefined) =>
    amount === undefined ? '' : money(amount, card.currency ?? '');
  return (
    <ul class="plain-list card-lines">
      {card.lines?.map(({ title, count, amount }) => (
        <li><span dir="auto">{count !== undefined && `${count} × `}{title}</span><span>{price(amount)}</span></li>
      ))}
      {card.amount !== undefined && (
        <li class="sum"><span>{say('total')}</span><span>{price(card.amount)}</span></li>
      )}
    </ul>
  );
}

function OneCard({ card, deeds }: { card: Card; deeds: Deeds }) {
  const order = card.kind === 'order';
  const href = card.url && safeHref(card.url);
  return (
    <div class={'offer' + (order ? ' is-order' : '')}>
      {card.image && <Picture address={card.image} />}
      {order && <span class="card-sign"><BoxIcon /></span>}
      {card.kind === 'article' && <span class="card-sign"><PageIcon /></span>}
      <div class="card-words">
        {card.number && <p class="soft">{say('order', { number: card.number })}</p>}
        <p class="card-title" dir="auto">
          {href ? <Link href={href}>{card.title}</Link> : card.title}
        </p>
        {card.status && <p class="badge" dir="auto">{card.status}</p>}
        {card.text && <p class="soft" dir="auto">{card.text}</p>}
        {order || card.lines ? <Lines card={card} />
          : card.amount !== undefined && <p class="price">{money(card.amount, card.currency ?? '')}</p>}
      </div>
      <div class="card-actions">
        {card.answer && (
          <button type="button" class="small-button" onClick={() => deeds.onRead(card.answer!)}>
            {say('read')}
          </button>
        )}
        {card.actions?.map(({ label, url, reply }) => {
          if (url) return <Link class="small-button" href={url}>{label}</Link>;
          return (
            <button
              type="button" class="small-button" disabled={!deeds.onReply}
              onClick={() => deeds.onReply?.(reply ?? label)}
            >
              <bdi>{label}</bdi>
            </button>
          );
        })}
      </div>
    </div>
  );
}

/** The cards of a message, if it has any. Only the newest message's can be answered with. */
export function MessageCards({ cards, newest, model }: {
  cards: readonly Card[] | null | undefined; newest: boolean; model: Model;
}) {
  if (!cards?.length) return null;
  const onReply = (text: string): void => { model.post(text); model.callField(); };
  return <Cards cards={cards} deeds={{ onReply: newest ? onReply : null, onRead: (id) => model.readArticle(id) }} />;
}

/** Several can be looked through like a hand of cards. */
function Cards({ cards, deeds }: { cards: readonly Card[]; deeds: Deeds }) {
  const strip = useRef<HTMLUListElement>(null);
  function turn(by: number): void {
    const { current } = strip;
    const first = current?.firstElementChild;
    if (!current || !first) return;
    const way = getComputedStyle(current).direction === 'rtl' ? -by : by;
    current.scrollBy({ left: way * (first.clientWidth + 10), behavior: 'smooth' });
  }
  if (cards.length === 1) return <div class="cards"><OneCard card={cards[0]!} deeds={deeds} /></div>;
  return (
    <div class="cards many" role="group" aria-label={say('cards')}>
      <ul class="plain-list strip" ref={strip} tabIndex={0} aria-label={say('cards')}>
        {cards.map((card) => <li><OneCard card={card} deeds={deeds} /></li>)}
      </ul>
      <div class="turns">
        <button type="button" class="plain" aria-label={say('previous')} onClick={() => turn(-1)}>
          <BackIcon />
        </button>
        <button type="button" class="plain" aria-label={say('next')} onClick={() => turn(1)}>
          <NextIcon />
        </button>
      </div>
    </div>
  );
}
