package io.weft.term;

/**
 * The elements of a list that are kept in another form, and become terms when somebody asks for
 * one. Immutable; any thread.
 */
public interface LateElements {

  /** How many there are: at least one. */
  int count();

  /** Whether all are integers 0 to 255. */
  boolean areBytes();

  /** Makes the terms. The array is the caller's; asked again, it gives equal ones. */
  Term[] toTerms();
}
