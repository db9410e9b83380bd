package io.weft.global;

import io.weft.node.AliasMode;
import io.weft.node.Behavior;
import io.weft.node.Blueprint;
import io.weft.node.ExitReason;
import io.weft.node.Info;
import io.weft.node.Self;
import io.weft.node.Target;
import io.weft.node.TermCodec;
import io.weft.term.Atom;
import io.weft.term.ImproperList;
import io.weft.term.Pid;
import io.weft.term.Reference;
import io.weft.term.Term;
import io.weft.term.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes a lock, or lets go of it, in the name of another process of this node: the requests name
 * that one as the caller, and an alias of this one to answer to.
 */
final class LockRequest implements Behavior<Term>, Asking {
  private static final Atom CALL = Atom.of("$gen_call");
  private static final Atom ALIAS = Atom.of("alias");

  enum Kind {
    SET,
    DELETE
  }

  private final Kind kind;
  private final LockId lock;
  private final Pid holder;
  private final List<Atom> nodes;
  private final int retries;
  private final CompletableFuture<Boolean> done;
  private final Map<Reference, Consumer<@Nullable Term>> open = new HashMap<>();
  private @Nullable Self<Term> self;
  private @Nullable Reference holderWatch;
  private int tries;

  LockRequest(
      Kind kind,
      LockId lock,
      Pid holder,
      List<Atom> nodes,
      int retries,
      CompletableFuture<Boolean> done) {
    this.kind = kind;
    this.lock = lock;
    this.holder = holder;
    this.nodes = List.copyOf(nodes);
    this.retries = retries;
    this.done = done;
  }

  static Blueprint<Term> blueprint(LockRequest request) {
    return Blueprint.<Term>of("global lock", () -> request).codec(TermCodec.identity());
  }

  @Override
  public void start(Self<Term> self) {
    this.self = self;
    if (kind == Kind.SET) {
      holderWatch = self.monitor(new Target.ByPid(holder));
      tryToSet(self);
    } else {
      deleteLock(nodes, lock.toTerm(), () -> finish(self, true));
    }
  }

  private void tryToSet(Self<Term> self) {
    setLock(
        nodes,
        lock.toTerm(),
        set -> {
          if (set || tries >= retries) {
            finish(self, set);
          } else {
            self.after(Asking.pause(self.node().seams().entropy(), tries), () -> tryToSet(self));
            tries++;
          }
        });
  }

  private void finish(Self<Term> self, boolean result) {
    self.stop(ExitReason.NORMAL);
    done.complete(result);
  }

  @Override
  public void ask(Atom node, Term request, Consumer<@Nullable Term> then) {
    Self<Term> me = Objects.requireNonNull(self);
    Reference alias = me.monitor(new Target.ByName(Words.SERVER, node), AliasMode.REPLY_DEMONITOR);
    open.put(alias, then);
    Term from = Tuple.of(holder, new ImproperList(List.of(ALIAS), alias));
    me.node().address(Words.SERVER.name(), node.name()).tell(Tuple.of(CALL, from, request));
  }

  @Override
  public void message(Self<Term> self, Term message) {
    if (message instanceof Tuple answer
        && answer.arity() == 2
        && answer.get(0) instanceof ImproperList tag
        && tag.tail() instanceof Reference alias) {
      answered(alias, answer.get(1));
    }
  }

  @Override
  public void info(Self<Term> self, Info info) {
    if (!(info instanceof Info.Down down)) {
      return;
    }
    if (Objects.equals(holderWatch, down.monitor())) {
      finish(self, false); // who has it in the end would be nobody
    } else {
      answered(down.monitor(), null);
    }
  }

  private void answered(Reference alias, @Nullable Term answer) {
    Consumer<@Nullable Term> then = open.remove(alias);
    if (then != null) {
      then.accept(answer);
    }
  }

  @Override
  public void ended(Self<Term> self, ExitReason reason) {
    done.complete(false); // the node is stopping
  }
}
