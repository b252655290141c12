import { say, spoken } from './words.ts';

const kDayMs = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Formats are slow to make, and the language may change. */
function format(ms: number, options: Intl.DateTimeFormatOptions): string {
  const key = spoken() + JSON.stringify(options);
  let one = formats.get(key);
  if (!one) formats.set(key, (one = new Intl.DateTimeFormat(spoken(), options)));
  // A clock may say what no date can.
  return Number.isNaN(new Date(ms).getTime()) ? '' : one.format(ms);
}

function midnight(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}

/** Rounded, since a day of the change to summer time has 23 hours. */
function daysBetween(earlier: number, later: number): number {
  return Math.round((midnight(later) - midnight(earlier)) / kDayMs);
}

export function sameDay(a: number, b: number): boolean {
  return midnight(a) === midnight(b);
}

export function timeOfDay(ms: number): string {
  return format(ms, { hour: 'numeric', minute: '2-digit' });
}

/** "Today", "Yesterday", "Monday", "Monday, 3 March", "3 March 2021". */
export function dayName(ms: number, now: number): string {
  const days = daysBetween(ms, now);
  if (days === 0) return say('today');
  if (days === 1) return say('yesterday');
  if (days > 1 && days < 7) return format(ms, { weekday: 'long' });
  return Math.abs(days) < 300
    ? format(ms, { weekday: 'long', day: 'numeric', month: 'long' })
    : format(ms, { dateStyle: 'long' });
}

/** Short, for lists: the time of today's, the day of a week's, the date of older ones. */
export function shortWhen(ms: number, now: number): string {
  const days = daysBetween(ms, now);
  if (days === 0) return timeOfDay(ms);
  if (days > 0 && days < 7) return format(ms, { weekday: 'short' });
  return format(ms, days < 300 ? { day: 'numeric', month: 'short' } : { dateStyle: 'medium' });
}

/** A day to come: nothing for today, the weekday within a week, or the date. */
export function dayToCome(ms: number, now: number): string {
  const days = daysBetween(now, ms);
  if (days <= 0) return '';
  return format(ms, days < 7 ? { weekday: 'long' } : { day: 'numeric', month: 'long' });
}

export function fullTime(ms: number): string {
  return format(ms, { dateStyle: 'long', timeStyle: 'short' });
}

/** "10 minutes", "3 hours", "2 days". */
export function duration(minutes: number): string {
  const [count, unit] = minutes < 90 ? [minutes, 'minute']
    : minutes < 36 * 60 ? [Math.round(minutes / 60), 'hour'] : [Math.round(minutes / 1440), 'day'];
  return new Intl.NumberFormat(spoken(), { style: 'unit', unit: unit as string, unitDisplay: 'long' })
    .format(count as number);
}

/** An amount in its currency's smallest unit; as a bare number for no currency. */
export function money(amount: number, currency: string): string {
  try {
    const one = new Intl.NumberFormat(spoken(), { style: 'currency', currency });
    return one.format(amount / 10 ** (one.resolvedOptions().maximumFractionDigits ?? 2));
  } catch {
    return new Intl.NumberFormat(spoken()).format(amount / 100);
  }
}

/** For `<time datetime>`; empty for a clock beyond what dates can say. */
export function machineTime(ms: number): string {
  const when = new Date(ms);
  return Number.isNaN(when.getTime()) ? '' : when.toISOString();
}

/** "1.2 MB", as the language writes it. */
export function fileSize(bytes: number): string {
  const [size, unit] = bytes < 1_000_000
    ? [Math.max(1, Math.round(bytes / 1_000)), 'kilobyte'] : [bytes / 1_000_000, 'megabyte'];
  return new Intl.NumberFormat(spoken(), {
    style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1,
  }).format(size);
}

/** "42%", as the language writes it. */
export function percent(part: number): string {
  return new Intl.NumberFormat(spoken(), { style: 'percent' }).format(part);
}
