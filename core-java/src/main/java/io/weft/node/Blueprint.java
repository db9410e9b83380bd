package io.weft.node;

import io.weft.term.Atom;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything needed to start a process, as often as it takes: immutable and shareable.
 *
 * @param <M> the protocol of the process
 */
public final class Blueprint<M> {
  private final String label;
  private final Supplier<? extends Behavior<M>> behavior;
  private final TermCodec<M> codec;
  private final @Nullable Atom name;
  private final boolean trapExit;

  private Blueprint(
      String label,
      Supplier<? extends Behavior<M>> behavior,
      TermCodec<M> codec,
      @Nullable Atom name,
      boolean trapExit) {
    this.label = Objects.requireNonNull(label);
    this.behavior = Objects.requireNonNull(behavior);
    this.codec = codec;
    this.name = name;
    this.trapExit = trapExit;
  }

  /**
   * Returns a blueprint for an unregistered process without a form as terms.
   *
   * @param label what reports and logs call it
   * @param behavior makes a fresh behaviour for each start
   */
  public static <M> Blueprint<M> of(String label, Supplier<? extends Behavior<M>> behavior) {
    return new Blueprint<>(label, behavior, TermCodec.localOnly(label), null, false);
  }

  /** Returns this blueprint for a process that registers {@code name} before it starts. */
  public Blueprint<M> named(String name) {
    return new Blueprint<>(label, behavior, codec, Atom.of(name), trapExit);
  }

  /**
   * Returns this blueprint with a form as terms, so that foreign nodes can speak with the process.
   */
  public Blueprint<M> codec(TermCodec<M> codec) {
    return new Blueprint<>(label, behavior, codec, name, trapExit);
  }

  /** Returns this blueprint for a process that traps exits from its first moment. */
  public Blueprint<M> trapExit() {
    return new Blueprint<>(label, behavior, codec, name, true);
  }

  /** Returns what reports and logs call the process. */
  public String label() {
    return label;
  }

  /** Returns the name to register, or null. */
  public @Nullable Atom name() {
    return name;
  }

  /** Returns how the protocol looks as terms. */
  public TermCodec<M> codec() {
    return codec;
  }

  boolean trapsExit() {
    return trapExit;
  }

  Behavior<M> newBehavior() {
    return behavior.get();
  }
}
