/**
 * What is seldom seen, together in a script of its own, which is loaded when any of it is wanted
 * first (with_later.tsx): a customer who only asks and is answered never waits for it.
 */

export { EmojiGrid } from './emoji_grid.tsx';
export { MailTranscript } from './mail_transcript.tsx';
export { Past } from './past.tsx';
export { Survey, Thanks } from './survey.tsx';
export { saveTranscript } from './transcript.ts';
