package io.weft.node;

import org.jspecify.annotations.Nullable;

/**
 * A term does not fit the type it should become, or a value has no form as a term. The message
 * names the place, what was expected and what was found.
 */
public class TermMappingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public TermMappingException(String message) {
    super(message);
  }

  public TermMappingException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
