package io.weft.mapping;

import io.weft.node.TermMappingException;
import org.jspecify.annotations.Nullable;

/**
 * A term does not fit the type it should become, or a value has no form as a term, and where:
 * {@code $.orders[3].price: expected an integer, found foo}.
 *
 * <p>{@code $} is the whole value, {@code .name} a component, {@code [2]} an element, {@code [key]}
 * an entry of a map.
 */
public final class MisfitException extends TermMappingException {
  private static final long serialVersionUID = 1L;

  /** The path of the whole. */
  static final String ROOT = "$";

  private final String path;
  private final String problem;

  MisfitException(String path, String problem, @Nullable Throwable cause) {
    super(path + ": " + problem, cause);
    this.path = path;
    this.problem = problem;
  }

  /** Returns where it is. */
  public String path() {
    return path;
  }

  /** Returns what it is, without the place. */
  public String problem() {
    return problem;
  }
}
