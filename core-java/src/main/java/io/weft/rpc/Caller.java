package io.weft.rpc;

import io.weft.node.AliasMode;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.RemoteSpawn;
import io.weft.node.Self;
import io.weft.node.SpawnResult;
import io.weft.node.Target;
import io.weft.runtime.Timers;
import io.weft.term.Atom;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Terms;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes one call of {@code erpc:execute_call/4} and ends: a process of its own, so that a report of
 * the call is nobody else's message. It gives up when the process ends that it calls for.
 */
final class Caller implements Behavior<Caller.GiveUp> {
  /** Nobody waits any more. */
  record GiveUp() {}

  private static final Term TIMEOUT = Atom.of("timeout");

  private final Atom node;
  private final Mfa call;
  private final @Nullable Duration within;
  private final @Nullable Pid client;
  private final Consumer<RpcResult<Term>> then;
  private @Nullable Reference reference;
  private @Nullable Reference request;
  private @Nullable Reference clientWatch;
  private Timers.@Nullable Timer timer;
  private boolean told;

  private Caller(
      Atom node,
      Mfa call,
      @Nullable Duration within,
      @Nullable Pid client,
      Consumer<RpcResult<Term>> then) {
    this.node = node;
    this.call = call;
    this.within = within;
    this.client = client;
    this.then = then;
  }

  /**
   * Returns what makes the call.
   *
   * @param client the process it is for; null for a thread
   * @param then gets the result exactly once, in a turn of the caller
   */
  static Blueprint<GiveUp> blueprint(
      Atom node,
      Mfa call,
      @Nullable Duration within,
      @Nullable Pid client,
      Consumer<RpcResult<Term>> then) {
    return Blueprint.of("erpc caller", () -> new Caller(node, call, within, client, then));
  }

  @Override
  public void start(Self<GiveUp> self) {
    if (client != null) {
      clientWatch = self.monitor(new Target.ByPid(client));
    }
    Reference result = self.alias(AliasMode.EXPLICIT_UNALIAS);
    reference = result;
    RemoteSpawn wish =
        new RemoteSpawn(
            node,
            Atom.of("erpc"),
            Atom.of("execute_call"),
            Terms.list(result, call.module(), call.function(), call.arguments()),
            false,
            true,
            null,
            null,
            List.of());
    request = self.spawnRequest(wish, answer -> spawned(self, answer));
    if (within != null) {
      timer = self.after(within, () -> giveUp(self, TIMEOUT));
    }
  }

  private void spawned(Self<GiveUp> self, SpawnResult answer) {
    if (answer instanceof SpawnResult.Failed failed) {
      finish(self, RpcResult.failed(RpcException.erpc(failed.failure().reason().term())));
    }
  }

  @Override
  public void info(Self<GiveUp> self, Info info) throws Exception {
    switch (info) {
      case Info.Down down when Objects.equals(clientWatch, down.monitor()) -> giveUp(self, TIMEOUT);
      case Info.Down down when Objects.equals(request, down.monitor()) && reference != null ->
          finish(self, Outcome.read(reference, down.reason()));
      default -> Behavior.super.info(self, info);
    }
  }

  @Override
  public void message(Self<GiveUp> self, GiveUp giveUp) {
    giveUp(self, TIMEOUT);
  }

  private void giveUp(Self<GiveUp> self, Term reason) {
    if (request != null && !self.abandonSpawn(request)) {
      boolean _ = self.demonitor(request, true);
    }
    finish(self, RpcResult.failed(RpcException.erpc(reason)));
  }

  private void finish(Self<GiveUp> self, RpcResult<Term> result) {
    if (!told) {
      told = true;
      self.stop(ExitReason.NORMAL);
      then.accept(result);
    }
  }

  @Override
  public void ended(Self<GiveUp> self, ExitReason reason) {
    if (timer != null) {
      timer.cancel();
    }
    if (!told) {
      told = true;
      then.accept(RpcResult.failed(RpcException.signal(reason.term())));
    }
  }
}
