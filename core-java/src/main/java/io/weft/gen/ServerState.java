package io.weft.gen;

import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How the state of a server is read and replaced. */
record ServerState<S>(
    Class<S> type,
    Supplier<? extends S> get,
    Consumer<? super S> replace,
    Handlers.@Nullable Migration migration) {

  ServerState(Class<S> type, Supplier<? extends S> get, Consumer<? super S> replace) {
    this(type, get, replace, null);
  }

  Object read() {
    return get.get();
  }

  /** Checks that it can be replaced by {@code state}. */
  void require(@Nullable Object state) {
    if (!type.isInstance(state)) {
      throw new IllegalArgumentException(
          "the state of this server is a " + type.getName() + ", not " + state);
    }
  }

  void replaceBy(Object state) {
    require(state);
    replace.accept(type.cast(state));
  }

  /** Takes over from another server. */
  void beginWith(@Nullable Object former, @Nullable Object extra) throws Exception {
    if (migration != null) {
      migration.begin(former, extra);
    } else if (former != null) {
      replaceBy(former);
    }
  }
}
