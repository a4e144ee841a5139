/** Python by its grammar: the one that the editor highlights with (@lezer/python). */
import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@lezer/python';

// Without recovery from mistakes, which takes long, and after which a tree would only look as if it meant something.
const strict = parser.configure({ strict: true });

/** The tree of a code without a mistake; null for any other. */
export function parsePython(code: string): Tree | null {
  try {
    return strict.parse(code);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The children of a node, punctuation included, without comments. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling)
    if (child.name !== 'Comment') children.push(child);
  return children;
}
