package io.weft.term;

import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * Equality and hash of compound terms, by walking their nodes in canonical order (children from
 * first to last, map entries in the order of their keys) with a stack on the heap.
 */
final class Structure {

  /**
   * A large odd number (the FNV prime): with a small one, small tuples of small integers collide.
   */
  private static final int MULTIPLIER = 0x01000193;

  private Structure() {}

  @SuppressWarnings("ReferenceEquality") // shared subterms need no walk
  static boolean equal(Term left, Term right) {
    Term a = left;
    Term b = right;
    Pair stack = null;
    while (true) {
      if (a != b) {
        if (!sameNode(a, b)) {
          return false;
        }
        List<Term> children = children(a);
        if (!children.isEmpty()) {
          stack = new Pair(children, children(b), stack);
        }
      }
      while (stack != null && stack.next == stack.a.size()) {
        stack = stack.below;
      }
      if (stack == null) {
        return true;
      }
      a = stack.a.get(stack.next);
      b = stack.b.get(stack.next++);
    }
  }

  /** Whether two terms are equal as far as can be said without looking at their children. */
  private static boolean sameNode(Term a, Term b) {
    return switch (a) {
      case Tuple t -> b instanceof Tuple u && t.arity() == u.arity();
      case ListTerm t -> b instanceof ListTerm u && t.size() == u.size();
      case ImproperList t ->
          b instanceof ImproperList u && t.elements().size() == u.elements().size();
      case MapTerm t -> b instanceof MapTerm u && t.size() == u.size();
      case Fun t -> b instanceof Fun u && sameFun(t, u);
      default -> a.equals(b);
    };
  }

  private static boolean sameFun(Fun a, Fun b) {
    return a.index() == b.index()
        && a.arity() == b.arity()
        && a.oldIndex() == b.oldIndex()
        && a.oldUniq() == b.oldUniq()
        && a.freeVars().size() == b.freeVars().size()
        && a.module().equals(b.module())
        && a.uniq().equals(b.uniq())
        && a.pid().equals(b.pid());
  }

  static int hash(Term term) {
    int hash = 1;
    Term node = term;
    Single stack = null;
    while (true) {
      hash = hash * MULTIPLIER + nodeHash(node);
      List<Term> children = children(node);
      if (!children.isEmpty()) {
        stack = new Single(children, stack);
      }
      while (stack != null && stack.next == stack.children.size()) {
        stack = stack.below;
      }
      if (stack == null) {
        return hash;
      }
      node = stack.children.get(stack.next++);
    }
  }

  private static int nodeHash(Term node) {
    return switch (node) {
      case Tuple t -> 0x74000000 + t.arity();
      case ListTerm t -> 0x6c000000 + t.size();
      case ImproperList t -> 0x69000000 + t.elements().size();
      case MapTerm t -> 0x6d000000 + t.size();
      case Fun t -> (t.uniq().hashCode() * 31 + t.index()) * 31 + t.freeVars().size();
      default -> node.hashCode();
    };
  }

  /** The children of a term in canonical order; none for a leaf. */
  static List<Term> children(Term term) {
    return switch (term) {
      case Tuple t -> t.elements();
      case ListTerm t -> t.elements();
      case ImproperList t -> new WithTail(t.elements(), t.tail());
      case MapTerm(TermMap entries) -> entries.sortedEntries();
      case Fun t -> t.freeVars();
      default -> TermList.EMPTY;
    };
  }

  private static final class Pair {
    final List<Term> a;
    final List<Term> b;
    final @Nullable Pair below;
    int next;

    Pair(List<Term> a, List<Term> b, @Nullable Pair below) {
      this.a = a;
      this.b = b;
      this.below = below;
    }
  }

  private static final class Single {
    final List<Term> children;
    final @Nullable Single below;
    int next;

    Single(List<Term> children, @Nullable Single below) {
      this.children = children;
      this.below = below;
    }
  }

  /** The elements of an improper list, then its tail. */
  private static final class WithTail extends AbstractList<Term> implements RandomAccess {
    private final List<Term> elements;
    private final Term tail;

    WithTail(List<Term> elements, Term tail) {
      this.elements = elements;
      this.tail = tail;
    }

    @Override
    public Term get(int index) {
      return index == elements.size() ? tail : elements.get(index);
    }

    @Override
    public int size() {
      return elements.size() + 1;
    }
  }
}
