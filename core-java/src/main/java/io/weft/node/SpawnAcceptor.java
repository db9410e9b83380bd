package io.weft.node;

import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Term;
import io.weft.term.Tuple;
import io.weft.wire.control.Control;
import org.jspecify.annotations.Nullable;

/**
 * Starts the processes that other nodes ask for: what was provided by name, see {@link Functions}.
 *
 * <p>The answer goes out before the process runs, so that it comes before any other signal of it. A
 * function that is not there is no error of the request: as in OTP a process starts, and ends with
 * {@code undef}.
 */
final class SpawnAcceptor {
  private static final Atom BADOPT = Atom.of("badopt");

  private final Node node;

  SpawnAcceptor(Node node) {
    this.node = node;
  }

  /** Starts a process for one of another node, or of this node if there is no session. */
  void accept(Control.SpawnRequest request, @Nullable PeerSession session, @Nullable Trail trail) {
    SpawnOptions options = SpawnOptions.read(request.options());
    if (options == null) {
      answer(request, session, 0, BADOPT);
      return;
    }
    try {
      start(request, options, session, trail);
    } catch (TooManyProcessesException | IllegalStateException full) {
      answer(request, session, 0, ExitReason.SYSTEM_LIMIT.term());
    }
  }

  private void start(
      Control.SpawnRequest request,
      SpawnOptions options,
      @Nullable PeerSession session,
      @Nullable Trail trail) {
    Blueprint<?> blueprint =
        node.functions().blueprint(request.module(), request.function(), request.args());
    try {
      spawn(blueprint, request, options, session, trail);
    } catch (NameTakenException taken) {
      Term reason = Tuple.of(Atom.of("already_started"), taken.holder());
      var failure = new ExitException(ExitReason.of(reason));
      spawn(Functions.failing(blueprint.label(), failure), request, options, session, trail);
    }
  }

  private <M> void spawn(
      Blueprint<M> blueprint,
      Control.SpawnRequest request,
      SpawnOptions options,
      @Nullable PeerSession session,
      @Nullable Trail trail) {
    var requester = new Ancestry(request.from(), "a process of " + request.from().node(), null);
    node.spawnFor(
        blueprint,
        requester,
        process -> {
          if (trail != null) {
            process.traced().take(trail);
          }
          prepare(process, request, options, session);
        });
  }

  private void prepare(
      Process<?> process,
      Control.SpawnRequest request,
      SpawnOptions options,
      @Nullable PeerSession session) {
    Pid from = request.from();
    process.extras().groupLeader = request.groupLeader();
    if (session != null && !session.spawned(process.pid(), request, options)) {
      if (options.link()) {
        process.extras().ties.linkedFromBirth(from);
        node.router().deliver(process, new Signal.LinkExit(from, ExitReason.NOCONNECTION));
      }
      return;
    }
    if (options.link()) {
      process.extras().ties.linkedFromBirth(from);
    }
    if (options.monitor()) {
      Target target = new Target.ByPid(process.pid());
      process.extras().ties.watchedBy(new Signal.Monitor(from, request.reqId(), target));
    }
    if (session == null) {
      answer(request, null, flags(options), process.pid());
    }
  }

  static int flags(SpawnOptions options) {
    return (options.link() ? Control.SpawnReply.LINKED : 0)
        | (options.monitor() ? Control.SpawnReply.MONITORED : 0);
  }

  private void answer(
      Control.SpawnRequest request, @Nullable PeerSession session, int flags, Term result) {
    if (session == null) {
      var reply = new Signal.SpawnReply(request.reqId(), flags, result, null);
      node.router().deliverTo(request.from(), reply);
    } else {
      session.spawnReply(new Control.SpawnReply(request.reqId(), request.from(), flags, result));
    }
  }
}
