// Refusals that are about one field, said where that field is.

import { Problem } from '../base/api.js';

/** The field that a code is about, and what is wrong with it. @type {Record<string, [string, string]>} */
const PLACES = {
  email_taken: ['email', 'belongs to an account here already: log in with it, or use another one'],
  handle_taken: ['handle', 'belongs to somebody else: choose another one'],
  invite_required: ['invite', 'is needed here: ask a member for one'],
  invalid_invite: ['invite', 'was never made, is used up, has ended or was taken back: ask for another one'],
  setup_code_required: ['setup_code', 'is needed for the first account: the server printed it when it was started last'],
  wrong_password: ['password', 'is not your present one'],
};

/** The same refusal, with the field that it is about. @param {unknown} error @param {Record<string, string>} [named] fields that have another name in the form */
export function placed(error, named = {}) {
  if (!(error instanceof Problem)) return error;
  if (error.code === 'email_domain_not_allowed') return at(error, 'email', `cannot be used here. ${error.message.replace(/\.$/, '')}`);
  const [field, message] = PLACES[error.code] ?? [];
  return field && message ? at(error, named[field] ?? field, message) : error;
}

/** @param {Problem} error @param {string} field @param {string} message */
const at = (error, field, message) => new Problem(error.status, error.code, error.message, [{ field, message }], error.retryAfter);

/** Refuses what is left empty before the server has to. @param {Record<string, string | undefined>} values */
export function insist(values) {
  const missing = Object.keys(values).filter((name) => !values[name]?.trim());
  if (missing.length) throw new Problem(422, 'validation_failed', 'Something is missing.', missing.map((field) => ({ field, message: 'is missing' })));
}
