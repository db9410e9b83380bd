package io.weft.node;

import io.weft.term.Atom;

/**
 * What OTP knows a function by: {@code Module:Function/Arity}.
 *
 * @param module the module
 * @param function the function
 * @param arity how many arguments it takes
 */
public record FunctionName(Atom module, Atom function, int arity) {
  /** Returns the name with these parts. */
  public static FunctionName of(String module, String function, int arity) {
    return new FunctionName(Atom.of(module), Atom.of(function), arity);
  }

  @Override
  public String toString() {
    return module + ":" + function + "/" + arity;
  }
}
