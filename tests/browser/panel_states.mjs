// The states of the panel that are looked at (looks.test.mjs): what the worker shows, and what is
// done before one looks.

import { conversation, message, panel, survey } from './panel_harness.mjs';

const kHour = 3_600_000;

/** A stripe on 240 by 120 pixels. */
export const kPicture = 'data:image/png;base64,' +
  'iVBORw0KGgoAAAANSUhEUgAAAPAAAAB4CAMAAAD7aI8VAAAABlBMVEXo7eksal2f3DwcAAAAzUlEQVR42u3PQQEAIACEMOhf2gp+' +
  '9ViD4TX+oGNlHSvrWFnHyjpW1rGyjpV1rKxjZR0r61hZx8o6Vtaxso6VdaysY2UdK+tYWStXrly5cuXKlStXrly5cuXKlStXrly5' +
  'cuXKlStXrly5cuXKlStXrly5cuXKlStXrly5cuXKlStXrly5cuXKlStXrly5cuXKlStXrly5cuXKlStXrvxKGcbKMFaGsTKMlWGs' +
  'DGNlGCvDWBnGyjBWhrEyjJVhrAxjZRgrw1gZxsowVoax8gGstiMp2tQObgAAAABJRU5ErkJggg==';

/** `hub` is where the pictures of the cards are. */
export function panelStates(hub) {
  const now = Date.now();
  const conversations = [
    // The newest says where one begins: one that is finished, at home.
    conversation({ id: 'b', assignee_name: 'Jonas', last_text: 'Thank you!', resolved: true, last_at: now - 600_000 }),
    conversation({ id: 'a', assignee_name: 'Mira', last_text: 'It left our **warehouse** this morning.', unread: 2,
      last_at: now - 50 * kHour }),
    conversation({ id: 'c', last_text: 'Is the monstera safe for cats?', resolved: true, last_at: now - 600 * kHour }),
    conversation({ id: 'd', assignee_name: 'Mira', last_text: 'See you', resolved: true, last_at: now - 9_000 * kHour }),
  ];
  const open = { open: true, changes_at: now + 5 * kHour };
  const away = { open: false, changes_at: now + 40 * kHour };
  const suggestions = ['Where is my parcel?', 'How do I return something?', 'Which plant needs little light?'];
  const own = (text, state, part) => message({ own: true, text, state, at: now - 900_000, ...part });
  const mira = (text, part) => message({ author_name: 'Mira', text, at: now - 600_000, ...part });
  const order = { kind: 'order', title: 'Your order', number: '1712', status: 'On its way', currency: 'EUR', amount: 5_380,
    lines: [{ title: 'Monstera', count: 1, amount: 3_900 }, { title: 'Terracotta pot', count: 2, amount: 1_480 }],
    actions: [{ label: 'Track it', url: 'https://track.example' }, { label: 'Cancel it', reply: 'Please cancel it' }] };
  const products = ['monstera', 'snake-plant', 'rubber-fig'].map((name) => ({ kind: 'product', title: name,
    text: 'Grows in the shade', image: `${hub}/${name}.svg`, amount: 2_900, currency: 'EUR', url: 'https://shop.example',
    actions: [{ label: 'I like it', reply: 'I like it' }] }));
  const talk = [
    own('Hello! Where is my parcel?', 'read', { at: now - 30 * kHour }),
    mira('Hi Ada, let me look.\n\n1. It was **packed** on Monday\n2. It is *with the carrier*\n\nSee https://track.example/1Z99',
      { at: now - 29 * kHour }),
    own('Great, and my `order.json`?', 'delivered'),
    mira('Here it is:\n```\n{ "order": 1712, "items": ["Monstera", "Terracotta pot"], "paid": true }\n```'),
  ];
  const ended = (site, answer) => ({ panel: panel({ site, messages: talk.slice(0, 2),
    conversation: conversation({ resolved: true, assignee_name: 'Mira', survey: survey(answer) }) }) });
  const text = [own('Hi', 'sent'), mira('Hello Ada')];
  const robot = { works: 'always', name: 'Moss', greeting: '', away: '' };
  const site = { robot, answers: true, reply_minutes: 15, desk: open };
  const step = (kind, part = {}, said = '') => message({ author: 'robot', author_name: '', text: said, at: now - 60_000,
    step: { kind, answers: [], fields: [], reason: '', helpful: null, open: false, ...part } });
  const answer = { id: 'parcel', title: 'Where is my parcel?', text: 'It left on **Monday**.\n\n- Look into your e-mail\n- Or ask the carrier' };
  const three = [answer, { id: 'late', title: 'My parcel does not move', text: '' }, { id: 'costs', title: 'What does shipping cost?', text: '' }];
  const withRobot = (...messages) => ({ panel: panel({ site, conversation: conversation({ handled_by: 'robot' }),
    messages: [own('parcel', 'sent'), ...messages] }) });
  const topic = { type: 'string', title: 'Topic', enum: ['Delivery', 'Payment'] };
  const form = { properties: { name: {}, email: { format: 'email' }, topic, order: { type: 'integer', title: 'Order number',
    description: 'It is on your invoice.' }, agree: { type: 'boolean', title: 'I have read the terms' } },
  required: ['name', 'email', 'topic'], order: ['topic', 'name', 'email', 'order', 'agree'] };
  const nobody = { name: '', email: '' };
  const newForm = { panel: panel({ site: { form }, customer: nobody }) };
  const write = async (page, words) => {
    await page.locator('.composer textarea').fill(words);
    await page.keyboard.press('Enter');
  };
  const searched = { panel: panel({ conversations, conversation: conversations[0], messages: [] }),
    transcript: talk.map((one) => ({ ...one, conversation: 'a' })) };
  const goPast = async (page) => {
    await page.locator('.row.quiet').click();
    await page.locator('.past').waitFor();
  };

  const file = (name, type, size) => ({ id: name, name, type, size, width: 0, height: 0, state: 'ready', sent: size });
  const picture = { ...file('leaf.png', 'image/png', 48_000), id: 'picture' };

  return {
    'home, nothing yet': { scenario: { panel: panel({}) } },
    'home, open and with everything': {
      scenario: { panel: panel({ site: { desk: open, reply_minutes: 10, suggestions }, conversations, conversation: conversations[0] }) },
    },
    'home, nobody there': { scenario: { panel: panel({ site: { desk: away, suggestions } }) } },
    'home, waiting for the core': { scenario: { never: true }, ready: '.loading' },
    'a conversation': { scenario: { panel: panel({ messages: talk, conversation: conversation({ assignee_name: 'Mira' }) }) } },
    'an agent is writing': { scenario: { panel: panel({ messages: text, typing: ['Mira'] }) }, ready: '.typing' },
    'a conversation, nobody there': { scenario: { panel: panel({ site: { desk: away }, messages: text }) } },
    'the five states and taking back': { scenario: { panel: panel({ messages: [
      ...['saved', 'sent', 'delivered', 'read'].map((state) => own(state, state, { undo: state === 'saved' })),
      own('No', 'refused', { error: { code: 'too_large', message: 'Too long.' } }),
    ] }) } },
    'an order': { scenario: { panel: panel({ messages: [mira('Your order:', { cards: [order] })] }) } },
    'products and ready answers': { scenario: { panel: panel({ messages: [
      mira('These would do:', { cards: products, replies: ['Yes please', 'No, thank you'] })] }) } },
    'an article offered': { scenario: { panel: panel({ messages: [mira('Read this:', { cards: [
      { kind: 'article', title: 'Caring for ferns', text: 'Light, water, and patience.', answer: 'fern' }] })] }) } },
    'an article': {
      scenario: { panel: panel({ messages: [mira('Read:', { cards: [{ kind: 'article', title: 'Ferns', answer: 'fern' }] })] }),
        articles: { fern: { id: 'fern', title: 'Caring for ferns', language: 'en',
          text: 'Ferns like **shade**.\n\n- Water them often\n- Never let them dry\n\nMore at https://fern.example\n\n```\nwater: 2/week\n```' } } },
      async prepare(page) {
        await page.locator('.card-actions button').click();
        await page.locator('.article h2').waitFor();
      },
    },
    'messages below': {
      scenario: { panel: panel({ messages: Array.from({ length: 40 }, (_, i) => mira(`Line ${i}`)) }) },
      async prepare(page) {
        // The panel has heard of the scrolling when two frames have passed.
        await page.locator('.scroller').evaluate((one) => new Promise((resolve) => {
          one.scrollTop = 0;
          requestAnimationFrame(() => requestAnimationFrame(resolve));
        }));
        const { addMessage } = this;
        await addMessage(page, mira('One more'));
        await page.locator('.newer').waitFor();
      },
    },
    offline: { scenario: { panel: panel({ messages: text }), connection: 'offline' }, ready: '.notice' },
    'storage full': { scenario: { panel: panel({ messages: text }), storage: { state: 'memory', reason: 'full' } }, ready: '.notice' },
    'a newer version': { scenario: { panel: panel({ messages: text }), storage: { state: 'newer' } }, ready: '.notice' },
    'signed out': { scenario: { panel: panel({ messages: text }), connection: 'signed_out' }, ready: '.notice' },
    'not saved': {
      scenario: { panel: panel({ messages: text }), refuseToSave: true },
      prepare: async (page) => { await write(page, 'Precious'); await page.locator('.failure').waitFor(); },
    },
    'who is writing': { scenario: { panel: panel({ customer: nobody, messages: text }) }, ready: '.card' },
    'a form before the first message': {
      scenario: newForm,
      prepare: async (page) => { await write(page, 'Hello'); await page.locator('form.card').waitFor(); },
    },
    'a form with mistakes': {
      scenario: newForm,
      async prepare(page) {
        await write(page, 'Hello');
        await page.locator('[name=email]').fill('no address');
        await page.locator('.main-button').click();
        await page.locator('.field .error').first().waitFor();
      },
    },
    'survey, stars': { scenario: ended({}, { open: true }), ready: '.survey' },
    'survey, thumbs': { scenario: ended({ survey: { kind: 'thumbs' } }, { open: true }), ready: '.survey' },
    'survey, how likely, with tags': {
      scenario: ended({ survey: { kind: 'nps', tags: ['Fast', 'Friendly', 'Solved it'] } }, { open: true }),
      async prepare(page) {
        await page.locator('.numbers input').nth(9).check();
        await page.locator('.tags input').first().check();
      },
    },
    'survey, how easy': { scenario: ended({ survey: { kind: 'ces', question: 'Was it easy?' } }, { open: true }), ready: '.survey' },
    'survey, answered': {
      scenario: { panel: panel({ messages: text, conversation: conversation({ resolved: true, unread: 1,
        survey: survey({ kind: 'stars', score: 4, stars: 4, tags: ['Fast'], comment: 'Quick and kind' }) }) }) }, ready: '.thanks',
    },
    'all conversations': { scenario: searched, prepare: goPast },
    'found messages': {
      scenario: searched,
      prepare: async (page) => { await goPast(page); await page.locator('.search input').fill('order'); await page.locator('mark').first().waitFor(); },
    },
    'nothing found': {
      scenario: searched,
      prepare: async (page) => { await goPast(page); await page.locator('.search input').fill('zebra'); await page.locator('p.loading').waitFor(); },
    },
    options: {
      scenario: { panel: panel({ messages: text }) },
      prepare: async (page) => { await page.locator('.menu > button').click(); await page.locator('.choices-list').waitFor(); },
    },
    'by e-mail': {
      scenario: { panel: panel({ messages: text, site: { mail: true }, customer: { email: 'ada@example.org' },
        transcript: { email: 'a.very.long.name.indeed@a.very.long.host.example.org', sent: true, error: null } }) },
      prepare: async (page) => { await page.locator('.menu > button').click(); await page.locator('.by-mail').waitFor(); },
    },
    emoji: {
      scenario: { panel: panel({ messages: text }) },
      prepare: async (page) => { await page.locator('.emoji > button').click(); await page.locator('.emoji-grid button:focus').waitFor(); },
    },
    'files of messages': { scenario: { panel: panel({ messages: [
      mira('The picture, and your invoice:', { attachments: [picture, file('Invoice 2026-1712.pdf', 'application/pdf', 1_200_000)] }),
      own('', 'saved', { attachments: [{ ...file('video.mp4', 'video/mp4', 8_000_000), state: 'uploading', sent: 3_360_000 },
        { ...file('later.txt', 'text/plain', 900), state: 'waiting', sent: 0 }] }),
    ] }), files: { picture: kPicture } }, ready: '.picture canvas' },
    'a picture that cannot be loaded': { scenario: { panel: panel({ messages: [mira('', { attachments: [picture] })] }) }, ready: '.files .error' },
    'files to be sent': {
      scenario: { panel: panel({ messages: text }) },
      async prepare(page) {
        await page.locator('input[type=file]').first().setInputFiles([
          { name: 'leaf.png', mimeType: 'image/png', buffer: Buffer.from(kPicture.split(',')[1], 'base64') },
          { name: `${'very '.repeat(12)}long.pdf`, mimeType: 'application/pdf', buffer: Buffer.alloc(40_000) },
          { name: 'nothing.txt', mimeType: 'text/plain', buffer: Buffer.alloc(0) },
        ]);
        await page.locator('.thumb canvas').waitFor();
        await page.locator('.composer .error').waitFor();
      },
    },
    'files held over it': {
      scenario: { panel: panel({ messages: text }) },
      async prepare(page) {
        await page.evaluate(() => {
          const data = new DataTransfer();
          data.items.add(new File(['x'], 'x.txt'));
          document.dispatchEvent(new DragEvent('dragenter', { dataTransfer: data, bubbles: true }));
        });
        await page.locator('.drop-zone').waitFor();
      },
    },
    'too long': {
      scenario: { panel: panel({ messages: text }) },
      prepare: async (page) => { await page.locator('.composer textarea').fill('long '.repeat(4_000)); await page.locator('.composer .error').waitFor(); },
    },
    'home, with a robot': { scenario: { panel: panel({ site }) }, ready: '.robot-greeting' },
    'the robot answers': { scenario: withRobot(step('answered', { answers: [answer], open: true }, answer.text)), ready: '.rating' },
    'the robot answers with a card': {
      scenario: withRobot({ ...step('answered', { answers: [answer], open: true }, answer.text), replies: ['Thank you', 'Where else?'],
        cards: [{ kind: 'order', title: 'Your order', number: '1712', status: 'On its way', currency: 'EUR', amount: 5380,
          actions: [{ label: 'Track it', url: 'https://track.example/1' }, { label: 'Cancel it', reply: 'Please cancel it' }] }] }),
      ready: '.robot-step .card-actions',
    },
    'the robot offers a choice': { scenario: withRobot(step('offered', { answers: three, open: true })), ready: '.robot-choices' },
    'the robot has a choice made': { scenario: withRobot(step('offered', { answers: three }),
      step('chosen', { answers: [answer], helpful: true }, answer.text)), ready: '.rated' },
    'the robot asks': { scenario: withRobot(step('asked', { answers: [answer], fields: ['order'], open: true })), ready: 'form.card' },
    'the robot does not know': { scenario: withRobot(step('missed', { open: true })), ready: '[data-step=missed]' },
    'the robot hands over': { scenario: withRobot(step('missed'), step('handed_over', { reason: 'complaint' })), ready: '.handed-over' },
    'the robot hands over, nobody there': { scenario: { panel: panel({ site: { ...site, desk: away },
      messages: [own('a person please', 'sent'), step('handed_over', { reason: 'requested' })] }) }, ready: '.handed-over' },
    'answers suggested': {
      scenario: { ...withRobot(step('answered', { answers: [answer], helpful: false }, answer.text)), suggested: three },
      async prepare(page) {
        await page.locator('.composer textarea').fill('where is my par');
        await page.locator('.suggested').waitFor();
        await page.keyboard.press('ArrowDown');
      },
    },
    'long words everywhere': { scenario: { panel: panel({
      site: { name: 'W'.repeat(60), greeting: 'x'.repeat(200) },
      conversation: conversation({ assignee_name: 'N'.repeat(120) }),
      messages: [own('y'.repeat(300), 'sent'), mira('z'.repeat(300), { author_name: 'M'.repeat(120), replies: ['r'.repeat(90)],
        cards: [{ title: 't'.repeat(120), text: 'u'.repeat(200), status: 's'.repeat(80), actions: [{ label: 'l'.repeat(80), reply: 'x' }] }] })],
    }) } },
  };
}
