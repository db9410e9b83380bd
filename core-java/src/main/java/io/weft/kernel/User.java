package io.weft.kernel;

import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.Info;
import io.weft.node.Self;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import io.weft.term.Term;
import java.util.function.Consumer;

/**
 * The process {@code user}: prints for everybody who has no nearer group leader, on this node or
 * another, and has no input.
 */
final class User implements Behavior<Term> {
  private final Consumer<String> output;

  private User(Consumer<String> output) {
    this.output = output;
  }

  static Blueprint<Term> blueprint(Consumer<String> output) {
    return Blueprint.<Term>of("user", () -> new User(output))
        .named("user")
        .codec(TermCodec.identity())
        .trapExit();
  }

  @Override
  public void message(Self<Term> self, Term message) {
    boolean _ = IoRequests.answer(self, message, text -> print(self, text));
  }

  @Override
  public void info(Self<Term> self, Info info) throws Exception {
    if (!ServiceKeeper.isExit(self, info)) {
      Behavior.super.info(self, info);
    }
  }

  /** A consumer that fails must not end the one who prints for all. */
  private void print(Self<Term> self, String text) {
    try {
      output.accept(text);
    } catch (RuntimeException failure) {
      self.warn("could not print: {}", failure);
    }
  }

  @Override
  public Term state(Self<Term> self) {
    return Atom.UNDEFINED;
  }
}
