// Real clients, the real hub, and a network that is as networks are. All at once, for most of it is
// waiting. `DESKBELL_SEED=7 node --test --test-name-pattern "every fault" tests/network/` runs one again.

import { after, describe } from 'node:test';
import { launch } from '../support/browser.mjs';
import { chaos } from './chaos.mjs';
import { crowd } from './crowd.mjs';
import { patience } from './patience.mjs';
import { strangers } from './strangers.mjs';

let launching;
/** One Chromium for all; each widget has a context of its own. */
const browser = () => (launching ??= launch());

describe('the network', { concurrency: 32 }, () => {
  after(async () => (await launching)?.close());
  chaos(browser);
  patience(browser);
  strangers(browser);
  crowd();
});
