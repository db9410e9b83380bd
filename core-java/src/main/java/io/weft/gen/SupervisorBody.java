package io.weft.gen;

import io.weft.gen.Supervisor.Query;
import io.weft.node.ExitException;
import io.weft.node.ExitReason;
import io.weft.node.Self;
import io.weft.term.Atom;
import io.weft.term.Term;
import io.weft.term.Tuple;
import org.jspecify.annotations.Nullable;

/** A supervisor of children that are known by their ids. */
final class SupervisorBody extends SupervisorBehavior<Query, FixedChildren> {
  /** Reminds the supervisor of a child that did not start again. */
  record TryAgain(Child<?> child) implements Query {}

  /** A request as OTP's module supervisor makes it. */
  record Foreign(Term request) implements Query {}

  private final Supervisor.Definition definition;
  private final Intensity intensity;

  SupervisorBody(Supervisor.Definition definition, Intensity intensity) {
    this.definition = definition;
    this.intensity = intensity;
  }

  @Override
  public void start(Self<Query> self) throws Exception {
    begin(self, new FixedChildren(self, intensity)).start(definition);
  }

  @Override
  @Nullable FixedChildren own(@Nullable Object former) {
    return former instanceof FixedChildren children ? children : null;
  }

  /** A definition that is refused ends a start; in a code change it is an error, as in OTP. */
  @Override
  void adopt(FixedChildren taken) throws Exception {
    try {
      taken.change(definition, intensity);
    } catch (ExitException refused) {
      Term reason = refused.reason().term();
      if (reason instanceof Tuple why
          && (why.isTagged(SupervisorSetup.SUPERVISOR_DATA, 2)
              || why.isTagged(SupervisorSetup.START_SPEC, 2))) {
        throw new ExitException(ExitReason.of(Tuple.of(Atom.ERROR, why.get(1))));
      }
      throw refused;
    }
  }
}
