package io.weft.node;

/** The wish to be told of nodes, until it is closed. */
public interface NodeMonitor extends AutoCloseable {
  /**
   * Ends it. Nothing is told from now on, except what a process has in its mailbox already and what
   * another thread is just telling. Any thread; idempotent.
   */
  @Override
  void close();
}
