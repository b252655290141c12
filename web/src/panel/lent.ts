/**
 * What the script of what is seldom seen (later.ts) borrows of the panel: there must be one of each
 * only. web/later.mjs reads the names.
 */

import { Fragment, jsx, jsxs } from 'preact/jsx-runtime';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { isGood } from './form_fields.ts';
import { ConversationButton } from './home.tsx';
import { SearchIcon, StarIcon, ThumbIcon } from './icons.tsx';
import { keep, recall } from './keepsake.ts';
import { plainText } from './markdown.ts';
import { fileSize, fullTime, machineTime, shortWhen } from './time.ts';
import { isRightToLeft, say, sayError, spoken } from './words.ts';

export const lent = {
  Fragment, jsx, jsxs, useId, useLayoutEffect, useRef, useState,
  isGood, keep, recall, ConversationButton, SearchIcon, StarIcon, ThumbIcon, plainText,
  fileSize, fullTime, machineTime, shortWhen, isRightToLeft, say, sayError, spoken,
};
