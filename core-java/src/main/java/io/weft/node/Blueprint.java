package io.weft.node;

import io.weft.runtime.Urgency;
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
  private final MailboxPolicy<M> mailbox;
  private final Urgency urgency;

  private Blueprint(
      String label,
      Supplier<? extends Behavior<M>> behavior,
      TermCodec<M> codec,
      @Nullable Atom name,
      boolean trapExit,
      MailboxPolicy<M> mailbox,
      Urgency urgency) {
    this.label = Objects.requireNonNull(label);
    this.behavior = Objects.requireNonNull(behavior);
    this.codec = codec;
    this.name = name;
    this.trapExit = trapExit;
    this.mailbox = mailbox;
    this.urgency = urgency;
  }

  /**
   * Returns a blueprint for an unregistered process without a form as terms, with a mailbox without
   * bound and of normal urgency.
   *
   * @param label what reports and logs call it
   * @param behavior makes a fresh behaviour for each start
   */
  public static <M> Blueprint<M> of(String label, Supplier<? extends Behavior<M>> behavior) {
    return new Blueprint<>(
        label,
        behavior,
        TermCodec.localOnly(label),
        null,
        false,
        MailboxPolicy.unbounded(),
        Urgency.NORMAL);
  }

  /**
   * Returns a blueprint for a process with a straight-line body: code that receives when it likes,
   * and may block. See {@link BlockingSelf}.
   *
   * @param label what reports and logs call it
   * @param body runs on a virtual thread of its own, once for each start
   */
  public static <M> Blueprint<M> straightLine(String label, StraightLineBody<M> body) {
    return of(label, () -> new StraightLine<>(body));
  }

  /** Returns this blueprint for a process that registers {@code name} before it starts. */
  public Blueprint<M> named(String name) {
    return new Blueprint<>(label, behavior, codec, Atom.of(name), trapExit, mailbox, urgency);
  }

  /**
   * Returns this blueprint with a form as terms, so that foreign nodes can speak with the process.
   */
  public Blueprint<M> codec(TermCodec<M> codec) {
    return new Blueprint<>(label, behavior, codec, name, trapExit, mailbox, urgency);
  }

  /** Returns this blueprint for a process that traps exits from its first moment. */
  public Blueprint<M> trapExit() {
    return new Blueprint<>(label, behavior, codec, name, true, mailbox, urgency);
  }

  /** Returns this blueprint for a process whose mailbox keeps to {@code policy}. */
  public Blueprint<M> mailbox(MailboxPolicy<M> policy) {
    return new Blueprint<>(label, behavior, codec, name, trapExit, policy, urgency);
  }

  /** Returns this blueprint for a process whose turns hurry as told: OTP's priority. */
  public Blueprint<M> urgency(Urgency urgency) {
    return new Blueprint<>(label, behavior, codec, name, trapExit, mailbox, urgency);
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

  /** Returns how much the mailbox holds, and what becomes of more. */
  public MailboxPolicy<M> mailbox() {
    return mailbox;
  }

  /** Returns how much turns of the process hurry. */
  public Urgency urgency() {
    return urgency;
  }

  boolean trapsExit() {
    return trapExit;
  }

  Behavior<M> newBehavior() {
    return behavior.get();
  }
}
