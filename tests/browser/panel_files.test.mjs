// Files in the panel: chosen, pasted and dropped, what of them leaves the device, and what is shown of
// those that come. The worker is the scripted one.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { Harness, keptBy, message, panel } from './panel_harness.mjs';
import { kPicture } from './panel_states.mjs';
import { until } from '../support/until.mjs';

let harness;
before(async () => { harness = await Harness.start(); });
after(() => harness.stop());

const open = (part = {}) => harness.openPanel({ panel: panel({ messages: [message({ text: 'Hello' })] }), ...part });
const field = (page) => page.locator('.composer textarea');
const choose = (page, ...files) => page.locator('input[type=file]').first().setInputFiles(
  files.map(([name, mimeType, buffer]) => ({ name, mimeType, buffer: Buffer.from(buffer) })));
const chosen = (page) => page.locator('.chosen .file-name').allTextContents();
const ready = (page) => page.waitForFunction(() => document.querySelector('.send').getAttribute('aria-disabled') === 'false');

/**
 * What the worker was given to post, once it was given so much: the text, and of each file all that
 * leaves the device. A message is shown before it is handed over.
 */
async function posted(page, count = 1) {
  await page.waitForFunction((wanted) => window.heard.filter(({ kind }) => kind === 'post').length >= wanted, count);
  return page.evaluate(() => Promise.all(window.heard.filter(({ kind }) => kind === 'post').map(async (one) => ({
    text: one.text,
    files: await Promise.all(one.files.map(async ({ blob, name, width = 0, height = 0 }) => ({
      name, width, height, type: blob.type, bytes: Array.from(new Uint8Array(await blob.arrayBuffer())),
    }))),
  }))));
}

/** How many files the panel keeps on this device, before the core has them. */
async function heldFiles(page) {
  return (await keptBy(page, 'files')).length;
}

/** A JPEG of that size as a camera writes it: where it was taken stands in it, and that it lies on its side. */
async function photo(page, width, height) {
  const plain = await page.evaluate(async ([w, h]) => {
    const canvas = document.createElement('canvas');
    canvas.width = w;
    canvas.height = h;
    canvas.getContext('2d').fillRect(0, 0, w / 2, h);
    const blob = await new Promise((resolve) => { canvas.toBlob(resolve, 'image/jpeg'); });
    return Array.from(new Uint8Array(await blob.arrayBuffer()));
  }, [width, height]);
  // One directory with one entry: orientation (0x112), 6: turn it to the right.
  const exif = Buffer.concat([Buffer.from('Exif\0\0MM\0*\0\0\0\x08\0\x01', 'latin1'),
    Buffer.from([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0]), Buffer.from('taken at 52.52 N 13.40 E')]);
  const head = Buffer.from([0xff, 0xe1, (exif.length + 2) >> 8, (exif.length + 2) & 0xff]);
  return Buffer.concat([Buffer.from(plain.slice(0, 2)), head, exif, Buffer.from(plain.slice(2))]);
}

describe('Files to be sent', () => {
  test('are chosen, listed with name and size, removed again, and go with the text', async () => {
    const page = await open();
    await field(page).fill('Two papers');
    await choose(page, ['one.pdf', 'application/pdf', 'a'.repeat(2_000)], ['two.txt', 'text/plain', 'bb'], ['three.bin', '', 'c']);
    assert.deepEqual(await chosen(page), ['one.pdf', 'two.txt', 'three.bin']);
    await page.getByText('2 kB').waitFor();
    await page.getByRole('button', { name: 'Remove two.txt' }).click();
    assert.ok(await field(page).evaluate((node) => node === document.activeElement), 'the focus is not lost');
    await page.keyboard.press('Enter');
    await page.locator('.own .file-name').first().waitFor();
    const [{ text, files }] = await posted(page);
    assert.equal(text, 'Two papers');
    assert.deepEqual(files.map(({ name, bytes }) => [name, bytes.length]), [['one.pdf', 2_000], ['three.bin', 1]]);
    assert.deepEqual(await chosen(page), []);
    assert.equal(await field(page).inputValue(), '');
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });

  test('need no text', async () => {
    const page = await open();
    await choose(page, ['one.pdf', 'application/pdf', 'a']);
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('button', { name: 'File: one.pdf' }).waitFor();
    assert.equal((await posted(page))[0].text, '');
    await page.context().close();
  });

  test('are pasted and dropped too, and show where', async () => {
    const page = await open();
    const give = (kind, type) => page.evaluate(([what, name]) => {
      const data = new DataTransfer();
      data.items.add(new File(['x'], name));
      const event = what === 'paste' ? new ClipboardEvent(what, { clipboardData: data, bubbles: true, cancelable: true })
        : new DragEvent(what, { dataTransfer: data, bubbles: true, cancelable: true });
      return !document.querySelector('.composer textarea').dispatchEvent(event);
    }, [kind, type]);
    assert.ok(await give('paste', 'pasted.bin'));
    assert.ok(await give('dragover', 'dropped.bin'));
    await page.getByText('Drop files here to attach them').waitFor();
    assert.ok(await give('drop', 'dropped.bin'), 'the browser would open it in place of the panel');
    await page.locator('.drop-zone').waitFor({ state: 'detached' });
    assert.deepEqual(await chosen(page), ['pasted.bin', 'dropped.bin']);
    await page.context().close();
  });

  test('are told the limits before they are sent, and nothing else is lost', async () => {
    const page = await open();
    await field(page).fill('Precious');
    await choose(page, ['good.txt', 'text/plain', 'x'], ['nothing.txt', 'text/plain', ''],
      ['film.mp4', 'video/mp4', Buffer.alloc(20 * 1024 * 1024 + 1)]);
    await page.getByText('nothing.txt is empty.').waitFor();
    await page.getByText(/film\.mp4 is too large: a file may have 21 MB at most\./).waitFor();
    await choose(page, ...Array.from({ length: 11 }, (_, i) => [`${i}.txt`, 'text/plain', 'x']));
    await page.getByText('No more than 10 files go into one message.').waitFor();
    assert.deepEqual(await chosen(page), ['good.txt', ...Array.from({ length: 9 }, (_, i) => `${i}.txt`)]);
    assert.equal(await field(page).inputValue(), 'Precious');
    await page.context().close();
  });

  test('hold nothing of a photo but its pixels, upright and not larger than needed', async () => {
    const page = await open();
    const taken = await photo(page, 4_000, 1_000);
    assert.ok(taken.includes('taken at'));
    await choose(page, ['IMG_1.jpg', 'image/jpeg', taken]);
    await page.locator('.thumb canvas').waitFor();
    await ready(page);
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('.own .picture canvas').waitFor();
    const [{ files: [sent] }] = await posted(page);
    const bytes = Buffer.from(sent.bytes);
    assert.deepEqual([sent.name, sent.type, sent.width, sent.height], ['IMG_1.jpg', 'image/jpeg', 640, 2_560]);
    assert.ok(!bytes.includes('taken at') && !bytes.includes('Exif'), 'where it was taken leaves the device');
    await page.context().close();
  });

  test('stay as they are when they move or only pretend to be pictures', async () => {
    const page = await open();
    const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
    await choose(page, ['moving.gif', 'image/gif', gif], ['liar.png', 'image/png', 'no picture']);
    await ready(page);
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('.own .file-name').first().waitFor();
    const [{ files }] = await posted(page);
    assert.deepEqual(files.map(({ bytes }) => Buffer.from(bytes).toString('latin1')), [gif.toString('latin1'), 'no picture']);
    // And in the conversation, what cannot be drawn is a file like others.
    await page.getByRole('button', { name: 'File: liar.png' }).waitFor();
    await page.context().close();
  });

  test('come back with the text when the message is taken back', async () => {
    const page = await open({ undo: true, uploads: 'waiting' });
    await field(page).fill('Wait');
    await choose(page, ['one.pdf', 'application/pdf', 'abc']);
    await page.keyboard.press('Enter');
    await page.locator('.own progress').waitFor();
    await page.getByRole('button', { name: 'Take back' }).click();
    await page.locator('.own').waitFor({ state: 'detached' });
    assert.deepEqual(await chosen(page), ['one.pdf']);
    assert.equal(await field(page).inputValue(), 'Wait');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('.own .file-name').waitFor();
    const all = await posted(page, 2);
    assert.deepEqual(all[1].files, all[0].files);
    await page.context().close();
  });

  test('outlive a reload, are seen in every tab, and are gone everywhere when they are sent', async () => {
    const page = await open();
    const keys = () => page.evaluate(() => (localStorage.getItem('deskbell:chosen:fern') ?? '').split(',').filter(Boolean).length);
    await choose(page, ['one.pdf', 'application/pdf', 'abc'], ['two.txt', 'text/plain', 'de']);
    const taken = await photo(page, 40, 20);
    await choose(page, ['IMG_1.jpg', 'image/jpeg', taken]);
    await ready(page);
    await until('they are kept', async () => (await keys()) === 3);
    await page.reload();
    await page.locator('.chosen .file-name').nth(2).waitFor();
    assert.deepEqual(await chosen(page), ['one.pdf', 'two.txt', 'IMG_1.jpg']);

    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.locator('.chosen .file-name').nth(2).waitFor();
    await other.getByRole('button', { name: 'Remove two.txt' }).click();
    await until('it is gone in the first tab, too', async () => (await chosen(page)).join() === 'one.pdf,IMG_1.jpg');
    await choose(other, ['three.txt', 'text/plain', 'f']);
    await until('it is seen there', async () => (await chosen(page)).join() === 'one.pdf,IMG_1.jpg,three.txt');

    await page.getByRole('button', { name: 'Send' }).click();
    await page.waitForFunction(() => window.heard.some(({ kind }) => kind === 'post'));
    const [{ files }] = await posted(page);
    assert.deepEqual(files.map(({ name, type, bytes, width }) => [name, type, bytes.length > 9 ? 'many' : bytes.length, width]),
      [['one.pdf', 'application/pdf', 3, 0], ['IMG_1.jpg', 'image/jpeg', 'many', 20], ['three.txt', 'text/plain', 1, 0]]);
    assert.ok(!Buffer.from(files[1].bytes).includes('taken at'));
    await until('the other tab shows none', async () => (await chosen(other)).length === 0);
    await page.reload();
    await page.locator('.composer').waitFor();
    await until('nothing is kept of them', async () => (await heldFiles(page)) === 0);
    assert.deepEqual(await chosen(page), []);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });

  test('go with a message that was sent before the core was there, also after a reload, once', async () => {
    const page = await harness.openPanel({ never: true, screen: panel({}) });
    await field(page).fill('Early');
    await choose(page, ['one.pdf', 'application/pdf', 'abc']);
    await page.keyboard.press('Enter');
    await page.locator('.own[data-state=saved] .file-name', { hasText: 'one.pdf' }).waitFor();
    const id = await page.locator('.own').getAttribute('data-id');
    await page.reload();
    await page.locator('.own[data-state=saved] .file-name', { hasText: 'one.pdf' }).waitFor();
    assert.deepEqual(await chosen(page), [], 'they are not to be sent a second time');
    harness.scenario = { panel: panel({}) };
    await page.reload();
    await page.waitForFunction(() => window.heard.some(({ kind }) => kind === 'post'));
    const heard = await page.evaluate(() => window.heard.filter(({ kind }) => kind === 'post').map((one) => one.id));
    assert.deepEqual(heard, [id]);
    assert.deepEqual((await posted(page))[0].files.map(({ name, bytes }) => [name, bytes.length]), [['one.pdf', 3]]);
    await until('nothing is kept of it', async () => (await heldFiles(page)) === 0);
    await page.context().close();
  });

  test('that an older panel could not keep are kept beside what it has kept', async () => {
    const page = await harness.openPanel({ never: true, screen: panel({}) });
    await page.evaluate(() => new Promise((resolve, reject) => {
      const request = indexedDB.open('deskbell-sending/fern', 1);
      request.onupgradeneeded = () => request.result.createObjectStore('sent')
        .put({ id: '0193c0de-0000-7000-8000-00000000000a', text: 'Of old', conversation: 'new', at: 1 },
          '0193c0de-0000-7000-8000-00000000000a');
      request.onerror = () => reject(request.error);
      request.onsuccess = () => resolve(request.result.close());
    }));
    await page.reload();
    await page.locator('.own[data-state=saved]', { hasText: 'Of old' }).waitFor();
    await choose(page, ['one.pdf', 'application/pdf', 'abc']);
    await until('it is kept', async () => (await heldFiles(page)) === 1);
    await page.context().close();
  });

  test('wait for the form before the first message', async () => {
    const form = { properties: { topic: { title: 'Topic' } }, required: ['topic'] };
    const page = await harness.openPanel({ panel: panel({ site: { form } }) });
    await page.locator('.hello').waitFor();
    await choose(page, ['one.pdf', 'application/pdf', 'abc']);
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByLabel('Topic').fill('Ferns');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('.own .file-name').waitFor();
    assert.equal((await posted(page))[0].files[0].name, 'one.pdf');
    await page.context().close();
  });

  test('are reached by keys alone', async () => {
    const page = await open();
    await choose(page, ['one.pdf', 'application/pdf', 'abc']);
    // The browser must know that its dialog is not wanted before it would show it.
    const picking = page.waitForEvent('filechooser');
    await field(page).focus();
    const name = () => page.evaluate(() => document.activeElement.getAttribute('aria-label'));
    await page.keyboard.press('Tab');
    assert.equal(await name(), 'Attach files');
    await page.keyboard.press('Enter');
    const picker = await picking;
    assert.ok(picker.isMultiple());
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    assert.equal(await name(), 'Remove one.pdf');
    await page.keyboard.press('Enter');
    assert.deepEqual(await chosen(page), []);
    await page.context().close();
  });
});

describe('Files of messages', () => {
  const file = (part) => ({ id: 'f', name: 'paper.html', type: 'text/html', size: 5, width: 0, height: 0, state: 'ready', sent: 5, ...part });
  const from = (...attachments) => panel({ messages: [message({ author_name: 'Mira', attachments })] });

  test('are saved with the bytes they have, whatever they say they are', async () => {
    const page = await open({ panel: from(file()), files: { f: 'data:text/html,<b>x</b>' } });
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'File: paper.html' }).click()]);
    assert.equal(download.suggestedFilename(), 'paper.html');
    assert.equal(await readFile(await download.path(), 'utf8'), '<b>x</b>');
    await page.context().close();
  });

  test('are pictures when they can be drawn, as pixels and not as files', async () => {
    const page = await open({
      panel: from(file({ name: 'leaf.png', type: 'image/png' }), file({ id: 'g', name: 'drawing.svg', type: 'image/svg+xml' })),
      files: { f: kPicture, g: 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>' },
    });
    await page.getByRole('button', { name: 'Picture: leaf.png' }).locator('canvas').waitFor();
    await page.getByRole('button', { name: 'File: drawing.svg' }).waitFor();
    assert.equal(await page.locator('.files img, .files svg image, .files iframe, .files object').count(), 0);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });

  test('say when they cannot be had', async () => {
    const page = await open({ panel: from(file()) });
    await page.getByRole('button', { name: 'File: paper.html' }).click();
    await page.getByRole('alert').getByText('The file could not be loaded. Please try again.').waitFor();
    await page.context().close();
  });

  test('are announced by name', async () => {
    const page = await open({ panel: panel({ messages: [message({ text: 'Hello' })] }) });
    await page.getByText('Hello').first().waitFor();
    await page.evaluate((one) => window.channel.postMessage({ panel: { messages: [one] } }),
      message({ author_name: 'Mira', attachments: [file()] }));
    await page.locator('[role=log]').getByText('Mira: paper.html').waitFor({ state: 'attached' });
    await page.context().close();
  });
});
