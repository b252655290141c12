import { kLanguage, words } from './words';

const kDayMs = 86_400_000;

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(kLanguage, { weekday: 'long' });
const date = new Intl.DateTimeFormat(kLanguage, { weekday: 'long', day: 'numeric', month: 'long' });
const fullDate = new Intl.DateTimeFormat(kLanguage, { dateStyle: 'long' });

function midnight(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}

export function sameDay(a: number, b: number): boolean {
  return midnight(a) === midnight(b);
}

export function timeOfDay(ms: number): string {
  return clock.format(ms);
}

/** "Today", "Yesterday", "Monday", "Monday, 3 March", "3 March 2021". */
export function dayName(ms: number, now: number): string {
  // Rounded, since a day of the change to summer time has 23 hours.
  const days = Math.round((midnight(now) - midnight(ms)) / kDayMs);
  if (days === 0) return words.today;
  if (days === 1) return words.yesterday;
  if (days > 1 && days < 7) return weekday.format(ms);
  return Math.abs(days) < 300 ? date.format(ms) : fullDate.format(ms);
}

/** For `<time datetime>`; empty for a clock beyond what dates can say. */
export function machineTime(ms: number): string {
  const when = new Date(ms);
  return Number.isNaN(when.getTime()) ? '' : when.toISOString();
}
