package io.weft.bench.compare;

/** A worker did not do what it was asked to. */
public final class WorkerException extends Exception {
  WorkerException(String message) {
    super(message);
  }
}
