package io.weft.gen;

import io.weft.node.Behavior;
import io.weft.node.From;
import io.weft.node.Info;
import io.weft.node.Self;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A pool as a process sees it: what it was described as, and the {@link PoolBody} that does the
 * work. Newer code brings a description of its own and goes on with the same body.
 */
final class PoolBehavior<M> implements Behavior<M>, Keeper {
  private final Pool<M> pool;
  private @Nullable PoolBody<M> body;

  PoolBehavior(Pool<M> pool) {
    this.pool = pool;
  }

  private PoolBody<M> body() {
    return Objects.requireNonNull(body);
  }

  @Override
  public void start(Self<M> self) {
    body = new PoolBody<>(pool, self);
    body.start();
  }

  @Override
  public void message(Self<M> self, M message) {
    body().message(message);
  }

  @Override
  public void call(Self<M> self, M request, From from) {
    body().call(request, from);
  }

  @Override
  public void info(Self<M> self, Info info) throws Exception {
    switch (info) {
      case Info.Exit exit -> body().exit(exit);
      case Info.Down _ -> {}
      case Info.Unknown unknown -> Behavior.super.info(self, unknown);
    }
  }

  @Override
  public @Nullable Object state(Self<M> self) {
    return body == null ? null : body.status();
  }

  @Override
  public Object handOver(Self<M> self) {
    return body();
  }

  @Override
  public void codeChange(Self<M> self, @Nullable Object former, @Nullable Object extra) {
    if (!(former instanceof PoolBody<?> handed)) {
      throw new IllegalArgumentException(self.label() + " can take over from another pool only");
    }
    PoolBody<M> taken = own(handed);
    taken.change(pool);
    body = taken;
  }

  /** A process keeps its protocol, and so do the workers of a pool. */
  @SuppressWarnings("unchecked")
  private static <M> PoolBody<M> own(PoolBody<?> body) {
    return (PoolBody<M>) body;
  }

  @Override
  public void freeze(BooleanSupplier stillWanted, Consumer<Frozen> then) {
    if (stillWanted.getAsBoolean()) {
      body().freeze();
      then.accept(body());
    }
  }
}
