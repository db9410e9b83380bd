package io.weft.node;

/** A call inside the node: the request as the object it is, and whom to answer. */
record CallMessage(From from, Object request) {}
