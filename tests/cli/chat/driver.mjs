// Ana and Ben talk through the client of the README, and print a line for each answer. What they and some others saw
// and were told is in result.json when this has ended, which it does by itself when all have stopped.
import { writeFileSync } from 'node:fs';

import { chat } from './hearth-chat.mjs';

const { url, talk, tokens, messages } = JSON.parse(process.argv[2]);
const WINDOW = 5; // messages of each that may be unanswered

const until = (isDone) => new Promise((resolve) => {
  const look = () => (isDone() ? resolve() : setTimeout(look, 5));
  look();
});

// Somebody who listens from `state` on, and what they see.
function listener(token, state) {
  const person = { seen: [], asked: 0, state };
  const onEvent = (event) => person.seen.push(event);
  person.client = chat({ url, token: async () => (person.asked++, token), onEvent, state });
  return person;
}

async function converse(token, name) {
  const person = Object.assign(listener(token), { told: [] });
  let sent = 0;
  const speak = async () => {
    while (sent < messages) {
      const text = `${name} ${++sent}`;
      person.told.push({ text, ...(await person.client.send(talk, text)) });
      console.log('answered');
    }
  };
  await Promise.all(Array.from({ length: WINDOW }, speak));
  return person;
}

const people = await Promise.all([converse(tokens[0], 'ana'), converse(tokens[1], 'ben')]);
await until(() => people.every(({ seen }) => seen.length >= 2 * messages));

// One who knows nothing, one who knows a little, and one whose cursors belong to another history.
const epoch = await new Promise((resolve) => {
  const state = { epoch: null, cursors: {} };
  const probe = listener(tokens[0], state);
  until(() => state.epoch).then(() => { probe.client.stop(); resolve(state.epoch); });
});
const late = [
  listener(tokens[0], { epoch: null, cursors: {} }),
  listener(tokens[0], { epoch, cursors: { [talk]: 7 } }),
  listener(tokens[1], { epoch: 'another', cursors: { [talk]: 1_000_000 } }),
];
await until(() => late.every(({ seen }) => seen.at(-1)?.seq === people[0].seen.at(-1).seq));

// What is refused is told; who may not come in is not let in again.
const refused = await people[0].client.send('none', 'text').catch((error) => error.code);
const ended = await new Promise((onEnd) => chat({ url, token: async () => 'none', onEvent() {}, onEnd }));

[...people, ...late].forEach(({ client }) => client.stop());
const brief = ({ seen, asked, told }) => ({ seen: seen.map(({ seq, id }) => [seq, id]), asked, told });
writeFileSync('result.json', JSON.stringify({ people: people.map(brief), late: late.map(brief), refused, ended }));
