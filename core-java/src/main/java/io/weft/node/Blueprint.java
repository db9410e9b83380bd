package io.weft.node;

import io.weft.runtime.Urgency;
import io.weft.term.Atom;
import io.weft.wire.CompressionWish;
import java.util.Objects;
import java.util.function.Consumer;
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
  private final @Nullable Class<M> protocol;
  private final @Nullable Atom name;
  private final boolean trapExit;
  private final boolean keepsChildren;
  private final boolean partOfNode;
  private final MailboxPolicy<M> mailbox;
  private final Urgency urgency;
  private final @Nullable CompressionWish compression;

  private Blueprint(Draft<M> draft) {
    label = Objects.requireNonNull(draft.label);
    behavior = Objects.requireNonNull(draft.behavior);
    codec = draft.codec;
    protocol = draft.protocol;
    name = draft.name;
    trapExit = draft.trapExit;
    keepsChildren = draft.keepsChildren;
    partOfNode = draft.partOfNode;
    mailbox = draft.mailbox;
    urgency = draft.urgency;
    compression = draft.compression;
  }

  /** What a blueprint is made of. */
  private static final class Draft<M> {
    final String label;
    final Supplier<? extends Behavior<M>> behavior;
    TermCodec<M> codec;
    @Nullable Class<M> protocol;
    @Nullable Atom name;
    boolean trapExit;
    boolean keepsChildren;
    boolean partOfNode;
    MailboxPolicy<M> mailbox = MailboxPolicy.unbounded();
    Urgency urgency = Urgency.NORMAL;
    @Nullable CompressionWish compression;

    Draft(String label, Supplier<? extends Behavior<M>> behavior) {
      this.label = label;
      this.behavior = behavior;
      this.codec = TermCodec.localOnly(label);
    }
  }

  private Blueprint<M> with(Consumer<Draft<M>> change) {
    var draft = new Draft<>(label, behavior);
    draft.codec = codec;
    draft.protocol = protocol;
    draft.name = name;
    draft.trapExit = trapExit;
    draft.keepsChildren = keepsChildren;
    draft.partOfNode = partOfNode;
    draft.mailbox = mailbox;
    draft.urgency = urgency;
    draft.compression = compression;
    change.accept(draft);
    return new Blueprint<>(draft);
  }

  /**
   * Returns a blueprint for an unregistered process without a form as terms, with a mailbox without
   * bound and of normal urgency.
   *
   * @param label what reports and logs call it
   * @param behavior makes a fresh behaviour for each start
   */
  public static <M> Blueprint<M> of(String label, Supplier<? extends Behavior<M>> behavior) {
    return new Blueprint<>(new Draft<>(label, behavior));
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

  /**
   * Returns a blueprint for a process with a body that receives when it likes, in turns: what a
   * language with ways of its own to suspend builds upon.
   *
   * @param label what reports and logs call it
   * @param body makes a fresh body for each start
   */
  public static <M> Blueprint<M> stepwise(String label, Supplier<? extends StepwiseBody<M>> body) {
    return of(label, () -> new Stepwise<>(body.get()));
  }

  /** Returns this blueprint for a process that registers {@code name} before it starts. */
  public Blueprint<M> named(String name) {
    return with(draft -> draft.name = Atom.of(name));
  }

  /**
   * Returns this blueprint with a form as terms, so that foreign nodes can speak with the process.
   */
  public Blueprint<M> codec(TermCodec<M> codec) {
    return with(draft -> draft.codec = codec);
  }

  /**
   * Returns this blueprint for a process known to speak {@code protocol}: a code change finds it by
   * that, and is refused if newer code speaks another. Servers and state machines know by
   * themselves.
   */
  public Blueprint<M> protocol(Class<M> protocol) {
    return with(draft -> draft.protocol = protocol);
  }

  /** Returns this blueprint for a process that traps exits from its first moment. */
  public Blueprint<M> trapExit() {
    return with(draft -> draft.trapExit = true);
  }

  /**
   * Returns this blueprint for a process that keeps children and lets their code be changed: of use
   * to those whose behaviour can do that, such as supervisors, which know by themselves.
   */
  public Blueprint<M> keepsChildren() {
    return with(draft -> draft.keepsChildren = true);
  }

  /**
   * Returns this blueprint for a process that is part of the node rather than of a program: a
   * service that whoever needs it first has started, and that lives as long as the node. A test
   * does not count it as left over.
   */
  public Blueprint<M> partOfNode() {
    return with(draft -> draft.partOfNode = true);
  }

  /** Returns this blueprint for a process whose mailbox keeps to {@code policy}. */
  public Blueprint<M> mailbox(MailboxPolicy<M> policy) {
    return with(draft -> draft.mailbox = policy);
  }

  /** Returns this blueprint for a process whose turns hurry as told: OTP's priority. */
  public Blueprint<M> urgency(Urgency urgency) {
    return with(draft -> draft.urgency = urgency);
  }

  /**
   * Returns this blueprint for a process whose messages are compressed otherwise than its node does
   * it, for peers that compress with the node at all: see {@link Self#compression}.
   */
  public Blueprint<M> compression(CompressionWish wish) {
    return with(draft -> draft.compression = wish);
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

  /** Returns the type of the messages, or null if it is not known. */
  public @Nullable Class<M> protocol() {
    return protocol;
  }

  /** Tells whether the process keeps children whose code can be changed through it. */
  public boolean isKeeper() {
    return keepsChildren;
  }

  /** Tells whether the process is part of the node rather than of a program. */
  public boolean isPartOfNode() {
    return partOfNode;
  }

  /** Returns how much the mailbox holds, and what becomes of more. */
  public MailboxPolicy<M> mailbox() {
    return mailbox;
  }

  /** Returns how much turns of the process hurry. */
  public Urgency urgency() {
    return urgency;
  }

  @Nullable CompressionWish compression() {
    return compression;
  }

  boolean trapsExit() {
    return trapExit;
  }

  Behavior<M> newBehavior() {
    return behavior.get();
  }
}
