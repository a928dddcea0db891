// Beginning to talk to somebody, from wherever one meets them.

import { post } from '../base/api.js';
import { go } from '../base/router.js';
import { account } from '../base/session.js';
import { complain } from '../parts/toast.js';
import { askToLogIn } from '../shell/outlet.js';

/** Goes to the conversation with somebody, which begins now where there is none. @param {string} userId */
export async function startDirect(userId) {
  if (!account.value) return askToLogIn();
  try {
    /** @type {Conversation} */
    const conversation = await post('/conversations', { members: [userId] });
    go(`/chat/${conversation.id}`);
  } catch (problem) {
    complain(problem);
  }
  return undefined;
}
