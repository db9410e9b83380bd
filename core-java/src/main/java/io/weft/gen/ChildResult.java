package io.weft.gen;

import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import org.jspecify.annotations.Nullable;

/** What came of a request about one child. */
public sealed interface ChildResult {
  /** It is done, and nothing was started. */
  ChildResult DONE = new Done(null, null);

  /** The supervisor has no such child. */
  ChildResult NOT_FOUND = new Refused(Atom.of("not_found"));

  /** The child runs. */
  ChildResult RUNNING = new Refused(Atom.of("running"));

  /** The child did not start again yet and is tried on. */
  ChildResult RESTARTING = new Refused(Atom.of("restarting"));

  /**
   * It is done.
   *
   * @param pid of a child that was started, unless it decided not to serve; else null
   * @param info what a child that was started told along: see {@link io.weft.node.Self#startInfo};
   *     null if nothing, a term if it came from another node
   */
  record Done(@Nullable Pid pid, @Nullable Object info) implements ChildResult {}

  /**
   * It is not done.
   *
   * @param reason what OTP's supervisor says in {@code {error, Reason}}
   */
  record Refused(Term reason) implements ChildResult {}
}
