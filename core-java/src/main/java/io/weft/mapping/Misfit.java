package io.weft.mapping;

import io.weft.term.Term;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * A misfit on its way out: each level that it passes adds a step to its path, so that what fits
 * pays nothing for paths.
 */
final class Misfit extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** How much of a term a message shows. */
  private static final int MAX_SHOWN = 120;

  /** A path is no longer than what a person reads. */
  private static final int MAX_STEP = 200;

  private final String problem;
  private String path = "";

  Misfit(String problem, @Nullable Throwable cause) {
    super(problem, cause, false, false);
    this.problem = problem;
  }

  Misfit(String problem) {
    this(problem, null);
  }

  static Misfit expected(String what, Term found) {
    return new Misfit("expected " + what + ", found " + shown(found));
  }

  /** What a constructor or another code of the user refuses. */
  static Misfit refused(RuntimeException refusal, Term found) {
    if (refusal instanceof Misfit misfit) {
      return misfit;
    }
    if (refusal instanceof MisfitException inner) {
      String path = inner.path().substring(MisfitException.ROOT.length());
      return new Misfit(inner.problem(), refusal).under(path);
    }
    String message = refusal.getMessage();
    return new Misfit(
        (message == null ? refusal.toString() : message) + ", found " + shown(found), refusal);
  }

  static String shown(Term term) {
    return term.abbreviate(MAX_SHOWN);
  }

  /** Adds what leads to the place known so far. */
  Misfit under(String step) {
    String cut = step.length() <= MAX_STEP ? step : step.substring(0, MAX_STEP) + "...";
    path = cut + path;
    return this;
  }

  MisfitException atRoot() {
    return new MisfitException(MisfitException.ROOT + path, problem, getCause());
  }
}
