package io.weft.node;

import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;

/** A signal that waits in the mailbox until it is its turn to be handled. */
abstract class Message extends Signal.Queued {
  /** Set by a bounded mailbox that gave this message up: it is passed over. */
  volatile boolean dropped;

  @Override
  void arrive(Process<?> process) {
    process.enqueue(this);
  }

  /** Hands the content to the behaviour. */
  abstract <M> void handle(Process<M> process) throws Exception;

  /** Lets go of the content, which will not be handled; a call is told. */
  void release() {}

  /** Returns what crash reports and receivers see. */
  abstract Object content();

  @Override
  void bounce(Router router, Pid dead) {
    router.traceDropped(dead, this);
  }

  /** An object of the protocol, sent inside the node. */
  static final class Plain extends Message {
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
      process.behavior().message(process, Process.own(payload));
    }

    @Override
    Object content() {
      return payload;
    }
  }

  /** A term: from another node, or sent to an address that is spoken to in terms. */
  static final class OfTerm extends Message {
    final Term term;

    OfTerm(Term term) {
      this.term = term;
    }

    @Override
    void arrive(Process<?> process) {
      if (!process.takeReply(term) && !process.takeSystemMessage(this)) {
        process.enqueue(this);
      }
    }

    @Override
    <M> void handle(Process<M> process) throws Exception {
      process.handleTerm(term);
    }

    @Override
    Object content() {
      return term;
    }
  }

  /**
   * A term sent to an alias. Whether the alias is active is decided when the message is taken in.
   */
  static final class ViaAlias extends Message {
    final Reference alias;
    final Term term;

    ViaAlias(Reference alias, Term term) {
      this.alias = alias;
      this.term = term;
    }

    @Override
    void arrive(Process<?> process) {
      if (!process.takeReply(alias, term) && process.extras().ties.useAlias(alias)) {
        process.enqueue(this);
      }
    }

    @Override
    <M> void handle(Process<M> process) throws Exception {
      process.handleTerm(term);
    }

    @Override
    Object content() {
      return term;
    }
  }

  /** An exit signal that is trapped, or the report of a monitor. */
  static final class Report extends Message {
    final Info info;

    Report(Info info) {
      this.info = info;
    }

    @Override
    <M> void handle(Process<M> process) throws Exception {
      process.behavior().info(process, info);
    }

    @Override
    Object content() {
      return info;
    }
  }
}
