package io.weft.term;

import java.util.List;
import java.util.Objects;

/**
 * A local fun of a foreign node (NEW_FUN_EXT): opaque, cannot be called here, and goes back to its
 * node with every part unchanged.
 *
 * @param module the module that defines it
 * @param index its index in the module, unsigned 32 bits
 * @param arity 0 to 255
 * @param uniq the 16 bytes that identify the module's code
 * @param oldIndex the index of the older format
 * @param oldUniq the identification of the older format
 * @param pid the process that made it
 * @param freeVars the values of its free variables, an unmodifiable list
 */
public record Fun(
    Atom module,
    int index,
    int arity,
    Binary uniq,
    long oldIndex,
    long oldUniq,
    Pid pid,
    List<Term> freeVars)
    implements Term {

  /** The size of {@link #uniq}, in bytes. */
  public static final int UNIQ_SIZE = 16;

  /**
   * Checks the parts; copies the list unless it is one that a term already owns.
   *
   * @throws IllegalArgumentException if the arity is not 0 to 255 or {@code uniq} is not 16 bytes
   */
  public Fun {
    Objects.requireNonNull(module, "module");
    Objects.requireNonNull(pid, "pid");
    if (arity < 0 || arity > 255) {
      throw new IllegalArgumentException("arity " + arity + " is not 0 to 255");
    }
    if (uniq.size() != UNIQ_SIZE) {
      throw new IllegalArgumentException("uniq of %d bytes, not 16".formatted(uniq.size()));
    }
    freeVars = TermList.copyOf(freeVars);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Fun that && Structure.equal(this, that);
  }

  @Override
  public int hashCode() {
    return Structure.hash(this);
  }

  /** The fun as {@code localfun(Module,Index,Arity,Uniq,OldIndex,OldUniq,Pid,[Free,...])}. */
  @Override
  public String toString() {
    return TermPrinter.print(this);
  }
}
