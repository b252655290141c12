/**
 * The core as the worker sees it: what wasm/bindings.cpp exports, and the same with its JSON read
 * and typed.
 */

import type { Answer, Command, CommandName, CoreError, Effects, Input } from '../shared/border.ts';

/** The class that wasm/bindings.cpp exports. wasm/device.h says what each method means. */
export interface CoreDevice {
  open(): string;
  send(command: string, now: number): string;
  receive(input: string, now: number): string;
  effects(now: number): string;
  take(): Uint8Array | null;
  hold(): void;
  settle(keep: boolean): void;
  give(record: Uint8Array): string;
  fold(): Uint8Array[];
  /** Embind's own: ends the device and forgets its store. */
  delete(): void;
}

export interface CoreModule {
  CoreDevice: new () => CoreDevice;
}

/** The same names at run time, for the test that holds them against the real module. */
export const coreMethods: Record<keyof CoreDevice, true> = {
  open: true,
  send: true,
  receive: true,
  effects: true,
  take: true,
  hold: true,
  settle: true,
  give: true,
  fold: true,
  delete: true,
};

function errorIn(json: string): CoreError | null {
  return json === '' ? null : (JSON.parse(json) as { error: CoreError }).error;
}

/** One device. What it throws (a trap, no memory) is the end of it. */
export class Core {
  readonly #module: CoreModule;
  #device: CoreDevice;

  constructor(module: CoreModule) {
    this.#module = module;
    this.#device = new module.CoreDevice();
  }

  /** Forgets everything and begins with an empty store. */
  reset(): void {
    this.#device.delete();
    this.#device = new this.#module.CoreDevice();
  }

  /** Opens the store after all its records were given. */
  open(): CoreError | null {
    return errorIn(this.#device.open());
  }

  send<Name extends CommandName>(command: Command<Name>): Answer<Name> {
    return JSON.parse(this.#device.send(JSON.stringify(command), Date.now())) as Answer<Name>;
  }

  receive(input: Input): CoreError | null {
    return errorIn(this.#device.receive(JSON.stringify(input), Date.now()));
  }

  effects(): Effects | CoreError {
    const effects = JSON.parse(this.#device.effects(Date.now())) as Effects | { error: CoreError };
    return 'error' in effects ? effects.error : effects;
  }

  /** The record of all that was written since `settle`, in a buffer of its own. */
  take(): Uint8Array | null {
    return this.#device.take();
  }

  /** What was taken could not be stored: it stays, and goes into the next record. */
  hold(): void {
    this.#device.hold();
  }

  settle(keep: boolean): void {
    this.#device.settle(keep);
  }

  give(record: Uint8Array): CoreError | null {
    return errorIn(this.#device.give(record));
  }

  fold(): Uint8Array[] {
    return this.#device.fold();
  }
}
