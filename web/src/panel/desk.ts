import type { SiteView } from '../shared/border.ts';
import { dayToCome, timeOfDay } from './time.ts';
import { say } from './words.ts';

/** "We are away. Back at 09:00." */
export function awayText(desk: NonNullable<SiteView['desk']>): string {
  if (desk.changes_at === null) return say('away');
  const time = timeOfDay(desk.changes_at);
  const day = dayToCome(desk.changes_at, Date.now());
  return day ? say('awayUntilDay', { day, time }) : say('awayUntil', { time });
}

/** Whether the site's robot answers first. */
export function robotWorks(site: SiteView): boolean {
  const works = site.robot?.works ?? 'never';
  return site.answers && (works === 'always' || (works === 'closed' && site.desk?.open === false));
}
