/**
 * When a site speaks first: the rules of docs/widget.md, evaluated on the visitor's device. Pure
 * functions of what is known at a moment; who watches the page and shows the message is main.ts.
 */

/** One of the site's proactive messages, as core/event/rich_fields.h lets it through. */
export interface Rule {
  id: string;
  text: string;
  replies?: string[];
  /** Paths, `*` for anything; one of them. None: every page. */
  pages?: string[];
  /** On this page, as long as it was looked at. */
  seconds?: number;
  /** How far down the page, in percent. */
  scroll?: number;
  /** All of them. */
  facts?: Fact[];
  returning?: boolean;
  /** By the site's hours. */
  open?: boolean;
  once?: 'ever' | 'visit' | 'days';
  days?: number;
}

export interface Fact {
  /** Of an attribute, of something tracked, or `basket.total` for a member of either. */
  name: string;
  is?: string;
  at_least?: number;
  at_most?: number;
}

/** What this device remembers between pages; nothing about who the visitor is. */
export interface History {
  /** The number of this visit, from 1. */
  visit: number;
  /** When the visitor was last here, in milliseconds since 1970. */
  seen: number;
  /** When each message was shown last, by its id. */
  shown: Record<string, { at: number; visit: number }>;
}

/** What is so just now. */
export interface Moment {
  /** Path, query and fragment. */
  address: string;
  seconds: number;
  scroll: number;
  fact(name: string): unknown;
  /** Null where the site tells no hours. */
  open: boolean | null;
  now: number;
}

/** Away for so long, it is another visit. */
const kVisitGapMs = 30 * 60_000;
const kDayMs = 24 * 60 * 60_000;
/** Of a rule that says `days` and not how many. */
const kUsualDays = 7;

/** The visitor is here at `now`. */
export function arrive(before: History | null, now: number): History {
  if (!before) return { visit: 1, seen: now, shown: {} };
  const goesOn = Math.abs(now - before.seen) < kVisitGapMs;
  return { ...before, visit: before.visit + (goesOn ? 0 : 1), seen: now };
}

/** The message was put before the visitor, whatever he does with it. */
export function remember(history: History, rule: Rule, now: number): History {
  return { ...history, shown: { ...history.shown, [rule.id]: { at: now, visit: history.visit } } };
}

/** Whether it may be shown again, whatever page the visitor is on. */
export function mayShow(rule: Rule, history: History, now: number): boolean {
  const last = Object.hasOwn(history.shown, rule.id) ? history.shown[rule.id] : undefined;
  if (!last) return true;
  if (rule.once === 'visit') return last.visit !== history.visit;
  // A clock that was put back must not show it again.
  return rule.once === 'days' && now - last.at >= (rule.days ?? kUsualDays) * kDayMs;
}

/** `*` stands for anything. Without a `?` or `#` in it, a pattern is about the path alone. */
export function matchesPage(pattern: string, address: string): boolean {
  const subject = /[?#]/.test(pattern) ? address : address.replace(/[?#].*$/s, '');
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return subject === pattern;
  if (!subject.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = subject.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return subject.length - last.length >= at && subject.endsWith(last);
}

function holds(fact: Fact, value: unknown): boolean {
  if (value === undefined || value === null || typeof value === 'object') return false;
  if (fact.is !== undefined && String(value) !== fact.is) return false;
  if (fact.at_least === undefined && fact.at_most === undefined) return true;
  const number = typeof value === 'string' && !value.trim() ? NaN : Number(value);
  return number >= (fact.at_least ?? -Infinity) && number <= (fact.at_most ?? Infinity);
}

function isDue(rule: Rule, moment: Moment, history: History): boolean {
  const { pages, facts = [] } = rule;
  return mayShow(rule, history, moment.now) &&
    (!pages?.length || pages.some((page) => matchesPage(page, moment.address))) &&
    moment.seconds >= (rule.seconds ?? 0) &&
    moment.scroll >= (rule.scroll ?? 0) &&
    (rule.returning === undefined || rule.returning === history.visit > 1) &&
    (rule.open === undefined || rule.open === moment.open) &&
    facts.every((fact) => holds(fact, moment.fact(fact.name)));
}

/** The first whose conditions all hold. */
export function dueRule(rules: readonly Rule[], moment: Moment, history: History): Rule | null {
  return rules.find((rule) => isDue(rule, moment, history)) ?? null;
}

/** What is known under that name: of later sources first. */
export function factOf(name: string, sources: readonly Record<string, unknown>[]): unknown {
  const dot = name.indexOf('.');
  for (const source of sources) {
    if (Object.hasOwn(source, name)) return source[name];
    const whole = dot > 0 && Object.hasOwn(source, name.slice(0, dot)) ? source[name.slice(0, dot)] : null;
    if (typeof whole === 'object' && whole !== null && Object.hasOwn(whole, name.slice(dot + 1))) {
      return (whole as Record<string, unknown>)[name.slice(dot + 1)];
    }
  }
  return undefined;
}

/** Whether somebody is there, from what the hub told when it was asked. */
export function isOpen(open: boolean | null, changes: readonly number[], now: number): boolean | null {
  if (open === null) return null;
  return changes.filter((at) => at <= now).length % 2 ? !open : open;
}
