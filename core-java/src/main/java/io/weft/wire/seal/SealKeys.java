package io.weft.wire.seal;

/**
 * What a handshake leads to: the two directions of what is sealed from now on.
 *
 * @param sealer of what this side says
 * @param unsealer of what the other side says
 */
public record SealKeys(Sealer sealer, Unsealer unsealer) {}
