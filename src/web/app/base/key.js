// Keys that make a request safe to repeat.

/** A key that no other request has. `crypto.randomUUID` is there only where the connection is encrypted. */
export function freshKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
