// All that the panel says, in one place. No other file of the panel holds a sentence. English is
// here; the other languages are in locales/, with the same names, and are loaded when they are
// wanted (language.ts).

/** A sentence, or one for each plural form that its language has (CLDR's names) by the number `n`. */
export type Entry = string | ({ other: string } & Partial<Record<Intl.LDMLPluralRule, string>>);

const english = {
  chat: 'Chat',
  team: 'Customer care',
  talkingWith: 'You are talking with {name}',
  closeChat: 'Close chat',
  back: 'Back',
  options: 'Options',
  conversation: 'Conversation',
  conversations: 'Your conversations',
  allConversations: 'All conversations and search',
  finished: 'Finished',
  unread: { one: '{n} unread', other: '{n} unread' },
  greeting: 'How can we help you?',
  greetingMore: 'Write to us here. What you send is kept on this device until it has arrived.',
  suggestions: 'Often asked',
  loading: 'Loading your messages…',
  here: 'We are here now',
  replyTime: 'Usual reply time: {time}',
  awayUntil: 'We are away. Back at {time}.',
  awayUntilDay: 'We are away. Back on {day} at {time}.',
  away: 'We are away just now.',
  awayMore: 'Write all the same: it reaches us, and you find our answer here.',

  search: 'Search your messages',
  found: { one: '{n} message found', other: '{n} messages found' },
  nothingFound: 'Nothing found',
  noConversations: 'No conversations yet',
  saveHtml: 'Save as a page (HTML)',
  saveJson: 'Save as data (JSON)',
  savedOn: 'Saved on {date}',
  mailTo: 'Send by e-mail to',
  mailing: 'On its way to {email}',
  mailed: 'Sent to {email}',
  sound: 'Sound for new messages',
  notify: 'Notifications',
  notifyRefused: 'Your browser blocks notifications from this website; its settings can allow them.',
  notifyText: 'Show the text of messages',
  notifyTextMore: 'The website you are on can then read it, too.',
  notifyNews: 'You have a new message.',
  language: 'Language',

  today: 'Today',
  yesterday: 'Yesterday',
  you: 'You',
  someone: 'The team',
  says: '{name}: ',
  typing: '{name} is writing',
  newMessages: { one: 'New message', other: '{n} new messages' },
  opensInNewTab: ' (opens in a new tab)',
  copy: 'Copy',
  copied: 'Copied',
  replies: 'Answer with one touch',
  cards: 'Cards',
  previous: 'Previous',
  next: 'Next',
  order: 'Order {number}',
  total: 'Total',
  read: 'Read',
  articleGone: 'This article is not here any more.',

  'state.saving': 'Saving…',
  'state.waiting': 'Waiting to be sent',
  'state.saved': 'Saved on this device',
  'state.sent': 'Sent',
  'state.delivered': 'Delivered',
  'state.read': 'Read',
  undo: 'Take back',
  notUndone: 'Not taken back: {reason}',
  notSent: 'Not sent: {reason}',
  notSaved: 'Not saved: {reason}',
  tryAgain: 'Try again',
  discard: 'Discard',
  'error.storage_full': 'the storage is full',
  'error.storage_failed': 'the storage cannot be written',
  'error.too_large': 'it is too long',
  'error.not_found': 'it has left this device already',
  'error.survey_already_answered': 'it was answered before',
  'error.attachment_gone': 'this device does not have the file any more; attach it again',
  'error.over_quota': 'too many bytes of files; send fewer or smaller ones',
  'error.attachment_type': 'files of this kind are not taken here',
  'error.mail_off': 'this site sends no e-mail',
  'error.mail_waiting': 'one is on its way already',
  'error.mail_limit': 'it was sent as often as it may be',
  'error.mail_refused': 'the address was not accepted',
  'error.mail_failed': 'the mail server could not be reached',
  'error.other': 'something went wrong ({code})',

  compose: 'Write a message',
  composeAgain: 'Write to us again',
  send: 'Send',
  emoji: 'Emoji',
  tooLong: 'This is too long for one message. Please send it in parts.',

  attach: 'Attach files',
  takePhoto: 'Take a photo',
  chosenFiles: 'Files to send',
  files: 'Files',
  removeFile: 'Remove {name}',
  preparing: 'Preparing…',
  dropHere: 'Drop files here to attach them',
  fileTooLarge: '{name} is too large: a file may have {size} at most.',
  fileEmpty: '{name} is empty.',
  tooManyFiles: 'No more than {n} files go into one message. Send the others afterwards.',
  savePicture: 'Picture: {name}. Save it ({size})',
  saveFile: 'File: {name}. Save it ({size})',
  fileFailed: 'The file could not be loaded. Please try again.',
  uploadOf: 'Sending {name}',

  offline: 'You are offline. Your messages are saved on this device and go out by themselves.',
  unreachable:
    'The chat cannot be reached just now. Your messages are saved on this device and go out by themselves.',
  offlineUnsaved: 'You are offline. Keep this page open, and your messages go out by themselves.',
  reconnecting: 'Connecting… You can write meanwhile.',
  signedOut:
    'This device is not signed in to the chat any more. What you wrote is still here. Reload to try again.',
  'cannotSave.refused': 'This device cannot save messages: the browser does not let this page store anything.',
  'cannotSave.full': 'This device cannot save messages: its storage is full.',
  'cannotSave.evicted': 'This device cannot save messages: the browser cleared its storage. Reload to begin anew.',
  'cannotSave.stuck': 'This device cannot save messages: its storage does not answer. Reloading may help.',
  'cannotSave.broken':
    'This device cannot save messages: what it has stored cannot be read. It is left as it is.',
  'cannotSave.overtaken': 'Another tab saves on this device now, and this one cannot join in. Reloading helps.',
  cannotSaveMore: 'They are sent as long as this page stays open.',
  newerVersion:
    'A newer version of this chat has been opened on this device. Reload this page to go on; nothing that was saved is lost.',
  reload: 'Reload',
  cannotStart: 'The chat could not start: {reason}',

  introduce: 'Who are we talking with?',
  introduceMore: 'So that we can answer you by name, and reach you when you have left.',
  formTitle: 'Before we begin',
  formMore: 'Your message is sent as soon as you have filled this in.',
  name: 'Name',
  email: 'E-mail',
  optional: 'optional',
  choose: 'Choose…',
  missing: 'Please fill this in.',
  wrong: 'Please check this.',
  save: 'Save',
  notNow: 'Not now',

  robot: 'Assistant',
  automatic: 'automatic',
  robotGreeting: 'Ask away: often I know the answer at once. If I do not, a person takes over.',
  robotHere: 'Automatic answers',
  robotOffers: 'Which of these do you mean?',
  robotMissed: 'I do not know that one. Could you put it in other words? Or talk to a person.',
  robotAsks: 'One thing I need to know first.',
  robotAsksMore: 'Then I can answer at once.',
  suggested: { one: '{n} answer suggested, use the arrow keys', other: '{n} answers suggested, use the arrow keys' },
  helpful: 'Did this help?',
  yes: 'Yes',
  no: 'No',
  didHelp: 'Glad that it helped.',
  didNotHelp: 'Sorry that it did not help.',
  toPerson: 'Talk to a person',
  wantPerson: 'I want to talk to a person.',
  handedOver: 'A person takes over from here, and sees all that was said.',
  sorry: 'We are sorry for the trouble.',

  resolved: 'This conversation is finished',
  resolvedMore: 'Something left? Just write, and it opens again.',
  surveyTitle: 'How did we do?',
  npsTitle: 'How likely are you to recommend us?',
  npsLow: 'Not likely',
  npsHigh: 'Very likely',
  cesTitle: 'How easy was it to get help?',
  cesLow: 'Very hard',
  cesHigh: 'Very easy',
  thumbsUp: 'Good',
  thumbsDown: 'Not good',
  stars: { one: '{n} star', other: '{n} stars' },
  'rating.1': 'Poor',
  'rating.2': 'Not so good',
  'rating.3': 'All right',
  'rating.4': 'Good',
  'rating.5': 'Excellent',
  tags: 'What stood out?',
  comment: 'Anything to add?',
  chooseStars: 'Choose 1 to 5 stars first.',
  chooseScore: 'Choose an answer first.',
  sendFeedback: 'Send feedback',
  thanks: 'Thank you for your feedback',
  youGave: { one: 'You gave {n} of 5 stars', other: 'You gave {n} of 5 stars' },
  yourScore: 'Your answer: {score} of {most}',
} satisfies Record<string, Entry>;

export type Word = keyof typeof english;
export type Catalogue = Record<Word, Entry>;
/** What stands in the braces of a sentence; `n` chooses the plural form. */
export type Values = Record<string, string | number>;

export const kEnglish: Catalogue = english;

let catalogue: Catalogue = kEnglish;
let own: Partial<Catalogue> = {};
let locale = 'en';
let rightToLeft = false;

/** The language that everything is said in from now on; a sentence that it lacks is said in English. */
export function speak(language: string, words: Partial<Catalogue>): void {
  locale = language;
  catalogue = { ...kEnglish, ...words };
  rightToLeft = isRightToLeft(language);
}

/** The site's own words, which come before those of any language. */
export function sayOwn(texts: Record<string, unknown>): void {
  own = {};
  for (const [word, text] of Object.entries(texts)) {
    if (word in kEnglish && typeof text === 'string') own[word as Word] = text;
  }
}

export function spoken(): string {
  return locale;
}

export function isRightToLeft(language: string): boolean {
  return /^(ar|he|fa|ur)\b/.test(language);
}

/** `word` in the customer's language, with what belongs into its braces. */
export function say(word: Word, values: Values = {}): string {
  const entry = own[word] ?? catalogue[word];
  const text = typeof entry === 'string' ? entry : plural(entry, Number(values['n']));
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    if (typeof value === 'number') return new Intl.NumberFormat(locale).format(value);
    // A name of the other direction must not turn the sentence around it.
    return rightToLeft ? `\u2068${value}\u2069` : value;
  });
}

function plural(entry: Exclude<Entry, string>, n: number): string {
  return entry[new Intl.PluralRules(locale).select(n)] ?? entry.other;
}

/** Why something failed, by the code that the core gave. */
export function sayError(code: string): string {
  const word = `error.${code}`;
  return word in kEnglish ? say(word as Word) : say('error.other', { code });
}
