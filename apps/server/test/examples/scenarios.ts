import type { FileReference } from '@octavus/core';
import type { Recorded } from '../providers/wire-format.ts';
import type { Answers } from './play.ts';

/** One thing that happens to an example agent. */
export interface Act {
  /** Trigger and its input; absent: the worker is executed. */
  readonly trigger?: { readonly triggerName: string; readonly input?: object };
  /** What the recorded models say, in the order in which they are asked. */
  readonly recorded: readonly Recorded[];
}

export type StoreFile = (file: { bytes: Uint8Array; mediaType: string; filename: string }) => Promise<FileReference>;

export interface Scenario {
  readonly slug: string;
  /** Input of the session or worker; files are stored first. */
  readonly input: object | ((store: StoreFile) => Promise<object>);
  readonly answers: Answers;
  readonly acts: readonly Act[];
}

const none: Answers = () => null;
const note = {
  headline: 'Fever since Monday',
  observations: [{ topic: 'fever', quote: 'since Monday' }],
  callBackWithin: 'hours',
};
const listing = {
  headline: 'Bright flat',
  body: 'Three rooms.',
  rooms: [{ name: 'Kitchen', squareMetres: 9 }],
  coverIdea: 'Morning light',
};
const boots = { sku: 'B1', title: 'Boots', price: { amount: 129.9, currency: 'EUR' }, inStock: true };
const reply = {
  text: 'These fit.',
  card: { kind: 'recommendation', items: [boots], reason: 'They are light' },
  followUps: ['Which size?'],
};
const item = { script: 'Ferns grow.', stillPrompt: 'A fern', clipPrompt: 'A fern in wind' };
/** A text in pieces of a few words, as models send it. */
const inPieces = (text: string) => text.match(/[\s\S]{1,24}/g) ?? [];
const json = (value: object): Recorded => ({ says: inPieces(JSON.stringify(value)) });

/** Every shared example agent, with what its tools answer and what happens to it. */
export const scenarios: readonly Scenario[] = [
  {
    slug: 'marina-helpdesk',
    input: { MARINA_NAME: 'Meltemi', BERTH_NUMBER: 'B12' },
    answers: ({ toolName }) => (toolName === 'store-rating' ? { stored: true } : { berth: 'B12', balance: 0 }),
    acts: [
      {
        trigger: { triggerName: 'user-message', input: { USER_MESSAGE: 'Please find booking HB-2931.' } },
        recorded: [
          {
            says: ['One ', 'moment.'],
            calls: [
              ['find-booking', { bookingCode: 'HB-2931' }],
              ['octavus_reference_read', { name: 'berth-rules' }],
              ['open-harbour-map', { berth: 'B12' }],
            ],
          },
          { says: ['Berth B12, ', 'nothing to pay.'] },
        ],
      },
      { trigger: { triggerName: 'rate-conversation', input: { STARS: 5 } }, recorded: [] },
    ],
  },
  {
    slug: 'handover-note',
    input: { BRIEF: 'Mild fever since Monday.', URGENCY: 'today' },
    answers: none,
    acts: [{ recorded: [json(note)] }],
  },
  {
    slug: 'clinic-front-desk',
    input: { CLINIC_NAME: 'Larkspur' },
    answers: ({ toolName }) => (toolName === 'open-callback' ? { ticket: 'T-1' } : { open: '8 to 17' }),
    acts: [
      {
        trigger: { triggerName: 'user-message', input: { USER_MESSAGE: 'Find opening hours of the lab, please.' } },
        recorded: [{ calls: [['find-opening-hours', { department: 'lab' }]] }, { says: ['From 8 ', 'to 17.'] }],
      },
      {
        trigger: { triggerName: 'request-nurse', input: { URGENCY: 'now' } },
        recorded: [{ says: ['Fever ', 'since Monday.'] }, json(note), { says: ['A nurse ', 'calls back.'] }],
      },
    ],
  },
  {
    slug: 'trail-outfitter',
    input: { SHOP_NAME: 'Ridge' },
    answers: ({ toolName }) => (toolName === 'build-basket' ? { url: 'https://shop.test/b1' } : [boots]),
    acts: [
      {
        trigger: { triggerName: 'user-message', input: { USER_MESSAGE: 'Please search gear: light boots.' } },
        recorded: [
          {
            thinks: ['They want ', 'boots.'],
            calls: [['search-gear', { query: 'boots', maxWeightGrams: null, inStockOnly: true }]],
          },
          { thinks: ['Found.'], ...json(reply) },
        ],
      },
      {
        trigger: {
          triggerName: 'card-action',
          input: { ACTION: { type: 'card_action', action: 'add', skus: ['B1'] } },
        },
        recorded: [{ says: ['{"text":"Added"'] }, json({ text: 'Added.', card: null, followUps: [] })],
      },
      {
        trigger: { triggerName: 'checkout', input: { LINES: [{ sku: 'B1', quantity: 1 }] } },
        recorded: [{ says: ['Your basket ', 'is ready.'] }],
      },
    ],
  },
  {
    slug: 'listing-studio',
    input: { ADDRESS: 'Fern Road 7', FACTS: { rooms: 3 } },
    answers: ({ toolName }) =>
      toolName === 'publish-draft' ? { url: 'https://listings.test/1', draftId: 'd1' } : { rents: [900, 1100] },
    acts: [
      {
        recorded: [
          {
            thinks: ['Rents first.'],
            calls: [
              ['find-comparables', { address: 'Fern Road 7' }],
              ['octavus_web_search', { query: 'Fern Road' }],
            ],
          },
          { says: ['A quiet ', 'street.'] },
          json(listing),
          { says: ['Morning light ', 'in a kitchen.'] },
        ],
      },
    ],
  },
  {
    slug: 'thread-digest',
    input: { CONVERSATION: 'User: My fern is dying. Assistant: Water it.' },
    answers: none,
    acts: [{ recorded: [{ says: ['The fern ', 'needs water.'] }] }],
  },
  {
    slug: 'radio-desk',
    input: async (store) => {
      const wav = Uint8Array.from(
        Buffer.from('UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=', 'base64'),
      );
      return { RECORDING: await store({ bytes: wav, mediaType: 'audio/wav', filename: 'interview.wav' }) };
    },
    answers: ({ args }) => {
      const fields: Record<string, string> = { script: 'script', still: 'stillPrompt', clip: 'clipPrompt' };
      return (args.item as Record<string, string>)[fields[args.field as string]!];
    },
    acts: [{ recorded: [json(item)] }],
  },
  {
    slug: 'site-inspector',
    input: { SITE: 'Dock 4', THINKING: 'low' },
    answers: ({ toolName }) => (toolName === 'permits__find-open' ? [] : { stored: true }),
    acts: [
      {
        trigger: { triggerName: 'user-message', input: { USER_MESSAGE: 'Set site status to blocked, please.' } },
        recorded: [
          {
            thinks: ['Two things.'],
            calls: [
              ['octavus_todo_write', { merge: false, todos: [{ id: '1', content: 'Status', status: 'in_progress' }] }],
              ['set-site-status', { status: 'blocked' }],
              ['octavus_mcp_activate', { name: 'drawings' }],
              ['octavus_skill_read', { skill: 'floor-plan-measure' }],
            ],
          },
          { says: ['The site ', 'is blocked.'] },
        ],
      },
      {
        trigger: { triggerName: 'write-report' },
        recorded: [{ says: ['Dock 4: ', 'blocked.'] }],
      },
    ],
  },
  {
    slug: 'logbook-classic',
    input: {},
    answers: none,
    acts: [
      {
        trigger: { triggerName: 'user-message', input: { USER_MESSAGE: 'Calm sea.' } },
        recorded: [{ says: ['Calm sea, ', 'light wind.'] }],
      },
    ],
  },
];
