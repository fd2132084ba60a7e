/** "CFCT" in `PRAGMA application_id`: tells a catalog from any other SQLite file. */
export const APPLICATION_ID = 0x43464354;

/**
 * Version 1.
 *
 * A node is a name in a directory of one object; its id never changes, and `head` is its newest version. A version is
 * valid from the set with ordinal `since` to the set before the next version of the node (`prev` points backwards); a
 * version without identity says that the node is gone. So an element that does not change costs nothing, and rows are
 * only ever appended, until sets expire. `touched` lists the nodes that got a version in a set, as delta varints: the difference of any
 * two sets without an index.
 *
 * `child` finds a node by directory and hash of its name at half the price of an index on the name.
 * Byte strings (names) are TEXT whose characters are bytes 0 to 255: their order is that of the bytes.
 */
const VERSION_1 = `
CREATE TABLE meta(name TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE object(key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, root INTEGER NOT NULL);
CREATE INDEX object_name ON object(name);

CREATE TABLE set_ref(key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
CREATE TABLE block_set(
  key INTEGER PRIMARY KEY REFERENCES set_ref(key),
  ordinal INTEGER UNIQUE,
  object INTEGER NOT NULL REFERENCES object(key),
  level TEXT NOT NULL,
  state TEXT NOT NULL,
  parent INTEGER REFERENCES set_ref(key),
  created_at INTEGER NOT NULL,
  finished_at INTEGER,
  elements INTEGER NOT NULL DEFAULT 0,
  logical_bytes INTEGER NOT NULL DEFAULT 0,
  bytes_read INTEGER NOT NULL DEFAULT 0,
  bytes_stored INTEGER NOT NULL DEFAULT 0,
  segments INTEGER NOT NULL DEFAULT 0,
  drives INTEGER NOT NULL DEFAULT 0,
  duration_ms INTEGER NOT NULL DEFAULT 0,
  detail TEXT NOT NULL DEFAULT '{}'
);
CREATE INDEX block_set_object ON block_set(object, created_at);
CREATE INDEX block_set_parent ON block_set(parent) WHERE parent IS NOT NULL;

CREATE TABLE ordinal_of(ordinal INTEGER PRIMARY KEY, object INTEGER NOT NULL);
CREATE INDEX ordinal_object ON ordinal_of(object, ordinal);

CREATE TABLE node(id INTEGER PRIMARY KEY, dir INTEGER NOT NULL, name TEXT NOT NULL, head INTEGER);
CREATE TABLE child(dir INTEGER, hash INTEGER, node INTEGER, PRIMARY KEY(dir, hash, node)) WITHOUT ROWID;
CREATE TABLE version(id INTEGER PRIMARY KEY, since INTEGER NOT NULL, prev INTEGER, class INTEGER, identity BLOB, layout BLOB);
CREATE TABLE attribute_class(id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE attribute_class_hash(hash INTEGER, id INTEGER, PRIMARY KEY(hash, id)) WITHOUT ROWID;
CREATE TABLE layout_body(id INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE layout_part(version INTEGER, part INTEGER, body INTEGER NOT NULL, PRIMARY KEY(version, part)) WITHOUT ROWID;
CREATE TABLE touched(ordinal INTEGER, part INTEGER, nodes BLOB NOT NULL, PRIMARY KEY(ordinal, part));

CREATE TABLE chunk(
  set_key INTEGER, sequence INTEGER, kind TEXT NOT NULL, tape TEXT, tape_sequence INTEGER,
  block INTEGER NOT NULL, offset INTEGER NOT NULL, payload_bytes INTEGER NOT NULL,
  PRIMARY KEY(set_key, sequence, tape, tape_sequence)
) WITHOUT ROWID;
CREATE INDEX chunk_tape ON chunk(tape, tape_sequence);
CREATE TABLE chunk_index(set_key INTEGER, sequence INTEGER, body BLOB NOT NULL, PRIMARY KEY(set_key, sequence));

CREATE TABLE waiting_set(key INTEGER PRIMARY KEY, parent INTEGER NOT NULL, summary TEXT NOT NULL);
CREATE TABLE waiting_part(key INTEGER, part INTEGER, body BLOB NOT NULL, PRIMARY KEY(key, part));

CREATE VIRTUAL TABLE name_index USING fts5(name, content='', detail=none, columnsize=0, tokenize='trigram');
`;

/** Step n takes a catalog from schema version n to n + 1. Steps are never edited once released, only added. */
export const MIGRATIONS: readonly string[] = [VERSION_1];
