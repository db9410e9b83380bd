package io.weft.gen;

import io.weft.gen.DynamicSupervisor.Query;
import io.weft.node.Self;
import io.weft.term.Term;
import org.jspecify.annotations.Nullable;

/** A supervisor of children that come and go. */
final class DynamicBody<A, M> extends SupervisorBehavior<Query<A, M>, DynamicChildren<A, M>> {
  /** Reminds the supervisor of a child that did not start again. */
  record TryAgain<A, M>(Child<?> child) implements Query<A, M> {}

  /** A request as OTP's module supervisor makes it. */
  record Foreign<A, M>(Term request) implements Query<A, M> {}

  private final ChildTemplate<A, M> template;
  private final Intensity intensity;

  DynamicBody(ChildTemplate<A, M> template, Intensity intensity) {
    this.template = template;
    this.intensity = intensity;
  }

  @Override
  public void start(Self<Query<A, M>> self) {
    begin(self, new DynamicChildren<>(self, template, intensity));
  }

  /** The arguments of the children were made for the former template, and now for this one. */
  @Override
  @SuppressWarnings("unchecked")
  @Nullable DynamicChildren<A, M> own(@Nullable Object former) {
    return former instanceof DynamicChildren<?, ?> children
        ? (DynamicChildren<A, M>) children
        : null;
  }

  @Override
  void adopt(DynamicChildren<A, M> taken) {
    taken.change(template, intensity);
  }
}
