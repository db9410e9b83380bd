package io.weft.gen;

import org.jspecify.annotations.Nullable;

/**
 * A behaviour with {@link SupervisedChildren}, so that a {@link CodeChange} of the tree it is in
 * finds them. Its blueprint says so too: see {@link io.weft.node.Blueprint#keepsChildren}.
 */
public interface KeepsChildren {
  /** Returns its children, in its turns; null if it has none to speak of. */
  @Nullable SupervisedChildren<?, ?> supervisedChildren();
}
