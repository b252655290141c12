// All that the panel says, in one place. No other file of the panel holds a sentence.

export const kLanguage = 'en';

export const words = {
  chat: 'Chat',
  team: 'Customer care',
  talkingWith: (name: string) => `You are talking with ${name}`,
  closeChat: 'Close chat',
  conversation: 'Conversation',
  greeting: 'How can we help you?',
  greetingMore: 'Write to us here. What you send is kept on this device until it has arrived.',
  loading: 'Loading your messages…',

  today: 'Today',
  yesterday: 'Yesterday',
  you: 'You',
  someone: 'The team',
  says: (name: string) => `${name}: `,
  newMessages: (count: number) => (count === 1 ? 'New message' : `${count} new messages`),
  opensInNewTab: ' (opens in a new tab)',

  state: {
    saving: 'Saving…',
    waiting: 'Waiting to be sent',
    saved: 'Saved on this device',
    sent: 'Sent',
    delivered: 'Delivered',
    read: 'Read',
  },
  notSent: (reason: string) => `Not sent: ${reason}`,
  notSaved: (reason: string) => `Not saved: ${reason}`,
  tryAgain: 'Try again',
  discard: 'Discard',

  compose: 'Write a message',
  composeAgain: 'Write to us again',
  send: 'Send',
  tooLong: 'This is too long for one message. Please send it in parts.',

  offline: 'You are offline. Your messages are saved on this device and go out by themselves.',
  unreachable:
    'The chat cannot be reached just now. Your messages are saved on this device and go out by themselves.',
  offlineUnsaved: 'You are offline. Keep this page open, and your messages go out by themselves.',
  reconnecting: 'Connecting… You can write meanwhile.',
  signedOut:
    'This device is not signed in to the chat any more. What you wrote is still here. Reload to try again.',
  cannotSave: {
    refused: 'This device cannot save messages: the browser does not let this page store anything.',
    full: 'This device cannot save messages: its storage is full.',
    evicted: 'This device cannot save messages: the browser cleared its storage. Reload to begin anew.',
    stuck: 'This device cannot save messages: its storage does not answer. Reloading may help.',
    broken:
      'This device cannot save messages: what it has stored cannot be read. It is left as it is.',
    overtaken: 'Another tab saves on this device now, and this one cannot join in. Reloading helps.',
  },
  cannotSaveMore: 'They are sent as long as this page stays open.',
  newerVersion:
    'A newer version of this chat has been opened on this device. Reload this page to go on; nothing that was saved is lost.',
  reload: 'Reload',
  cannotStart: (reason: string) => `The chat could not start: ${reason}`,

  introduce: 'Who are we talking with?',
  introduceMore: 'So that we can answer you by name, and reach you when you have left.',
  name: 'Name',
  email: 'E-mail',
  optional: 'optional',
  save: 'Save',
  notNow: 'Not now',

  resolved: 'This conversation is finished',
  resolvedMore: 'Something left? Just write, and it opens again.',
  surveyTitle: 'How did we do?',
  stars: (count: number) => (count === 1 ? '1 star' : `${count} stars`),
  rating: ['Poor', 'Not so good', 'All right', 'Good', 'Excellent'] as const,
  comment: 'Anything to add?',
  chooseStars: 'Choose 1 to 5 stars first.',
  sendFeedback: 'Send feedback',
  thanks: 'Thank you for your feedback',
  youGave: (count: number) => `You gave ${count} of 5 stars`,
} as const;
