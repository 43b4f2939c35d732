// Words that name nothing. A participle or a pronoun says what happened to a thing, or that there is one, and not what it
// is: `found` has as many types as callers. They may stand inside a name, as in `isKnown`.

const PRONOUNS = `
  all another any anything both each either else everything few here it less many more most much neither none nothing one
  ones other others own same several some something such that their them there these they this those what which who whom
  whose`;

const PARTICIPLES = `
  added allowed answered asked begun besides bound broken brought built called changed checked chosen closed covered
  decided declared done drawn due earlier ended expected failed fetched filled followed found given gone got judged known
  kept later left listed looked made marked meant met missing named noted picked printed put read refused said seen sent
  shown spoken stated still taken told tried unchecked undecided untold used waiting wanted written`;

export const UNNAMED_WORDS: ReadonlySet<string> = new Set(`${PRONOUNS} ${PARTICIPLES}`.trim().split(/\s+/));

/** Those of them that are verbs as well, and so name what a function does. */
export const VERBS: ReadonlySet<string> = new Set(['put', 'read']);
