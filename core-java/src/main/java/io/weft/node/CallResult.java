package io.weft.node;

/** What came of a call. */
public sealed interface CallResult<R> {
  /** The server replied. */
  record Ok<R>(R value) implements CallResult<R> {}

  /** There will be no reply; a reply that comes all the same is dropped. */
  record Failed<R>(CallException failure) implements CallResult<R> {}

  /** Returns the reply. @throws CallException if there is none */
  default R orThrow() {
    return switch (this) {
      case Ok<R> ok -> ok.value();
      case Failed<R> failed -> throw failed.failure();
    };
  }
}
