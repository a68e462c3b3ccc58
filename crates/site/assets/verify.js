// Checks one proof as docs/spec/record-http.md, section 5, says: in this browser, without any request.
(() => {
"use strict";
const at = (id) => document.getElementById("verify-" + id);
const encode = (text) => new TextEncoder().encode(text);
const decode = (bytes) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);

class Bad extends Error {}
const must = (ok, code) => { if (!ok) throw new Bad(code); };
const join = (parts) => {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let to = 0;
  for (const part of parts) { out.set(part, to); to += part.length; }
  return out;
};
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", join(parts)));
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const bytesOfHex = (text) => Uint8Array.from(text.match(/../g), (two) => parseInt(two, 16));

// Strict: another spelling of the same bytes is refused.
const base64 = (text, code) => {
  let raw = "";
  try { raw = atob(text); } catch { throw new Bad(code); }
  must(raw && btoa(raw) === text, code);
  return Uint8Array.from(raw, (c) => c.charCodeAt(0));
};
const decimal = (text, code) => {
  must(/^(0|[1-9][0-9]{0,15})$/.test(text) && Number.isSafeInteger(Number(text)), code);
  return Number(text);
};

// Keys and notes (C2SP signed-note), Ed25519 alone.
const keyId = async (name, key) => hex((await sha256(encode(name + "\n"), key)).slice(0, 4));
const readKey = async (text) => {
  const parts = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text);
  must(parts, "key");
  const [, name, id, rest] = parts;
  const key = base64(rest, "key");
  must(key.length === 33 && key[0] === 1 && await keyId(name, key) === id, "key");
  return { name, id, key: key.slice(1) };
};
const readNote = (text, code) => {
  const cut = text.lastIndexOf("\n\n");
  must(cut > 0 && text.endsWith("\n"), code);
  const lines = text.slice(cut + 2, -1).split("\n").map((line) => {
    const parts = /^\u2014 (\S+) (\S+)$/.exec(line);
    must(parts, code);
    const bytes = base64(parts[2], code);
    must(bytes.length > 4, code);
    return { name: parts[1], id: hex(bytes.slice(0, 4)), signature: bytes.slice(4) };
  });
  return { text: text.slice(0, cut + 1), lines };
};
const signs = async (key, line, text) => {
  if (line.name !== key.name || line.id !== key.id || line.signature.length !== 64) return false;
  let made;
  try { made = await crypto.subtle.importKey("raw", key.key, "Ed25519", false, ["verify"]); }
  catch (error) { throw new Bad(error.name === "NotSupportedError" ? "browser" : "key"); }
  return crypto.subtle.verify("Ed25519", made, line.signature, encode(text));
};

// Canonical JSON (docs/spec/entry.md, section 2): what is not written as it would be written again is refused.
const write = (value, code, depth = 0) => {
  must(depth <= 64 && value !== null && value !== false, code);
  if (value === true) return "true";
  if (typeof value === "number") {
    must(Number.isSafeInteger(value) && value >= 0, code);
    return String(value);
  }
  if (typeof value === "string") {
    must(value && value.normalize("NFC") === value, code);
    must(!/[\p{Cc}\p{Cs}\p{NChar}]/u.test(value.replace(/[\n\t]/g, "")), code);
    return '"' + value.replace(/["\\]/g, "\\$&").replace(/\n/g, "\\n").replace(/\t/g, "\\t") + '"';
  }
  const keys = Object.keys(value);
  must(keys.length, code);
  if (Array.isArray(value)) return "[" + value.map((item) => write(item, code, depth + 1)).join() + "]";
  must(keys.every((key) => /^[a-z][a-z-]*$/.test(key)), code);
  return "{" + keys.sort().map((key) => '"' + key + '":' + write(value[key], code, depth + 1)).join() + "}";
};
const readJson = (text, code) => {
  let value;
  try { value = JSON.parse(text); } catch { throw new Bad(code); }
  must(value && typeof value === "object" && !Array.isArray(value) && write(value, code) === text, code);
  return value;
};

const readProof = (text) => {
  const cut = text.indexOf("\n\n");
  must(cut > 0, "proof");
  const [head, extra, index, ...path] = text.slice(0, cut).split("\n");
  must(head === "c2sp.org/tlog-proof@v1" && extra?.startsWith("extra ") && index?.startsWith("index "), "proof");
  const hashes = path.map((line) => base64(line, "proof"));
  must(hashes.every((hash) => hash.length === 32), "proof");
  return {
    leaf: base64(extra.slice(6), "proof"), extra: extra.slice(6), index: decimal(index.slice(6), "proof"), path: hashes,
    checkpoint: readNote(text.slice(cut + 2), "proof"),
  };
};

const checkCheckpoint = async (note, keys) => {
  const lines = note.text.split("\n");
  must(lines.length === 4 && lines[3] === "", "proof");
  must(keys.every((key) => key.name === lines[0]), "name");
  const size = decimal(lines[1], "proof");
  const root = base64(lines[2], "proof");
  let signed = false;
  for (const key of keys) for (const line of note.lines) {
    if (line.name !== key.name || line.id !== key.id) continue;
    must(await signs(key, line, note.text), "signature");
    signed = true;
  }
  must(signed, "signature");
  return { size, root };
};

// RFC 9162, section 2.1.3.2.
const checkPath = async (proof, size, root) => {
  must(proof.index < size, "path");
  let fn = proof.index, sn = size - 1;
  let hash = await sha256([0], proof.leaf);
  for (const other of proof.path) {
    must(sn > 0, "path");
    if (fn % 2 === 1 || fn === sn) {
      hash = await sha256([1], other, hash);
      while (fn % 2 === 0 && fn > 0) { fn /= 2; sn = Math.floor(sn / 2); }
    } else hash = await sha256([1], hash, other);
    fn = Math.floor(fn / 2);
    sn = Math.floor(sn / 2);
  }
  must(sn === 0 && hex(hash) === hex(root), "path");
};

const HEADER = "chancery/entry/v1\n";
const readLeaf = (bytes, origin) => {
  must(bytes.length <= 8192, "leaf");
  let text = "";
  try { text = decode(bytes); } catch { throw new Bad("leaf"); }
  const note = readNote(text, "leaf");
  must(note.text.startsWith(HEADER), note.text.startsWith("chancery/entry/v") ? "newer" : "leaf");
  const entry = readJson(note.text.slice(HEADER.length, -1), "leaf");
  must(["publish", "correct", "withdraw", "retract", "archive"].includes(entry.kind), "newer");
  const forms = { id: /^[0-7][0-9a-hjkmnp-tv-z]{25}$/, lang: /^[a-z]{2,3}(-[A-Za-z0-9]+)*$/, mission: /^[a-z0-9][a-z0-9-]{1,31}$/,
    issued: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, version: /^[1-9]\d*$/, seq: /^[1-9]\d*$/ };
  for (const [field, form] of Object.entries(forms)) must(form.test(entry[field]), "leaf");
  must(note.lines.length === 1, "leaf");
  const name = note.lines[0].name, begin = origin + "/m/" + entry.mission + "/";
  must(name.startsWith(begin) && /^[1-9]\d{0,5}$/.test(name.slice(begin.length)), "leaf");
  return { entry, note };
};

// True where log.json was given and the office's key was valid at the index; false where only the log's key is known.
const checkOffice = async (log, leaf, index) => {
  if (!log) return false;
  const line = leaf.note.lines[0];
  for (const known of log.keys) {
    if (known.role !== "office" || known.mission !== leaf.entry.mission) continue;
    if (known.from > index || known.until <= index) continue;
    const key = await readKey(known.vkey);
    if (await signs(key, line, leaf.note.text)) return true;
  }
  throw new Bad("office");
};

const checkText = async (proof, entry, size, data) => {
  must(data.edition?.entry === proof.extra && data["checkpoint-size"] === size, "other");
  const { manifest, salt } = data.edition;
  must(Boolean(entry.content) === Boolean(manifest) && Boolean(manifest) === Boolean(salt), "text");
  if (!manifest) return null;
  must(/^[0-9a-f]{64}$/.test(salt), "text");
  const bytes = encode(write(manifest, "text"));
  const digest = await sha256(encode("chancery/commit/v1\n"), bytesOfHex(salt), await sha256(bytes));
  must(bytes.length === entry.size && entry.content === "c1:" + hex(digest), "text");
  const format = /^application\/vnd\.chancery\.(facts|words|notice)\+json$/.exec(entry.media);
  must(format && manifest.format === "chancery/" + format[1] + "/v1", "text");
  return manifest;
};

const flat = (text) => typeof text === "string" ? text : Array.isArray(text) ? text.map(flat).join("") : flat(text.text ?? "");
const lines = (value, out = []) => {
  if (typeof value === "string") out.push(value);
  else if (Array.isArray(value)) value.forEach((item) => lines(item, out));
  else if (value) {
    if (value.text) out.push(flat(value.text));
    for (const part of ["plain", "title", "caption", "head", "rows", "items", "body", "cite"]) lines(value[part], out);
  }
  return out;
};

// Everything at once; throws Bad with the reason.
const verify = async (proofText, dataText, keyText) => {
  must(globalThis.crypto?.subtle, "browser");
  const log = keyText.startsWith("{") ? readJson(keyText, "key") : null;
  must(!log || Array.isArray(log.keys), "key");
  const proof = readProof(proofText);
  const [origin, size] = proof.checkpoint.text.split("\n");
  const keys = log ? log.keys.filter((key) => key.role === "log" && !(key.from > size || key.until <= size)) : [{ vkey: keyText }];
  const head = await checkCheckpoint(proof.checkpoint, await Promise.all(keys.map((key) => readKey(key.vkey))));
  await checkPath(proof, head.size, head.root);
  const leaf = readLeaf(proof.leaf, origin);
  const office = await checkOffice(log, leaf, proof.index);
  const manifest = await checkText(proof, leaf.entry, head.size, readJson(dataText, "data"));
  const text = manifest?.format === "chancery/words/v1" ? lines([manifest.title, manifest.summary, manifest.body ?? []]) : manifest && [write(manifest)];
  return { ...leaf.entry, origin, index: proof.index, office, text: (text ?? []).join("\n\n") };
};

const each = (name, act) => document.querySelectorAll(`[data-${name}]`).forEach((part) => act(part, part.dataset[name]));
const say = (code) => each("say", (part, codes) => { part.hidden = !codes.split(" ").includes(code); });
const fill = (values) => each("slot", (part, name) => { part.textContent = values[name] ?? ""; });

// Time and language in words of the page's language; what kind of entry it is stands in the page.
const show = (found) => {
  const lang = { en: "en-GB", ar: "ar-u-nu-arab" }[document.documentElement.lang] ?? document.documentElement.lang;
  const form = { dateStyle: "long", timeStyle: "medium", hourCycle: "h23", timeZone: "UTC" };
  fill({
    ...found, issued: new Date(found.issued).toLocaleString(lang, form) + " UTC",
    lang: found.lang === "zxx" ? "" : new Intl.DisplayNames(lang, { type: "language" }).of(found.lang),
  });
  each("word", (part, word) => { part.hidden = word !== found.kind && word !== found.lang; });
  say(found.office ? "good-office" : "good");
};
// Mail programs and editors change line ends: read as it was published (section 5, step 0).
const published = (text) => text.replace(/^\uFEFF?[ \t\r\n]*|(?<![ \t\r\n])[ \t\r\n]+$/g, "").replace(/\r\n/g, "\n");
const run = async () => {
  const missing = ["proof", "data", "key"].filter((id) => !at(id).value.trim());
  each("part", (part, id) => { part.hidden = !missing.includes(id); });
  say(missing.length && "missing");
  if (missing.length) return;
  try { show(await verify(published(at("proof").value) + "\n", published(at("data").value), published(at("key").value))); }
  catch (error) { say(error instanceof Bad ? error.message : "data"); }
};
const KEY = /^(\S+\+[0-9a-f]{8}\+\S+\s*|\{.*"keys":.*\}\s*)$/s;
// Bytes of a file that is read at all.
const MOST = 1 << 24;
const take = async (files) => {
  const unknown = [];
  for (const file of files) {
    const text = file.size > MOST ? "" : published(await file.text());
    const to = text.startsWith("c2sp.org/") ? "proof" : text.startsWith('{"checkpoint-size"') ? "data" : KEY.test(text) && "key";
    if (to) at(to).value = text;
    else unknown.push(file.name);
  }
  fill({ unknown: unknown.join("\n") });
  say(unknown.length && "unknown");
};

at("form").addEventListener("submit", (event) => { event.preventDefault(); run(); });
at("files").addEventListener("change", (event) => take(event.target.files));
say("");
at("form").hidden = false;
})();
