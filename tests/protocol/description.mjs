/**
 * docs/openapi.yaml, and what is wrong with an exchange by it: an undocumented path, method,
 * status, header or member is wrong, as is whatever breaks a schema.
 */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Ajv2020 from 'ajv/dist/2020.js';
import { parse } from 'yaml';

const kOpenApi = fileURLToPath(new URL('../../docs/openapi.yaml', import.meta.url));
const kDocument = 'openapi.yaml';
const kMethods = ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'];

export function loadDocument() {
  return parse(readFileSync(kOpenApi, 'utf8'));
}

function escapePointer(name) {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function essenceOf(contentType) {
  return (contentType ?? '').split(';')[0].trim().toLowerCase();
}

function reasons(errors, where) {
  return errors.map(({ instancePath, message, params }) => {
    const extra = params.unevaluatedProperty ?? params.additionalProperty;
    return `${where}${instancePath} ${message}${extra === undefined ? '' : ` ("${extra}")`}`;
  });
}

function parseJson(text) {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { complaint: `is not JSON: ${error.message}` };
  }
}

/** What ajv takes: it finds an alternative by its tag alone and wants no mapping beside it. */
function withoutMappings(node) {
  if (Array.isArray(node)) return node.map(withoutMappings);
  if (node === null || typeof node !== 'object') return node;
  return Object.fromEntries(Object.entries(node).map(([name, value]) =>
    [name, name === 'discriminator' ? { propertyName: value.propertyName } : withoutMappings(value)]));
}

/** Watches one event stream; takes its text in any pieces. */
export class StreamCheck {
  #description;
  #events;
  #rest = '';
  #cursor = null;
  #first = true;
  #ended = null;

  constructor(description, events) {
    this.#description = description;
    this.#events = events;
  }

  /** What is wrong with the events that are complete now. */
  take(text) {
    const frames = (this.#rest + text).split('\n\n');
    this.#rest = frames.pop();
    return frames.flatMap((frame) => this.#frame(frame));
  }

  end() {
    return this.#rest === '' ? [] : [`the stream ended inside an event: ${this.#rest}`];
  }

  #frame(frame) {
    const fields = frame.split('\n').map((line) => /^(\w+): (.*)$/.exec(line) ?? [line, line, '']);
    const strange = fields.find(([, name]) => name !== 'event' && name !== 'data');
    if (strange) return [`the stream has a line "${strange[0]}"`];
    const names = fields.filter(([, name]) => name === 'event').map(([, , value]) => value);
    const data = fields.filter(([, name]) => name === 'data').map(([, , value]) => value).join('\n');
    if (names.length !== 1) return [`an event of the stream has ${names.length} names`];
    return this.#event(names[0], data);
  }

  #event(name, text) {
    const where = `event "${name}" of the stream`;
    const pointer = this.#events.get(name);
    if (!pointer) return [`${where} is not documented`];
    const { value, complaint } = parseJson(text);
    if (complaint) return [`${where} ${complaint}`];
    const complaints = this.#description.validate(pointer, value, where);
    if (this.#ended) complaints.push(`${where} comes after "${this.#ended}"`);
    if (this.#first && name === 'checkpoint') complaints.push(`${where} comes before any page`);
    if (name === 'page') {
      if (this.#cursor && value.since !== this.#cursor) complaints.push(`${where} leaves a gap`);
      this.#cursor = value.cursor;
    }
    if (name === 'checkpoint' && value.cursor !== this.#cursor) {
      complaints.push(`${where} has another cursor than the page before it`);
    }
    if (name === 'bye' || name === 'reset') this.#ended = name;
    this.#first = false;
    this.#description.seen.add(`stream ${name}`);
    return complaints;
  }
}

export class Description {
  /** What was met: "operationId status" and "stream event". */
  seen = new Set();
  #ajv = new Ajv2020({
    strict: true, strictTypes: false, strictRequired: false, discriminator: true, allErrors: true,
  });
  #validators = new Map();

  constructor(document = loadDocument()) {
    this.document = document;
    this.#ajv.addVocabulary(Object.keys(document)); // no schema, but what schemas are found in
    this.#ajv.addSchema({ ...withoutMappings(document), $id: kDocument }, kDocument, false, false);
  }

  /** Follows references: the pointer of what is meant. */
  resolve(pointer) {
    const node = this.at(pointer);
    return typeof node?.$ref === 'string' ? this.resolve(node.$ref) : pointer;
  }

  at(pointer) {
    return pointer.slice(2).split('/').reduce(
      (node, name) => node?.[name.replaceAll('~1', '/').replaceAll('~0', '~')], this.document);
  }

  /** What is wrong with a value by the schema at the pointer. */
  validate(pointer, value, where = 'value') {
    if (!this.#validators.has(pointer)) {
      this.#validators.set(pointer, this.#ajv.compile({ $ref: kDocument + pointer }));
    }
    const validator = this.#validators.get(pointer);
    return validator(value) ? [] : reasons(validator.errors, where);
  }

  /** Every operation: its path, method, pointer and what the document says of it. */
  operations() {
    return Object.entries(this.document.paths).flatMap(([path, item]) =>
      kMethods.filter((method) => item[method]).map((method) => ({
        path, method, pointer: `#/paths/${escapePointer(path)}/${method}`, operation: item[method],
      })));
  }

  /** The path item that a target belongs to, with the values in the path. */
  #pathOf(pathname) {
    for (const path of Object.keys(this.document.paths)) {
      const pattern = path.replace(/[.]/g, '\\$&').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
      const match = new RegExp(`^${pattern}$`).exec(pathname);
      if (match) return { path, values: match.groups ?? {} };
    }
    return null;
  }

  /** The pointer of the response that the document has for this; or why there is none. */
  #responseOf(method, target, status) {
    const { pathname } = new URL(target, 'http://hub');
    const found = this.#pathOf(pathname);
    if (!found) return { name: 'other path', pointer: status === 404 ? '#/x-other-paths' : null };
    const pointer = `#/paths/${escapePointer(found.path)}/${method.toLowerCase()}`;
    const operation = this.at(pointer);
    if (!operation) {
      return { name: 'other method', pointer: status === 405 ? '#/x-other-methods' : null, ...found };
    }
    const response = `${pointer}/responses/${status}`;
    return { name: operation.operationId, operation: pointer, ...found,
      pointer: this.at(response) ? response : null };
  }

  /** A check for the stream that this exchange opens; null if it is no stream. */
  stream(method, target, status, contentType) {
    const { pointer } = this.#responseOf(method, target, status);
    if (!pointer || essenceOf(contentType) !== 'text/event-stream') return null;
    const events = `${this.resolve(pointer)}/content/text~1event-stream/x-events`;
    const names = Object.keys(this.at(events) ?? {});
    return new StreamCheck(this, new Map(names.map((name) => [name, `${events}/${escapePointer(name)}`])));
  }

  /**
   * What is wrong with an exchange. `headers` are plain objects in lower case, `body` is text; a
   * stream's body is left to its own check.
   */
  check({ method, target, request, response }) {
    const { status } = response;
    const found = this.#responseOf(method, target, status);
    const where = `${method} ${target} (${found.name}) ${status}`;
    if (!found.pointer) return [`${where}: this status is not documented`];
    this.seen.add(`${found.name} ${status}`);
    const complaints = this.#checkResponse(this.resolve(found.pointer), method, response);
    if (found.name === 'other method') complaints.push(...this.#checkAllow(found.path, response));
    // What succeeded must have been a request as described.
    if (found.operation && status < 300) {
      complaints.push(...this.checkRequest(found.operation, target, found.values, request, response));
    }
    return complaints.map((complaint) => `${where}: ${complaint}`);
  }

  #checkAllow(path, response) {
    const given = (response.headers.allow ?? '').toLowerCase().split(', ').sort();
    const documented = kMethods.filter((method) => this.document.paths[path][method]).sort();
    const same = given.join() === documented.join();
    return same ? [] : [`Allow names ${given.join()} and the document ${documented.join()}`];
  }

  #checkResponse(pointer, method, { status, headers, body }) {
    const response = this.at(pointer);
    const complaints = [];
    for (const name of Object.keys(response.headers ?? {})) {
      const header = this.resolve(`${pointer}/headers/${escapePointer(name)}`);
      const value = headers[name.toLowerCase()];
      if (value !== undefined) complaints.push(...this.validate(`${header}/schema`, value, `field ${name}`));
      else if (this.at(header).required) complaints.push(`the field ${name} is missing`);
    }
    if (!response.content || method === 'HEAD') {
      if (body) complaints.push('there is a body and none is documented');
      return complaints;
    }
    const type = essenceOf(headers['content-type']);
    const known = response.content[type] ? type : response.content['*/*'] ? '*/*' : null;
    if (!known) return [...complaints, `the content type "${type}" is not documented`];
    if (!/[/+]json$/.test(type) || known === '*/*') return complaints;
    const { value, complaint } = parseJson(body);
    if (complaint) return [...complaints, `the body ${complaint}`];
    const schema = `${pointer}/content/${escapePointer(known)}/schema`;
    complaints.push(...this.validate(schema, value, 'body'));
    if (type === 'application/problem+json' && value.status !== status) {
      complaints.push(`the problem says status ${value.status}`);
    }
    return complaints;
  }

  /** What is wrong with a request by the document. */
  checkRequest(pointer, target, values, request, response) {
    const { searchParams, pathname } = new URL(target, 'http://hub');
    const parent = pointer.slice(0, pointer.lastIndexOf('/'));
    const pointers = [parent, pointer].flatMap((owner) =>
      (this.at(owner).parameters ?? []).map((_, i) => this.resolve(`${owner}/parameters/${i}`)));
    const complaints = [];
    const known = new Set();
    for (const parameter of pointers) {
      const { name, in: place, schema, required } = this.at(parameter);
      const text = place === 'path' ? values[name]
        : place === 'header' ? request.headers[name.toLowerCase()] : searchParams.get(name);
      if (place === 'query') known.add(name);
      if (text === null || text === undefined) {
        if (required) complaints.push(`${name} is missing in ${pathname}`);
        continue;
      }
      const isNumber = this.at(this.resolve(`${parameter}/schema`)).type === 'integer' && /^-?\d+$/.test(text);
      complaints.push(...this.validate(`${parameter}/schema`, isNumber ? Number(text) : text, name));
      if (schema === undefined) complaints.push(`${name} has no schema`);
    }
    for (const name of searchParams.keys()) {
      if (!known.has(name)) complaints.push(`the parameter ${name} is not documented`);
    }
    const operation = this.at(pointer);
    if (operation.security && !/^Bearer \S+$/.test(request.headers.authorization ?? '')) {
      complaints.push('there is no token');
    }
    if (operation.requestBody) complaints.push(...this.#checkBody(pointer, operation, request, response));
    else if (request.body) complaints.push('the request has a body and none is documented');
    return complaints;
  }

  #checkBody(pointer, operation, request, response) {
    const { content } = operation.requestBody;
    if (!content['application/json']) {
      const type = essenceOf(request.headers['content-type']);
      return content[type] ? [] : [`the request's content type "${type}" is not documented`];
    }
    const { value, complaint } = parseJson(request.body);
    if (complaint) return [`the request's body ${complaint}`];
    const schema = `${pointer}/requestBody/content/application~1json/schema`;
    if (operation.operationId !== 'push' || !response) return this.validate(schema, value, 'request');
    // A push may carry events that are refused; what was placed is as described.
    const { results } = JSON.parse(response.body);
    const placed = value.events.filter((_, i) => results[i]?.outcome === 'placed');
    const complaints = this.validate(schema, { ...value, events: placed }, 'request');
    if (results.length !== value.events.length) complaints.push('not one result for each event');
    return complaints;
  }

  /** Every example in the document, with the pointer of the schema that it is of. */
  examples(pointer = '#') {
    const node = this.at(pointer) ?? this.document;
    const root = pointer === '#' ? this.document : node;
    if (root === null || typeof root !== 'object') return [];
    const own = [];
    if (root.schema && 'example' in root) own.push({ schema: `${pointer}/schema`, value: root.example });
    if (root.schema && root.examples) {
      for (const { value } of Object.values(root.examples)) own.push({ schema: `${pointer}/schema`, value });
    }
    if (/^#\/components\/schemas\/\w+$/.test(pointer)) {
      for (const value of root.examples ?? []) own.push({ schema: pointer, value });
    }
    return own.concat(Object.keys(root).filter((name) => name !== 'example' && name !== 'examples')
      .flatMap((name) => this.examples(`${pointer}/${escapePointer(name)}`)));
  }
}
