package io.weft.term;

import java.util.Objects;

/**
 * An external fun, {@code fun module:function/arity}.
 *
 * @param module the module
 * @param function the function
 * @param arity 0 to 255
 */
public record Export(Atom module, Atom function, int arity) implements Term {

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the arity is not 0 to 255
   */
  public Export {
    Objects.requireNonNull(module, "module");
    Objects.requireNonNull(function, "function");
    if (arity < 0 || arity > 255) {
      throw new IllegalArgumentException("arity " + arity + " is not 0 to 255");
    }
  }

  /** The fun in Erlang syntax. */
  @Override
  public String toString() {
    return TermPrinter.print(this);
  }
}
