// What a device calls itself, in plain words. Devices say of themselves what they like, so this is a guess that is good enough
// to know one's own by.

/** The first that fits counts: most browsers claim to be others as well. @type {[RegExp, string][]} */
const BROWSERS = [
  [/\bEdgA?\//, 'Edge'], [/\bOPR\//, 'Opera'], [/\bVivaldi\//, 'Vivaldi'], [/\bSamsungBrowser\//, 'Samsung Internet'], [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\bCriOS\//, 'Chrome'], [/\bHeadlessChrome\//, 'Chrome without a window'], [/\bChrom(e|ium)\//, 'Chrome'], [/\bVersion\/.*Safari\//, 'Safari'], [/^curl\//, 'curl'],
];

/** @type {[RegExp, string][]} */
const SYSTEMS = [
  [/iPhone/, 'iPhone'], [/iPad/, 'iPad'], [/Android/, 'Android'], [/Windows/, 'Windows'], [/Mac OS X|Macintosh/, 'a Mac'], [/CrOS/, 'ChromeOS'], [/Linux|X11/, 'Linux'],
];

/** @param {[RegExp, string][]} known @param {string} said */
const first = (known, said) => known.find(([pattern]) => pattern.test(said))?.[1];

/** @param {string} said a `User-Agent` @returns {{ words: string, icon: 'smartphone' | 'monitor' | 'code' }} */
export function device(said) {
  const [browser, system] = [first(BROWSERS, said), first(SYSTEMS, said)];
  const icon = /iPhone|Android.*Mobile/.test(said) ? 'smartphone' : browser && browser !== 'curl' ? 'monitor' : 'code';
  if (browser && system) return { words: `${browser} on ${system}`, icon };
  return { words: browser ?? (said.trim() ? said.slice(0, 60) : 'A device without a name'), icon };
}
