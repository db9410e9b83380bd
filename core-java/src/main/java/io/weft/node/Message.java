package io.weft.node;

import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import org.jspecify.annotations.Nullable;

/** A signal that waits in the mailbox until it is its turn to be handled. */
abstract class Message extends Signal.Queued {
  @Override
  void arrive(Process<?> process) {
    process.enqueue(this);
  }

  /** Hands the content to the behaviour. */
  abstract <M> void handle(Process<M> process) throws Exception;

  /** Was given up while it waited, and would be handled now. */
  void passedOver(Process<?> process) {}

  /** The process ends while this message waits. */
  void abandoned() {}

  /** Lets go of the content, which will not be handled; a call is told. */
  void release() {}

  /** Returns what crash reports and receivers see. */
  abstract Object content();

  /** Returns what travels with the message, or null. */
  @Nullable Trail trail() {
    return null;
  }

  /** Returns how long somebody waits for what another node asks: {@link From#deadline}. */
  long deadline() {
    return From.NO_DEADLINE;
  }

  /** Whether this is what a monitor reported. */
  boolean isReportOf(Reference monitor) {
    return false;
  }

  @Override
  void bounce(Router router, Pid dead) {
    router.traceDropped(dead, this);
  }

  /** An object of the protocol, sent inside the node. */
  static class Plain extends Message {
    private Object payload;

    Plain(Object payload) {
      this.payload = payload;
    }

    @Override
    void release() {
      payload = Void.class;
    }

    @Override
    <M> void handle(Process<M> process) throws Exception {
      process.behavior().message(process, Contents.own(payload));
    }

    @Override
    Object content() {
      return payload;
    }
  }

  /** The same, with something that travels with it. */
  static final class TracedPlain extends Plain {
    private final Trail trail;

    TracedPlain(Object payload, Trail trail) {
      super(payload);
      this.trail = trail;
    }

    @Override
    Trail trail() {
      return trail;
    }

    @Override
    <M> void handle(Process<M> process) throws Exception {
      process.traced().take(trail);
      super.handle(process);
    }
  }

  /** A term: from another node, or sent to an address that is spoken to in terms. */
  static class OfTerm extends Message {
    final Term term;

    OfTerm(Term term) {
      this.term = term;
    }

    @Override
    void arrive(Process<?> process) {
      if (process.takeReply(term) || process.takeSystemMessage(this)) {
        return;
      }
      if (GenProtocol.mayNeedNoRoom(this)) {
        process.enqueueIfRoom(this);
      } else {
        process.enqueue(this);
      }
    }

    @Override
    <M> void handle(Process<M> process) throws Exception {
      Contents.handleTerm(process, term);
    }

    @Override
    Object content() {
      return term;
    }
  }

  /** The same, with something that travels with it. */
  static final class TracedTerm extends OfTerm {
    private final Trail trail;

    TracedTerm(Term term, Trail trail) {
      super(term);
      this.trail = trail;
    }

    @Override
    Trail trail() {
      return trail;
    }

    @Override
    <M> void handle(Process<M> process) throws Exception {
      process.traced().take(trail);
      super.handle(process);
    }
  }

  /** A request of another node, which told how long it is waited for. */
  static final class AwaitedTerm extends OfTerm {
    private final @Nullable Trail trail;
    private final long deadline;

    AwaitedTerm(Term term, @Nullable Trail trail, long deadline) {
      super(term);
      this.trail = trail;
      this.deadline = deadline;
    }

    @Override
    @Nullable Trail trail() {
      return trail;
    }

    @Override
    long deadline() {
      return deadline;
    }

    @Override
    <M> void handle(Process<M> process) throws Exception {
      if (trail != null) {
        process.traced().take(trail);
      }
      Contents.handleTerm(process, term, deadline);
    }
  }

  /**
   * Sent to an alias: a term, or an object of the protocol. Whether the alias is active is decided
   * when the message is taken in.
   */
  static class ViaAlias extends Message {
    final Reference alias;
    final Object payload;

    ViaAlias(Reference alias, Object payload) {
      this.alias = alias;
      this.payload = payload;
    }

    @Override
    void arrive(Process<?> process) {
      boolean reply = payload instanceof Term term && process.takeReply(alias, term);
      if (!reply && process.extras().ties.useAlias(alias)) {
        process.enqueueIfRoom(this);
      }
    }

    @Override
    <M> void handle(Process<M> process) throws Exception {
      if (payload instanceof Term term) {
        Contents.handleTerm(process, term);
      } else {
        process.behavior().message(process, Contents.own(payload));
      }
    }

    @Override
    Object content() {
      return payload;
    }
  }

  /** The same, with something that travels with it. */
  static final class TracedViaAlias extends ViaAlias {
    private final Trail trail;

    TracedViaAlias(Reference alias, Object payload, Trail trail) {
      super(alias, payload);
      this.trail = trail;
    }

    @Override
    Trail trail() {
      return trail;
    }

    @Override
    <M> void handle(Process<M> process) throws Exception {
      process.traced().take(trail);
      super.handle(process);
    }
  }

  /** An exit signal that is trapped, or the report of a monitor. */
  static class Report extends Message {
    final Info info;

    Report(Info info) {
      this.info = info;
    }

    @Override
    <M> void handle(Process<M> process) throws Exception {
      process.behavior().info(process, info);
    }

    @Override
    boolean isReportOf(Reference monitor) {
      return info instanceof Info.Down down && down.monitor().equals(monitor);
    }

    @Override
    Object content() {
      return info;
    }
  }

  /** The same, with something that travels with it. */
  static final class TracedReport extends Report {
    private final Trail trail;

    TracedReport(Info info, Trail trail) {
      super(info);
      this.trail = trail;
    }

    @Override
    Trail trail() {
      return trail;
    }

    @Override
    <M> void handle(Process<M> process) throws Exception {
      process.traced().take(trail);
      super.handle(process);
    }
  }

  /** The report of a monitor, in the form of a message of the protocol. */
  static final class ReportAs extends Message {
    final Info.Down down;
    final Object payload;

    ReportAs(Info.Down down, Object payload) {
      this.down = down;
      this.payload = payload;
    }

    @Override
    <M> void handle(Process<M> process) throws Exception {
      process.behavior().message(process, Contents.own(payload));
    }

    @Override
    boolean isReportOf(Reference monitor) {
      return down.monitor().equals(monitor);
    }

    @Override
    Object content() {
      return payload;
    }
  }

  /** Something {@link Sys} is asked to do, in its order among the messages. */
  static final class OfSys extends Message {
    private final Runnable action;
    private final Runnable otherwise;

    OfSys(Runnable action, Runnable otherwise) {
      this.action = action;
      this.otherwise = otherwise;
    }

    @Override
    void arrive(Process<?> process) {
      if (process.handlesSystemMessagesAtOnce()) {
        action.run();
      } else {
        process.enqueue(this);
      }
    }

    @Override
    <M> void handle(Process<M> process) {
      action.run();
    }

    @Override
    Object content() {
      return "a request of Sys";
    }

    @Override
    void abandoned() {
      otherwise.run();
    }

    @Override
    void bounce(Router router, Pid dead) {
      otherwise.run();
    }
  }
}
