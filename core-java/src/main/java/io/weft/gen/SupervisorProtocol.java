package io.weft.gen;

/**
 * Marks the codec of a protocol whose processes are supervisors: a {@link ChildSpec} of such a
 * blueprint is one of a supervisor if not told otherwise.
 */
public interface SupervisorProtocol {}
