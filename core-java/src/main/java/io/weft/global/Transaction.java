package io.weft.global;

import io.weft.node.BlockingSelf;
import io.weft.node.StraightLineBody;
import io.weft.term.Atom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** Takes a lock, acts, and lets go. */
record Transaction<R>(
    Global global,
    LockId lock,
    List<Atom> nodes,
    int retries,
    Callable<R> action,
    CompletableFuture<Optional<R>> done)
    implements StraightLineBody<Boolean> {
  @Override
  public void run(BlockingSelf<Boolean> self) {
    Optional<R> result;
    try {
      result = underLock(self);
    } catch (Exception | Error failure) {
      done.completeExceptionally(failure);
      return;
    }
    done.complete(result);
  }

  private Optional<R> underLock(BlockingSelf<Boolean> self) throws Exception {
    if (!await(self, global.setLock(lock, self.pid(), nodes, retries))) {
      return Optional.empty();
    }
    try {
      return Optional.of(action.call());
    } finally {
      await(self, global.deleteLock(lock, self.pid(), nodes));
    }
  }

  private static boolean await(BlockingSelf<Boolean> self, CompletableFuture<Boolean> done) {
    var _ = done.whenComplete((value, _) -> self.address().tell(Boolean.TRUE.equals(value)));
    return self.receive();
  }
}
