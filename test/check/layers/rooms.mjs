// Reads the table of rooms, and answers what a room may import.

import { APART, LAYERS } from './table.mjs';

/**
 * @typedef {object} Room
 * @property {string} name
 * @property {number | null} layer null for a room outside the order
 * @property {string[]} uses
 * @property {string[]} also
 * @property {string[]} not
 */

/** @type {Room[]} */
const ROOMS = [
  ...LAYERS.flatMap((rows, layer) => rows.map((row) => toRoom(row, layer))),
  ...APART.map((row) => toRoom(row, null)),
];

/** Every folder and file that the table names. */
export const PLACES = new Set(ROOMS.flatMap(({ name, also, not }) => [name, ...also, ...not]));

/**
 * @param {import('./table.mjs').Row} row
 * @param {number | null} layer
 * @returns {Room}
 */
function toRoom({ room, uses = '', also = '', not = '' }, layer) {
  const [used = [], others = [], refused = []] = [uses, also, not].map(
    (words) => words.match(/\S+/g) ?? [],
  );
  return { name: room, layer, uses: used, also: others, not: refused };
}

/**
 * The innermost room that a file is in.
 * @param {string} path
 * @returns {Room | undefined}
 */
export function roomOf(path) {
  const around = ROOMS.filter(({ name }) => isIn(path, name));
  return around.sort((one, other) => other.name.length - one.name.length)[0];
}

/**
 * @param {Room} room
 * @param {string} path
 */
export function mayImport(room, path) {
  const also = longest(room.also, path);
  const not = longest(room.not, path);
  if (also !== not) return also > not;
  return isIn(path, room.name) || isBelow(roomOf(path), room);
}

/**
 * @param {Room} room
 * @param {string} name of a package or of a module of Node
 */
export function mayUse(room, name) {
  return room.uses.some((used) => name === used || name.startsWith(used.replace(/\/?$/, '/')));
}

/**
 * What a room may import, in words, for a message.
 * @param {Room} room
 */
export function allowance(room) {
  const lower = ROOMS.filter((other) => isBelow(other, room) && mayImport(room, other.name));
  const names = ['itself', ...lower.map(({ name }) => name), ...room.also, ...room.uses];
  const except = room.not.length === 0 ? '' : `, never ${room.not.join(', ')}`;
  const words = `${room.name} may import ${names.join(', ')}${except}`;
  return words.replaceAll('worker/', '');
}

/**
 * @param {string} path
 * @param {string} place a folder or a file
 */
function isIn(path, place) {
  return path === place || path.startsWith(`${place}/`);
}

/**
 * The length of the longest place that contains a path; 0 if none does.
 * @param {string[]} places
 * @param {string} path
 */
function longest(places, path) {
  return Math.max(0, ...places.filter((place) => isIn(path, place)).map(({ length }) => length));
}

/**
 * @param {Room | undefined} lower
 * @param {Room} room
 */
function isBelow(lower, room) {
  if (lower === undefined || lower.layer === null || room.layer === null) return false;
  return lower.layer < room.layer;
}
